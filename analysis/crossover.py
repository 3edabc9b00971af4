"""When a policy overtakes the baseline (or falls behind it) for good, and how deep it sinks before.

**Crossover.** D(w) is the mean paired difference in week w, from the start week on, signed so that positive
is better: cumulative since the start for flows, the level itself otherwise. The crossover week is the first
week of the last unbroken stretch in which D keeps the sign it has in the final week, provided D was clearly on
the other side before, so a curve that crosses several times counts with its last crossing. Otherwise the week
is None, and the reason says whether the policy is ahead or behind throughout, at some time only, or never clearly apart.

**Clearly.** In some week D leaves the simultaneous 95 % band around zero (sup-t by bootstrap, widened to t for
few replications), or in the final week, which is not picked by its value, the plain 95 % interval.

**Interval.** In each bootstrap resample of replications the same stretch is found: it begins at the start
week if the resample never crosses, and at infinity if it ends on the other side. The interval holds the 2.5 %
and 97.5 % percentiles; an infinite end is None and means "not within the horizon".

**Trough.** The largest cumulative shortfall against the baseline, a positive amount, 0 if the policy never
lies behind. Its interval is the percentile interval of the resamples, corrected for bias (the lowest point of
a resampled curve lies deeper on average than that of the curve itself). Its lower end is 0 exactly where D is
never clearly behind.

**Words.** `crossing_words` and `not_behind` say it, in the terminal as in the report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.language import mark, say, told
from analysis.paired import LEVEL, MIN_PAIRS, t_quantile
from analysis.panel import Array
from analysis.resampling import percentiles, weights

Week = int | None
OVERTAKES, FALLS_BEHIND = "overtakes", "falls behind"
AHEAD, BEHIND = mark("ahead throughout"), mark("behind throughout")
AHEAD_ONCE, BEHIND_ONCE = (
    mark("ahead, but not clearly at the end"),
    mark("behind, but not clearly at the end"),
)
NEVER_APART, LEVEL_AT_THE_END = mark("never clearly apart"), mark("level at the end")
FEW_PAIRS = mark("needs at least 3 replications")  # MIN_PAIRS
NO_PAIR = mark("no pair with a number in every week")


@dataclass(frozen=True, slots=True)
class Crossover:
    """Weeks are weeks of the run (0-based). `share`: resamples that end on the same side as the mean."""

    week: Week
    low: Week
    high: Week
    turn: str  # "overtakes", "falls behind" or "" without a crossing: `reason` then says what there is
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
        return Crossover(None, None, None, "", 0, None, NO_PAIR)
    if len(rows) < MIN_PAIRS:
        return Crossover(None, None, None, "", 0, None, FEW_PAIRS)
    mean = rows.mean(axis=0)
    signs = np.sign(mean)
    moving = signs[signs != 0]
    crossings = int((moving[1:] != moving[:-1]).sum())
    side = signs[-1]
    resampled = weights(len(rows)) @ rows
    half = _half_widths(rows, resampled)
    clearly = {way: _bound(mean, half, way) > 0 for way in (1, -1)}
    if side == 0 or not clearly[int(-side)]:
        at_the_end = bool(abs(mean[-1]) > half[-1])
        return Crossover(None, None, None, "", crossings, None, _no_crossing(clearly, at_the_end))
    week = start_week + int(_stretch(mean[None, :], side)[0])
    found = _stretch(resampled, side)
    low, high = (start_week + int(w) if np.isfinite(w) else None for w in percentiles(found))
    turn = OVERTAKES if side > 0 else FALLS_BEHIND
    return Crossover(week, low, high, turn, crossings, float(np.isfinite(found).mean()))


def crossing_words(week: Week, low: Week, high: Week, turn: str, reason: str) -> str:
    """E.g. "overtakes in week 85 [74, 99]" or "ahead throughout"; an end beyond the horizon is said in words."""
    if week is None:
        return told(reason or NEVER_APART)
    end = (
        say("after the end") if high is None else high
    )  # a text of its own: f-strings hide texts from the catalogue
    span = str(week) if low is None else f"{week} [{low}, {end}]"
    if turn == OVERTAKES:
        return say("overtakes in week {week}", week=span)
    return say("falls behind in week {week}", week=span)


def not_behind(mean: float | None, low: float | None, week: Week) -> str:
    """What to say in place of a shortfall that is none; "" where there is one."""
    if mean is None:
        return say("n/a")
    if week is None:
        return say("never behind")
    return say("not clearly behind") if low == 0 else ""


def trough(gap: Array, start_week: int, sign: int = 1) -> Trough:
    """Deepest point of `gap`, shape (replications, weeks since start), cumulative; NaN rows are left out."""
    rows = complete(gap) * sign
    n = len(rows)
    if n == 0 or rows.shape[1] == 0:
        return Trough(None, None, None, None, None, None, False, n, NO_PAIR)
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
    surely = _bound(mean, _half_widths(rows, resampled), -1)
    low = max(low, surely) if surely > 0 else 0.0
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


def _half_widths(rows: Array, resampled: Array) -> Array:
    """Per week, how far the mean must lie from 0 to lie there clearly; infinite where it never does."""
    n = len(rows)
    error = rows.std(axis=0, ddof=1) / np.sqrt(n)
    mean = rows.mean(axis=0)
    # Weeks in which hardly any world moved have a standard error near 0 and would blow up the critical value.
    moved = error > 1e-9 * max(float(error.max()), 0.0)
    half = np.where(error == 0, 0.0, np.inf)
    if moved.any():
        # A resampled mean spreads less than the standard error says, and its tails are not those of a t.
        distance = np.abs(resampled[:, moved] - mean[moved]) / error[moved] * np.sqrt(n / (n - 1))
        critical = _as_t(float(np.quantile(distance.max(axis=1), 0.95)), n - 1)
        half[moved] = critical * error[moved]
        half[-1] = min(half[-1], t_quantile(LEVEL, n - 1) * float(error[-1]))
    return half


def _as_t(critical: float, freedom: int) -> float:
    """The quantile of Student's t that is exceeded as often as `critical` under the normal."""
    return t_quantile(math.erf(critical / math.sqrt(2)), freedom)


def _bound(mean: Array, half: Array, side: int) -> float:
    """How far on `side` the curve lies at least, in the week in which that is clearest; negative if it may not."""
    return float((mean * side - half).max())


def _no_crossing(clearly: dict[int, bool], at_the_end: bool) -> str:
    if clearly[1] and clearly[-1]:
        return LEVEL_AT_THE_END
    if clearly[1]:
        return AHEAD if at_the_end else AHEAD_ONCE
    if clearly[-1]:
        return BEHIND if at_the_end else BEHIND_ONCE
    return NEVER_APART
