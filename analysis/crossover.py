"""When a policy overtakes the baseline (or falls behind it) for good, and how deep it sinks before.

**Crossover.** D(w) is the mean paired difference in week w, from the start week on, signed so that positive
is better: cumulative since the start for flows, the level itself otherwise. The crossover week is the first
week of the last unbroken stretch in which D keeps the sign it has in the final week, provided D had the
opposite sign before, so a curve that crosses several times counts with its last crossing. To keep noise in
the first weeks from counting, the earlier side must leave the simultaneous 95 % band of the curve (sup-t,
bootstrap) in at least one week. Otherwise the week is None, with the reason.

**Interval.** In each bootstrap resample of replications the same stretch is found: it begins at the start
week if the resample never crosses, and at infinity if it ends on the other side. The interval holds the 2.5 %
and 97.5 % percentiles; an infinite end is None and means "not within the horizon".

**Trough.** The largest cumulative shortfall against the baseline, a positive amount, 0 if the policy never
lies behind. Its interval is the percentile interval of the resamples, corrected for bias (the lowest point of
a resampled curve lies deeper on average than that of the curve itself).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.paired import MIN_PAIRS
from analysis.panel import Array
from analysis.resampling import percentiles, weights

Week = int | None


@dataclass(frozen=True, slots=True)
class Crossover:
    """Weeks are weeks of the run (0-based). `share`: resamples that end on the same side as the mean."""

    week: Week
    low: Week
    high: Week
    turn: str  # "overtakes", "falls behind" or "" without a crossing
    crossings: int
    share: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trough:
    """`mean` is the shortfall (0 or more); `at_horizon` says that it still grows in the last week."""

    mean: float | None
    low: float | None
    high: float | None
    week: Week
    week_low: Week
    week_high: Week
    at_horizon: bool
    n: int
    reason: str = ""


def complete(gap: Array) -> Array:
    """The rows of `gap` (replications, weeks) that have a number in every week."""
    return gap[np.isfinite(gap).all(axis=1)]


def crossover(gap: Array, start_week: int, sign: int = 1) -> Crossover:
    """Find the crossover in `gap`, shape (replications, weeks since start); NaN rows are left out."""
    rows = complete(gap) * sign
    if len(rows) == 0 or rows.shape[1] == 0:
        return Crossover(None, None, None, "", 0, None, "no pair with a number in every week")
    mean = rows.mean(axis=0)
    signs = np.sign(mean)
    moving = signs[signs != 0]
    crossings = int((moving[1:] != moving[:-1]).sum())
    side = signs[-1]
    if crossings == 0 or side == 0:
        return Crossover(None, None, None, "", crossings, None, _no_crossing(moving))
    first = int(_stretch(mean[None, :], side)[0])
    week = start_week + first
    turn = "overtakes" if side > 0 else "falls behind"
    if len(rows) < MIN_PAIRS:
        return Crossover(
            week, None, None, turn, crossings, None, f"an interval needs at least {MIN_PAIRS} replications"
        )
    resampled = weights(len(rows)) @ rows
    if not _leaves_band(rows, resampled, mean, -side, first):
        return Crossover(None, None, None, "", crossings, None, "no crossing beyond chance")
    found = _stretch(resampled, side)
    low, high = (start_week + int(w) if np.isfinite(w) else None for w in percentiles(found))
    return Crossover(week, low, high, turn, crossings, float(np.isfinite(found).mean()))


def trough(gap: Array, start_week: int, sign: int = 1) -> Trough:
    """Deepest point of `gap`, shape (replications, weeks since start), cumulative; NaN rows are left out."""
    rows = complete(gap) * sign
    n = len(rows)
    if n == 0 or rows.shape[1] == 0:
        return Trough(None, None, None, None, None, None, False, n, "no pair with a number in every week")
    mean = rows.mean(axis=0)
    lowest = int(mean.argmin())
    depth = max(-float(mean[lowest]), 0.0)
    week = start_week + lowest if depth > 0 else None
    at_horizon = depth > 0 and lowest == len(mean) - 1 and len(mean) > 1
    if n < MIN_PAIRS:
        return Trough(
            depth,
            None,
            None,
            week,
            None,
            None,
            at_horizon,
            n,
            f"an interval needs at least {MIN_PAIRS} replications",
        )
    resampled = weights(n) @ rows
    depths = np.maximum(-resampled.min(axis=1), 0.0)
    shift = float(depths.mean()) - depth
    low, high = (max(end - 2 * shift, 0.0) for end in percentiles(depths))
    if week is None:
        return Trough(depth, low, high, None, None, None, False, n)
    ends = percentiles(resampled.argmin(axis=1).astype(np.float64))
    return Trough(
        depth,
        min(low, depth),
        max(high, depth),
        week,
        start_week + int(ends[0]),
        start_week + int(ends[1]),
        at_horizon,
        n,
    )


def _stretch(curves: Array, side: float) -> Array:
    """Per curve (row): first week of its last unbroken stretch on `side`; inf if it does not end there."""
    off = curves * side <= 0
    after_last_off = curves.shape[1] - np.argmax(off[:, ::-1], axis=1)
    first = np.where(off.any(axis=1), after_last_off, 0).astype(np.float64)
    first[off[:, -1]] = np.inf
    return first


def _leaves_band(rows: Array, resampled: Array, mean: Array, side: float, before: int) -> bool:
    """Is the mean clearly on `side` in some week earlier than `before`, all weeks considered together?"""
    error = rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
    moved = error > 0
    sure = bool(((error == 0) & (mean * side > 0))[:before].any())
    if sure or not moved.any():
        return sure
    # Weeks in which hardly any world moved have a standard error near 0 and would blow up the critical value.
    moved &= error > 1e-9 * error.max()
    distance = np.abs(resampled[:, moved] - mean[moved]) / error[moved]
    critical = float(np.quantile(distance.max(axis=1), 0.95))
    return bool(((mean * side > critical * error) & moved)[:before].any())


def _no_crossing(moving: Array) -> str:
    if len(moving) == 0:
        return "no difference in any week"
    return "ahead in every week" if moving[-1] > 0 else "behind in every week"
