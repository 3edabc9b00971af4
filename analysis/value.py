"""What it would be worth to know the world before choosing a policy.

Value of perfect information: the mean of the best policy's outcome in each world, less the best of the means (Raiffa &
Schlaifer 1961). Zero where one policy is best everywhere; nobody should pay more for a pilot.
"""

from __future__ import annotations

import numpy as np

from analysis.paired import Estimate, t_interval
from analysis.panel import Array


def value_of_perfect_information(mean: float, sd: float) -> float:
    """Between two policies whose difference over worlds is normal with this mean and standard deviation, exactly.

    sd phi(mean / sd) - |mean| Phi(-|mean| / sd), in the unit of `mean`. ValueError for a negative or undefined argument.
    """
    from scipy.special import ndtr

    if not (np.isfinite(mean) and np.isfinite(sd) and sd >= 0):
        raise ValueError(f"a finite mean and a finite sd of at least 0 are needed, not {mean!r} and {sd!r}")
    away = abs(mean)
    if sd == 0 or away / sd > 40:  # beyond any number that float64 holds
        return 0.0
    z = away / sd
    return max(0.0, float(sd * np.exp(-z * z / 2) / np.sqrt(2 * np.pi) - away * ndtr(-z)))


def value_of_knowing(outcomes: Array, direction: int = 1) -> Estimate:
    """The same from paired worlds: `outcomes` (policies, worlds), higher is better, or lower with `direction` -1.

    In each world the best policy's outcome less that of the policy best on average, and the t interval of its mean. Worlds
    in which a policy has no number are left out. With few worlds the policy best on average is also best by luck, so that
    the value comes out low; the bias falls as 1 / worlds where the means differ.
    """
    signed = outcomes[:, np.isfinite(outcomes).all(axis=0)] * direction
    if signed.shape[1] == 0:
        return t_interval(np.zeros(0))
    return t_interval(signed.max(axis=0) - signed[int(signed.mean(axis=1).argmax())])
