"""Report: the stated pipeline passes two levels up, and each filters bad news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.world.columns import RECORDS
from simulation.world.kernels.reporting import pass_upward, state_pipelines

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def report(model: SalesModel) -> None:
    """State the pipeline and pass it upward."""
    setting, state, now = model.setting, model.state, model.now
    p, c, reps, managers = setting.p, state.customers, state.reps, state.managers
    now.truth = state_pipelines(
        setting.table, now.opened, now.n_open, c.stage, c.owner, c.value, now.chance, reps.optimism, now.stated_by_rep
    )
    now.stated = pass_upward(
        passed_upward(p, now.candour), reps.selling, reps.manager, managers.optimism, now.stated_by_rep, reps.pipeline_norm,
        managers.pipeline_norm, managers.stated, now.upward,
    )
    now.ratios = [*now.ratios[-12:], now.stated / now.truth if now.truth > 0 else 1.0]
    if not model.gate_open("reports") and now.stated > 0:
        now.upward *= now.truth * now.frozen_ratio / now.stated
        now.stated = now.truth * now.frozen_ratio
    state.records[RECORDS.index("stated"), model.week + setting.burn_in] = now.upward / 100


def passed_upward(p: Any, candour: float) -> float:
    """Share of bad news that a level passes on: `pass_upward` at openness and prestige 0.5, all at openness 1."""
    filtered = (1 - float(p["pass_upward"])) * float(p["attenuation"])
    filtered *= 2 * (1 - candour) * (1 + float(p["prestige_weight"]) * (float(p["prestige"]) - 0.5))
    return min(1.0, max(0.0, 1 - filtered))
