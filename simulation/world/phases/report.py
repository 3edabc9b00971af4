"""Report: the stated pipeline passes two levels up, and each filters bad news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.candour import passed_upward
from simulation.world.columns import STATED
from simulation.world.kernels.reporting import pass_upward, state_pipelines

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def report(model: SalesModel) -> None:
    """State the pipeline and pass it upward."""
    setting, state, now = model.setting, model.state, model.now
    p, deals, reps, managers, n = setting.p, state.deals, state.reps, state.managers, state.n_deals
    reached = state.records[STATED, model.week + setting.burn_in]
    now.truth = state_pipelines(
        setting.table, deals.stage[:n], deals.seat, deals.value, deals.chance, reps.optimism, now.stated_by_rep
    )
    now.stated = pass_upward(
        passed_upward(p, now.candour), reps.selling, reps.manager, managers.optimism, now.stated_by_rep, reps.pipeline_norm,
        managers.pipeline_norm, managers.stated, now.upward, reached,
    )
    now.ratios = [*now.ratios[-12:], now.stated / now.truth if now.truth > 0 else 1.0]
    if not model.gate_open("reports") and now.stated > 0:
        now.upward *= now.truth * now.frozen_ratio / now.stated
        reached[:] = now.upward / 100
        now.stated = now.truth * now.frozen_ratio
