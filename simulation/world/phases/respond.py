"""Respond: open deals move a stage, are won, lost or left undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.luck import Purpose
from simulation.world.columns import DEALS, PAYMENTS, STAGE_MOVES
from simulation.world.hot_stove import learn_from_deals, owners_of_open_deals
from simulation.world.kernels.responding import WON, work_deals
from simulation.world.transfers import share_credit, split_credit

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def respond(model: SalesModel) -> None:
    """One week of every open deal; wins start contracts."""
    setting, state, now = model.setting, model.state, model.now
    row, records = model.week + setting.burn_in, state.records
    now.flows.fill(0)
    owners = owners_of_open_deals(model)
    work_deals(
        setting.table, model.week, setting.price, setting.first, setting.cycle, state.reps.handle, now.push, setting.fading,
        setting.chances, setting.kind, *setting.keys[Purpose.OPPORTUNITY], state.customers.handle, state.n_deals,
        state.deals.handle, records[STAGE_MOVES, row], records[DEALS, row], records[PAYMENTS, row], now.flows,
    )
    state.contracts += int(now.flows[WON])
    learn_from_deals(model, owners)
    share_credit(model)
    split_credit(model)
