"""Bootstrap over replications, by weights: the same resamples for every outcome and policy. And means likely."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.panel import Array

RESAMPLES = 2000
_KEY = 20_131_113
_KEY_OF_MEANS = 20_261_128


@lru_cache(maxsize=16)
def weights(n: int, resamples: int = RESAMPLES) -> Array:
    """Weights of bootstrap samples of n replications, shape (resamples, n); each row adds up to 1.

    A resample's mean is `weights @ values`: one product serves all weeks. The generator is private and fixed.
    """
    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    drawn = generator.multinomial(n, np.full(n, 1.0 / n), size=resamples) / n
    drawn.setflags(write=False)
    return drawn


def means_likely(values: Array, usable: npt.NDArray[np.bool_], draws: int = RESAMPLES) -> Array:
    """Means that the worlds seen allow, shape (draws, policies): a multivariate t about the means seen.

    `values` is (policies, replications), 0 where not `usable`; every policy has three usable worlds or more. The
    worlds get normal multipliers, one set for all policies, so that what they share stays shared; a draw of the
    variance of a mean of n worlds then widens it to a t of n - 1 degrees of freedom. Between two policies the
    chance to be ahead is 1 less the one-sided p-value of the paired t test. The plain bootstrap is too
    sure: of two equal policies it calls one best at .95 in 21, 16 and 14 % of experiments with 5, 8 and 20 worlds, this
    in 11, 11 and 11 % (10 would be exact; `tests/analysis/test_coverage.py`).
    """
    from scipy.special import gammaincinv

    counts = usable.sum(axis=1)
    centred = np.where(usable, values - (values.sum(axis=1) / counts)[:, None], 0.0)
    generator = np.random.Generator(np.random.Philox(key=_KEY_OF_MEANS + usable.shape[1]))
    multipliers = generator.standard_normal((draws, usable.shape[1]))
    level = generator.random(draws)  # one for all: policies with as many worlds are widened alike
    freedom, place = np.unique(counts - 1, return_inverse=True)
    variance = (
        2 * gammaincinv(freedom / 2, level[:, None]) / freedom
    )  # of chi square over its degrees of freedom
    errors = multipliers @ (centred / np.sqrt(counts * (counts - 1.0))[:, None]).T
    likely: Array = values.sum(axis=1) / counts + errors / np.sqrt(variance)[:, place]
    return likely


def percentiles(values: Array, level: float = 0.95) -> tuple[float, float]:
    """Both ends of the percentile interval.

    Values are picked, not interpolated, so infinities may take part.
    """
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return float(low), float(high)
