"""The chance and the pace of a deal as the model has them: hazards to advance, to be lost and to end undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import NAMES, WEEKS
from analysis.calibration.survival import aalen_johansen, at_risk, incidence_error
from analysis.crm.estimates.chances import FEW, resampled
from analysis.crm.estimates.engine import USUAL_PART, Scores, curves
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
    of the data; `gap` is the largest miss of a curve; `scores` are those the fit was made with.
    """

    estimates: list[Estimate]
    rows: Floats
    gap: float
    scores: Scores


def at_proposal(crm: Crm, history: Histories) -> Estimate:
    """Share of deals with 40 % or more stated in their first week, of those that outlast it; closing forces an entry.

    More than begin as proposals: some become one within that week.
    """
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
    words = f"of those still open after a week had {HIGH:.0%} or more stated in it; so many begin there"
    return Estimate(name, "found", share, *interval(draws), unit, n, words, "direct_proposal", draws)


@dataclass(frozen=True)
class Curves:
    """What the opportunity is fitted to: `counts` (4, weeks) of endings and their `resamples` (DRAWS, 4, weeks), which
    hazards they tell, the stage at the start, and how many deals were won, lost and given up.
    """

    counts: Floats
    resamples: Floats
    told: Mapping[str, bool]
    start_share: Estimate
    ended: tuple[int, int, int]
    ranges: Ranges
    defaults: Mapping[str, float]

    @property
    def causes(self) -> int:
        """How many of won, lost, no decision have a curve to fit."""
        return 3 if self.told["n"] and self.told["l"] else 2 if self.told["l"] else 1

    @property
    def weight(self) -> Floats:
        """(causes, weeks)."""
        return np.asarray(1.0 / np.maximum(incidence_error(self.counts)[: self.causes], 0.004))

    def problem(self, counts: Floats, pin: Floats, early: Floats | None, scores: Scores) -> Problem:
        """The fit to sets of counts, (fits, 4, weeks), with their shares of no decision and of early proposals."""
        target = np.array([aalen_johansen(one)[: self.causes] for one in counts])
        one = self.start_share
        known = one.finding == "found"
        free = [
            "a1",
            "a2",
            "decline",
            *(["l", "q0", "n"] if self.told["l"] else []),
            *(["p0"] if known else []),
        ]
        sure = float(1 / np.sqrt(max(one.value * (1 - one.value), 0.01) / one.n)) if known else 0.0
        bounds = {fit: self.ranges[name] for name, fit in PARAMETERS.items()}
        pins = pin if self.causes == 2 else None
        return Problem(target, self.weight, pins, early if known else None, sure, scores, free, bounds)

    def best(self, scores: Scores, part: float, near: Floats | None = None) -> Floats:
        """The fit to the data, (9,), if values spread the scores by `part`; `near`: one with other scores to start at."""
        if near is not None:
            return self._fitted(near[None].copy(), scores, part)
        first = starts()
        known = self.start_share.finding == "found"
        _fill(first, "p0", self.start_share.value if known else self.defaults["direct_proposal"])
        if self.causes == 1:
            for name in ("loss", "no_decision", "early_loss"):
                _fill(first, PARAMETERS[name], self.defaults[name])
        return self._fitted(first, scores, part)

    def _fitted(self, first: Floats, scores: Scores, part: float) -> Floats:
        _fill(first, "sigma_z", scores.total(part))
        many = len(first)
        early, pins = np.full(many, self.start_share.value), np.full(many, UNDECIDED_SHARE)
        problem = self.problem(np.repeat(self.counts[None], many, 0), pins, early, scores)
        tried, cost = fit_many(problem, first)
        return np.asarray(tried[int(cost.argmin())])


def followed(crm: Crm, history: Histories, ranges: Ranges, defaults: Mapping[str, float]) -> Curves | None:
    """What there is to fit; None with few wins."""
    wins, losses, undecided = (history.number(cause) for cause in (WON, LOST, UNDECIDED))
    if wins < FEW:
        return None
    told = {"l": losses >= FEW, "q0": losses >= FEW, "n": undecided >= FEW}
    ended = (wins, losses, undecided)
    whole = history.counts()
    weeks = int(np.clip((at_risk(whole) >= LEAST_AT_RISK).sum(), 4, WEEKS - 1))
    resamples = resampled(whole, 23)
    counts, drawn = (_kept(one, weeks, told) for one in (whole, resamples))
    return Curves(counts, drawn, told, at_proposal(crm, history), ended, ranges, defaults)


def process(
    of: Curves,
    scores: Scores | None = None,
    part: float = USUAL_PART,
    doubt: float = 0.0,
    near: Floats | None = None,
) -> Process:
    """The model's opportunity fitted to the incidence curves, with a refit for each resample.

    What the data do not tell (losses, deals given up, the stage at the start) is varied over its range beside the fit of the
    rest: draw k of all parameters belongs together. `doubt` (logits) is that of the mean score of these people: a higher one
    with lower hazards to advance and higher ones to end is the same deal.
    """
    scores = scores or Scores()
    best = of.best(scores, part, near)
    pins = generator(22).uniform(*UNDECIDED_RANGE, DRAWS)
    problem = of.problem(of.resamples, pins, of.start_share.draws, scores)
    refits, _ = fit_many(problem, _draws(best, of), rounds=15)
    turn = np.exp(doubt * generator(25).standard_normal((DRAWS, 1)) / 2)
    for names, factor in ((("a1", "a2"), 1 / turn), (("l", "n"), turn)):
        refits[:, [NAMES.index(name) for name in names]] *= factor
    rows = np.concatenate((best[None], refits))
    gap = np.abs(
        curves(best[None], scores, of.weight.shape[1])[0][: of.causes, 0]
        - aalen_johansen(of.counts)[: of.causes]
    )
    return Process(
        hazards_told(rows, of.told, of.start_share, *of.ended, of.ranges), rows, float(gap.max()), scores
    )


def _kept(counts: Floats, weeks: int, told: Mapping[str, bool]) -> Floats:
    """(..., 4, weeks) of endings as far as enough are followed; deals given up count as open where too few are recorded."""
    missing = max(0, weeks - counts.shape[-1])
    counts = np.concatenate((counts, np.zeros((*counts.shape[:-1], missing))), axis=-1)
    late = counts[..., weeks:].sum(axis=(-2, -1))
    kept = counts[..., :weeks].copy()
    kept[..., 0, -1] += late  # still open when too few are left to follow
    for cause, name in ((UNDECIDED, "n"), (LOST, "l")):
        if not told[name]:
            kept[..., 0, :] += kept[..., cause, :]
            kept[..., cause, :] = 0
    return kept


def _fill(rows: Floats, name: str, value: Floats | float) -> None:
    rows[:, NAMES.index(name)] = value


def _draws(best: Floats, of: Curves) -> Floats:
    """Where the refits start: at the fit, with what is not fitted drawn from its range."""
    rows = np.tile(best, (DRAWS, 1))
    lot = generator(24).uniform(size=(4, DRAWS))
    if of.start_share.finding != "found":
        _fill(rows, "p0", over(of.ranges["direct_proposal"], lot[0]))
    if of.causes == 1:
        for k, name in enumerate(("loss", "no_decision", "early_loss"), start=1):
            _fill(rows, PARAMETERS[name], over(of.ranges[name], lot[k]))
    return rows
