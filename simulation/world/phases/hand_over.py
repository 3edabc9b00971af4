"""Hand over: accounts outside their owner's territory change hands as the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import ReleaseState, ReleaseTerms
from simulation.luck import Purpose
from simulation.world.columns import NOBODY, PROSPECT
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
    index, in_flight, late, standing, idle, lot = outside(
        model.week, now.pending, now.standing, model.setting.first, reps.allowed, reps.care,
        *model.key(Purpose.RELEASE, weekly=False), c.segment, c.stage, c.owner, c.touched_week,
    )
    segment = c.segment[index]
    state = ReleaseState(
        model.week - now.changed_week, index, in_flight, late, standing, idle, lot, segment, index - model.setting.first[segment],
        model.setting.segment_names,
    )
    terms = model.ask("releases", state, ReleaseTerms(np.zeros(len(index), np.bool_), "capacity", 0, False))
    released = index[terms.release]
    if len(released):
        receiver = np.empty(len(released), np.int64)
        allocate(
            released, c.segment, c.owner, reps.allowed, reps.selling, now.knowledge, RECEIVERS[terms.receiver], receiver
        )
        # A contract or deal needs somebody: where nobody may have it, it stays.
        stays = (receiver == NOBODY) & (c.stage[released] != PROSPECT)
        if terms.return_weeks > 0:
            promise_return(model, released[~stays], terms.return_weeks)
        if terms.credit_weeks > 0:
            promise_credit(model, released[~stays & in_flight[terms.release]], terms.credit_weeks)
        move_accounts(model, released[~stays], receiver[~stays])
    later = ~terms.release & terms.pending
    now.pending, now.standing = index[later], standing[later]
