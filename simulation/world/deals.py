"""The table of deals: in the order of their customers when the lists are made anew, and those started since behind them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from simulation.world.columns import CUSTOMER, PROSPECT, DealColumns, State
from simulation.world.kernels.dealing import deals_in_order, rearrange

if TYPE_CHECKING:
    from numpy.typing import NDArray


def list_deals(state: State, anew: bool) -> None:
    """Closed deals leave the table, and the others are put in order of their rows.

    `anew`: somebody changed customers from outside, so that the customers say which deals there are, and in what stage; one
    that has no entry yet gets an empty one.
    """
    deals, n = state.deals, state.n_deals
    order = deals_in_order(deals.handle, n)
    if anew:
        state.deals, state.n_deals = _of_customers(state, order)
        return
    rearrange(order, deals.handle)
    state.n_deals = len(order)


def room_to_start(state: State, more: int) -> DealColumns:
    """The table, with room for so many more."""
    if state.n_deals + more > len(state.deals.row):
        state.deals = state.deals.grown(2 * (state.n_deals + more))
    return state.deals


def _of_customers(state: State, entries: NDArray[np.int64]) -> tuple[DealColumns, int]:
    """A table of what the customers say; `entries` are those of the old one by row."""
    c, old = state.customers, state.deals
    rows = np.flatnonzero((c.stage > PROSPECT) & (c.stage < CUSTOMER))
    table, n = DealColumns.of(2 * len(rows)), len(rows)
    at = np.minimum(np.searchsorted(old.row[entries], rows), max(0, len(entries) - 1))
    known = old.row[entries][at] == rows if len(entries) else np.zeros(n, np.bool_)
    for f in fields(table):
        getattr(table, f.name)[:n][known] = getattr(old, f.name)[
            entries[at[known]] if len(entries) else at[known]
        ]
    table.row[:n], table.segment[:n], table.stage[:n], table.value[:n] = (
        rows,
        c.segment[rows],
        c.stage[rows],
        c.value[rows],
    )
    table.fit[:n], table.firm_relationship[:n] = c.fit[rows], c.firm_relationship[rows]
    return table, n
