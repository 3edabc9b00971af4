"""What to watch: early signals of a policy that will end behind the baseline, and when to stop.

A *case* is a world (or a world at a point of a sweep). A policy *goes wrong* in a case where it ends behind the baseline in
the same world. A signal is what a CRM shows of the policy's own first weeks; nobody sees the other world. A rule says: stop
if the signal lies below (or above) a threshold.

**Threshold.** The one that loses least over the cases: a false stop loses the lead the policy would have had, a missed stop
what it falls behind. Side and threshold are chosen by the cases.

**Rates.** Of cases that had no part in choosing: tenfold cross-validation, folds by a fixed generator, worlds of one
point in one fold. Intervals are Wilson's (1927), widened for worlds of one point or draw (`analysis.shares`). A rule is
worth something only if it loses clearly less than the better of always and never stopping: a paired t interval over cases
(points), for the best rule at a level that holds for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.paired import Estimate, t_interval, widened
from analysis.panel import AnalysisError, Array
from analysis.shares import Groups, share_of
from analysis.verdict import together

LEAST_CASES, LEAST_OF_A_KIND = 20, 5
FOLDS = 10
_KEY = 20_261_129


@dataclass(frozen=True, slots=True)
class Watch:
    """One signal on one day. Stop if it lies on `side` (-1 below, +1 above) of `threshold`, chosen with all cases.

    `false_stop`: share of cases that would have gone well and are stopped, `missed_stop`: of those that go wrong and are
    not; both of cases that had no part in choosing. `auc`: chance that a case that goes wrong has the more alarming signal.
    `saves`: what the rule loses less than the better of always and never stopping, a case, in the outcome's unit.
    """

    signal: str
    week: int
    side: int
    threshold: float
    false_stop: Estimate
    missed_stop: Estimate
    auc: float
    saves: Estimate


@dataclass(frozen=True, slots=True)
class Watching:
    """The answer: `rules` best first, where any can be learned; `why` says why there are none."""

    policy: str
    outcome: str
    cases: int
    wrong: Estimate
    rules: tuple[Watch, ...]
    why: str = ""

    @property
    def clear(self) -> bool:
        """Does the best rule save something, though it is the best of many? Bonferroni over all that were tried."""
        return bool(self.rules) and stands_out(self.rules[0].saves, len(self.rules))


def stands_out(saves: Estimate, tried: int) -> bool:
    """Does a rule save something, at a level that holds for all `tried` rules together?"""
    low = widened(saves, together(tried)).low
    return low is not None and low > 0


def watching(
    policy: str,
    outcome: str,
    lead: Array,
    signals: Mapping[tuple[str, int], Array],
    groups: Groups | None = None,
) -> Watching:
    """Rules from `lead` (cases,), signed so that positive is better, and signals (cases,) by (name, week).

    `groups` (cases,) are points: cases of one are no evidence of each other. Cases without a lead are left out, and for a
    signal those without it. AnalysisError with fewer than `LEAST_CASES`.
    """
    known = np.isfinite(lead)
    groups = np.arange(len(lead)) if groups is None else groups
    enough(int(known.sum()))
    bad = lead[known] < 0
    wrong = share_of(bad.astype(float), groups[known])
    if not lead[known].any():
        same = f"no difference can be seen: '{policy}' and the baseline end the same in all {len(bad)} worlds"
        return Watching(policy, outcome, len(bad), wrong, (), same)
    few = min(int(bad.sum()), int((~bad).sum()))
    if few < LEAST_OF_A_KIND:
        kind = "goes wrong" if bad.mean() < 0.5 else "goes well"
        why = f"'{policy}' {kind} in only {few} of {len(bad)} worlds: there is nothing to learn a threshold from"
        return Watching(policy, outcome, len(bad), wrong, (), why)
    rules = []
    for (name, week), values in signals.items():
        use = known & np.isfinite(values)
        good = int((lead[use] >= 0).sum())
        if min(good, int(use.sum()) - good) >= LEAST_OF_A_KIND and np.ptp(values[use]) > 0:
            rules.append(_rule(name, week, lead[use], values[use], groups[use]))
    rules.sort(key=lambda rule: (-(rule.saves.mean or 0.0), rule.week, rule.signal))
    why = "" if rules else "no signal differs between worlds that go well and worlds that go wrong"
    return Watching(policy, outcome, len(bad), wrong, tuple(rules), why)


def enough(worlds: int) -> None:
    """AnalysisError where so few worlds teach nothing."""
    if worlds < LEAST_CASES:
        few = f"{worlds} world is" if worlds == 1 else f"{worlds} worlds are"
        raise AnalysisError(
            f"{few} too few to learn what to watch: {LEAST_CASES} or more are needed (the command that made the run "
            f"adds them, with --replications {LEAST_CASES} and without --until-decided)"
        )


def _rule(name: str, week: int, lead: Array, values: Array, groups: Groups) -> Watch:
    side, threshold = _chosen(lead, values)
    stops = _held_out(lead, values, groups)
    bad = lead < 0
    losses = np.where(stops, np.maximum(lead, 0.0), np.maximum(-lead, 0.0))
    usual = min((np.maximum(lead, 0.0), np.maximum(-lead, 0.0)), key=lambda one: float(one.mean()))
    by_group = [float((usual - losses)[groups == g].mean()) for g in np.unique(groups)]
    return Watch(
        name, week, side, threshold,
        share_of(stops[~bad].astype(float), groups[~bad]), share_of((~stops)[bad].astype(float), groups[bad]),
        _auc(side * values, bad), t_interval(np.array(by_group)),
    )  # fmt: skip


def _chosen(lead: Array, values: Array) -> tuple[int, float]:
    """Side and threshold that lose least over these cases; half-way between two values, or beyond all of them."""
    best = (np.inf, -1, -np.inf)
    for side in (-1, 1):
        order = np.argsort(side * values, kind="stable")[::-1]  # the most alarming first
        alarm, ahead = (side * values)[order], lead[order]
        losses = np.concatenate([[0.0], np.cumsum(ahead)]) + np.maximum(-lead, 0.0).sum()  # the first k stop
        apart = np.concatenate([[True], alarm[1:] < alarm[:-1], [True]])  # ties stop together
        place = int(np.flatnonzero(apart)[np.argmin(losses[apart])])
        if losses[place] < best[0]:
            if place in (0, len(alarm)):
                edge = np.inf if place == 0 else -np.inf
            else:
                edge = (alarm[place - 1] + alarm[place]) / 2
            best = (float(losses[place]), side, side * float(edge))
    return best[1], best[2]


def stopped(values: Array, side: int, threshold: float) -> npt.NDArray[np.bool_]:
    """Which cases a rule stops."""
    return np.asarray(side * values > side * threshold)


def _held_out(lead: Array, values: Array, groups: Groups) -> npt.NDArray[np.bool_]:
    """What rules chosen without a case's fold do in it."""
    names, place = np.unique(groups, return_inverse=True)
    folds = np.random.Generator(np.random.Philox(key=_KEY)).permutation(len(names)) % FOLDS
    fold = folds[place]
    stops = np.zeros(len(lead), bool)
    for k in range(FOLDS):
        out = fold == k
        if out.any() and (~out).any():
            stops[out] = stopped(values[out], *_chosen(lead[~out], values[~out]))
    return stops


def _auc(alarm: Array, bad: npt.NDArray[np.bool_]) -> float:
    """Mann-Whitney: how often a bad case is more alarming than a good one, ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(alarm)
    n, m = int(bad.sum()), int((~bad).sum())
    return float((ranks[bad].sum() - n * (n + 1) / 2) / (n * m))
