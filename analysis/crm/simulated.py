"""What moments say of parameters that only show through the whole model: a posterior from simulated worlds.

A synthetic likelihood (Wood 2010, Nature 466) on a surrogate: the moments of trials are a quadratic of the parameters, those
of the data lie around it with the covariance of single worlds. That covariance is itself estimated, hence the t form
(Sellentin & Heavens 2016, MNRAS 456). What is unsure about the surrogate counts as error too, more so away from the trials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.stats import chi2, multivariate_t, qmc

from analysis.crm.finding import DRAWS, LEVEL, Floats, generator
from analysis.crm.surrogate import Surrogate, fit, nearby

POINTS, STEPS = 2**13, 3
SHRINK = 0.1
"""The covariance of some dozens of worlds is drawn towards its diagonal by so much."""
MISFIT = 0.01
"""A best point worse than this by chance alone: the model misses something, and all errors are widened until it fits."""


@dataclass(frozen=True)
class Trials:
    """Worlds of trials: `places` (trials, parameters) from -1 to 1 over each range, `worlds` (trials, worlds, moments).
    World k of every trial has the same luck.
    """

    places: Floats
    worlds: Floats

    @property
    def means(self) -> Floats:
        """Of the worlds of each trial, (trials, moments)."""
        return np.asarray(self.worlds.mean(axis=1))

    @property
    def noise(self) -> Floats:
        """Variance of one world around the mean of its trial, (moments,)."""
        return np.asarray(self.worlds.var(axis=1, ddof=1).mean(axis=0))


@dataclass(frozen=True)
class Posterior:
    """Draws (DRAWS, parameters) from -1 to 1, their mean and standard deviation by all weighted points; `misses` (moments,):
    data less model at the best point, in standard errors; `widened`: factor by which errors were widened (1: none).
    """

    draws: Floats
    mean: Floats
    covariance: Floats
    low: Floats
    high: Floats
    misses: Floats
    widened: float
    points: float

    @property
    def kept(self) -> Floats:
        """Standard deviation against that of the whole range, (parameters,): 1 where the data say nothing."""
        return np.asarray(np.sqrt(np.diag(self.covariance) * 3))


def everywhere(points: int, many: int, purpose: int) -> Floats:
    """Evenly spread places from -1 to 1, (points, many): Sobol's, moved round by a random shift."""
    power = int(np.ceil(np.log2(max(2, points))))
    even = qmc.Sobol(many, scramble=False).random_base2(power)[:points]
    return np.asarray(2 * ((even + generator(purpose).uniform(size=many)) % 1) - 1)


def distances(worlds: Floats, observed: Floats, error: Floats, noise: Floats) -> float:
    """Root mean square distance of a trial's mean to the data, in their common standard errors. nan counts as far."""
    scale = np.sqrt(error**2 + noise / len(worlds))
    away = (worlds.mean(axis=0) - observed) / scale
    return float(np.sqrt(np.mean(np.where(np.isfinite(away), away, 10.0) ** 2)))


def first_guess(trials: Trials, observed: Floats, error: Floats) -> Posterior:
    """Before the worlds at the best point are there: luck as single worlds of trials have it, moments independent."""
    within = np.diag(np.maximum(trials.noise, error**2))
    return _weighed(
        fit(trials.places, trials.means), observed, within, np.zeros(len(observed)), trials.noise * 0, 10_000
    )


def posterior(
    trials: Trials, observed: Floats, error: Floats, fresh: Floats, at: Floats, near: Posterior
) -> Posterior:
    """The answer. `fresh` (worlds, moments) are worlds of other luck at the place `at`, each with its own draw of all else
    that is uncertain: they correct the surrogate there and say how far single worlds part. `error` (moments,) is the
    bootstrap's; where larger than what worlds show, it counts. `near`: the first guess, around which trials count most.
    """
    model = fit(trials.places, trials.means, nearby(trials.places, near.mean, near.covariance))
    covariance = np.cov(fresh, rowvar=False).reshape(len(observed), -1)
    covariance = (1 - SHRINK) * covariance + SHRINK * np.diag(np.diag(covariance))
    wider = np.maximum(1.0, error / np.sqrt(np.diag(covariance)))
    covariance = covariance * np.outer(wider, wider) * (1 + 1 / len(fresh))
    noise = trials.noise / trials.worlds.shape[1]
    shift = fresh.mean(axis=0) - model.at(at[None])[0]
    return _weighed(model, observed - shift, covariance, noise, np.diag(model.residual), len(fresh))


def _weighed(
    model: Surrogate, observed: Floats, covariance: Floats, noise: Floats, residual: Floats, worlds: int
) -> Posterior:
    """Points of the whole range weighed by how well they fit. What trials part by beyond their luck is lack of fit."""
    common = covariance + np.diag(np.maximum(0.0, residual - noise))
    roots, base = eigh(model.residual, common)
    roots = np.maximum(roots, 0.0)

    def square(points: Floats) -> tuple[Floats, Floats]:
        """Squared distance to the data, and log of what it is to be measured by."""
        unsure = 1 + model.leverage(points)[:, None] * roots
        return (((observed - model.at(points)) @ base) ** 2 / unsure).sum(axis=1), np.log(unsure).sum(axis=1)

    many = model.parameters
    points = everywhere(POINTS, many, 95)
    away, size = square(points)
    best = points[int(np.argmin(away + size))]
    least, free = float(away.min()), max(1, len(observed) - many)
    widened = least / free if least > chi2.ppf(1 - MISFIT, free) else 1.0

    def likely(points: Floats) -> Floats:
        away, size = square(points)
        return np.asarray(-0.5 * worlds * np.log1p(away / widened / (worlds - 1)) - 0.5 * size)

    chance = _shares(likely(points))
    for _ in range(STEPS):  # what is likely is a small part of the whole range: look there more closely
        points, chance = _closer(points, chance, likely)
    lot = (np.arange(DRAWS) + 0.5) / DRAWS
    place = np.searchsorted(np.cumsum(chance), lot).clip(0, len(points) - 1)
    mean = np.asarray(chance @ points)
    spread = (points - mean).T @ ((points - mean) * chance[:, None])
    low, high = _ends(points, chance)
    misses = (observed - model.at(best[None])[0]) / np.sqrt(np.diag(common))
    chosen = points[generator(96).permutation(place)]
    return Posterior(chosen, mean, spread, low, high, misses, widened, float(1 / (chance**2).sum()))


def _shares(logs: Floats) -> Floats:
    chance = np.exp(logs - logs.max())
    return np.asarray(chance / chance.sum())


def _closer(points: Floats, chance: Floats, likely: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """New points, most of them where old ones were likely, the others anywhere, and their chances (importance sampling)."""
    rng, many = generator(97), points.shape[1]
    mean = chance @ points
    spread = 1.5 * (points - mean).T @ ((points - mean) * chance[:, None]) + 1e-6 * np.eye(many)
    near = multivariate_t(mean, spread, df=5, seed=rng)
    new = np.vstack((rng.uniform(-1, 1, (POINTS // 4, many)), near.rvs(POINTS)))
    new = new[(np.abs(new) <= 1).all(axis=1)]
    proposed = 0.2 * 0.5**many + 0.8 * near.pdf(new)
    return new, _shares(likely(new) - np.log(proposed))


def _ends(points: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Ends of the central interval of each coordinate."""
    ends = []
    for column in points.T:
        order = np.argsort(column)
        heap = np.cumsum(chance[order])
        tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
        ends.append([column[order][np.searchsorted(heap, q).clip(0, len(heap) - 1)] for q in tails])
    low, high = np.array(ends).T
    return low, high
