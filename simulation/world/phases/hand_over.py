"""Hand over: accounts outside their owner's territory change hands as the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.levers.points import ReleaseState, ReleaseTerms
from simulation.luck import Purpose
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PROPOSAL, PROSPECT
from simulation.world.kernels.handing import TO_CAPACITY, TO_POOL, TO_SIMILAR, allocate, transfer
from simulation.world.kernels.identity import customer_words
from simulation.world.kernels.luck_arrays import uniforms_of

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

RECEIVERS = {"capacity": TO_CAPACITY, "similar": TO_SIMILAR, "pool": TO_POOL}


def hand_over(model: SalesModel) -> None:
    """Released accounts move; a withdrawn policy gives back those with a right of return."""
    now = model.now
    now.moved = dict.fromkeys(now.moved, 0)
    now.lost_value[:] = now.gained_value[:] = 0
    if not now.territories_changed and len(now.pending) == 0:
        return
    c, reps = model.state.customers, model.state.reps
    if now.territories_changed:
        if now.leaving.any():
            _give_back(model)
        now.pending = np.flatnonzero((c.owner >= 0) & ~reps.allowed[np.maximum(c.owner, 0), c.segment])
        largest = np.lexsort((now.pending, -c.value[now.pending]))
        now.standing = np.empty(len(largest), np.float32)
        now.standing[largest] = (np.arange(len(largest)) + 1) / max(1, len(largest))
        now.territories_changed = False
    still = (c.owner[now.pending] >= 0) & ~reps.allowed[c.owner[now.pending], c.segment[now.pending]]
    index, standing = now.pending[still], now.standing[still]
    cared_for = (c.stage[index] == CUSTOMER) & (reps.care[c.owner[index]] > 0)
    stage = c.stage[index]
    state = ReleaseState(
        model.week - now.changed_week, index, (stage >= LEAD) & (stage <= PROPOSAL), stage == PROPOSAL,
        standing, np.where(cared_for, 0, model.week - c.touched_week[index].astype(np.int32)),
        uniforms_of(*model.key(Purpose.RELEASE, weekly=False), customer_words(c.segment[index], index, model.setting.first)),
    )
    terms = model.ask("releases", state, ReleaseTerms(np.zeros(len(index), np.bool_), "capacity", 0, False))
    released = index[terms.release]
    if len(released):
        receiver = np.empty(len(released), np.int64)
        load = np.bincount(c.owner[c.owner >= 0], minlength=len(reps.selling)).astype(np.int64)
        allocate(
            released, c.segment, c.owner, reps.allowed, reps.selling, load, now.knowledge, RECEIVERS[terms.receiver], receiver
        )
        # A contract or deal needs somebody: where nobody may have it, it stays.
        stays = (receiver == NOBODY) & (c.stage[released] != PROSPECT)
        if terms.return_weeks > 0:
            _promise_return(model, released[~stays], terms.return_weeks)
        move_accounts(model, released[~stays], receiver[~stays])
    later = ~terms.release & terms.pending
    now.pending, now.standing = index[later], standing[later]


def move_accounts(model: SalesModel, index: NDArray[np.int64], receiver: NDArray[np.int64]) -> None:
    """Hand accounts to receivers by policy, with what that does to relationships."""
    c, now = model.state.customers, model.now
    now.moved["policy"] += transfer(
        model.setting.table, model.week, index, receiver, model.setting.first, now.knowledge, model.gate_open("handover_loss"),
        *model.key(Purpose.HANDOVER), c.segment, c.stage, c.owner, c.former_owner, c.handover_week, c.due_week,
        c.relationship, c.value, now.lost_value, now.gained_value, now.books_stale,
    )
    pooled = index[receiver == NOBODY]  # they surface from next week on
    now.soon[now.n_soon : now.n_soon + len(pooled)] = pooled
    now.n_soon += len(pooled)


def _promise_return(model: SalesModel, index: NDArray[np.int64], weeks: int) -> None:
    """Note who gives up these accounts, and until when they may come back."""
    state = model.state
    seat = state.customers.owner[index].astype(np.int64)
    until = np.full(len(index), model.week + weeks)
    state.returns = np.concatenate((state.returns, np.column_stack((index, seat, state.reps.person[seat], until))))


def _give_back(model: SalesModel) -> None:
    """The right of return of those who leave the policy: accounts go back to the first who gave them up and is there."""
    c, reps = model.state.customers, model.state.reps
    leaves = model.now.leaving[model.state.returns[:, 1]]
    index, seat, person, until = model.state.returns[leaves].T
    # an account that was lost or given up since, and claimed anew, has forgotten its former owner
    valid = (until >= model.week) & (c.owner[index] >= 0) & (c.former_owner[index] >= 0)
    valid &= reps.selling[seat] & (reps.person[seat] == person)
    first = np.unique(index[valid], return_index=True)[1]
    move_accounts(model, index[valid][first], seat[valid][first])
    model.state.returns = model.state.returns[~leaves]
