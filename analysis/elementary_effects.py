"""Morris screening: which inputs matter at all, from steps of one input at a time.

An elementary effect is the change of the outcome over a step divided by the step's length as a share of the input's
range: what the whole range would change if the outcome were a straight line along it. `mu_star`, the mean of its size,
says how much an input matters; `mu`, the mean, in which direction; `sigma`, its standard deviation over trajectories,
how much that depends on where the others stand (Morris 1991, Technometrics 33; Campolongo, Cariboni & Saltelli 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.panel import AnalysisError, Array
from analysis.spread import Bounded, bounded

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Screening:
    """Of each input, in the outcome's unit: arrays of length inputs. `luck` as in `luck_of_steps`.

    `floor` is the mu_star that an input without any effect would have by luck alone; nan with one world.
    """

    mu: Bounded
    mu_star: Bounded
    sigma: Bounded
    luck: float
    floor: Array


def elementary_effects(values: Array, which: NDArray[np.int64], step: Array) -> Array:
    """The effects, (trajectories, inputs, worlds).

    `values` are outcomes, (trajectories (inputs + 1), worlds), trajectory after trajectory; `which` and `step`, both
    (trajectories, inputs), say which input each step moves and how far, as a signed share of its range.
    """
    trajectories, inputs = which.shape
    steps = np.diff(values.reshape(trajectories, inputs + 1, -1), axis=1) / step[:, :, None]
    found = np.empty_like(steps)
    np.put_along_axis(found, which[:, :, None], steps, axis=1)
    return found


def screening(values: Array, which: NDArray[np.int64], step: Array) -> Screening:
    """Estimates with intervals over trajectories and, with three worlds or more, over worlds. Arguments as above.

    AnalysisError with fewer than two trajectories.
    """
    if len(which) < 2:
        raise AnalysisError("one trajectory says nothing of the others: give --points 2 or more")
    effects = elementary_effects(values, which, step)
    trajectories, _, worlds = effects.shape

    def statistic(of_trajectories: Array, of_worlds: Array) -> Array:
        mean = effects @ of_worlds  # (trajectories, inputs)
        mu = of_trajectories @ mean
        spread = of_trajectories @ (mean - mu) ** 2 * trajectories / (trajectories - 1)
        return np.stack([mu, of_trajectories @ np.abs(mean), np.sqrt(spread)])

    found = bounded(statistic, trajectories, worlds)
    low = np.stack([found.low[0], *np.maximum(found.low[1:], 0)])  # sizes
    mu, mu_star, sigma = (Bounded(found.value[i], low[i], found.high[i]) for i in range(3))
    return Screening(mu, mu_star, sigma, luck_of_steps(effects), _floor(effects))


def _floor(effects: Array) -> Array:
    """The mean size of normal luck: sqrt(2 / pi) of its standard deviation."""
    worlds = effects.shape[2]
    if worlds < 2:
        return np.full(effects.shape[1], np.nan)
    variance: Array = effects.var(axis=2, ddof=1).mean(axis=0) / worlds
    return np.sqrt(2 / np.pi * variance)


def luck_of_steps(effects: Array) -> float:
    """The share of the mean squared effect that is luck of the worlds; nan with one world, or without any effect.

    Worlds of a point are the same at all points, so what they share drops out of a step; what is left differs from
    world to world, and its mean over n worlds has its variance through n.
    """
    worlds: int = effects.shape[2]
    whole = float((effects.mean(axis=2) ** 2).mean())
    if worlds < 2 or whole == 0:
        return float("nan")
    luck = float(effects.var(axis=2, ddof=1).mean()) / worlds
    return min(1.0, luck / whole)
