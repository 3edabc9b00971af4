"""Posterior predictive check: the held-out part of the data among as many simulated histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.crm.finding import NAN, Floats, generator
from analysis.crm.forecast import BAND
from analysis.crm.held_figures import figures, rep_spread, thinned, top_share, weekly, wins_compared
from analysis.crm.held_out import Seen
from analysis.crm.held_words import FIGURES, Figure

LEVEL = 0.95
LEAST = 39
"""With fewer histories no rank is rare enough to lie outside `LEVEL`."""
KNOWN = 0.75
"""A figure is compared if so many of the histories have it."""
FLOWS = {"begun": "deals_begun", "won": "wins", "money": "bookings"}


@dataclass(frozen=True)
class Row:
    """One figure: the data's, and where the simulated histories lie. `p`: two-sided, by the rank of the data among them;
    `verdict`: inside, outside or not compared; `n` histories that have the figure.
    """

    figure: Figure
    data: float
    median: float
    band: tuple[float, float]
    wide: tuple[float, float]
    p: float
    verdict: str
    words: str
    n: int


@dataclass(frozen=True)
class Check:
    """The comparison, with what is to be drawn; `worlds` make a history of the size of the data. `notes` in words."""

    rows: list[Row]
    data: Seen
    histories: Sequence[Seen]
    alone: Sequence[Seen]
    worlds: int
    notes: list[str]

    @property
    def outside(self) -> list[Row]:
        """Figures that the scenario misses."""
        return [row for row in self.rows if row.verdict == "outside"]

    @property
    def compared(self) -> list[Row]:
        """Figures that could be compared."""
        return [row for row in self.rows if row.verdict != "not compared"]


def check(
    data: Seen, histories: Sequence[Seen], alone: Sequence[Seen], worlds: int = 1, notes: Sequence[str] = ()
) -> Check:
    """`histories` are as large as the data (`joined` in `held_out.py`), of so many `worlds` each; `alone`: single worlds, of
    the size that the scenario gives them.
    """
    found: dict[str, tuple[float, Floats]] = {}
    for name, flow in (("deals_begun", "begun"), ("bookings", "money")):
        found[f"{name}_as_it_stands"] = (
            float(weekly(data, flow).mean()),
            np.array([weekly(one, flow).mean() for one in alone]),
        )
    found |= _of_deals(data, histories) | _of_reps(data, alone) | _of_weeks(data, histories)
    rows = [judged(name, *found[name]) for name in FIGURES if name in found]
    return Check(rows, data, histories, alone, worlds, list(notes))


def _of_deals(data: Seen, histories: Sequence[Seen]) -> dict[str, tuple[float, Floats]]:
    own, theirs = figures(data), [figures(one) for one in histories]
    return {name: (own[name], np.array([one[name] for one in theirs])) for name in own}


def _of_reps(data: Seen, alone: Sequence[Seen]) -> dict[str, tuple[float, Floats]]:
    rng = generator(92)
    own, theirs, each = wins_compared(data, alone)
    mine = float(np.mean([top_share(thinned(own, each, rng)) for _ in range(200)]))
    shares = np.array([top_share(thinned(one, each, rng)) for one in theirs])
    return {
        "top_fifth_of_reps_share": (mine, shares),
        "rep_win_odds_sd": (rep_spread(data), np.array([rep_spread(one) for one in alone])),
    }


def _of_weeks(data: Seen, histories: Sequence[Seen]) -> dict[str, tuple[float, Floats]]:
    found = {}
    for flow, name in FLOWS.items():
        own, theirs = weekly(data, flow), np.array([weekly(one, flow) for one in histories])
        found[name] = (float(own.mean()), theirs.mean(axis=1))
        if flow == "money":
            rest = [inside(one, np.delete(theirs, k, axis=0)) for k, one in enumerate(theirs)]
            found["weeks_in_band"] = (inside(own, theirs), np.array(rest))
    return found


def inside(weeks: Floats, histories: Floats) -> float:
    """Share of the weeks inside the band of the histories (histories, weeks); nan where nothing is booked."""
    if not np.nansum(weeks) or not np.nansum(histories):
        return NAN
    low, high = limits(histories, BAND)
    return float(((low <= weeks) & (weeks <= high)).mean())


def limits(values: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the interval that holds the next of its kind in `level` of the cases, over the first axis."""
    shares = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(values, shares, axis=0, method="weibull")
    return low, high


def rank_p(value: float, others: Floats) -> float:
    """Two-sided p-value of a value among others of which it is one if all is well; ties count against a surprise."""
    below, above = ((others <= value).sum() + 1), ((others >= value).sum() + 1)
    return float(min(1.0, 2 * min(below, above) / (len(others) + 1)))


def judged(name: str, data: float, histories: Floats) -> Row:
    """One row: where the data lie."""
    figure = FIGURES[name]
    known = histories[np.isfinite(histories)]
    if not np.isfinite(data) or len(known) < max(LEAST, KNOWN * len(histories)):
        whose = "the data" if not np.isfinite(data) else "simulated histories"
        nothing = (NAN, NAN)
        words = f"not compared: too little in {whose}"
        if np.isfinite(data) and len(known) >= KNOWN * len(histories):
            words += f", fewer than {LEAST} have it (--worlds for more)"
        return Row(figure, data, NAN, nothing, nothing, NAN, "not compared", words, len(known))
    p, median = rank_p(data, known), float(np.median(known))
    band, wide = (
        (float(low), float(high)) for low, high in (limits(known, level) for level in (BAND, LEVEL))
    )
    if p >= 1 - LEVEL:
        return Row(figure, data, median, band, wide, p, "inside", "inside", len(known))
    said = figure.below if data < median else figure.above
    return Row(figure, data, median, band, wide, p, "outside", f"outside: the scenario {said}", len(known))
