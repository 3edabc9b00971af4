"""Which policy is best on the headline outcome, and is that decided?

**Rule.** A verdict is decided when (1) the best policy has a probability of at least 0.95 of having the best
mean (`analysis.resampling.means_likely`) and (2) its paired difference to every other policy excludes zero in a
t interval at 1 - 0.05/(k - 1), k policies (Bonferroni). A wrong policy can then be declared best in at most
2.5 % of experiments: it would have to beat the true best one, which happens with probability 0.025/(k - 1) for
each of the k - 1 wrong ones.

**Draws.** Where worlds take draws of what is uncertain, replications are draws (`analysis.doubt`). The best policy must
then be compared with each other one in at least `LEAST_DRAWS`, and intervals are widened for skewness
(`analysis.paired.skew_interval`). What turns the answer in a fifth of all draws is among 15 with 96 %, among three with
49 %: a t interval does not know of what it has not seen (docs/decisions/0012).

**Means.** Policies are ranked by their mean paired difference to the baseline, so a failed run drops only its
own pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.language import say
from analysis.paired import LEVEL, MIN_PAIRS, Estimate, skew_interval, t_interval, z_quantile
from analysis.panel import AnalysisError, Array, Panel, reduce_weeks
from analysis.resampling import means_likely

if TYPE_CHECKING:
    from analysis.until_text import Until

SURE = 0.95
POWER_QUANTILE = 0.8416  # of the standard normal: 80 % power
TOO_MANY = 100_000
ROUGH = 20
"""Replications below which a chance of being best is said to be rough: it rests on the spread between worlds, which
20 show to within a third (95 % interval of a standard deviation: .76 to 1.46 times what is seen; with 8 .66 to 2.04)."""
LEAST_DRAWS = 15
"""What turns the answer in a fifth of all draws is among so many with 1 - .8^15 = 96 %; with one fewer, and what else may
go wrong, two equal policies are told apart in more than 5 % of experiments."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one outcome. Regret and `margin` are in the outcome's unit (cents for money).

    `probability_best[p]` and `expected_regret[p]` (what choosing p costs on average against the best mean) are over
    the means that the worlds seen allow; None for a policy with fewer than three worlds.
    `rival` is the policy hardest to tell from the best, `margin` best minus rival at the corrected level.
    `more_replications`: how many more would likely (80 %) settle it; None if decided or out of reach. `draws`: of what is
    uncertain about the world, in which the best was compared with each other; `least_draws` are needed. None without draws.
    """

    outcome: str
    best: str
    probability_best: dict[str, float | None]
    expected_regret: dict[str, float | None]
    decided: bool
    rival: str | None
    margin: Estimate | None
    replications: int
    more_replications: int | None
    rule: str
    comparisons: int = 0  # policies that the best one was compared with, at once
    draws: int | None = None
    least_draws: int | None = None
    until: Until | None = None  # where worlds were added until it was decided

    def _repr_html_(self) -> str:
        from analysis.notebook import decision_html

        return decision_html(self)


def decide(panel: Panel, outcome: str, values: Array | None = None, *, of_draws: bool = False) -> Verdict:
    """Decide on `outcome`; `values` (policies, replications) replaces the runs' final values, e.g.

    for a shorter horizon. `of_draws`: the replications are draws of what is uncertain, and there must be enough.
    """
    info = panel.outcomes[outcome]
    if info.direction == 0:
        raise AnalysisError(
            f"'{outcome}' has no better side, so no policy can be best on it: choose another outcome"
        )
    signed = (panel.final[outcome] if values is None else values) * info.direction
    ahead = signed - signed[panel.index(panel.baseline)]
    usable = np.isfinite(ahead)
    counts = usable.sum(axis=1)
    replications = int(usable[panel.index(panel.baseline)].sum())
    if replications == 0:
        raise AnalysisError(
            f"the baseline '{panel.baseline}' has no finished run with a number for '{outcome}'"
        )
    filled = np.where(usable, ahead, 0.0)
    means = np.where(counts > 0, filled.sum(axis=1) / np.maximum(counts, 1), -np.inf)
    best = int(means.argmax())
    probability, regret = _chances(filled, usable, counts)
    rival, margin, decided_against_all, needed = _margins(signed, best, of_draws)
    others = [p for p in range(len(signed)) if p != best and np.isfinite(signed[p]).any()]
    together_in = [int(np.isfinite(signed[best] - signed[p]).sum()) for p in others]
    compared = len(others)
    names = panel.policies
    chance = probability[best]
    decided = decided_against_all and chance is not None and chance >= SURE
    more = None if decided or needed is None else max(needed - replications, 1)
    return Verdict(
        outcome=outcome,
        best=names[best],
        probability_best=dict(zip(names, probability, strict=True)),
        expected_regret=dict(zip(names, regret, strict=True)),
        decided=decided,
        rival=None if rival is None else names[rival],
        margin=margin,
        replications=replications,
        more_replications=more if more is None or more <= TOO_MANY else None,
        rule=_rule(compared, replications, of_draws),
        comparisons=compared,
        draws=min(together_in, default=replications) if of_draws else None,
        least_draws=LEAST_DRAWS if of_draws else None,
    )


def _rule(comparisons: int, replications: int, of_draws: bool) -> str:
    if comparisons < 1:
        return say("Only one policy has finished runs: there is nothing to choose between.")
    if replications < MIN_PAIRS and of_draws:
        return say("Needs at least {least} draws; there are {seen}.", least=MIN_PAIRS, seen=replications)
    if replications < MIN_PAIRS:
        return say(
            "Needs at least {least} replications; there are {seen}.", least=MIN_PAIRS, seen=replications
        )
    rule = say(
        "Decided when the best policy has a probability of at least {sure} of the best mean and its paired "
        "difference to each other policy excludes zero in an interval of {level:.4g} % "
        "({comparisons} comparisons, Bonferroni: all of them hold together with {all:.0%}).",
        sure=SURE, level=100 * together(comparisons), comparisons=comparisons, all=LEVEL,
    )  # fmt: skip
    if of_draws:
        rule += say(
            " The intervals are widened for skewness, and rest on at least {least} draws of what is uncertain: what "
            "turns the answer in a fifth of all draws is then among them.",
            least=LEAST_DRAWS,
        )
    return rule


def rule_in_words(verdict: Verdict) -> str:
    """The rule by which it was decided, in the language of the block."""
    seen = verdict.replications if verdict.draws is None else verdict.draws
    return _rule(verdict.comparisons, seen, verdict.draws is not None)


def rough_chances(replications: int, draws: int | None = None) -> str:
    """A warning where worlds, or draws where there are any, are too few to rely on the chances of being best; else empty."""
    number = replications if draws is None else draws
    if not MIN_PAIRS <= number < ROUGH:
        return ""
    if draws is None:
        return say("rough with {number} worlds; {enough} or more make it firm", number=number, enough=ROUGH)
    return say(
        "rough with {number} draws of what is uncertain; {enough} or more make it firm",
        number=number,
        enough=ROUGH,
    )


def together(comparisons: int) -> float:
    """Level of each of so many intervals that all hold together with 95 % (Bonferroni)."""
    return 1 - (1 - LEVEL) / max(comparisons, 1)


def _chances(
    filled: Array, usable: npt.NDArray[np.bool_], counts: Array
) -> tuple[list[float | None], list[float | None]]:
    """Probability of the best mean (ties shared) and expected regret, per policy with enough worlds."""
    known = np.flatnonzero(counts >= MIN_PAIRS)
    probability: list[float | None] = [None] * len(counts)
    regret: list[float | None] = [None] * len(counts)
    if not len(known):
        return probability, regret
    means = means_likely(filled[known], usable[known])
    top = means.max(axis=1, keepdims=True)
    tied = np.isclose(means, top, rtol=1e-12, atol=0.0)
    shares = (tied / tied.sum(axis=1, keepdims=True)).mean(axis=0)
    for policy, share, lost in zip(known, shares, (top - means).mean(axis=0), strict=True):
        probability[policy], regret[policy] = float(share), float(lost)
    return probability, regret


def _margins(
    signed: Array, best: int, of_draws: bool
) -> tuple[int | None, Estimate | None, bool, int | None]:
    """Hardest rival, best minus rival, whether best clearly beats all in enough pairs, and how many would let it."""
    least, interval = (LEAST_DRAWS, skew_interval) if of_draws else (MIN_PAIRS, t_interval)
    others = [p for p in range(len(signed)) if p != best and np.isfinite(signed[p]).any()]
    if not others:
        return None, None, False, None
    level = together(len(others))
    hardest: tuple[float, int, Estimate] | None = None
    needed: int | None = 0
    all_clear = True
    for other in others:
        difference = signed[best] - signed[other]
        difference = difference[np.isfinite(difference)]
        margin = interval(difference, level)
        if margin.mean is None or margin.low is None:
            all_clear, needed, strength = False, None, -math.inf
        else:
            spread = float(difference.std(ddof=1))
            strength = (
                math.inf if spread == 0 and margin.mean > 0 else margin.mean / spread if spread else 0.0
            )
            all_clear = all_clear and margin.low > 0 and margin.n >= least
            wanted = _pairs_needed(strength, level)
            needed = None if needed is None or wanted is None else max(needed, wanted, least)
        if hardest is None or strength < hardest[0]:
            hardest = (strength, other, margin)
    assert hardest is not None
    return hardest[1], hardest[2], all_clear, needed


def _pairs_needed(strength: float, level: float) -> int | None:
    """Pairs after which a mean of `strength` standard deviations excludes zero with 80 % probability."""
    if strength <= 0:
        return None
    if math.isinf(strength):
        return MIN_PAIRS
    wanted = ((z_quantile(level) + POWER_QUANTILE) / strength) ** 2
    return None if wanted > 10 * TOO_MANY else math.ceil(wanted) + 2


@dataclass(frozen=True, slots=True)
class Horizon:
    """The verdict read early: `week` weeks instead of all; `changed` if another policy would be best."""

    weeks: int
    best: str
    decided: bool
    changed: bool


def shorter_horizon(panel: Panel, verdict: Verdict, share: float = 0.8) -> Horizon | None:
    """The decision at a share of the horizon; None without weekly values or weeks after the start."""
    values = panel.weekly.get(verdict.outcome)
    weeks = math.floor(share * panel.weeks)
    if values is None or weeks <= panel.start_week:
        return None
    how = panel.outcomes[verdict.outcome].reduce
    until = reduce_weeks(values[..., :weeks], how, panel.start_week)
    early = decide(panel, verdict.outcome, until, of_draws=verdict.draws is not None)
    return Horizon(weeks, early.best, early.decided, early.best != verdict.best)
