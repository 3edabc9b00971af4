"""How an effect depends on the parameters of the world: a regression over sampled worlds.

The effect in each world is one noisy pair, so single worlds are not judged. A second-order model without cross terms (a
linear and a quadratic term for each parameter) is built up term by term, each time by the term that explains most of what
is left (orthogonal forward selection; Chen, Billings & Luo 1989, Int. J. Control 50(5)). How many terms is decided by
repeated tenfold cross-validation in which the selection itself takes part, so that the R2 reported is one of prediction.
With more than a hundred candidate terms and as many worlds, least squares on all of them would have no degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.panel import Array

MAX_TERMS = 12
FOLDS, REPEATS = 10, 3
EXPLAINS = 0.07
"""A cross-validated R2 below this is taken for none: without any dependence it is reached in under 5 % of samples."""
_KEY = 19_890_505


@dataclass(frozen=True)
class Surface:
    """A fitted effect surface over the unit cube.

    `terms` are columns of `features`: parameter j's linear term is 2 j, its quadratic one 2 j + 1. `r2` is that of
    cross-validation at the best number of terms, also where it is too small to be used and there are no terms.
    """

    terms: tuple[int, ...]
    coefficients: Array
    intercept: float
    r2: float

    def predict(self, x: Array) -> Array:
        """Predicted effect at points of the unit cube, given as their `features`."""
        if not self.terms:
            return np.full(len(x), self.intercept)
        predicted: Array = self.intercept + x[:, list(self.terms)] @ self.coefficients
        return predicted

    def parameters(self) -> list[int]:
        """The parameters that matter, by position."""
        return sorted({term // 2 for term in self.terms})

    def slope(self, parameter: int) -> float:
        """Change of the effect per standard deviation of a parameter, at the middle of its range."""
        return self._coefficient(2 * parameter)

    def along(self, parameter: int, at: Sequence[float] | Array) -> Array:
        """Predicted effect with one parameter at points of [0, 1] and the mean over all others."""
        z = np.sqrt(12.0) * (np.asarray(at, float) - 0.5)
        curve: Array = (
            self.intercept
            + self._coefficient(2 * parameter) * z
            + self._coefficient(2 * parameter + 1) * (z * z - 1) / np.sqrt(0.8)
        )
        return curve

    def _coefficient(self, term: int) -> float:
        return float(self.coefficients[self.terms.index(term)]) if term in self.terms else 0.0


def features(points: Array) -> Array:
    """Linear and quadratic terms, (points, 2 parameters), with mean 0 and variance 1 over the unit cube."""
    z = np.sqrt(12.0) * (np.asarray(points, float) - 0.5)
    both: Array = np.stack([z, (z * z - 1) / np.sqrt(0.8)], axis=2).reshape(len(z), -1)
    return both


def fit(points: Array, effects: Array) -> Surface:
    """The surface of effects, (worlds,), at points of the unit cube, (worlds, parameters). No NaN."""
    x = features(points)
    count, r2 = _how_many(x, effects)
    return refit(x, effects, count, r2)


def refit(x: Array, effects: Array, count: int, r2: float = float("nan")) -> Surface:
    """The surface with so many terms, selected anew, from the `features` of the points."""
    terms, _ = _path(x, effects, x[:0], count)
    design = np.column_stack([np.ones(len(x)), x[:, terms]])
    solution: Array = np.linalg.lstsq(design, effects, rcond=None)[0].astype(np.float64)
    return Surface(tuple(terms), solution[1:], float(solution[0]), r2)


def _how_many(x: Array, y: Array) -> tuple[int, float]:
    """Number of terms with the smallest error of prediction, and its R2; 0 terms where they explain nothing."""
    n = len(y)
    most = min(MAX_TERMS, n // 10, x.shape[1])
    if most < 1 or not np.ptp(y) > 0:
        return 0, 0.0
    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    errors = np.zeros(most + 1)
    for _ in range(REPEATS):
        fold = generator.permutation(n) % FOLDS
        for k in range(FOLDS):
            train, held = fold != k, fold == k
            predicted = _path(x[train], y[train], x[held], most)[1]
            errors[: len(predicted)] += ((y[held] - predicted) ** 2).sum(axis=1)
            errors[len(predicted) :] = np.inf
    best = int(np.argmin(errors[1:])) + 1
    r2 = float(1 - errors[best] / errors[0])
    return (best, r2) if r2 >= EXPLAINS else (0, max(r2, 0.0))


def _path(x: Array, y: Array, new: Array, steps: int) -> tuple[list[int], Array]:
    """Terms in the order selected, and predictions at the rows of `new` after 0, 1, ... steps, (steps + 1, rows)."""
    middle = x.mean(axis=0)
    x, new = x - middle, new - middle
    rest = y - y.mean()
    predicted = [np.full(len(new), y.mean())]
    chosen: list[int] = []
    least = 1e-9 * (x * x).sum(axis=0)
    for _ in range(steps):
        size = (x * x).sum(axis=0)
        along = x.T @ rest
        gain = np.where(size > least, along**2 / np.where(size > least, size, 1.0), -1.0)
        gain[chosen] = -1.0
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        column, ahead = x[:, best].copy(), new[:, best].copy()
        step = along[best] / size[best]
        rest = rest - step * column
        predicted.append(predicted[-1] + step * ahead)
        shadow = column @ x / size[best]  # what each term shares with the one just taken
        x, new = x - np.outer(column, shadow), new - np.outer(ahead, shadow)
    return chosen, np.array(predicted)
