"""How deal value acts on winning and speed, and which lognormal fresh opportunities need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from analysis.calibration.lead_table import HORIZON, Leads
from analysis.calibration.opportunity import Fit, Form, by_shift
from analysis.calibration.survival import Floats, aalen_johansen, cox_slopes, event_counts

GROUPS = 8
_WEEK = 52
"""Where the value groups' curves are compared with the model: late, yet hundreds are still followed."""
_ANCHOR = 9.6
"""About the log-mean of all amounts: keeps the two unknowns of the slope nearly uncorrelated."""
_SHIFTS = np.linspace(-3.0, 3.0, 25)


def value_effect(leads: Leads, fit: Fit, form: Form) -> dict[str, float]:
    """Slopes per unit of log value, the slope b of the score, and the lognormal of fresh and won deals.

    Only amounts above 1 (1.00 is a placeholder). All figures by name.
    """
    leads = leads.take(leads.amount > 1.0)
    log_value = np.log(leads.amount)
    won, lost = leads.cause == 1, leads.cause == 2
    known = leads.known_model
    x = np.column_stack([log_value, leads.services.astype(float)])
    out: dict[str, float] = {}
    for name, event in (("won", won), ("lost", lost)):
        slopes = cox_slopes(leads.age[known], event[known], x[known])
        out[f"value.cox_{name}"], out[f"model.cox_services_{name}"] = float(slopes[0]), float(slopes[1])
    for entry, until in ((0, 1), (1, 4), (4, 13), (13, HORIZON)):
        inside = np.minimum(leads.age, until)
        slope = cox_slopes(inside, won & (leads.age < until), log_value[:, None], entry)
        out[f"value.cox_won_weeks_{entry}_{until}"] = float(slope[0])
    curve = by_shift(fit, form, _SHIFTS)[:2, :, :HORIZON]
    score_slope, centre = _score_slope(leads, log_value, curve[0, :, _WEEK - 1])
    out["value.score_slope"] = score_slope
    out |= _fresh_lognormal(log_value, won, score_slope, centre, curve[0, :, -1])
    return out


def _score_slope(leads: Leads, log_value: Floats, model_won: Floats) -> tuple[float, float]:
    """B and c so that groups by value win as the model does with the score moved by -b (log value - c)."""
    edges = np.quantile(log_value, np.linspace(0, 1, GROUPS + 1)[1:-1])
    group = np.searchsorted(edges, log_value, side="left")
    means, shares, sizes = [], [], []
    for k in range(GROUPS):
        inside = group == k
        if not inside.any():
            continue
        counts = event_counts(leads.age[inside], leads.cause[inside], HORIZON)
        means.append(log_value[inside].mean())
        shares.append(aalen_johansen(counts)[0, _WEEK - 1])
        sizes.append(inside.sum())
    x, y, w = np.array(means), np.array(shares), np.sqrt(np.array(sizes, dtype=float))

    def miss(p: Floats) -> Floats:
        return np.asarray((np.interp(p[1] - p[0] * (x - _ANCHOR), _SHIFTS, model_won) - y) * w)

    found = least_squares(miss, np.array([0.5, 0.0]))
    b, at = float(found.x[0]), float(found.x[1])
    return b, _ANCHOR + at / b


def _fresh_lognormal(
    log_value: Floats, won: NDArray[np.bool_], slope: float, centre: float, model_won: Floats
) -> dict[str, float]:
    """Lognormal of fresh deals that gives the won ones a log-mean and log-sd, given the slope."""
    z = np.linspace(-4, 4, 161)
    normal = np.exp(-0.5 * z**2)

    def won_moments(mu: float, sigma: float) -> tuple[float, float]:
        v = mu + sigma * z
        weight = normal * np.interp(-slope * (v - centre), _SHIFTS, model_won)
        mean = float(weight @ v / weight.sum())
        return mean, float(np.sqrt(weight @ (v - mean) ** 2 / weight.sum()))

    targets = {
        "real": (float(log_value[won].mean()), float(log_value[won].std(ddof=1))),
        "brief": (float(np.log(10_000.0)), 1.5),
    }
    out = {}
    for name, (mean, sd) in targets.items():

        def miss(p: Floats, mean: float = mean, sd: float = sd) -> list[float]:
            got = won_moments(float(p[0]), float(np.exp(p[1])))
            return [got[0] - mean, got[1] - sd]

        found = least_squares(miss, np.array([9.6, np.log(1.3)]))
        out[f"value.fresh_mu_{name}"] = float(found.x[0])
        out[f"value.fresh_sigma_{name}"] = float(np.exp(found.x[1]))
    return out
