"""Counts that hardly ever differ: a mission more in two of 64 worlds. The t interval knows nothing of worlds not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.panel import Array

FEW = 10
"""With as many worlds that differ from the rest, the t interval serves."""


@dataclass(frozen=True)
class RareDifferences:
    """Differences of counts over n worlds, of which all but a few are `usual`.

    `above` and `below` worlds differ upwards and downwards, by `up` and `down` on average (by one where none was seen).
    """

    n: int
    usual: float
    above: int
    below: int
    up: float
    down: float

    def interval(self, level: float) -> tuple[float, float]:
        """The mean difference: exact limits for the shares of worlds that differ (Clopper & Pearson 1934, Biometrika 26(4)).

        Each way the share that works against the limit is taken at its own far end, so it covers at least `level`.
        """
        tail = (1 - level) / 2
        low = self.up * _lower(self.above, self.n, tail) - self.down * _upper(self.below, self.n, tail)
        high = self.up * _upper(self.above, self.n, tail) - self.down * _lower(self.below, self.n, tail)
        return self.usual + low, self.usual + high

    def p_value(self, threshold: float) -> float:
        """Two-sided, of the mean difference being `threshold`: 1 less the level at which the interval just reaches it."""
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            ends = self.interval(middle)
            low, high = (low, middle) if ends[0] <= threshold <= ends[1] else (middle, high)
        return 1 - low


def rare_differences(gap: Array, counts: bool) -> RareDifferences | None:
    """What is rare in the differences, (worlds,), of `counts`; None where nothing is, or where they are no counts."""
    if not counts or len(gap) < 2:
        return None
    values, numbers = np.unique(gap, return_counts=True)
    usual = float(values[np.argmax(numbers)])
    above, below = gap[gap > usual] - usual, usual - gap[gap < usual]
    if len(above) + len(below) >= FEW:
        return None
    return RareDifferences(len(gap), usual, len(above), len(below), _typical(above), _typical(below))


def _typical(jumps: Array) -> float:
    return float(jumps.mean()) if len(jumps) else 1.0


def _lower(k: int, n: int, tail: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(k, n - k + 1, tail)) if k else 0.0


def _upper(k: int, n: int, tail: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
