"""Does the history predict itself? Weekly bookings forecast from earlier days, against what came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.calibration.survival import at_risk
from analysis.crm.estimates.histories import OPEN, WON, Histories
from analysis.crm.finding import DRAWS, Estimate, Floats, Ints, cannot_tell, figure, generator

BAND = 0.8
WORLDS = 1000
AHEAD, EVERY = 4, 3
LEAST_HISTORY = 17
"""Weeks of history before the first forecast."""
MOST = 40
"""Forecasts made: the last ones, if the history is longer."""
WEEKS_BACK = 26
"""New opportunities are expected to come as in single weeks of so many weeks before."""
PRIOR = 1.0
"""Ends that are added to each age's, spread like the mean hazard, so that ages with few deals do not pretend to be sure."""


@dataclass(frozen=True)
class Forecasts:
    """One entry a forecast week: its day, weeks ahead (from 1), middle and ends of the band, and what came (money)."""

    origin: Floats
    ahead: Floats
    middle: Floats
    low: Floats
    high: Floats
    came: Floats

    @property
    def inside(self) -> float:
        """Share of the weeks inside the band; nan without any."""
        held = (self.low <= self.came) & (self.came <= self.high)
        return float(held.mean()) if len(held) else float("nan")


def rolling(
    history: Histories, ahead: int = AHEAD, every: int = EVERY, least: int = LEAST_HISTORY
) -> Forecasts:
    """Forecasts of the money won in each of the next `ahead` weeks, made every so many weeks with what was known then."""
    first = float(history.begun.min(initial=np.inf))
    rows = []
    days = np.arange(first + 7 * least, history.last - 7 * ahead + 1e-9, 7 * every)
    for k, day in enumerate(days[-MOST:]):
        drawn = forecast(history.seen_until(float(day)), ahead, k)
        low, middle, high = np.quantile(drawn, [(1 - BAND) / 2, 0.5, (1 + BAND) / 2], axis=0)
        came = bookings(history, float(day), ahead)
        rows += [(day, w + 1.0, middle[w], low[w], high[w], came[w]) for w in range(ahead)]
    return Forecasts(*np.array(rows, np.float64).reshape(-1, 6).T)


def in_band(found: Forecasts) -> Estimate:
    """How often the band held what came; weeks of one forecast hang together, so the interval is a little narrow."""
    name, n = "forecast_weeks_in_band", len(found.came)
    if n < 24 or not found.came.any():
        return cannot_tell(name, "share", "too short a history, or no values, to forecast weekly bookings", n)
    draws = generator(81).binomial(n, found.inside, DRAWS) / n
    words = f"of the weeks' bookings in the {BAND:.0%} band of forecasts from what was known up to {AHEAD} weeks before"
    return figure(name, found.inside, draws, "share", n, words)


def bookings(history: Histories, day: float, weeks: int) -> Floats:
    """Money won in each of the weeks after a day, (weeks,). Wins without a value count as nothing, as in forecasts."""
    won = (history.cause == WON) & (history.ended > day) & (history.ended <= day + 7 * weeks)
    week = np.ceil((history.ended[won] - day) / 7).astype(np.int64) - 1
    return np.bincount(week, np.nan_to_num(history.value[won]), minlength=weeks).astype(np.float64)[:weeks]


def forecast(known: Histories, weeks: int, number: int) -> Floats:
    """Money won in each of the next weeks, (WORLDS, weeks), by what is known on the last day.

    Open opportunities go on with the hazards of their age, new ones come as in single weeks before, and wins have the
    values that wins have had. Each world has hazards of its own (gamma posterior), and each week a factor by which wins of a
    past week differed from those expected: weeks differ by more than the luck of single deals, through holidays and pushes.
    """
    rng = generator(5000 + number)
    horizon = known.horizon + weeks
    counts = known.counts()
    risk = np.pad(at_risk(counts), (0, weeks))
    won, gone = (np.pad(c, (0, weeks)) for c in (counts[1], counts[2] + counts[3]))
    factors = weekly_factors(known, counts)
    rates = [_posterior(ends, risk, rng) for ends in (won, gone)]
    since = np.clip((known.last - known.begun) // 7, 0, None).astype(np.int64)
    back = min(
        WEEKS_BACK, max(1, int(since.max(initial=0)) - 1)
    )  # the first week is not a whole one; none before it
    arrivals = np.bincount(since, minlength=back + 1)[1 : back + 1]
    worth = np.nan_to_num(known.value[known.cause == WON])
    still = np.tile(np.bincount(known.age[known.cause == OPEN], minlength=horizon), (WORLDS, 1))
    out = np.zeros((WORLDS, weeks))
    for w in range(weeks):
        still = np.column_stack((rng.choice(arrivals, WORLDS), still[:, :-1])).astype(np.int64)
        push = rng.choice(factors, WORLDS)[:, None]
        wins = rng.binomial(still, np.clip(rates[0] * push, 0.0, 1.0))
        still = still - wins
        still = still - rng.binomial(still, np.clip(rates[1], 0.0, 1.0))
        out[:, w] = _money(wins.sum(axis=1), worth, rng)
    return out


def _posterior(ends: Floats, risk: Floats, rng: np.random.Generator) -> Floats:
    """Hazards by age, (WORLDS, ages): gamma posterior with the mean hazard of the age's neighbourhood as prior."""
    mean = ends.sum() / max(risk.sum(), 1e-9)
    late = max(1, len(ends) // 4)
    tail = (ends[-late:].sum() + PRIOR) / (risk[-late:].sum() + PRIOR / max(mean, 1e-9))
    shape = ends + PRIOR
    weight = risk + PRIOR / max(tail, 1e-9)
    return np.asarray(rng.gamma(shape, 1.0, (WORLDS, len(ends))) / weight)


def weekly_factors(known: Histories, counts: Floats) -> Floats:
    """Wins of each past week over those expected at the ages of the deals then open, (weeks,); the chance part taken off.

    Counts vary as much as their mean by chance alone; what is left of the variance is the weeks' own, and ratios are drawn
    towards 1 by that share.
    """
    weeks = int((known.last - known.begun.min()) // 7) + 1
    born = ((known.last - known.begun) // 7).astype(np.int64)
    hazard = counts[1] / np.maximum(at_risk(counts), 1.0)
    due, came = np.zeros(weeks), np.zeros(weeks)
    alive = _alive(born, known.age, weeks, known.horizon)
    for back in range(weeks):  # weeks before the end; a deal born b weeks before it had age b - back then
        born_then = np.arange(back, weeks)
        age = np.minimum(born_then - back, known.horizon - 1)
        due[back] = (alive[born_then, age] * hazard[age]).sum()
    over = born[known.cause == WON] - known.age[known.cause == WON]
    came += np.bincount(np.clip(over, 0, weeks - 1), minlength=weeks)[:weeks]
    use = slice(1, min(weeks, 53))
    ratio = came[use] / np.maximum(due[use], 1e-9)
    ratio = ratio[due[use] >= 1.0]
    if len(ratio) < 4:
        return np.ones(1)
    chance = float((1 / due[use][due[use] >= 1.0]).mean())
    kept = np.sqrt(max(0.0, 1 - chance / max(float(ratio.var()), 1e-9)))
    return np.asarray(1 + kept * (ratio - 1))


def _alive(born: Ints, age: Ints, weeks: int, horizon: int) -> Floats:
    """How many of those born b weeks ago reached each age, (weeks, horizon)."""
    cells = np.bincount(np.clip(born, 0, weeks - 1) * horizon + age, minlength=weeks * horizon).reshape(
        weeks, horizon
    )
    return np.asarray(cells[:, ::-1].cumsum(axis=1)[:, ::-1], dtype=np.float64)


def _money(wins: Ints, worth: Floats, rng: np.random.Generator) -> Floats:
    """Sum of so many values drawn from those of wins, (WORLDS,)."""
    if not len(worth):
        return np.zeros(len(wins))
    drawn = np.concatenate(([0.0], rng.choice(worth, int(wins.sum())).cumsum()))
    ends = np.cumsum(wins)
    return np.asarray(drawn[ends] - drawn[ends - wins])
