"""Use: customers use the product; contracts that are due renew, grow, shrink or end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.luck import Purpose
from simulation.world.kernels.responding import (
    CHURN,
    CONTRACTION,
    DUE,
    ENDED,
    EXPANSION,
    NEW_ARR,
    use_and_renew,
)
from simulation.world.missions import adopt

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


TURNS = 4
"""Usage and relationships move slowly: a quarter of the customers is brought up to date each week."""


def use(model: SalesModel) -> None:
    """A quarter of the customers use the product for four weeks; contracts due are settled."""
    setting, state, now = model.setting, model.state, model.now
    use_and_renew(
        setting.table, model.week, TURNS, setting.price, now.due, now.n_due, setting.first, setting.log_median,
        *model.keys[Purpose.RENEWAL], state.customers.handle, state.reps.handle, now.contracts,
    )
    if len(state.opened):
        now.flows[NEW_ARR] += adopt(model)
    cents = now.contracts.tolist()
    change = cents[EXPANSION] - cents[CONTRACTION] - cents[CHURN]
    state.contracts -= cents[ENDED]
    state.arr += int(now.flows[NEW_ARR]) + change
    this_week = state.renewals[model.week % 52]
    this_week[0], this_week[1] = cents[DUE], cents[DUE] + change
