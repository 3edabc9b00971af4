"""The chance and the pace of a deal as the model has them: hazards to advance, to be lost and to end undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import NAMES, WEEKS
from analysis.calibration.survival import aalen_johansen, at_risk, incidence_error
from analysis.crm.estimates.chances import FEW, resampled
from analysis.crm.estimates.hazards_told import (
    PARAMETERS,
    UNDECIDED_RANGE,
    UNDECIDED_SHARE,
    Ranges,
    hazards_told,
)
from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories
from analysis.crm.estimates.many_fits import Problem, fit_many, starts
from analysis.crm.finding import DRAWS, Estimate, Floats, cannot_tell, generator, interval, over

if TYPE_CHECKING:
    from analysis.crm.table import Crm

LEAST_AT_RISK, HIGH = 25, 0.4


@dataclass(frozen=True)
class Process:
    """Estimates of the parameters, and the fits behind them: `rows` (1 + DRAWS, 9) as in `opportunity.NAMES`, first that
    of the data; `gap` is the largest miss of a curve.
    """

    estimates: list[Estimate]
    rows: Floats
    gap: float


def at_proposal(crm: Crm, history: Histories) -> Estimate:
    """Share of deals with 40 % or more stated in their first week, of those that outlast it; closing forces an entry."""
    name, unit = "direct_proposal", "share"
    lasting = history.age >= 1
    n = int(lasting.sum())
    if crm.stated.empty or n < FEW:
        return cannot_tell(
            name, unit, "the data state no certainties, so stages at the start are not known", n
        )
    born = dict(zip(crm.deals["deal"][lasting], history.begun[lasting], strict=True))
    rows = crm.stated[(crm.stated["certainty"] >= HIGH) & crm.stated["deal"].isin(born)]
    early = rows["day"].to_numpy(float) < rows["deal"].map(born).to_numpy(float) + 7
    share = rows["deal"][early].nunique() / n
    draws = generator(21).binomial(n, share, size=DRAWS) / n
    words = f"of those still open after a week had {HIGH:.0%} or more stated in it"
    return Estimate(name, "found", share, *interval(draws), unit, n, words, "direct_proposal", draws)


def process(crm: Crm, history: Histories, ranges: Ranges, defaults: Mapping[str, float]) -> Process | None:
    """The model's opportunity fitted to the incidence curves, with a refit for each resample; None with few wins.

    What the data do not tell (losses, deals given up, the stage at the start) is varied over its range beside the fit of the
    rest: draw k of all parameters belongs together.
    """
    wins, losses, undecided = (history.number(cause) for cause in (WON, LOST, UNDECIDED))
    if wins < FEW:
        return None
    told = {"l": losses >= FEW, "q0": losses >= FEW, "n": undecided >= FEW}
    counts = _counts(history, told)
    causes = 3 if told["n"] and told["l"] else 2 if told["l"] else 1
    weight = 1.0 / np.maximum(incidence_error(counts)[:causes], 0.004)
    free = ["a1", "a2", "decline", *(["l", "q0", "n"] if told["l"] else [])]
    bounds = {fit: ranges[name] for name, fit in PARAMETERS.items()}
    start_share = at_proposal(crm, history)

    def problem(counts: Floats, pin: Floats) -> Problem:
        target = np.array([aalen_johansen(one)[:causes] for one in counts])
        return Problem(target, weight, pin if causes == 2 else None, free, bounds)

    first = starts()
    _fill(first, "p0", start_share.value if start_share.finding == "found" else defaults["direct_proposal"])
    if causes == 1:
        for name in ("loss", "no_decision", "early_loss"):
            _fill(first, PARAMETERS[name], defaults[name])
    tried, cost = fit_many(problem(np.repeat(counts[None], 3, 0), np.full(3, UNDECIDED_SHARE)), first)
    best = tried[int(cost.argmin())]
    draws = _draws(best, start_share, causes, ranges)
    pins = generator(22).uniform(*UNDECIDED_RANGE, DRAWS)
    refits, _ = fit_many(problem(resampled(counts, 23), pins), draws, rounds=15)
    rows = np.concatenate((best[None], refits))
    gap = float(
        np.abs(problem(counts[None], pins[:1]).take(best[None])[0][: weight.size] / weight.ravel()).max()
    )
    return Process(hazards_told(rows, told, start_share, wins, losses, undecided, ranges), rows, gap)


def _counts(history: Histories, told: Mapping[str, bool]) -> Floats:
    """(4, weeks) of endings as far as enough are followed; deals given up count as open where too few are recorded."""
    counts = history.counts()
    weeks = int(np.clip((at_risk(counts) >= LEAST_AT_RISK).sum(), 4, WEEKS - 1))
    counts = np.concatenate((counts, np.zeros((4, max(0, weeks - counts.shape[1])))), axis=1)
    late = counts[:, weeks:].sum()
    kept = counts[:, :weeks].copy()
    kept[0, -1] += late  # still open when too few are left to follow
    if not told["n"]:
        kept[0] += kept[3]
        kept[3] = 0
    if not told["l"]:
        kept[0] += kept[2]
        kept[2] = 0
    return kept


def _fill(rows: Floats, name: str, value: Floats | float) -> None:
    rows[:, NAMES.index(name)] = value


def _draws(best: Floats, start_share: Estimate, causes: int, ranges: Ranges) -> Floats:
    """Where the refits start: at the fit, with what is not fitted drawn from its range."""
    rows = np.tile(best, (DRAWS, 1))
    lot = generator(24).uniform(size=(4, DRAWS))
    told = start_share.draws
    _fill(rows, "p0", told if told is not None else over(ranges["direct_proposal"], lot[0]))
    if causes == 1:
        for k, name in enumerate(("loss", "no_decision", "early_loss"), start=1):
            _fill(rows, PARAMETERS[name], over(ranges[name], lot[k]))
    return rows
