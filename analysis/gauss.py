"""A smooth function through noisy values: regression by a Gaussian process (Rasmussen & Williams 2006, ch. 2 and 5).

Squared exponential kernel with a length for each column, noise alike everywhere; lengths, height and noise maximise the
marginal likelihood. What is predicted has a variance, which is what values of information and uncertain zones need
(Strong, Oakley & Brennan 2014, Medical Decision Making 34(3), use it so). With more than `MOST` cases a spread-out part of
them is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.conditions import Column
from analysis.panel import Array

MOST, MOST_SEARCHED = 1024, 256
"""Cases that are fitted, and those of them on which lengths are searched."""
ERROR = 0.05
SHORTEST, LONGEST = 0.15, 60.0
"""Bounds of a length, in standard deviations of its column."""


@dataclass(frozen=True)
class Smooth:
    """A fitted function. `noise` is the variance of a value about it; `explains` says whether it is beyond chance: likelier
    than no dependence at all, by a likelihood ratio test at 5 % that counts a parameter for each input and one more.
    """

    inputs: Array
    lengths: Array
    height: float
    noise: float
    middle: float
    factor: Array
    weights: Array
    explains: bool

    def at(self, inputs: Array) -> tuple[Array, Array]:
        """Mean of the function, (points,), and its covariance, (points, points)."""
        from scipy.linalg import solve_triangular

        between = _kernel(inputs, self.inputs, self.lengths, self.height)
        half = solve_triangular(self.factor, between.T, lower=True)
        own = _kernel(inputs, inputs, self.lengths, self.height)
        return self.middle + between @ self.weights, own - half.T @ half

    def mean_and_error(self, inputs: Array) -> tuple[Array, Array]:
        """Mean of the function and its standard error, both (points,)."""
        from scipy.linalg import solve_triangular

        between = _kernel(inputs, self.inputs, self.lengths, self.height)
        half = solve_triangular(self.factor, between.T, lower=True)
        variance = np.maximum(self.height - (half**2).sum(axis=0), 0.0)
        return self.middle + between @ self.weights, np.sqrt(variance)


def inputs_of(columns: Sequence[Column], like: Sequence[Column] | None = None) -> Array:
    """Columns as inputs, (cases, inputs): numbers with mean 0 and variance 1 (of `like`), labels one by one."""
    found = []
    for column, usual in zip(columns, like or columns, strict=True):
        if column.numeric:
            found.append((column.values - usual.values.mean()) / (usual.values.std() or 1.0))
        else:
            found += [(column.values == code) * 2.0 for code in range(len(column.labels))]
    return np.stack(found, axis=1)


def smooth(inputs: Array, values: Array) -> Smooth:
    """The function of `inputs`, (cases, inputs), behind `values`, (cases,). No NaN; at least three cases."""
    from scipy.linalg import cho_solve, cholesky
    from scipy.optimize import minimize
    from scipy.stats import chi2

    inputs, values = _part(inputs, values, MOST)
    middle, spread = float(values.mean()), float(values.std())
    width = inputs.shape[1]
    if not spread > 0:
        return Smooth(
            inputs, np.ones(width), 0.0, 1.0, middle, np.eye(len(values)), np.zeros(len(values)), False
        )
    few, scaled = _part(inputs, (values - middle) / spread, MOST_SEARCHED)
    squares = (few[:, None, :] - few[None, :, :]) ** 2
    bounds = [(np.log(SHORTEST), np.log(LONGEST))] * width + [(-9.0, 3.0), (-12.0, 1.0)]
    starts = [
        [np.log(length)] * width + [height, noise] for length, height, noise in ((2.0, 0, -1), (8.0, 0, -3))
    ]
    tries = [
        minimize(_loss, start, args=(squares, scaled), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
        for start in starts
    ]  # fmt: skip
    found = min(tries, key=lambda one: float(one.fun))
    explains = bool(chi2.sf(float(scaled @ scaled) - 2 * float(found.fun), width + 1) < ERROR)
    best = found.x
    lengths, height, noise = np.exp(best[:-2]), float(np.exp(best[-2])), float(np.exp(best[-1]))
    height, noise = height * spread**2, noise * spread**2
    whole = _kernel(inputs, inputs, lengths, height) + (noise + 1e-9 * height) * np.eye(len(values))
    factor = cholesky(whole, lower=True)
    return Smooth(
        inputs, lengths, height, noise, middle, factor, cho_solve((factor, True), values - middle), explains
    )


def _part(inputs: Array, values: Array, most: int) -> tuple[Array, Array]:
    """At most so many cases, drawn by a fixed lot."""
    if len(values) <= most:
        return inputs, values
    chosen = np.random.Generator(np.random.Philox(key=most)).permutation(len(values))[:most]
    return inputs[chosen], values[chosen]


def _kernel(a: Array, b: Array, lengths: Array, height: float) -> Array:
    one, other = a / lengths, b / lengths
    far = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2 * one @ other.T
    near: Array = height * np.exp(-0.5 * np.maximum(far, 0.0))
    return near


def _loss(
    place: npt.NDArray[np.float64], squares: Array, values: Array
) -> tuple[float, npt.NDArray[np.float64]]:
    """Negative log marginal likelihood and its gradient, by the logs of lengths, height and noise."""
    from scipy.linalg import LinAlgError, cho_solve, cholesky

    n = len(values)
    rates, height, noise = np.exp(-2 * place[:-2]), np.exp(place[-2]), np.exp(place[-1])
    kernel = height * np.exp(-0.5 * squares @ rates)
    try:
        factor = cholesky(kernel + (noise + 1e-9 * height) * np.eye(n), lower=True)
    except LinAlgError:
        return 1e10, np.zeros_like(place)
    inverse = cho_solve((factor, True), np.eye(n))
    weights = inverse @ values
    loss = 0.5 * float(values @ weights) + float(np.log(np.diag(factor)).sum())
    pull = np.outer(weights, weights) - inverse
    shared = pull * kernel
    of_lengths = -0.5 * np.einsum("ij,ijk->k", shared, squares) * rates
    gradient = np.concatenate([of_lengths, [-0.5 * shared.sum(), -0.5 * np.trace(pull) * noise]])
    return loss, gradient
