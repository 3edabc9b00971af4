"""Report: the stated pipeline passes two levels up, and each filters bad news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.candour import passed_upward
from simulation.world.columns import STATED
from simulation.world.kernels.reporting import report as report_kernel

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def report(model: SalesModel) -> None:
    """State the pipeline and pass it upward."""
    setting, state, now = model.setting, model.state, model.now
    managers = state.managers
    reached = state.records[STATED, model.week + setting.burn_in]
    now.truth, now.stated = report_kernel(
        setting.table, passed_upward(setting.plain, now.candour), state.deals.handle, state.n_deals, state.reps.handle,
        managers.optimism, managers.pipeline_norm, managers.stated, now.stated_by_rep, now.upward, reached,
    )
    now.ratios = [*now.ratios[-12:], now.stated / now.truth if now.truth > 0 else 1.0]
    if not model.gate_open("reports") and now.stated > 0:
        now.upward *= now.truth * now.frozen_ratio / now.stated
        reached[:] = now.upward / 100
        now.stated = now.truth * now.frozen_ratio
