"""The public pool: what reps hold and do not work goes back, by the rules of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import PoolTerms
from simulation.luck import Purpose
from simulation.world.columns import NOBODY, STAGE_MOVES
from simulation.world.kernels.pooling import lock, put_back

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def to_the_pool(model: SalesModel) -> PoolTerms:
    """Ask for the rules of the week, and recycle accounts by them."""
    setting, state, now = model.setting, model.state, model.now
    c, reps, deals = state.customers, state.reps, state.deals
    terms: PoolTerms = model.ask("pooling", None, setting.pool)
    now.pooled = 0
    if now.fake_touches:
        now.faked[:] = now.fake_touches = 0
    if terms.untouched or terms.unclosed:
        locked = np.full((setting.reps, terms.locks), NOBODY, np.int64)
        opened = deals.row[: state.n_deals]
        if terms.locks:
            lock(
                terms.locks, setting.table, setting.price, setting.log_median, setting.sigma, now.waiting, now.n_waiting,
                opened, deals.seat, c.segment, c.stage, c.owner, c.size, c.value, locked,
            )  # fmt: skip
        now.pooled, now.n_waiting, now.n_soon = put_back(
            setting.table, model.week, terms.untouched, terms.unclosed, locked, now.waiting, now.n_waiting, opened,
            deals.seat, deals.qualified_week, deals.stage, deals.chance, now.soon, now.n_soon,
            *model.key(Purpose.PERSON, weekly=False), reps.person, reps.selling,
            c.stage, c.owner, c.former_owner, c.handover_week, c.stage_week, c.due_week, c.touched_week,
            c.value, reps.prospects, reps.open_deals, now.lost_value, now.books_stale, now.faked,
        )  # fmt: skip
        activity = state.records[STAGE_MOVES, model.week + setting.burn_in]
        activity += now.faked  # the record cannot tell them from real progress
        now.fake_touches = float(now.faked.sum())
    return terms
