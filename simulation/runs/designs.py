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
    return [tuple(map(_at, sweep.axes, row)) for row in drawn_shares(sweep).tolist()]


def drawn_shares(sweep: Sweep) -> NDArray[np.float64]:
    """The points of a sampled design before they become values: shares of the axes, (points, axes)."""
    return SAMPLES[sweep.design](sweep.size, len(sweep.axes), _generator(sweep))


def steps_of(sweep: Sweep) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of a Morris design, which axis each step of a trajectory moves and how far, both (trajectories, axes).

    A step is a share of the axis's range with its sign. A list or a whole number moves by what its values move:
    from one of two values to the other is the whole range, though the shares say two thirds.
    """
    k = len(sweep.axes)
    drawn = drawn_shares(sweep)
    placed = np.array(
        [[_place(axis, u) for axis, u in zip(sweep.axes, row, strict=True)] for row in drawn.tolist()]
    )
    moved, went = (np.diff(x.reshape(-1, k + 1, k), axis=1) for x in (drawn, placed))
    which = np.abs(moved).argmax(axis=2)
    taken = [np.take_along_axis(x, which[:, :, None], axis=2)[:, :, 0] for x in (moved, went)]
    return which, np.where(taken[1] == 0, taken[0], taken[1])


def _place(axis: Axis, share: float) -> float:
    """Where the value of a share lies between the ends of the axis, 0 to 1."""
    value = axis.at(share)
    if axis.values:
        return axis.values.index(value) / (len(axis.values) - 1)
    if axis.integer and axis.distribution == "uniform":
        return (float(value) - axis.low) / (axis.high - axis.low)
    return share


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


def morris(trajectories: int, axes: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Trajectories on a grid of four levels, one axis a step, (trajectories (axes + 1), axes) (Morris 1991)."""
    rows = []
    for _ in range(trajectories):  # one after the other, so that more of them begin with the fewer
        low = generator.integers(0, 2, axes) / 3  # 0 or 1/3: a step of 2/3 stays on the grid
        up = generator.integers(0, 2, axes).astype(bool)
        order = generator.permutation(axes)
        turn = np.empty(axes, np.int64)
        turn[order] = np.arange(axes)
        stepped = np.arange(axes + 1)[:, None] > turn
        rows.append(low + np.where(stepped == up, 2 / 3, 0.0))
    return np.concatenate(rows)


def saltelli(base: int, axes: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """For each of the base points: A, B, and A with one column of B for each axis, (base (axes + 2), axes).

    A and B are the two halves of one Sobol sequence (Saltelli et al. 2010, Comput. Phys. Commun. 181).
    """
    both = sobol(base, 2 * axes, generator)
    a, b = both[:, None, :axes], both[:, None, axes:]
    mixed = np.where(np.eye(axes, dtype=bool), b, a)
    return np.concatenate([a, b, mixed], axis=1).reshape(-1, axes)


SAMPLES: dict[str, Callable[[int, int, np.random.Generator], NDArray[np.float64]]] = {
    "sobol": sobol,
    "latin_hypercube": latin_hypercube,
    "morris": morris,
    "saltelli": saltelli,
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
