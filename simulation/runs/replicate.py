"""One replication: a burn-in and the weeks before the start once, then every policy from the same state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.outcomes import OUTCOMES
from simulation.runs.record import RunRecord

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

BREAK_DROP = 0.05


def replicate(
    scenario: Scenario, replication: int, policies: Sequence[str] | None = None, seed: int | None = None
) -> list[RunRecord]:
    """Every policy in world (seed, replication); the records do not depend on which policies are asked for
    together.
    """
    from simulation.world.model import SalesModel

    base = SalesModel(scenario, scenario.baseline, seed, replication).run_until(scenario.start_week)
    return [
        record_of(base.fork(policy).run_until(scenario.weeks))
        for policy in (scenario.policies if policies is None else policies)
    ]


def record_of(model: SalesModel) -> RunRecord:
    """What a finished model hands back."""
    setting = model.setting
    return RunRecord(
        scenario=model.scenario.name,
        policy=model.policy,
        replication=setting.replication,
        seed=setting.seed,
        periods=model.history,
        final=final_outcomes(model.history, setting.start_week),
        decisions=model.leader.log,
    )


def final_outcomes(
    history: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]], start: int
) -> dict[str, float]:
    """One number per outcome, reduced as the list of outcomes says."""
    reduced = {
        "sum": lambda column: column.sum(),
        "sum_from_start": lambda column: column[start:].sum(),
        "mean_from_start": lambda column: (
            np.nanmean(column[start:]) if np.isfinite(column[start:]).any() else np.nan
        ),
        "last": lambda column: column[-1],
    }
    final = {o.name: float(reduced[o.reduce](history[o.name])) for o in OUTCOMES.values() if o.weekly}
    morale = history["morale_mean"]
    usual = morale[max(0, start - 13) : start].mean() if start else np.nan
    low = np.flatnonzero(morale[start:] < usual - BREAK_DROP)
    final["morale_break_week"] = float(start + low[0]) if len(low) else float("nan")
    return final
