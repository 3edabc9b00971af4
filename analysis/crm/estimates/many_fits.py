"""The engine's opportunity fitted to many sets of curves at once: those of the data, and those of its resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.calibration.opportunity import AGES, NAMES, START
from analysis.crm.estimates.engine import Scores, curves
from analysis.crm.finding import Floats

SHARES = ("p0", "q0")
_EDGE = 1e-4
_PIN = 300.0
_STIFF = 1e4
"""A fit that no step betters has arrived only when steps have become this small: before, they were too large."""
SLOPES_EVERY = 3
"""Derivatives cost most of the time and change little from round to round."""


@dataclass(frozen=True)
class Problem:
    """What is fitted: `target` (fits, causes, weeks), incidence of the first causes of won, lost, no decision; `weight`
    (causes, weeks); `pin` (fits,) shares of no decision in the end, or None where its curve is among the targets or is not
    known; `early` (fits,), shares of proposals after the first week, with the weight `sure`, or None; `scores` of the
    engine's deals; `free` names and `bounds` by name (of NAMES).
    """

    target: Floats
    weight: Floats
    pin: Floats | None
    early: Floats | None
    sure: float
    scores: Scores
    free: Sequence[str]
    bounds: Mapping[str, tuple[float, float]]

    def take(self, rows: Floats) -> Floats:
        """Residuals, (fits, values), of parameters (fits, 9)."""
        causes, weeks = self.weight.shape
        cif, early = curves(rows, self.scores, weeks if self.pin is None else len(AGES))
        many = len(rows) // len(self.target)
        target = np.repeat(self.target, many, axis=0)
        gap = (cif[:causes, :, :weeks].transpose(1, 0, 2) - target) * self.weight
        parts = [gap.reshape(len(rows), -1)]
        if self.pin is not None:
            share = cif[2, :, -1] / cif[:, :, -1].sum(axis=0)
            parts.append(((share - np.repeat(self.pin, many)) * _PIN)[:, None])
        if self.early is not None:
            parts.append(((early - np.repeat(self.early, many)) * self.sure)[:, None])
        return np.concatenate(parts, axis=1)


def fit_many(problem: Problem, start: Floats, rounds: int = 60) -> tuple[Floats, Floats]:
    """Least squares of every set of curves, from `start` (fits, 9): parameters (fits, 9) and half the sums of squares.

    Levenberg and Marquardt's method with a damping of its own for each fit, all fits in one call of the model; parameters
    move as logs (shares as logits) within their bounds, and one that is pressed against a bound rests there for a round.
    """
    place = [NAMES.index(name) for name in problem.free]
    low, high = (np.array([_free(name, problem.bounds[name][k]) for name in problem.free]) for k in (0, 1))
    rows = start.copy()
    y = np.clip(
        np.column_stack([_free(n, rows[:, p]) for n, p in zip(problem.free, place, strict=True)]), low, high
    )
    rows = _natural(problem.free, place, rows, y)
    miss = problem.take(rows)
    cost, damping = (miss**2).sum(axis=1) / 2, np.full(len(rows), 1e-2)
    for turn in range(rounds):
        if turn % SLOPES_EVERY == 0:
            whole = _slopes(problem, place, rows, y)
        slope = whole
        gradient = np.einsum("krf,kr->kf", slope, miss)
        pressed = ((y <= low) & (gradient > 0)) | ((y >= high) & (gradient < 0))
        slope = np.where(pressed[:, None, :], 0.0, slope)
        square = np.einsum("krf,krg->kfg", slope, slope)
        size = np.einsum("kff->kf", square) + 1e-9
        square[:, np.arange(len(place)), np.arange(len(place))] += damping[:, None] * size + pressed
        step = np.linalg.solve(square, np.where(pressed, 0.0, gradient)[:, :, None])[:, :, 0]
        tried = np.clip(y - step, low, high)
        tried_rows = _natural(problem.free, place, rows, tried)
        tried_miss = problem.take(tried_rows)
        tried_cost = (tried_miss**2).sum(axis=1) / 2
        better = tried_cost < cost
        gain = np.where(better, (cost - tried_cost) / np.maximum(cost, 1e-12), 0.0)
        at_rest = (gain < 1e-4) & (better | (damping > _STIFF))
        y, rows = np.where(better[:, None], tried, y), np.where(better[:, None], tried_rows, rows)
        miss, cost = np.where(better[:, None], tried_miss, miss), np.where(better, tried_cost, cost)
        damping = np.where(better, damping / 5, damping * 5)
        if turn % SLOPES_EVERY == 0 and at_rest.all():
            break
    return rows, cost


def starts() -> Floats:
    """Where to begin with data of which nothing is known: quick, usual and slow deals, (3, 9)."""
    usual = np.array([START[name] for name in NAMES])
    others = np.tile(usual, (3, 1))
    for row, (speed, fade) in zip(others, ((1.0, 0.45), (2.5, 0.2), (0.5, 0.9)), strict=True):
        row[[0, 1]] *= speed
        row[[2, 3]] *= speed
        row[NAMES.index("decline")] = fade
    return others


def _slopes(problem: Problem, place: Sequence[int], rows: Floats, y: Floats) -> Floats:
    """Derivatives of the residuals, (fits, values, free), by central differences."""
    h, free = 1e-4, len(place)
    moves = np.concatenate((np.eye(free), -np.eye(free))) * h
    shifted = (y[:, None, :] + moves[None]).reshape(-1, free)
    wide = _natural(problem.free, place, np.repeat(rows, 2 * free, axis=0), shifted)
    miss = problem.take(wide).reshape(len(rows), 2, free, -1)
    return np.asarray((miss[:, 0] - miss[:, 1]).transpose(0, 2, 1) / (2 * h))


def _free(name: str, value: Floats | float) -> Floats:
    x = np.asarray(value, dtype=np.float64)
    if name in SHARES:
        x = np.clip(x, _EDGE, 1 - _EDGE)
        return np.asarray(np.log(x / (1 - x)))
    return np.asarray(np.log(np.maximum(x, _EDGE)))


def _natural(names: Sequence[str], place: Sequence[int], rows: Floats, y: Floats) -> Floats:
    rows = rows.copy()
    for j, (name, p) in enumerate(zip(names, place, strict=True)):
        rows[:, p] = 1 / (1 + np.exp(-y[:, j])) if name in SHARES else np.exp(y[:, j])
    return rows
