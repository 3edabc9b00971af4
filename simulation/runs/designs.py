"""Designs: which points of a sweep there are. A point is a share from 0 to 1 of each axis, or a value of each.

Points are a function of (seed of the scenario, names of the axes, design): a larger design of Sobol points begins with the
smaller one, and so do longer lists of trajectories and base points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.spec.axes import Axis
    from simulation.spec.sweep_schema import Value
    from simulation.spec.sweeps import Sweep


def points_of(sweep: Sweep) -> list[tuple[Value, ...]]:
    """The values of every axis at each point, in an order in which any beginning is spread over the whole."""
    if sweep.design == "table":
        return list(sweep.rows)
    if sweep.design == "grid":
        every = list(product(*(axis.levels() for axis in sweep.axes)))
        return [every[place] for place in _spread(len(every))]
    shares = SAMPLES[sweep.design](sweep.size, len(sweep.axes), _generator(sweep))
    return [tuple(map(_at, sweep.axes, row)) for row in shares.tolist()]


def _at(axis: Axis, share: float) -> Value:
    return axis.at(share)


def shares_of(axes: Sequence[Axis], values: Sequence[Sequence[Value]]) -> NDArray[np.float64]:
    """Where values lie on their axes, (points, axes), 0 to 1 in the order of a list or over a range, for analyses."""
    columns = [[_share(axis, row[place]) for row in values] for place, axis in enumerate(axes)]
    return np.array(columns, float).T.reshape(len(values), len(axes))


def _share(axis: Axis, value: Any) -> float:
    if axis.values:
        return (axis.values.index(value) + 0.5) / len(axis.values)
    if axis.distribution == "log_uniform":
        return float(np.log(value / axis.low) / np.log(axis.high / axis.low))
    return float((value - axis.low) / (axis.high - axis.low))


def sobol(points: int, axes: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """A scrambled Sobol sequence, (points, axes)."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(axes, scramble=True, bits=30, seed=generator)
    return np.asarray(sequence.random_base2(max(0, (points - 1).bit_length())))[:points]


def latin_hypercube(points: int, axes: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """One value in each of `points` equally likely parts of every axis (McKay, Beckman & Conover 1979)."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(axes, seed=generator).random(points))


SAMPLES: dict[str, Callable[[int, int, np.random.Generator], NDArray[np.float64]]] = {
    "sobol": sobol,
    "latin_hypercube": latin_hypercube,
}
"""How shares are drawn: size, number of axes, generator -> (points, axes)."""


def _generator(sweep: Sweep) -> np.random.Generator:
    # The names take part, so that two lists of axes are two samples.
    names = ",".join(axis.name for axis in sweep.axes)
    key = hashlib.sha256(f"{sweep.scenario.seed}\0{names}\0{sweep.design}".encode()).digest()
    return np.random.default_rng(int.from_bytes(key[:16], "little"))


def _spread(n: int) -> list[int]:
    """0 to n - 1 with the bits of a counter turned round: what has been done at any moment is spread over all."""
    width = max(1, (n - 1).bit_length())
    turned = (int(f"{place:0{width}b}"[::-1], 2) for place in range(1 << width))
    return [place for place in turned if place < n]
