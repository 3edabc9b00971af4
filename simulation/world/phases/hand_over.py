"""Hand over: accounts outside their owner's territory change hands as the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.levers.points import ReleaseState, ReleaseTerms
from simulation.luck import Purpose
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PROPOSAL
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
    now.lost_value[:] = 0
    if not now.territories_changed and now.pending is None:
        return
    c, reps = model.state.customers, model.state.reps
    if now.territories_changed:
        if now.withdrawn:
            _give_back(model)
        owner = np.maximum(c.owner, 0)
        now.pending = np.flatnonzero((c.owner >= 0) & ~reps.allowed[owner, c.segment])
        now.territories_changed = now.withdrawn = False
    index = now.pending
    if index is None:
        return
    index = index[(c.owner[index] >= 0) & ~reps.allowed[c.owner[index], c.segment[index]]]
    stage = c.stage[index]
    state = ReleaseState(
        model.week - int(reps.changed_week.max()), index, (stage >= LEAD) & (stage <= PROPOSAL), stage == PROPOSAL,
        c.value[index], model.week - c.touched_week[index].astype(np.int32),
        uniforms_of(*model.key(Purpose.RELEASE, weekly=False), customer_words(c.segment[index], index, model.setting.first)),
    )
    terms = model.ask("releases", state, ReleaseTerms(np.zeros(len(index), np.bool_), "capacity", 0, False))
    now.return_weeks = terms.return_weeks
    released = index[terms.release]
    if len(released):
        receiver = np.empty(len(released), np.int64)
        load = np.bincount(c.owner[c.owner >= 0], minlength=len(reps.selling)).astype(np.int64)
        allocate(
            released, c.segment, c.owner, reps.allowed, reps.selling, load, now.knowledge, RECEIVERS[terms.receiver], receiver
        )
        # A contract needs somebody: where nobody may have it, it stays.
        stays = (receiver == NOBODY) & (c.stage[released] == CUSTOMER)
        move_accounts(model, released[~stays], receiver[~stays])
    now.pending = index[~terms.release] if terms.pending else None


def move_accounts(model: SalesModel, index: NDArray[np.int64], receiver: NDArray[np.int64]) -> None:
    """Hand accounts to receivers by policy, with what that does to relationships."""
    c, now = model.state.customers, model.now
    now.moved["policy"] += transfer(
        model.setting.p, model.week, index, receiver, model.setting.first, now.knowledge, model.gate_open("handover_loss"),
        *model.key(Purpose.HANDOVER), c.segment, c.stage, c.owner, c.former_owner, c.handover_week, c.due_week,
        c.stage_week, c.relationship, c.value, now.lost_value,
    )
    now.books_stale = True


def _give_back(model: SalesModel) -> None:
    """The right of return: accounts moved by the policy within the agreed weeks go back to a former owner still there."""
    c, reps, now = model.state.customers, model.state.reps, model.now
    if now.return_weeks == 0:
        return
    recent = (model.week - c.handover_week.astype(np.int32) <= now.return_weeks) & (c.former_owner >= 0) & (c.owner >= 0)
    index = np.flatnonzero(recent)
    index = index[reps.selling[c.former_owner[index]]]
    move_accounts(model, index, c.former_owner[index].astype(np.int64))
