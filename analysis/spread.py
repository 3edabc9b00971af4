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
    from its own t (`weights_of_worlds`), and what either adds on a side is added as independent errors are: drawn together
    the far tails of t would be cut off by percentiles widened for few units. With fewer worlds what is seen holds for those.
    """
    value = statistic(np.full(units, 1 / units), np.full(worlds, 1 / worlds))
    if units < FEWEST:
        return Bounded(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
    tail = expanded_tail(units)
    even = np.full((RESAMPLES, worlds), 1 / worlds)
    drawn = _drawn(statistic, weights(units, RESAMPLES), even)
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    if worlds >= FEWEST:
        all_units = np.full((RESAMPLES, units), 1 / units)
        drawn = _drawn(statistic, all_units, weights_of_worlds(worlds, RESAMPLES))
        # Uneven weights let more luck through: what squares or takes sizes rises by it, so the middle is put back.
        below, above = np.quantile(
            drawn - np.median(drawn, axis=0), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0
        )
        low = value - np.hypot(np.maximum(value - low, 0), below)
        high = value + np.hypot(np.maximum(high - value, 0), above)
    return Bounded(value, low, high)


def _drawn(statistic: Callable[[Array, Array], Array], of_units: Array, of_worlds: Array) -> Array:
    return np.array([statistic(*pair) for pair in zip(of_units, of_worlds, strict=True)])


@lru_cache(maxsize=16)
def weights_of_worlds(n: int, draws: int) -> Array:
    """Weights, (draws, n), some below 0, that make a mean of n worlds a draw from its t interval's distribution.

    The bootstrap knows too little of few: over 3, 4 and 8 worlds it covered 72, 83 and 93 %; see
    `tests/analysis/test_sensitivity.py`.
    """
    from scipy.stats import chi2

    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    half = generator.standard_normal((draws // 2, n))
    z = np.concatenate(
        [half, -half]
    )  # in pairs, and the spreads evenly: ends are those of t, and no luck of the draws
    spreads = chi2.ppf((generator.permutation(draws // 2) + 0.5) / (draws // 2), n - 1)
    spread = np.sqrt(np.tile(spreads, 2)[:, None] * n)
    found: Array = 1 / n + (z - z.mean(axis=1, keepdims=True)) / spread
    return found


def expanded_tail(n: int, level: float = LEVEL) -> float:
    """The share to cut off at each end of a bootstrap distribution from n units, so that the rest covers `level`."""
    from scipy.special import ndtr

    return float(ndtr(-math.sqrt(n / (n - 1)) * t_quantile(level, n - 1)))
