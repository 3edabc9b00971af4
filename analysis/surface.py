"""How an effect depends on the parameters of the world: a regression over sampled worlds.

The effect in each world is one noisy pair, so single worlds are not judged. The model has a linear and a quadratic term for
each parameter and no cross terms; with more terms than worlds, least squares on all of them is impossible. Two estimates
are averaged. *Forward selection* (orthogonal; Chen, Billings & Luo 1989, Int. J. Control 50(5)) takes term by term what
explains most of what is left, a quadratic term only after its linear one, and is good where few parameters matter. *Ridge*
on all linear terms is good where many matter a little. On sampled worlds of the flagship that neither had seen the average
predicted best or nearly best for each of eight effects (mean R2 .36 against .31 and .30). How many terms, and how large
the penalty, is decided by cross-validation; the R2 reported is one of prediction.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.panel import Array

MAX_TERMS = 12
FOLDS, REPEATS = 10, 3
EXPLAINS = 0.07
"""A cross-validated R2 below this is taken for none: without any dependence it is reached in under 5 % of samples."""
_KEY = 19_890_505


@dataclass(frozen=True)
class Surface:
    """A fitted effect surface over the unit cube.

    `coefficients` belong to the columns of `features`: parameter j's linear term is 2 j, its quadratic one 2 j + 1. All are
    0 where parameters explain nothing; `r2`, of cross-validation, then says by how much that fails. `terms` and `penalty`
    are those of the two estimates, `stretch` undoes their shrinking.
    """

    coefficients: Array
    intercept: float
    r2: float
    terms: int
    penalty: float
    stretch: float = 1.0

    @property
    def explains(self) -> bool:
        """Whether parameters explain the effect."""
        return self.r2 >= EXPLAINS

    def predict(self, x: Array) -> Array:
        """Predicted effect at points of the unit cube, given as their `features`."""
        predicted: Array = self.intercept + x @ self.coefficients
        return predicted

    def slope(self, parameter: int) -> float:
        """Change of the effect per standard deviation of a parameter, at the middle of its range."""
        return float(self.coefficients[2 * parameter])

    def along(self, parameter: int, at: Sequence[float] | Array) -> Array:
        """Predicted effect with one parameter at points of [0, 1] and the mean over all others."""
        own = features(np.asarray(at, float)[:, None])
        curve: Array = self.intercept + own @ self.coefficients[2 * parameter : 2 * parameter + 2]
        return curve


def features(points: Array) -> Array:
    """Linear and quadratic terms, (points, 2 parameters), with mean 0 and variance 1 over the unit cube."""
    z = np.sqrt(12.0) * (np.asarray(points, float) - 0.5)
    both: Array = np.stack([z, (z * z - 1) / np.sqrt(0.8)], axis=2).reshape(len(z), -1)
    return both


def predictions(x: Array, surfaces: Sequence[Surface]) -> Array:
    """Predicted effects at points of the unit cube, given as their `features`, by several surfaces: (points, surfaces)."""
    predicted: Array = x @ np.array([s.coefficients for s in surfaces]).T
    predicted += np.array([s.intercept for s in surfaces])
    return predicted


def fit(points: Array, effects: Array) -> Surface:
    """The surface of effects, (worlds,), at points of the unit cube, (worlds, parameters). No NaN."""
    x = features(points)
    if not np.ptp(effects) > 0:
        return _flat(x, effects, 0.0)
    terms, penalty = _how_many(x, effects), _penalty(x[:, ::2], effects)
    r2, stretch = _cross_validated(x, effects, terms, penalty)
    return (
        _fitted(x, effects, terms, penalty, r2, stretch)
        if r2 >= EXPLAINS
        else _flat(x, effects, max(r2, 0.0))
    )


def refit(x: Array, effects: Array, like: Surface) -> Surface:
    """A surface of the same kind from other worlds, given as `features`; terms are selected anew."""
    if not like.explains:
        return _flat(x, effects, like.r2)
    return _fitted(x, effects, like.terms, like.penalty, like.r2, like.stretch)


def _flat(x: Array, y: Array, r2: float) -> Surface:
    return Surface(np.zeros(x.shape[1]), float(y.mean()), r2, 0, math.inf)


def _fitted(x: Array, y: Array, terms: int, penalty: float, r2: float, stretch: float = 1.0) -> Surface:
    """The average of forward selection and ridge, its slopes multiplied by `stretch`."""
    chosen, _ = _path(x, y, x[:0], terms)
    design = np.column_stack([np.ones(len(x)), x[:, chosen]])
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    middle, slopes = _ridge(x[:, ::2], y, penalty)
    coefficients = np.zeros(x.shape[1])
    coefficients[chosen] = solution[1:] / 2
    coefficients[::2] += slopes / 2
    return Surface(coefficients * stretch, float(solution[0] + middle) / 2, r2, terms, penalty, stretch)


def _ridge(x: Array, y: Array, penalty: float) -> tuple[float, Array]:
    """Intercept and slopes."""
    mean = x.mean(axis=0)
    far = x - mean
    slopes: Array = np.linalg.solve(far.T @ far + penalty * np.eye(x.shape[1]), far.T @ (y - y.mean()))
    return float(y.mean() - mean @ slopes), slopes


def _penalty(x: Array, y: Array) -> float:
    """The penalty with the smallest error of leaving one out."""
    u, s, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    rest = y - y.mean()

    def error(penalty: float) -> float:
        hat = (u * (s**2 / (s**2 + penalty))) @ u.T
        return float(np.mean(((rest - hat @ rest) / (1 - np.diag(hat) - 1 / len(y))) ** 2))

    return min((float(penalty) for penalty in np.geomspace(1, 1e5, 40)), key=error)


def _folds(n: int) -> Iterator[npt.NDArray[np.bool_]]:
    """Which worlds are held back: each once in ten folds, several times over. Always the same."""
    generator = np.random.Generator(np.random.Philox(key=_KEY + n))
    for _ in range(REPEATS):
        fold = generator.permutation(n) % FOLDS
        for k in range(FOLDS):
            yield fold == k


def _how_many(x: Array, y: Array) -> int:
    """Number of terms with the smallest error of prediction."""
    most = min(MAX_TERMS, len(y) // 10)
    errors = np.zeros(most + 1)
    for held in _folds(len(y)):
        predicted = _path(x[~held], y[~held], x[held], most)[1]
        errors[: len(predicted)] += ((y[held] - predicted) ** 2).sum(axis=1)
        errors[len(predicted) :] = np.inf
    return int(np.argmin(errors))


def _cross_validated(x: Array, y: Array, terms: int, penalty: float) -> tuple[float, float]:
    """R2 of predictions in worlds held back, and the slope of what happened on what was predicted (Copas 1983).

    Ridge draws predictions to their mean, so that the slope is above 1; a share of worlds beyond a threshold would be off.
    """
    error = usual = both = spread = 0.0
    for held in _folds(len(y)):
        mean = y[~held].mean()
        ahead = _fitted(x[~held], y[~held], terms, penalty, 0.0).predict(x[held]) - mean
        far = y[held] - mean
        error += float(((far - ahead) ** 2).sum())
        usual += float((far**2).sum())
        both += float((far * ahead).sum())
        spread += float((ahead**2).sum())
    return 1 - error / usual, (min(max(both / spread, 0.5), 2.0) if spread > 0 else 1.0)


def _path(x: Array, y: Array, new: Array, steps: int) -> tuple[list[int], Array]:
    """Terms in the order selected, and predictions at the rows of `new` after 0, 1, ... steps, (steps + 1, rows)."""
    middle = x.mean(axis=0)
    x, new = x - middle, new - middle
    rest = y - y.mean()
    predicted = [np.full(len(new), y.mean())]
    chosen: list[int] = []
    open_ = np.arange(x.shape[1]) % 2 == 0  # a quadratic term after its linear one
    # Of each term chosen, what it does not share with those before, at length 1: there, at `new`, and along every term.
    own, ahead, shared = np.zeros((steps, len(x))), np.zeros((steps, len(new))), np.zeros((steps, x.shape[1]))
    size = (x * x).sum(axis=0)  # of what a term does not share with those chosen
    least = 1e-9 * size
    for k in range(steps):
        along = rest @ x
        usable = open_ & (size > least)
        gain = np.where(usable, along**2 / np.where(usable, size, 1.0), -1.0)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        open_[best] = False
        if best % 2 == 0:
            open_[best + 1] = True
        column = x[:, best] - shared[:k, best] @ own[:k]
        length = math.sqrt(column @ column)
        own[k] = column / length
        ahead[k] = (new[:, best] - shared[:k, best] @ ahead[:k]) / length
        shared[k] = own[k] @ x
        size = size - shared[k] ** 2
        step = own[k] @ rest
        rest = rest - step * own[k]
        predicted.append(predicted[-1] + step * ahead[k])
    return chosen, np.array(predicted)
