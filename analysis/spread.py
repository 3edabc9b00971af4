"""Intervals of what is worked out from a sample as a whole: the bootstrap, widened for few units."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.paired import LEVEL, t_quantile
from analysis.panel import Array
from analysis.resampling import weights

RESAMPLES = 1000
_KEY = 20_261_129
FEWEST = 3
"""Fewer units, or fewer worlds, are not resampled."""


@dataclass(frozen=True)
class Bounded:
    """Numbers with the ends of their intervals, arrays of one shape; nan where there is no interval."""

    value: Array
    low: Array
    high: Array


def bounded(statistic: Callable[[Array, Array], Array], units: int, worlds: int = 1) -> Bounded:
    """A statistic of weighted units and worlds, and its 95 % interval.

    `statistic` takes weights of the units and of the worlds, each adding up to 1, and gives an array; worlds come in by a
    mean over them. Units are resampled by the bootstrap, percentiles widened as Student's t is wider than the normal
    (Hesterberg 2015, Am. Stat. 69, the expanded percentile interval). With three worlds or more their mean is drawn
    beside that from its own t (`weights_of_worlds`); with fewer what is seen holds for those worlds.
    """
    value = statistic(np.full(units, 1 / units), np.full(worlds, 1 / worlds))
    if units < FEWEST:
        return Bounded(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
    of_units = weights(units, RESAMPLES)
    even = np.full((RESAMPLES, worlds), 1 / worlds)
    drawn = _drawn(statistic, of_units, even)
    if worlds >= FEWEST:
        # Uneven weights let more luck through: what squares or takes sizes would rise by it, so the mean is put back.
        both = _drawn(statistic, of_units, weights_of_worlds(worlds, RESAMPLES))
        drawn = both - both.mean(axis=0) + drawn.mean(axis=0)
    tail = expanded_tail(units)
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return Bounded(value, low, high)


def _drawn(statistic: Callable[[Array, Array], Array], of_units: Array, of_worlds: Array) -> Array:
    return np.array([statistic(*pair) for pair in zip(of_units, of_worlds, strict=True)])


@lru_cache(maxsize=16)
def weights_of_worlds(n: int, draws: int) -> Array:
    """Weights, (draws, n), some below 0, that make a mean of n worlds a draw from its t interval's distribution.

    The bootstrap knows too little of few: over 3, 4 and 8 worlds it covered 72, 83 and 93 %; see
    `tests/analysis/test_sensitivity.py`.
    """
    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    z = generator.standard_normal((draws, n))
    spread = np.sqrt(generator.chisquare(n - 1, (draws, 1)) / (n - 1) * n * (n - 1))
    found: Array = 1 / n + (z - z.mean(axis=1, keepdims=True)) / spread
    return found


def expanded_tail(n: int, level: float = LEVEL) -> float:
    """The share to cut off at each end of a bootstrap distribution from n units, so that the rest covers `level`."""
    from scipy.special import ndtr

    return float(ndtr(-math.sqrt(n / (n - 1)) * t_quantile(level, n - 1)))
