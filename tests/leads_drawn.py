"""Leads drawn from the opportunity model with known parameters and a known effect of value, from fixed seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.calibration.lead_table import LAST_WEEK, Leads
from analysis.calibration.opportunity import START, Fit, Form, by_shift

TRUTH = {**START, "a1": 0.08, "a2": 0.11, "l": 0.003, "n": 0.0022505926, "q0": 0.03}
"""Of these 21 % end without a decision, as the fit assumes."""
CENTRE, SPREAD = 9.6, 1.2
_GRID = np.linspace(-4, 4, 161)


def planted(**changes: float) -> Fit:
    """The truth as if it were a fit; its gaps and shares are not used."""
    return Fit({**TRUTH, **changes}, 0.0, 0.0, 0.0, 0.21, 0.0, 0.0, True)


def drawn(
    n: int,
    seed: int,
    truth: Fit,
    slope: float,
    services: float = 0.0,
    seen: int | None = None,
    grain: float = 0,
    even: float = CENTRE,
) -> Leads:
    """Leads whose score has the mean -slope (log value - even), moved up by half of `services` or down by it.

    They are seen for `seen` weeks, or are created in weeks 2 to 73 and seen to the end of week 73. Log values
    come in steps of `grain`. What is stated when has nothing to do with what becomes of them.
    """
    rng = np.random.default_rng(seed)
    log_value = rng.normal(CENTRE, SPREAD, n)
    if grain:
        log_value = CENTRE + grain * (np.floor((log_value - CENTRE) / grain) + 0.5).clip(-1.5, 1.5)
    of_services = rng.random(n) < 0.5
    shift = -slope * (log_value - even) + services * (of_services - 0.5)
    column = np.abs(shift[:, None] - _GRID).argmin(axis=1)
    curves = by_shift(truth, Form(), _GRID)
    chance = np.diff(curves, prepend=0.0, axis=2).transpose(1, 0, 2).reshape(len(_GRID), -1)
    place = np.empty(n, np.int64)
    for k in np.unique(column):
        here = column == k
        place[here] = np.searchsorted(chance[k].cumsum(), rng.random(here.sum()))
    outcome, age = place // curves.shape[2], place % curves.shape[2]
    created = rng.integers(2, LAST_WEEK + 1, n) if seen is None else np.full(n, 2)
    limit = LAST_WEEK - created if seen is None else np.full(n, seen)
    still_open = (outcome >= 2) | (age > limit)  # no decision looks open
    age, cause = np.where(still_open, limit, age), np.where(still_open, 0, outcome + 1)
    return Leads(
        np.exp(log_value), of_services, np.ones(n, dtype=bool), created, age, cause, _stated(rng, age, cause)
    )


def _stated(rng: np.random.Generator, age: np.ndarray, cause: np.ndarray) -> np.ndarray:
    """0 % when lost, 20 and 40 % of some when created, 80 % of some in the weeks after or on top of the 40 %."""
    n = len(age)
    lost = np.where(cause == 2, age, -1)
    pipeline = np.where(rng.random(n) < 0.6, 0, -1)
    best_case = np.where(rng.random(n) < TRUTH["p0"], 0, -1)
    commit = np.minimum(age, rng.integers(0, 9, n))
    commit[(rng.random(n) > 0.4) | ((commit == 0) & (best_case < 0))] = -1
    return np.column_stack([lost, pipeline, best_case, commit])


def write(leads: Leads, path: Path) -> None:
    """The table as the export has it: semicolons, decimal commas, -1 for never."""
    lines = [
        "LeadID;Amount;BusinessModel;WeekCreated;WeekClosed;WeekLost;WeekWon;"
        "WeekUnlikely-0;WeekPipeline-20;WeekBestCase-40;WeekCommit-80"
    ]
    for i in range(len(leads)):
        end = leads.created[i] + leads.age[i]
        won, lost = (end if leads.cause[i] == k else -1 for k in (1, 2))
        stated = [leads.created[i] + week if week >= 0 else -1 for week in leads.stated[i]]
        model = "Systems & Services" if leads.services[i] else "Products"
        amount = repr(float(leads.amount[i])).replace(".", ",")
        row = (i, amount, model, leads.created[i], max(won, lost), lost, won, *stated)
        lines.append(";".join(map(str, row)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
