"""Differences between two policies that lived the same worlds.

Intervals of means are paired t intervals. Measured on skewed differences (tests/analysis/test_coverage.py),
they cover 95.5, 94.3 and 95.0 % with 5, 10 and 50 pairs; percentile bootstraps cover 84, 89 and 94 %, and BCa
88 % with 8 pairs. Ratios use Fieller (1954): 95.5 and 95.1 % with 5 and 20 pairs. What is told of a
policy leaves it out where the baseline's own mean is hardly known (`told_percent`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.language import mark
from analysis.panel import Array

MIN_PAIRS = 3
FEW = {
    1: mark("1 replication: an interval needs at least 3"),  # MIN_PAIRS
    2: mark("2 replications: an interval needs at least 3"),
}
NO_PAIR = mark("no pair with a number on both sides")
LEVEL = 0.95
KNOWN = 1 / 3
"""The baseline's own mean is known where the half width of its interval is at most so much of it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval; `low` and `high` are None when there is none, and `reason` then says why."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""

    @property
    def clear(self) -> bool:
        """The interval exists and leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def data(self) -> dict[str, float | None]:
        """As `--json` has it."""
        return {"mean": self.mean, "ci_low": self.low, "ci_high": self.high}


def t_quantile(level: float, freedom: int) -> float:
    """Two-sided quantile of Student's t, e.g. 2.01 for 0.95 and 49 degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def z_quantile(level: float) -> float:
    """Two-sided quantile of the normal distribution, e.g. 1.96 for 0.95."""
    from scipy.special import ndtri  # not the whole of scipy.stats, which takes a second to load

    return float(ndtri(0.5 + 0.5 * level))


def t_interval(values: Array, level: float = LEVEL) -> Estimate:
    """Mean of independent values with its t interval. NaNs are left out (the caller counts them)."""
    values = values[np.isfinite(values)]
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, NO_PAIR)
    mean = float(values.mean())
    if n < MIN_PAIRS:
        return Estimate(mean, None, None, n, FEW[n])
    half = t_quantile(level, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def skew_interval(values: Array, level: float = LEVEL) -> Estimate:
    """The t interval, widened on the side of the long tail where the transformation of Hall goes further (1992, Journal
    of the Royal Statistical Society B 54). NaNs are left out.

    Of two policies that are equal on average the t interval of 20 draws calls one better in 8 % of experiments where a fifth
    of all draws turns the answer, or the draws' effect is exponential; this in 2 and 4 %, and in 4 % under the normal.
    """
    plain = t_interval(values, level)
    values = values[np.isfinite(values)]
    n = len(values)
    if plain.mean is None or plain.low is None or plain.high is None or plain.low == plain.high:
        return plain
    reach = t_quantile(level, n - 1) / math.sqrt(n)
    spread = float(values.std(ddof=1))
    low, high = (plain.mean - spread * skew_reach(values, side * reach) for side in (1, -1))
    return Estimate(plain.mean, min(low, plain.low), max(high, plain.high), n)


def skew_reach(values: Array, reach: float) -> float:
    """How far below the mean, in standard deviations, the end of an interval lies that without skewness would lie `reach`
    below (Hall's transformation, from the skewness of these values, three or more that differ).
    """
    n, mean, spread = len(values), float(values.mean()), float(values.std(ddof=1))
    skew = float(((values - mean) ** 3).mean()) / spread**3 * n * n / ((n - 1) * (n - 2))
    if abs(skew) < 1e-6:
        return reach
    return float(3 / skew * (np.cbrt(1 + skew * (reach - skew / (6 * n))) - 1))


def widened(estimate: Estimate, level: float) -> Estimate:
    """The same mean with the t interval of another level, from its 95 % t interval."""
    if estimate.mean is None or estimate.low is None or estimate.high is None:
        return estimate
    half = (estimate.high - estimate.low) / 2
    half *= t_quantile(level, estimate.n - 1) / t_quantile(LEVEL, estimate.n - 1)
    return Estimate(estimate.mean, estimate.mean - half, estimate.mean + half, estimate.n)


def level_interval(values: Array, level: float = LEVEL) -> Estimate:
    """Mean of independent values: Wilson's interval (1927) where all are 0 or 1, else the t interval."""
    known = values[np.isfinite(values)]
    n = len(known)
    if n < MIN_PAIRS or not np.isin(known, (0.0, 1.0)).all():
        return t_interval(values, level)
    share = float(known.mean())
    return Estimate(share, *wilson(share, n, z_quantile(level)), n)


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval (1927) of a share of `n` cases, `z` standard errors to either side."""
    size = 2 * (n + z**2)
    middle, half = (2 * n * share + z**2) / size, z / size * math.sqrt(4 * n * share * (1 - share) + z**2)
    return middle - half if share > 0 else 0.0, middle + half if share < 1 else 1.0


def percent_interval(difference: Array, base: Array, level: float = LEVEL) -> Estimate:
    """Mean difference in percent of the baseline's mean: ratio of means, Fieller interval over pairs.

    `difference` and `base` have shape (pairs,) and no NaN. The sign is that of the difference also where the
    baseline's mean is negative. Without bounds (baseline not clearly away from zero) the interval is None,
    with the reason.
    """
    n = len(difference)
    if n == 0:
        return Estimate(None, None, None, 0, NO_PAIR)
    top, bottom = float(difference.mean()), float(base.mean())
    if bottom == 0:
        return Estimate(None, None, None, n, mark("the baseline's mean is zero: no percentage"))
    ratio = 100 * top / abs(bottom)
    if n < MIN_PAIRS:
        return Estimate(ratio, None, None, n, FEW[n])
    covariance = np.cov(difference, base) / n
    t2 = t_quantile(level, n - 1) ** 2
    a = bottom**2 - t2 * covariance[1, 1]
    if a <= 0:
        return Estimate(
            ratio,
            None,
            None,
            n,
            mark("the baseline is not clearly different from zero: no bounded percentage"),
        )
    b = bottom * top - t2 * covariance[0, 1]
    c = top**2 - t2 * covariance[0, 0]
    root = np.sqrt(max(b * b - a * c, 0.0))
    ends = sorted(100 * np.sign(bottom) * (b + side * root) / a for side in (-1, 1))
    return Estimate(ratio, float(ends[0]), float(ends[1]), n)


def told_percent(policy: Array, base: Array) -> Estimate:
    """The difference of pairs in percent of the baseline's mean; no figure where neither that mean nor the ratio is known.

    Where the mean is not known to within a third (`KNOWN`) Fieller's ends may lie far off on one side: +5 % [-46, 12] of
    a mean known to within 79 %, where the difference is -10 to +21 % of it. The figure is told then only if the ratio is
    known better than the difference, as where worlds differ in size and the policy takes the same share of all. What
    is nowhere negative cannot fall by more than 100 %.
    """
    found, own, effect = percent_interval(policy - base, base), t_interval(base), t_interval(policy - base)
    if not own.mean or own.low is None or effect.low is None or effect.high is None:
        return found
    size = abs(own.mean)
    wide = (
        found.low is None
        or found.high is None
        or (found.high - found.low) * size > 100 * (effect.high - effect.low)
    )
    if wide and own.mean - own.low > KNOWN * size:
        return Estimate(
            None, None, None, own.n, "the baseline's own mean is not known to within a third: no percentage"
        )
    if found.low is not None and own.mean > 0 and min(policy.min(), base.min()) >= 0:
        return replace(found, low=max(found.low, -100.0))
    return found


def probability_better(difference: Array, direction: int) -> float | None:
    """Share of paired worlds in which the policy is better; a tie counts half.

    None without a better side or pairs.
    """
    if direction == 0 or len(difference) == 0:
        return None
    ahead = difference * direction
    return float(((ahead > 0) + 0.5 * (ahead == 0)).mean())


def variance_ratio(policy: Array, base: Array) -> float | None:
    """Variance of a difference of independent worlds over that of paired ones.

    None when it is not defined: fewer than three pairs, or a paired difference that never varies.
    """
    if len(policy) < MIN_PAIRS:
        return None
    paired = float((policy - base).var(ddof=1))
    return float((policy.var(ddof=1) + base.var(ddof=1)) / paired) if paired > 0 else None


@dataclass(frozen=True, slots=True)
class Difference:
    """Policy minus baseline over pairs.

    `missing` pairs lack a run, `undefined` ones a number for this outcome.
    """

    effect: Estimate
    percent: Estimate
    probability_better: float | None
    variance_ratio: float | None
    missing: int
    undefined: int


def paired_difference(
    policy: Array, base: Array, direction: int, both: npt.NDArray[np.bool_] | None = None
) -> Difference:
    """Compare arrays of shape (replications,), paired by position; `both` marks the pairs that finished."""
    ran = np.ones(len(policy), dtype=bool) if both is None else both
    use = ran & np.isfinite(policy) & np.isfinite(base)
    x, y = policy[use], base[use]
    difference = x - y
    return Difference(
        effect=t_interval(difference),
        percent=told_percent(x, y),
        probability_better=probability_better(difference, direction),
        variance_ratio=variance_ratio(x, y),
        missing=int((~ran).sum()),
        undefined=int((ran & ~use).sum()),
    )
