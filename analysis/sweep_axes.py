"""How an effect over the points of a sweep moves along one axis, and what is known of its mean.

Effects come as a table of points (rows) and worlds (columns). All points live the same worlds, so the luck of a world can
move them all at once: from `ENOUGH_WORLDS` worlds on intervals hold for points and worlds together, with fewer they are
intervals over points, in these worlds only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.paired import Estimate, t_interval, t_quantile

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_WORLDS = 3
FEW_VALUES = 6
"""An axis of up to so many values is shown value by value, all else in thirds."""
NO_SAMPLE = "the points are no sample"


@dataclass(frozen=True)
class Slice:
    """The effect over the points at one value of an axis, or in a part of its range from `low` to `high`."""

    label: str
    low: Any
    high: Any
    effect: Estimate


@dataclass(frozen=True)
class Along:
    """How an effect moves along one axis, all others as they come.

    `correlation` is Spearman's between axis and effect; `matters` that this, or differences between slices (Kruskal &
    Wallis), are beyond chance, Bonferroni over the axes; `turns` that besides the effect has its two signs, each clear of
    zero, in two of the slices. Of points that are no sample both only say what these points show.
    """

    axis: str
    unit: str
    slices: tuple[Slice, ...]
    correlation: float
    matters: bool
    turns: bool


def mean_over(table: pd.DataFrame) -> Estimate:
    """The mean of effects by point and world.

    From three worlds on the variance takes in both (Cameron, Gelbach & Miller 2011, two-way clusters), with as many degrees
    of freedom as the fewer of them less one.
    """
    cells = table.to_numpy(float)
    points = np.nanmean(cells, axis=1)
    if min(cells.shape) < ENOUGH_WORLDS:
        return t_interval(points)
    worlds, known = np.nanmean(cells, axis=0), np.isfinite(cells)
    far = np.where(known, cells - np.nanmean(cells), 0.0)
    parts = float(points.var(ddof=1)) / len(points), float(worlds.var(ddof=1)) / len(worlds)
    both = float((far**2).sum()) / float(known.sum()) ** 2
    half = t_quantile(0.95, min(cells.shape) - 1) * math.sqrt(max(sum(parts) - both, *parts))
    mean = float(points.mean())
    return Estimate(mean, mean - half, mean + half, len(points))


def luck_in(table: pd.DataFrame) -> float:
    """The share of the variance between points that luck makes, less what a world does to all; nan with one world."""
    cells = table.to_numpy(float)
    points, worlds = cells.shape
    if worlds < 2 or points < 2:
        return float("nan")
    left = cells - np.nanmean(cells, axis=0)
    left = left - np.nanmean(left, axis=1, keepdims=True)
    within = float(np.nansum(left**2)) / ((points - 1) * (worlds - 1)) / worlds
    between = float(np.nanmean(cells, axis=1).var(ddof=1))
    return min(1.0, within / between) if between > 0 else float("nan")


def along(
    table: pd.DataFrame, values: pd.Series, facts: Mapping[str, Any], error: float, sampled: bool = True
) -> Along:
    """The effects along an axis with these `values`. `error` is the chance to say it matters where it does not."""
    from scipy.stats import kruskal, spearmanr

    points = table.mean(axis=1).to_numpy(float)
    parts = _listed(values, facts) if _few(values) else _thirds(values)
    slices = tuple(_slice(table, part, sampled) for part in parts)
    if len(slices) < 2 or not np.ptp(points) > 0:
        return Along(facts["name"], facts["unit"], slices, 0.0, False, False)
    test = kruskal(*[points[part.chosen] for part in parts])
    if values.dtype.kind in "fiu":
        ranks = spearmanr(values.to_numpy(float), points)
        correlation, p = float(ranks.statistic), 2 * min(float(ranks.pvalue), float(test.pvalue))
    else:  # values without an order: how much of the ranks' variance they explain, without a sign
        correlation, p = float(np.sqrt(max(0.0, test.statistic) / (len(points) - 1))), float(test.pvalue)
    means = [one.effect.mean or 0.0 for one in slices]
    if not sampled:
        moves = bool(np.ptp(means) > 0)
        return Along(facts["name"], facts["unit"], slices, correlation, moves, min(means) < 0 < max(means))
    lows, highs = ([getattr(one.effect, end) or 0.0 for one in slices] for end in ("low", "high"))
    matters = p < error
    return Along(
        facts["name"],
        facts["unit"],
        slices,
        correlation,
        matters,
        matters and max(lows) > 0 and min(highs) < 0,
    )


@dataclass(frozen=True)
class _Part:
    """Which points belong to a slice; `low` and `high` are the value twice where it is one value."""

    label: str
    low: Any
    high: Any
    chosen: Any


def _slice(table: pd.DataFrame, part: _Part, sampled: bool) -> Slice:
    effect = mean_over(table[part.chosen])
    if not sampled:
        effect = Estimate(effect.mean, None, None, effect.n, NO_SAMPLE)
    return Slice(part.label, part.low, part.high, effect)


def _few(values: pd.Series) -> bool:
    return values.nunique() <= FEW_VALUES or values.dtype.kind not in "fiu"


def _listed(values: pd.Series, facts: Mapping[str, Any]) -> list[_Part]:
    """A part for each value, in the order of the list, or of the numbers."""
    seen = set(values)
    order = [value for value in facts["values"] if value in seen] if "values" in facts else sorted(seen)
    return [_Part(_text(value), value, value, (values == value).to_numpy()) for value in order]


def _thirds(values: pd.Series) -> list[_Part]:
    """A part for each third of the points by the axis."""
    x = values.to_numpy(float)
    edges = np.unique(np.quantile(x, [0, 1 / 3, 2 / 3, 1])).tolist()
    found = []
    for place, (low, high) in enumerate(pairwise(edges)):
        chosen = (x >= low) & ((x < high) | (place == len(edges) - 2))
        if chosen.any():
            found.append(_Part(f"{_text(low)} to {_text(high)}", low, high, chosen))
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(float(value)) >= 1000 else f"{value:.3g}"
