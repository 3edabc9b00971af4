"""Bootstrap over replications, by weights: the same resamples for every outcome and policy."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.panel import Array

RESAMPLES = 2000
_KEY = 20_131_113


@lru_cache(maxsize=16)
def weights(n: int, resamples: int = RESAMPLES) -> Array:
    """Weights of bootstrap samples of n replications, shape (resamples, n); each row adds up to 1.

    A resample's mean is `weights @ values`: one product serves all weeks. The generator is private and fixed.
    """
    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    drawn = generator.multinomial(n, np.full(n, 1.0 / n), size=resamples) / n
    drawn.setflags(write=False)
    return drawn


def percentiles(values: Array, level: float = 0.95) -> tuple[float, float]:
    """Both ends of the percentile interval.

    Values are picked, not interpolated, so infinities may take part.
    """
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return float(low), float(high)
