"""Until when: the week in which a policy overtakes the baseline or falls behind it, for each outcome, and what reviews do.

A review goes by what the policy has brought so far, in the same world: it rejects what lies behind then. It is wrong where
that is not the side on which the policy ends. Nobody sees both worlds, so real reviews are wrong more often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.crossover import Crossover, complete, crossover
from analysis.paired import Estimate
from analysis.panel import Array, OutcomeInfo, Panel
from analysis.shares import Groups, share_of

WEEKS = (13, 26, 52)
"""Reviews, weeks after the start."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review in a week of the run. Shares of all worlds: `rejects` the policy, `wrongly` so, as it ends ahead; picks the
    `wrong` side, which may also be to keep what ends behind. `same`: no world shows any difference by then.
    """

    week: int
    wrong: Estimate
    rejects: Estimate
    wrongly: Estimate
    same: bool = False


@dataclass(frozen=True)
class UntilWhen:
    """One policy against the baseline. `crossings` and `reviews` are by outcome, those of `headline` first; `same` holds the
    outcomes that are equal in every world and week. `weeks` is the length of the run, `worlds` how many were compared.
    """

    policy: str
    baseline: str
    headline: str
    weeks: int
    worlds: int
    infos: Mapping[str, OutcomeInfo]
    crossings: Mapping[str, Crossover]
    reviews: Mapping[str, Sequence[Review]]
    same: frozenset[str]


def reviews(gap: Array, start_week: int, weeks: Sequence[int], groups: Groups | None = None) -> list[Review]:
    """`gap` (worlds, weeks since start), cumulative for flows and signed so that positive is better; NaN rows are left out.

    Weeks are after the start; those beyond the run are left out. `groups` (worlds,): the draw of each world.
    """
    whole = np.isfinite(gap).all(axis=1)
    rows = gap[whole]
    of = None if groups is None else groups[whole]
    found = []
    for week in weeks:
        if week <= rows.shape[1] and len(rows):
            then, end = rows[:, week - 1] < 0, rows[:, -1] < 0
            wrong, rejects, wrongly = (
                share_of(one.astype(float), of) for one in (then != end, then, then & ~end)
            )
            found.append(Review(start_week + week, wrong, rejects, wrongly, not rows[:, week - 1].any()))
    return found


def until_when(
    panel: Panel, pooled: Panel, policy: str, headline: str, groups: Groups | None = None
) -> UntilWhen:
    """`panel` has worlds, `pooled` what is independent among them (the same, or draws); `groups` the draw of each world.

    Outcomes without weeks or without a better side have neither crossings nor reviews.
    """
    order = [headline, *(name for name in panel.weekly if name != headline)]
    names = [name for name in order if name in panel.weekly and panel.outcomes[name].direction]
    signed = {name: panel.gap(name, policy) * panel.outcomes[name].sign for name in names}
    return UntilWhen(
        policy, panel.baseline, headline, panel.weeks, int(panel.pairs_present(policy).sum()), panel.outcomes,
        {name: crossover(pooled.gap(name, policy), panel.start_week, panel.outcomes[name].sign) for name in names},
        {name: reviews(signed[name], panel.start_week, WEEKS, groups) for name in names},
        frozenset(name for name in names if len(rows := complete(signed[name])) and not rows.any()),
    )  # fmt: skip
