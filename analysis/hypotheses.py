"""Claims against their worlds: supported, refuted or undecided, and how sure that is over all of them.

A claim has one or more parts; each says that an effect exceeds, in the claimed direction, the smallest effect that
matters. A part is supported if the 95 % interval of its effect lies beyond that, refuted if it lies wholly short of it,
else undecided. The interval is the paired t interval, for percentages Fieller's (see `analysis.paired`), for counts that
differ in few worlds an exact one (`analysis.rare`). A claim is
supported if all parts are; refuted if any is at a level divided by the number of parts (Bonferroni), since any will do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.paired import LEVEL, MIN_PAIRS, Estimate, percent_interval, t_interval
from analysis.panel import Array, OutcomeInfo
from analysis.rare import rare_differences

if TYPE_CHECKING:
    import pandas as pd

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
MAX_UNDEFINED = 0.1
"""With more pairs than this share without a number, the rest are a selection and nothing is decided."""


@dataclass(frozen=True)
class Sides:
    """The numbers of a comparison, world by world: shape (worlds,), NaN where there is none.

    `minus_policy` and `minus_base` are those of the comparison that is taken away, if there is one.
    """

    policy: Array
    base: Array
    minus_policy: Array | None = None
    minus_base: Array | None = None

    @property
    def usable(self) -> Any:
        """The worlds with a number on every side."""
        sides = [self.policy, self.base, self.minus_policy, self.minus_base]
        return np.isfinite(np.array([side for side in sides if side is not None])).all(axis=0)

    def only(self, worlds: Any) -> Sides:
        """Some of the worlds."""
        minus = (None if side is None else side[worlds] for side in (self.minus_policy, self.minus_base))
        return Sides(self.policy[worlds], self.base[worlds], *minus)


@dataclass(frozen=True)
class Margin:
    """What is claimed: `sign` * effect > `smallest`, in `unit` ("absolute", "percent" of the comparison's mean, or "sd")."""

    sign: int
    smallest: float
    unit: str

    @property
    def threshold(self) -> float:
        """The effect at which the claim turns."""
        return self.sign * self.smallest


@dataclass(frozen=True)
class Part:
    """One comparison, judged. `effect` is in the margin's unit; `p` is two-sided, of the effect being the threshold."""

    verdict: str
    effect: Estimate
    p: float
    undefined: int
    reason: str = ""


def judge(sides: Sides, margin: Margin) -> Part:
    """The verdict on one comparison."""
    use = sides.usable
    undefined = int((~use).sum())
    s = sides.only(use)
    effect = _estimate(s, margin.unit)
    if effect.low is None or effect.high is None:
        return Part(UNDECIDED, effect, 1.0, undefined, effect.reason)
    if undefined > MAX_UNDEFINED * len(use):
        return Part(
            UNDECIDED,
            effect,
            1.0,
            undefined,
            f"{undefined} of {len(use)} pairs have no number: a selection is left",
        )
    ends = sorted((margin.sign * effect.low, margin.sign * effect.high))
    verdict = SUPPORTED if ends[0] > margin.smallest else REFUTED if ends[1] < margin.smallest else UNDECIDED
    return Part(verdict, effect, _p_value(s, margin), undefined)


def overall(parts: Sequence[Part]) -> tuple[str, float]:
    """A claim's verdict, and the p value that counts: the largest when all must hold, else that of the refuted part.

    A claim can be refuted by any of its parts, so that p value is multiplied by their number, and must be small even then.
    """
    verdicts = {part.verdict for part in parts}
    if REFUTED in verdicts:
        p = min(1.0, len(parts) * min(part.p for part in parts if part.verdict == REFUTED))
        return (REFUTED if p <= 1 - LEVEL else UNDECIDED), p
    p = max(part.p for part in parts)
    return (SUPPORTED if verdicts == {SUPPORTED} else UNDECIDED), p


def holm(p_values: Sequence[float], level: float = 1 - LEVEL) -> list[bool]:
    """Which of several findings stand when the chance of any false one is to be at most `level` (Holm 1979)."""
    stands = [False] * len(p_values)
    for rank, k in enumerate(sorted(range(len(p_values)), key=lambda k: p_values[k])):
        if p_values[k] > level / (len(p_values) - rank):
            break
        stands[k] = True
    return stands


def expected_false(claims: int) -> float:
    """False "supported" to be expected at most, were every effect exactly the smallest that matters."""
    return claims * (1 - LEVEL) / 2


def difference(s: Sides) -> Array:
    """Policy less comparison, less the same of what is taken away; (worlds,)."""
    gap = s.policy - s.base
    if s.minus_policy is not None and s.minus_base is not None:
        gap = gap - (s.minus_policy - s.minus_base)
    return gap


def _estimate(s: Sides, unit: str) -> Estimate:
    if unit == "percent" and s.minus_policy is None:
        return percent_interval(s.policy - s.base, s.base)
    if len(s.policy) < MIN_PAIRS:
        return t_interval(difference(s))
    if rare := rare_differences(difference(s), _counts(s, unit)):
        return Estimate(float(difference(s).mean()), *rare.interval(LEVEL), len(s.policy))
    values = _linear(s, unit)
    if values is None:
        what = "mean of the comparison is zero" if unit == "percent" else "comparison never varies"
        return Estimate(None, None, None, len(s.policy), f"the {what}: no such unit")
    return t_interval(values)


def _counts(s: Sides, unit: str) -> bool:
    """Whether whole numbers are compared as they are."""
    sides = [side for side in (s.policy, s.base, s.minus_policy, s.minus_base) if side is not None]
    return unit == "absolute" and all(bool((side == np.rint(side)).all()) for side in sides)


def _linear(s: Sides, unit: str) -> Array | None:
    """One value per world whose mean is the effect; a ratio of means is replaced by its linearisation."""
    if unit == "absolute":
        return difference(s)
    if unit == "sd":
        spread = float(s.base.std(ddof=1))
        if not spread > 0:
            return None
        gap, far = difference(s) / spread, ((s.base - s.base.mean()) / spread) ** 2
        values: Array = gap - gap.mean() / 2 * (far - far.mean())  # the spread is an estimate too
        return values
    parts = [_linear_ratio(s.policy - s.base, s.base)]
    if s.minus_policy is not None and s.minus_base is not None:
        parts.append(_linear_ratio(s.minus_policy - s.minus_base, s.minus_base))
    if any(part is None for part in parts):
        return None
    return parts[0] if len(parts) == 1 else parts[0] - parts[1]  # type: ignore[operator]


def _linear_ratio(gap: Array, base: Array) -> Array | None:
    """Percent of the mean of `base`, linearised around the ratio of means."""
    mean = float(base.mean())
    if mean == 0:
        return None
    ratio = float(gap.mean()) / mean
    values: Array = 100 * np.sign(mean) * (ratio + (gap - ratio * base) / mean)
    return values


def _p_value(s: Sides, margin: Margin) -> float:
    """Two-sided, of the effect being the smallest that matters; the test whose interval `_estimate` gives."""
    from scipy.special import stdtr

    if rare := rare_differences(difference(s), _counts(s, margin.unit)):
        return rare.p_value(margin.threshold)
    if margin.unit == "percent" and s.minus_policy is None:
        values: Array | None = s.policy - s.base - margin.threshold / 100 * np.sign(s.base.mean()) * s.base
    else:
        values = _linear(s, margin.unit)
        values = None if values is None else values - margin.threshold
    if values is None:
        return 1.0
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    if error == 0:
        return float(values.mean() == 0)
    return float(2 * stdtr(len(values) - 1, -abs(float(values.mean())) / error))


def outcome_values(tables: Any, policy: str, info: OutcomeInfo, first: int, last: int) -> pd.Series[float]:
    """An outcome of a policy by replication, reduced over weeks `first` to `last` as the outcome says."""
    if not info.weekly:
        runs = tables.runs[tables.runs["policy"] == policy]
        return _floats(runs.set_index("replication")[info.name])
    rows = tables.periods[tables.periods["policy"] == policy]
    if info.reduce == "last":
        return _floats(rows[rows["week"] == last].set_index("replication")[info.name])
    rows = rows[(rows["week"] >= first) & (rows["week"] <= last)]
    grouped = rows.groupby("replication")[info.name]
    return _floats(grouped.sum() if info.flow else grouped.mean())


def _floats(column: pd.Series[Any]) -> pd.Series[float]:
    return column.astype(float)
