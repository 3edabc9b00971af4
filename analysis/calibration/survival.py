"""Small estimators for censored, competing outcomes on a weekly clock.

An age of 0 means that something ended in the week in which it began. Within a week endings come before
censoring: whoever is censored at age a was at risk through all of week a.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def event_counts(age: Ints, cause: Ints, horizon: int, causes: int = 2) -> Floats:
    """Count endings: (causes + 1, horizon), row 0 the censored ones; later ages are censored before it."""
    late = age >= horizon
    kind = np.where(late, 0, cause)
    when = np.minimum(age, horizon - 1)
    return np.array([np.bincount(when[kind == k], minlength=horizon) for k in range(causes + 1)], dtype=float)


def at_risk(counts: Floats) -> Floats:
    """Number still open at the start of each age, shape (horizon,)."""
    ended = counts.sum(axis=0)
    return np.asarray(ended[::-1].cumsum()[::-1], dtype=float)


def aalen_johansen(counts: Floats) -> Floats:
    """Cumulative incidence by the end of each age, shape (causes, horizon) (Aalen & Johansen 1978).

    counts: as from `event_counts`. Where nobody is at risk the curve stays level.
    """
    hazard = counts[1:] / np.maximum(at_risk(counts), 1.0)
    open_after = np.cumprod(1.0 - hazard.sum(axis=0))
    open_before = np.concatenate([[1.0], open_after[:-1]])
    return np.asarray(np.cumsum(open_before * hazard, axis=1))


def incidence_error(counts: Floats) -> Floats:
    """Rough standard error of the cumulative incidence (used as a weight only), shape (causes, horizon)."""
    risk = np.maximum(at_risk(counts), 1.0)
    open_after = np.cumprod(1.0 - counts[1:].sum(axis=0) / risk)
    open_before = np.concatenate([[1.0], open_after[:-1]])
    return np.asarray(np.sqrt(np.cumsum(open_before**2 * counts[1:] / risk**2, axis=1)))


def won_if_open(cif: Floats, age: int, horizon: int) -> float:
    """P(cause 1 before age `horizon` | still open at the start of `age`); nan where nobody is left open."""
    before = cif[:, age - 1] if age > 0 else np.zeros(len(cif))
    still_open = 1.0 - before.sum()
    return float((cif[0, horizon - 1] - before[0]) / still_open) if still_open > 0 else float("nan")


def cox_slopes(age: Ints, event: NDArray[np.bool_], x: Floats, entry: int = 0, steps: int = 25) -> Floats:
    """Log hazard ratios per unit of x for one cause (Cox 1972, ties by Breslow); other causes are censored.

    age (n,), event (n,), x (n, p) -> (p,). Only ages >= entry count: those still open then are followed on.
    """
    keep = age >= entry
    age, event, x = age[keep], event[keep], x[keep] - x[keep].mean(axis=0)
    order = np.argsort(-age, kind="stable")
    age, event, x = age[order], event[order], x[order]
    # Sorted from old to young: the risk set of an age is a prefix, up to the last row of that age.
    last = np.searchsorted(-age, -age[event], side="right") - 1
    weight = np.bincount(last, minlength=len(age)).astype(float)
    used = np.flatnonzero(weight)
    beta = np.zeros(x.shape[1])
    pairs = x[:, :, None] * x[:, None, :]
    for _ in range(steps):
        risk = np.exp(x @ beta)
        s0 = np.cumsum(risk)[used]
        s1 = np.cumsum(risk[:, None] * x, axis=0)[used] / s0[:, None]
        s2 = np.cumsum(risk[:, None, None] * pairs, axis=0)[used] / s0[:, None, None]
        gradient = x[event].sum(axis=0) - weight[used] @ s1
        information = np.tensordot(weight[used], s2 - s1[:, :, None] * s1[:, None, :], axes=1)
        step = np.linalg.solve(information, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(beta, dtype=float)


def weibull_shape(times: Floats, weights: Floats) -> float:
    """Maximum-likelihood Weibull shape k of positive times with weights."""
    logs, share = np.log(times), weights / weights.sum()
    mean_log = float(share @ logs)

    def score(k: float) -> float:
        powered = share * np.exp(k * (logs - logs.max()))
        return float(powered @ logs / powered.sum() - 1.0 / k - mean_log)

    return float(brentq(score, 0.05, 20.0))


def weighted_quantile(values: Floats, weights: Floats, q: float) -> float:
    """Smallest value at which the cumulative weight reaches q; values sorted ascending."""
    cumulative = np.cumsum(weights) / weights.sum()
    return float(values[min(int(np.searchsorted(cumulative, q - 1e-12)), len(values) - 1)])
