"""The two kinds of numbers the model can be lived with.

`Exact` counts in float32 and takes the project's own exp, log and so on, as the engine does, so that both come to the same
bits. A float32 combined with a Python number stays float32, so formulas read the same in either kind; where both sides
could be Python numbers (`min(1.0, x)` may return the 1.0), `number` makes a float32 of the result. Where the engine counts
in float64, the model says `float(x)`.

`Plain` is Python's own numbers and the module `math`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from simulation import elementary

F32 = np.float32


class Exact:
    """float32 and `simulation.elementary`."""

    number = F32

    @staticmethod
    def exp(x: Any) -> Any:
        return F32(elementary.exp(F32(x)))

    @staticmethod
    def log(x: Any) -> Any:
        return F32(elementary.log(F32(x)))

    @staticmethod
    def logistic(x: Any) -> Any:
        return F32(elementary.logistic(F32(x)))

    @staticmethod
    def power(x: Any, exponent: Any) -> Any:
        return F32(elementary.power(F32(x), F32(exponent)))

    @staticmethod
    def sqrt(x: Any) -> Any:
        return np.sqrt(F32(x))

    @staticmethod
    def normal_quantile(p: Any) -> Any:
        return F32(elementary.normal_quantile(F32(p)))


class Plain:
    """Python's numbers and `math`."""

    number = float
    exp = math.exp
    sqrt = math.sqrt

    @staticmethod
    def log(x: float) -> float:
        return math.log(x) if x > 0 else -math.inf

    @staticmethod
    def logistic(x: float) -> float:
        return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0

    @staticmethod
    def power(x: float, exponent: float) -> float:
        return x**exponent

    @staticmethod
    def normal_quantile(p: float) -> float:
        if not 0.0 < p < 1.0:
            return math.inf if p >= 1.0 else -math.inf
        return NormalDist().inv_cdf(p)


def added(values: Iterable[Any], start: Any = 0.0) -> Any:
    """One after the other. The built-in `sum` corrects rounding errors of floats since Python 3.12."""
    total = start
    for value in values:
        total = total + value
    return total


def sum_of(values: Sequence[Any]) -> Any:
    """The sum as numpy adds up few numbers: eight running sums, then those, then the rest.

    The engine sums with numpy here and there, and the order of additions shows in the last bit. Up to 128 numbers.
    """
    eights = len(values) // 8 * 8
    if eights == 0:
        return added(values)
    s = list(values[:8])
    for k in range(8, eights):
        s[k % 8] += values[k]
    total = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))
    return added(values[eights:], total)


def cents_of(arithmetic: Any, log_money: Any) -> int:
    """Whole cents, at least 1, at most 10 billion money units."""
    return int(max(1, round(min(1e12, float(arithmetic.exp(log_money)) * 100.0))))
