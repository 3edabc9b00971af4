"""Intervals of what is worked out from a sample as a whole: the bootstrap, widened for few units."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.paired import LEVEL, t_quantile
from analysis.panel import Array
from analysis.resampling import weights

RESAMPLES = 1000
FEWEST = 3
"""Fewer units, or fewer worlds, are not resampled."""


@dataclass(frozen=True)
class Bounded:
    """Numbers with the ends of their intervals, arrays of one shape; nan where there is no interval."""

    value: Array
    low: Array
    high: Array


def bounded(statistic: Callable[[Array, Array], Array], units: int, worlds: int = 1) -> Bounded:
    """A statistic of weighted units and worlds, and its 95 % interval by the bootstrap over both.

    `statistic` takes weights of the units and of the worlds, each adding up to 1, and gives an array. Worlds are
    resampled beside the units (the pigeonhole bootstrap, Owen 2007, Ann. Appl. Stat. 1) where there are three or more,
    else what is seen holds for those worlds. Percentiles are widened as Student's t is wider than the normal
    (Hesterberg 2015, Am. Stat. 69, the expanded percentile interval).
    """
    value = statistic(np.full(units, 1 / units), np.full(worlds, 1 / worlds))
    if units < FEWEST:
        return Bounded(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
    of_units = weights(units, RESAMPLES)
    same = np.full((RESAMPLES, worlds), 1 / worlds)
    # Both families are drawn by size alone, so those of the worlds are turned round lest equal sizes go together.
    of_worlds = weights(worlds, RESAMPLES)[::-1] if worlds >= FEWEST else same
    drawn = np.array([statistic(*pair) for pair in zip(of_units, of_worlds, strict=True)])
    tail = expanded_tail(units)
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return Bounded(value, low, high)


def expanded_tail(n: int, level: float = LEVEL) -> float:
    """The share to cut off at each end of a bootstrap distribution from n units, so that the rest covers `level`."""
    from scipy.special import ndtr

    return float(ndtr(-math.sqrt(n / (n - 1)) * t_quantile(level, n - 1)))
