"""Moments of simulated worlds as a smooth function of the parameters: a quadratic, fitted to trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.crm.finding import Floats

PER_TERM = 2.5
"""Trials (effective ones, where some count less) that each term of the quadratic must have behind it."""


@dataclass(frozen=True)
class Surrogate:
    """`coefficients` (terms, moments); `residual` (moments, moments) covariance of a trial around it; `spread`
    (terms, terms): x' spread x times the residual is the covariance of the error of the fit at the terms x.
    """

    coefficients: Floats
    residual: Floats
    spread: Floats
    full: bool
    parameters: int

    def at(self, places: Floats) -> Floats:
        """Moments at places, (places, moments)."""
        return np.asarray(terms(places, self.full) @ self.coefficients)

    def leverage(self, places: Floats) -> Floats:
        """How unsure the fit is at places, in units of the residual covariance, (places,)."""
        x = terms(places, self.full)
        return np.asarray(((x @ self.spread) * x).sum(axis=1))


def terms(places: Floats, full: bool) -> Floats:
    """(places, terms): 1, the coordinates, their squares and, if `full`, their products."""
    many = places.shape[1]
    columns = [np.ones(len(places)), *places.T, *(places.T**2 - 1 / 3)]
    if full:
        columns += [places[:, i] * places[:, j] for i in range(many) for j in range(i)]
    return np.column_stack(columns)


def fit(places: Floats, values: Floats, weight: Floats | None = None) -> Surrogate:
    """Weighted least squares of values (trials, moments) on places (trials, parameters), each coordinate from -1 to 1.

    Products are left out where there are too few trials for them. Raises ValueError where there are too few for the rest.
    """
    w = np.ones(len(places)) if weight is None else weight
    effective = float(w.sum() ** 2 / (w**2).sum())
    full = effective >= PER_TERM * terms(places[:1], full=True).shape[1]
    x = terms(places, full)
    if effective < PER_TERM * x.shape[1]:
        raise ValueError(f"{len(places)} trials are too few for {x.shape[1]} terms")
    bread = np.linalg.inv((x * w[:, None]).T @ x)
    coefficients = bread @ (x * w[:, None]).T @ values
    left = values - x @ coefficients
    spread = bread @ ((x * w[:, None] ** 2).T @ x) @ bread
    free = w.sum() - np.trace(bread @ ((x * w[:, None] ** 2).T @ x))
    return Surrogate(coefficients, (left * w[:, None]).T @ left / free, spread, full, places.shape[1])


def nearby(places: Floats, centre: Floats, covariance: Floats, wide: float = 3.0) -> Floats | None:
    """Weights of trials around a centre, (trials,): normal, `wide` times as wide as the covariance, wider where too few
    would count; None where all count alike. They depend on places alone, so they favour no outcome.
    """
    least = PER_TERM * terms(places[:1], full=True).shape[1]
    away = places - centre
    square = ((away @ np.linalg.inv(covariance)) * away).sum(axis=1)
    square -= square.min()  # else all of a few might underflow
    while wide < 40:
        weight = np.exp(-0.5 * square / wide**2)
        if weight.sum() ** 2 / (weight**2).sum() >= least:
            return np.asarray(weight)
        wide *= 1.25
    return None
