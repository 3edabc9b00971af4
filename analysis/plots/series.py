"""Weekly arrays made ready for drawing: means, quantiles and intervals per week, NaN-safe."""

from __future__ import annotations

import numpy as np

from analysis.language import say
from analysis.paired import MIN_PAIRS, t_quantile
from analysis.panel import Array, OutcomeInfo, Panel

FLOW_WEEKS = 4


def smoothed(panel: Panel, outcome: str, policy: str, over: int = FLOW_WEEKS) -> Array:
    """Paths (replications, weeks): flows summed over so many weeks (NaN before the last of them), levels as they are."""
    path = panel.path(outcome, policy)
    if not panel.outcomes[outcome].flow:
        return path
    total = np.cumsum(path, axis=1)
    rolled = total.copy()
    rolled[:, over:] = total[:, over:] - total[:, :-over]
    rolled[:, : over - 1] = np.nan
    return rolled


def per(info: OutcomeInfo, over: int = FLOW_WEEKS) -> str:
    """The time base of `smoothed` values in words."""
    return say(" per {weeks} weeks", weeks=over) if info.flow else ""


def mean(values: Array) -> Array:
    """Mean over replications, week by week; NaN where no world has a number."""
    counts = np.isfinite(values).sum(axis=0)
    return np.where(counts > 0, np.nansum(values, axis=0) / np.maximum(counts, 1), np.nan)


def quantiles(values: Array, shares: tuple[float, ...]) -> Array:
    """Quantiles over replications, shape (shares, weeks); NaN where no world has a number."""
    found = np.full((len(shares), values.shape[1]), np.nan)
    finite = np.isfinite(values)
    whole = finite.all(axis=0) & (len(values) > 0)
    if whole.any():
        found[:, whole] = np.quantile(values[:, whole], shares, axis=0)
    for week in np.flatnonzero(finite.any(axis=0) & ~whole):
        found[:, week] = np.quantile(values[finite[:, week], week], shares)
    return found


def interval(values: Array, level: float = 0.95) -> tuple[Array, Array, Array]:
    """Mean and t interval week by week, each of shape (weeks,); no interval (NaN) below three worlds."""
    counts = np.isfinite(values).sum(axis=0)
    middle = mean(values)
    squares = np.nansum((values - middle) ** 2, axis=0)
    half = np.full(values.shape[1], np.nan)
    for n in np.unique(counts[counts >= MIN_PAIRS]):
        at = counts == n
        half[at] = t_quantile(level, int(n) - 1) * np.sqrt(squares[at] / (n - 1) / n)
    return middle, middle - half, middle + half


def weekly_difference(panel: Panel, outcome: str, policy: str, over: int = FLOW_WEEKS) -> Array:
    """Paired differences of `smoothed` paths, shape (replications, weeks)."""
    return smoothed(panel, outcome, policy, over) - smoothed(panel, outcome, panel.baseline, over)
