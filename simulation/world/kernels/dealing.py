"""Kernels that put the table of deals in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.world.columns import CUSTOMER, PROSPECT

U64 = np.uint64


@kernel
def deals_in_order(row: Any, stage: Any) -> Any:
    """Places of the open deals in ascending order of their rows.

    Most stand in order already, from the last time; only those behind them are sorted, and then the two are merged.
    """
    places, n, behind = np.empty(len(row), np.int64), 0, 0
    for j in range(len(row)):
        places[n] = j
        n += (stage[j] > PROSPECT) & (stage[j] < CUSTOMER)
    while behind < n and (behind == 0 or row[places[behind]] > row[places[behind - 1]]):
        behind += 1
    late = np.empty(n - behind, np.uint64)
    for k in range(behind, n):
        late[k - behind] = (U64(row[places[k]]) << U64(32)) | U64(places[k])
    late.sort()
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
    picked = column[order]
    column[: len(order)] = picked


@kernel
def rearrange(
    order: Any, row: Any, seat: Any, segment: Any, stage: Any, qualified_week: Any, fit: Any, firm_relationship: Any, score: Any,
    left_advance: Any, left_loss: Any, left_undecided: Any, value: Any, chance: Any,
) -> None:
    """The table with the rows in `order`, and nothing else."""
    _pick(order, row)
    _pick(order, seat)
    _pick(order, segment)
    _pick(order, stage)
    _pick(order, qualified_week)
    _pick(order, fit)
    _pick(order, firm_relationship)
    _pick(order, score)
    _pick(order, left_advance)
    _pick(order, left_loss)
    _pick(order, left_undecided)
    _pick(order, value)
    _pick(order, chance)
