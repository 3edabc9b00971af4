"""Hand over: accounts outside their owner's territory change hands as the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.levers.points import ReleaseState, ReleaseTerms
from simulation.luck import Purpose
from simulation.world.columns import CUSTOMER, PROSPECT
from simulation.world.kernels.handing import TO_CAPACITY, TO_POOL, TO_SIMILAR, allocate, outside
from simulation.world.transfers import give_back, move_accounts, promise_credit, promise_return

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

RECEIVERS = {"capacity": TO_CAPACITY, "similar": TO_SIMILAR, "pool": TO_POOL}


def hand_over(model: SalesModel) -> None:
    """Released accounts move; a withdrawn policy gives back those with a right of return."""
    now = model.now
    now.moved = dict.fromkeys(now.moved, 0)
    now.lost_value.fill(0)
    now.gained_value.fill(0)
    if not now.territories_changed and len(now.pending) == 0:
        return
    c, reps = model.state.customers, model.state.reps
    if now.territories_changed:
        if now.leaving.any():
            give_back(model)
        now.pending = np.flatnonzero((c.owner >= 0) & ~reps.allowed[np.maximum(c.owner, 0), c.segment])
        largest = np.lexsort((now.pending, -c.value[now.pending]))
        now.standing = np.empty(len(largest), np.float32)
        now.standing[largest] = (np.arange(len(largest)) + 1) / max(1, len(largest))
        now.territories_changed = False
    index, in_flight, late, standing, idle, lot, segment, place = outside(
        model.week, now.pending, now.standing, model.setting.first, *model.setting.keys[Purpose.RELEASE], reps.handle, c.handle
    )
    state = ReleaseState(
        model.week - now.changed_week, index, in_flight, late, standing, idle, lot, segment, place,
        model.setting.segment_names,
    )
    terms = model.ask("releases", state, ReleaseTerms(np.zeros(len(index), np.bool_), "capacity", 0, False))
    if not terms.pending:
        now.pending, now.standing = index[:0], standing[:0]
    elif np.count_nonzero(terms.release):
        now.pending, now.standing = index[~terms.release], standing[~terms.release]
    else:
        now.pending, now.standing = index, standing
    if np.count_nonzero(terms.release):
        release(model, index[terms.release], terms)


def release(model: SalesModel, index: NDArray[np.int64], terms: ReleaseTerms) -> None:
    """Accounts go to their receivers, with what the terms promise those who give them up."""
    c, reps = model.state.customers, model.state.reps
    moving, receiver = allocate(index, RECEIVERS[terms.receiver], model.now.knowledge, reps.handle, c.handle)
    if terms.return_weeks > 0:
        promise_return(model, moving, terms.return_weeks)
    if terms.credit_weeks > 0:
        is_open = (c.stage[moving] > PROSPECT) & (c.stage[moving] < CUSTOMER)
        promise_credit(model, moving[is_open], terms.credit_weeks)
    move_accounts(model, moving, receiver)
