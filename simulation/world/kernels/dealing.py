"""Kernels that put the table of deals in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.world.columns import CUSTOMER, PROSPECT
from simulation.world.kernels.handles import deals_of
from simulation.world.kernels.sorting import merged

U64 = np.uint64


@kernel
def deals_in_order(deals: Any, n_deals: Any) -> Any:
    """Places of the open deals in ascending order of their rows.

    Most stand in order already, from the last time; only those behind them are sorted, and then the two are merged.
    """
    d = deals_of(deals)
    row, stage = d.row, d.stage
    places, n, behind = np.empty(n_deals + 1, np.int64), 0, 0
    for j in range(n_deals):
        places[n] = j
        n += (stage[j] > PROSPECT) & (stage[j] < CUSTOMER)
    while behind < n and (behind == 0 or row[places[behind]] > row[places[behind - 1]]):
        behind += 1
    late = np.empty(n - behind, np.uint64)
    for k in range(behind, n):
        late[k - behind] = (U64(row[places[k]]) << U64(32)) | U64(places[k])
    late = merged(late)
    order, a, b = np.empty(n, np.int64), 0, 0
    for k in range(n):
        if b == len(late) or (a < behind and U64(row[places[a]]) < late[b] >> U64(32)):
            order[k] = places[a]
            a += 1
        else:
            order[k] = np.int64(late[b] & U64(0xFFFFFFFF))
            b += 1
    return order


@inlined
def _pick(order: Any, column: Any) -> None:
    picked = np.empty(len(order), column.dtype)
    for k in range(len(order)):
        picked[k] = column[np.uint64(order[k])]
    for k in range(len(order)):
        column[k] = picked[k]


@kernel
def rearrange(order: Any, deals: Any) -> None:
    """The table with the rows in `order`, and nothing else."""
    d = deals_of(deals)
    _pick(order, d.row)
    _pick(order, d.seat)
    _pick(order, d.segment)
    _pick(order, d.stage)
    _pick(order, d.qualified_week)
    _pick(order, d.fit)
    _pick(order, d.firm_relationship)
    _pick(order, d.score)
    _pick(order, d.left_advance)
    _pick(order, d.left_loss)
    _pick(order, d.left_undecided)
    _pick(order, d.value)
    _pick(order, d.chance)
