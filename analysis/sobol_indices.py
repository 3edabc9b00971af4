"""Sobol indices: the share of an outcome's variance that an input causes alone, and with all others together.

`first`: what would go if this input were known and nothing else. `total`: what would be left if all others were known.
Estimators of Saltelli et al. 2010 (Comput. Phys. Commun. 181) and Jansen 1999 (Comput. Phys. Commun. 117), from base
points A and B and from A with one column of B.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.panel import AnalysisError, Array
from analysis.spread import Bounded, bounded


@dataclass(frozen=True)
class Indices:
    """Of each input: arrays of length inputs, shares of the variance. `luck` as in `luck_of_points`.

    `spread` is the standard deviation of the outcome over the whole space, in its unit.
    """

    first: Bounded
    total: Bounded
    spread: float
    luck: float


def indices(values: Array, inputs: int) -> Indices:
    """Estimates with intervals over base points and, with three worlds or more, over worlds.

    `values` are outcomes, (base points (inputs + 2), worlds): of each base point A, B, then A with each column of B.
    AnalysisError where nothing varies.
    """
    base, worlds = len(values) // (inputs + 2), values.shape[1]
    blocks = (values - values.mean()).reshape(base, inputs + 2, worlds)  # centred: smaller errors of `first`
    a_and_b = blocks[:, :2].mean(axis=2)
    if base < 2 or not np.ptp(a_and_b) > 0:
        raise AnalysisError("the outcome is the same at all points: there is no variance to divide")

    def statistic(of_points: Array, of_worlds: Array) -> Array:
        mean = blocks @ of_worlds
        a, b, mixed = mean[:, 0], mean[:, 1], mean[:, 2:]
        centre = (of_points @ a + of_points @ b) / 2
        variance = (of_points @ (a - centre) ** 2 + of_points @ (b - centre) ** 2) / 2
        first = of_points @ (b[:, None] * (mixed - a[:, None]))
        total = of_points @ (a[:, None] - mixed) ** 2 / 2
        return np.stack([first, total]) / variance if variance > 0 else np.zeros((2, inputs))

    found = bounded(statistic, base, worlds)
    first, total = (Bounded(found.value[i], found.low[i], found.high[i]) for i in range(2))
    return Indices(first, total, float(a_and_b.std()), luck_of_points(blocks[:, :2].reshape(-1, worlds)))


def luck_of_points(values: Array) -> float:
    """The share of the variance of the points' means that is luck; nan with one world. `values` is (points, worlds).

    Worlds are the same at all points: what they have in common moves all points alike and is no part of it. Luck is
    what is left of (points, worlds) once rows and columns have taken their means (a two-way analysis of variance).
    """
    points, worlds = values.shape
    between = float(values.mean(axis=1).var(ddof=1))
    if worlds < 2 or between == 0:
        return float("nan")
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    luck = float((rest**2).sum()) / float((points - 1) * (worlds - 1) * worlds)
    return min(1.0, luck / between)
