"""Weeks 0-103 of the status quo: trends, and who leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.spec import Scenario
from simulation.world.model import SalesModel

WEEKS = 104
TRENDS = ("opportunities", "new_arr", "morale_mean", "tenure")
WATCHED = (*TRENDS, "customers", "recurring_revenue", "deals_won", "knowledge_applied", "truth_gap")


def trend(series: NDArray[np.float64]) -> float:
    """Relative change over all weeks: the least-squares slope times their number over the mean."""
    y = np.asarray(series, float)
    return float(np.polyfit(np.arange(len(y)), y, 1)[0] * len(y) / y.mean())


def live_two_years(task: tuple[Scenario, int]) -> dict[str, float]:
    """Weeks 0-103 of one world under the baseline: relative changes, turnover a year per employed rep, voluntary share."""
    scenario, replication = task
    scenario = scenario.model_copy(update={"weeks": max(WEEKS, scenario.weeks)})
    model = SalesModel(scenario, scenario.baseline, replication=replication)
    tenure, heads = np.zeros(WEEKS), np.zeros(WEEKS)
    for week in range(WEEKS):
        model.step()
        reps = model.state.reps
        tenure[week], heads[week] = reps.tenure[reps.selling].mean(), reps.selling.sum()
    history = model.history | {"tenure": tenure}
    exits = history["exits"][:WEEKS].sum()
    return {f"change of {name}": trend(history[name][:WEEKS]) for name in WATCHED} | {
        "turnover a year": float(exits / heads.sum() * 52),
        "voluntary share": float(history["exits_voluntary"][:WEEKS].sum() / exits),
    }
