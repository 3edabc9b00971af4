"""Plan: accounts whose time has come surface and are claimed; reps start the prospects they expect most of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.luck import Purpose
from simulation.world.deals import list_deals, room_to_start
from simulation.world.hot_stove import leaning
from simulation.world.kernels.planning import agenda, count_books, surface, take_stock
from simulation.world.kernels.starting import MAX_STARTS, start_deals
from simulation.world.public_pool import to_the_pool

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

STOCK_WEEKS = 4
"""Worklists, the table of deals and books are made anew this often. No event sets a date nearer than that but `surface` and hand-overs to
nobody, which enter it in the list themselves."""


def plan(model: SalesModel) -> None:
    """Make the week's worklists, then fill books and open deals inside territories."""
    setting, state, now = model.setting, model.state, model.now
    c, reps, week, keys, lasting = state.customers, state.reps, model.week, model.keys, setting.keys
    if now.lists_stale or week >= now.stock_until:
        now.stock_until = week + STOCK_WEEKS
        now.n_soon, now.n_waiting = take_stock(now.stock_until, c.handle, now.soon, now.waiting)
        list_deals(state, now.lists_stale)
        now.lists_stale = False
    d = room_to_start(state, MAX_STARTS * setting.reps)
    now.n_due, now.n_soon, now.n_waiting = agenda(
        week, now.stock_until, now.soon, now.n_soon, c.handle, now.due, now.waiting, now.n_waiting, d.handle, state.n_deals,
        reps.handle,
    )
    pool = to_the_pool(model)
    if week % STOCK_WEEKS == 0:
        now.books_stale[:] = True
    if np.count_nonzero(now.books_stale):  # between times only those of reps whose accounts changed hands
        count_books(setting.price, now.books_stale, c.handle, reps.handle)
        now.books_stale[:] = False
    before = now.n_waiting  # who is claimed this week is started from the next on
    now.n_soon, now.n_waiting = surface(
        setting.table, week, now.due, now.n_due, now.stock_until, now.soon, now.n_soon, now.waiting, now.n_waiting,
        setting.first, reps.handle, now.hard_edge, now.inbound_any, pool.cap, pool.claims, pool.cooling_off,
        *keys[Purpose.SURFACING], *keys[Purpose.CLAIM], *keys[Purpose.CLAIMANT], *lasting[Purpose.OPPORTUNITY], c.handle,
    )
    now.started = start_deals(
        setting.table, week, setting.price, now.waiting, before, setting.first, setting.log_median, setting.sigma, reps.handle,
        now.hard_edge, leaning(model), *lasting[Purpose.OPPORTUNITY], *keys[Purpose.CHOICE], c.handle,
        state.n_deals, d.handle,
    )
    state.n_deals += now.started
