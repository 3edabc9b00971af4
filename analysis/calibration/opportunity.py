"""The engine's opportunity as a weekly two-stage competing-risks process, and its fit to incidence curves.

qualified -> proposal -> won, or lost, or no decision. Weekly hazards at age t, score z ~ N(shift, sigma_z):
advance a1 (a2 from proposal) * exp(z/2) * d(t); lost l and no decision n * exp(-z/2) / d(t) ("both") or
without the d ("advance"). Within a week the causes compete as exponentials; a deal makes at most one move.
A share p0 enters at proposal; a share q0 is lost when created (p0 is a share of the rest).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Floats = NDArray[np.float64]

NAMES = ("a1", "a2", "l", "n", "sigma_z", "decline", "p0", "q0", "shift")
WEEKS = 104
_TAIL = 8.0
# Weekly for as long as the engine runs, then in steps of eight weeks until everybody has an outcome.
AGES = np.concatenate([np.arange(WEEKS, dtype=float), np.arange(WEEKS, 700, _TAIL)])
STEPS = np.concatenate([np.ones(WEEKS), np.full(len(AGES) - WEEKS, _TAIL)])
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Form:
    """How hazards change with age: family of d ("power", "exponential", "hyperbolic") and what it touches."""

    family: str = "power"
    touches: str = "both"

    def decline(self, age: float, parameter: Floats) -> Floats:
        """d(age): (1 + age)^-parameter, exp(-age/parameter) or 1/(1 + age/parameter)."""
        if self.family == "power":
            return np.asarray((1.0 + age) ** -parameter)
        if self.family == "exponential":
            return np.asarray(np.exp(-age / parameter))
        return np.asarray(1.0 / (1.0 + age / parameter))


def incidence(parameters: Floats, form: Form) -> Floats:
    """Cumulative incidence of won, lost, no decision; parameters (k, 9) as in NAMES -> (3, k, len(AGES))."""
    a1, a2, lost, none, sigma, fade, p0, q0, shift = (parameters[:, i : i + 1] for i in range(len(NAMES)))
    half = (shift + sigma * _NODES) / 2.0
    up, down = np.exp(half), np.exp(-half)
    qualified, proposal = (1 - q0) * (1 - p0) * _WEIGHTS, (1 - q0) * p0 * _WEIGHTS
    out = np.zeros((3, len(parameters), len(AGES)))
    for t, (age, step) in enumerate(zip(AGES, STEPS, strict=True)):
        d = form.decline(float(age), fade)
        grow = 1.0 / np.maximum(d, 0.02) if form.touches == "both" else np.ones_like(d)
        h_loss, h_none = lost * down * grow * step, none * down * grow * step
        h_move, h_win = a1 * up * d * step, a2 * up * d * step
        all_q, all_p = h_move + h_loss + h_none, h_win + h_loss + h_none
        per_q = qualified * -np.expm1(-all_q) / all_q
        per_p = proposal * -np.expm1(-all_p) / all_p
        both = per_q + per_p
        out[0, :, t] = (h_win * per_p).sum(axis=1)
        out[1, :, t] = (h_loss * both).sum(axis=1)
        out[2, :, t] = (h_none * both).sum(axis=1)
        qualified = qualified - all_q * per_q
        proposal = proposal - all_p * per_p + h_move * per_q
    out[1, :, 0] += q0[:, 0]
    return np.asarray(np.cumsum(out, axis=2))


@dataclass(frozen=True)
class Fit:
    """Fitted parameters by name, the objective (half the weighted sum of squares), and the largest gaps."""

    values: dict[str, float]
    cost: float
    gap_won: float
    gap_lost: float
    no_decision: float
    won_in_the_end: float
    lost_in_the_end: float
    converged: bool


START = {
    "a1": 0.10, "a2": 0.10, "l": 0.003, "n": 0.002, "sigma_z": 1.0, "decline": 0.45, "p0": 0.44, "q0": 0.04,
    "shift": 0.0,
}  # fmt: skip
FREE = ("a1", "a2", "l", "n", "decline", "q0")


def _vector(values: dict[str, float]) -> Floats:
    return np.array([values[name] for name in NAMES])


def _to_free(name: str, value: float) -> float:
    return float(np.log(value / (1 - value)) if name in ("p0", "q0") else np.log(value))


def _natural(names: Sequence[str], fixed: Floats, free: Floats) -> Floats:
    rows = np.tile(fixed, (len(free), 1))
    for j, name in enumerate(names):
        y = free[:, j]
        rows[:, NAMES.index(name)] = 1 / (1 + np.exp(-y)) if name in ("p0", "q0") else np.exp(y)
    return rows


def fit_incidence(
    target: Floats,
    weight: Floats,
    form: Form,
    start: dict[str, float],
    free: Sequence[str] = FREE,
    no_decision: float = 0.21,
) -> Fit:
    """Minimum distance: weighted least squares between the model's curves and the target, both of (2, ages).

    The long-run share of no decision is pinned by one heavy extra residual: the leads cannot tell it.
    Parameters move as logs (shares as logits); the Jacobian is by central differences in one batch.
    """
    horizon = target.shape[1]
    fixed = _vector(start)

    def residuals(free_rows: Floats) -> Floats:
        cif = incidence(_natural(free, fixed, free_rows), form)
        curves = (cif[:2, :, :horizon] - target[:, None, :]) * weight[:, None, :]
        pin = (cif[2, :, -1] / cif[:, :, -1].sum(axis=0) - no_decision) * 1e4
        return np.concatenate([curves[0], curves[1], pin[:, None]], axis=1)

    def jacobian(y: Floats) -> Floats:
        e = 1e-4 * np.eye(len(y))
        r = residuals(np.concatenate([y + e, y - e]))
        return np.asarray((r[: len(y)] - r[len(y) :]).T / 2e-4)

    def single(y: Floats) -> Floats:
        return np.asarray(residuals(y[None])[0])

    y0 = np.array([_to_free(name, start[name]) for name in free])
    found = least_squares(single, y0, jacobian, bounds=(-12, 8), max_nfev=120, xtol=1e-6, ftol=1e-7)
    row = _natural(free, fixed, np.asarray(found.x)[None])
    cif = incidence(row, form)[:, 0]
    gap = np.abs(cif[:2, :horizon] - target).max(axis=1)
    end = cif[:, -1] / cif[:, -1].sum()
    values = dict(zip(NAMES, (float(v) for v in row[0]), strict=True))
    return Fit(
        values, float(found.cost), float(gap[0]), float(gap[1]), float(end[2]), float(end[0]), float(end[1]),
        bool(found.status > 0),
    )  # fmt: skip


def profile(target: Floats, weight: Floats, form: Form, fit: Fit, sigmas: Sequence[float]) -> list[Fit]:
    """Refit everything else at each sigma_z."""
    return [fit_incidence(target, weight, form, {**fit.values, "sigma_z": s}) for s in sigmas]


def by_shift(fit: Fit, form: Form, shifts: Floats, **changes: float) -> Floats:
    """Cumulative incidence (3, len(shifts), ages) of deals whose mean score is moved by each shift."""
    moved = replace(fit, values={**fit.values, **changes})
    rows = np.tile(_vector(moved.values), (len(shifts), 1))
    rows[:, NAMES.index("shift")] = shifts
    return incidence(rows, form)


def log_likelihood(fit: Fit, form: Form, counts: Floats) -> float:
    """Log-likelihood of counts (censored, won, lost; by age); no decision looks open, so it is censored."""
    horizon = counts.shape[1]
    cif = by_shift(fit, form, np.zeros(1))[:2, 0, :horizon]
    chance = np.diff(cif, prepend=0.0)
    left = 1.0 - cif.sum(axis=0)
    return float((counts[1:] * np.log(np.maximum(chance, 1e-300))).sum() + counts[0] @ np.log(left))
