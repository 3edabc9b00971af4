"""Respond: open deals move a stage, are won, lost or left undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.luck import Purpose
from simulation.world.columns import DEALS, PAYMENTS, STAGE_MOVES
from simulation.world.hot_stove import learn_from_deals, owners_of_open_deals
from simulation.world.kernels.responding import work_deals
from simulation.world.transfers import share_credit, split_credit

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def respond(model: SalesModel) -> None:
    """One week of every open deal; wins start contracts."""
    setting, state, now = model.setting, model.state, model.now
    c, reps = state.customers, state.reps
    row, records = model.week + setting.burn_in, state.records
    now.flows[:] = 0
    owners = owners_of_open_deals(model)
    work_deals(
        setting.table, model.week, setting.price, now.opened, now.n_open, setting.first, setting.cycle, reps.reach,
        now.push, reps.skill, setting.fading, setting.chances, setting.kind, *model.key(Purpose.OPPORTUNITY, weekly=False),
        c.segment, c.stage, c.owner, c.stage_week, c.qualified_week, c.due_week, c.opportunity, c.fit, c.firm_relationship,
        c.relationship, c.usage, c.deal_score, c.left_advance, c.left_loss, c.left_undecided, c.value, c.touched_week,
        reps.touches, reps.bookings, records[STAGE_MOVES, row], records[DEALS, row], records[PAYMENTS, row], now.flows, now.chance,
    )
    learn_from_deals(model, owners)
    share_credit(model)
    split_credit(model)
