"""Kernels of hand-overs: who receives an account, and what survives of the relationship."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel
from simulation.luck import bits, uniform
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PROPOSAL, PROSPECT
from simulation.world.kernels.handles import customers_of, reps_of
from simulation.world.kernels.identity import customer_word
from simulation.world.kernels.rows import room_for, rows_where

F32, U32 = np.float32, np.uint32
TO_CAPACITY, TO_SIMILAR, TO_POOL = range(3)
SECOND_WITHIN_WEEKS = 26
FEW_SEATS = 8


@kernel
def outside(week: Any, pending: Any, standing: Any, first: Any, k0: Any, k1: Any, reps: Any, customers: Any) -> Any:
    """Those of the pending accounts that are still outside their owner's territory, and what a release may depend on.

    Returns arrays with one element each: row, whether a deal is open, whether that is a proposal, standing, weeks without a
    touch, the lot (0-1) of the account, its segment and its place there.
    """
    of_reps, of_customers = reps_of(reps), customers_of(customers)
    allowed, care, segment, stage = of_reps.allowed, of_reps.care, of_customers.segment, of_customers.stage
    owner, touched_week = of_customers.owner, of_customers.touched_week
    n = 0
    rows, stands = np.empty(len(pending), np.int64), np.empty(len(pending), np.float32)
    for j in range(len(pending)):
        i = pending[j]
        if owner[i] >= 0 and not allowed[owner[i], segment[i]]:
            rows[n], stands[n] = i, standing[j]
            n += 1
    in_flight, late = np.empty(n, np.bool_), np.empty(n, np.bool_)
    idle, lot = np.empty(n, np.int32), np.empty(n, np.float32)
    where, place = np.empty(n, np.uint8), np.empty(n, np.int64)
    for j in range(n):
        i = rows[j]
        where[j], place[j] = segment[i], i - first[segment[i]]
        in_flight[j], late[j] = LEAD <= stage[i] <= PROPOSAL, stage[i] == PROPOSAL
        cared_for = stage[i] == CUSTOMER and care[owner[i]] > F32(0.0)
        idle[j] = 0 if cared_for else week - touched_week[i]
        a, _ = bits(k0, k1, customer_word(segment[i], i, first), U32(0))
        lot[j] = uniform(a)
    return rows[:n], in_flight, late, stands[:n], idle, lot, where, place


@kernel
def allocate(index: Any, to: Any, knowledge: Any, reps: Any, customers: Any) -> Any:
    """Choose a receiver for each released account, in row order; returns those that move, and their receivers (-1: nobody).

    TO_CAPACITY: the eligible rep with the smallest load (accounts); TO_SIMILAR: the one who knows the segment best among
    those with no more than the mean load of the eligible. Ties go to the lower seat. Each choice changes the loads. A
    contract or deal needs somebody: where nobody may have it, it stays.
    """
    of_reps, of_customers = reps_of(reps), customers_of(customers)
    allowed, selling = of_reps.allowed, of_reps.selling
    segment, owner, stage = of_customers.segment, of_customers.owner, of_customers.stage
    seats = len(selling)
    load = np.zeros(seats + 8, np.int64)  # the last count what nobody owns: several, so that none waits for another
    for i in range(len(owner)):
        load[np.uint64(owner[i] if owner[i] >= 0 else seats + (i & 7))] += 1
    segments = allowed.shape[1]
    team, size = np.empty((segments, seats), np.int64), np.zeros(segments, np.int64)  # who may have accounts of each segment
    moving, receiver, n = np.empty(len(index), np.int64), np.empty(len(index), np.int64), 0
    for r in range(seats):
        for s in range(segments):
            if selling[r] and allowed[r, s]:
                team[s, size[s]] = r
                size[s] += 1
    for j in range(len(index)):
        i = index[j]
        s = segment[i]
        total, eligible = 0, 0
        if to == TO_SIMILAR:
            for k in range(size[s]):
                r = team[s, k]
                if r != owner[i]:
                    total += load[r]
                    eligible += 1
        best = NOBODY
        for k in range(size[s] if to != TO_POOL else 0):
            r = team[s, k]
            if r == owner[i]:
                continue
            if to == TO_SIMILAR:
                if load[r] * eligible <= total and (best < 0 or knowledge[r, s] > knowledge[best, s]):
                    best = r
            elif best < 0 or load[r] < load[best]:
                best = r
        if best >= 0:
            load[best] += 1
            if owner[i] >= 0:
                load[owner[i]] -= 1
        moving[n], receiver[n] = i, best
        n += best >= 0 or stage[i] == PROSPECT
    return moving[:n], receiver[:n]


@kernel
def transfer(
    table: Any, week: Any, index: Any, receiver: Any, first: Any, knowledge: Any, loss_open: Any, k0: Any, k1: Any,
    customers: Any, lost: Any, gained: Any, changed: Any, soon: Any, n_soon: Any,
) -> Any:
    """Give accounts to their receivers; part of the relationship survives, more if the receiver knows the segment.

    With `loss_open` false (the gate is closed) all of it does. `lost` and `gained` (reps,) add the cents taken from and given to
    each rep, and `changed` (reps,) marks both. An account without receiver becomes unowned and is appended to `soon`; a prospect then
    surfaces again from next week on. Returns the number of hand-overs, prospects not counted, and the length of `soon`.
    """
    c = customers_of(customers)
    segment, stage, owner, former_owner = c.segment, c.stage, c.owner, c.former_owner
    handover_week, due_week, relationship, value = c.handover_week, c.due_week, c.relationship, c.value
    p = table[0]
    moved = 0
    for j in range(len(index)):
        i = index[j]
        r = receiver[j]
        if r == NOBODY:
            soon[n_soon] = i
            n_soon += 1
        if r == owner[i]:
            continue
        s = segment[i]
        if stage[i] != PROSPECT:
            moved += 1
            if owner[i] >= 0:
                lost[owner[i]] += value[i]
                changed[owner[i]] = True
            if r >= 0:
                gained[r] += value[i]
                changed[r] = True
        a, _ = bits(k0, k1, customer_word(s, i, first), U32(0))
        if loss_open and not (r >= 0 and uniform(a) < p.fresh_look):
            knows = F32(0.0)
            if r >= 0:
                knows = max(F32(0.0), knowledge[r, s])
            kept = min(F32(1.0), p.transfer + p.transfer_knowledge * knows)
            if week - handover_week[i] < SECOND_WITHIN_WEEKS:
                kept *= p.second_handover
            relationship[i] *= kept
        former_owner[i] = owner[i]
        handover_week[i] = week
        owner[i] = r
        if stage[i] == PROSPECT:
            due_week[i] = week + 1 if r < 0 else week + np.int64(p.prospect_weeks)
    return moved, n_soon


@kernel
def accounts_of(chosen: Any, stage: Any, owner: Any) -> Any:
    """Rows, ascending, of the accounts of the chosen seats, prospects not counted.

    Few seats are compared one after the other, in loops that vectorise; for many each owner is looked up.
    """
    seats = np.flatnonzero(chosen)
    held = room_for(len(stage))
    if len(seats) <= FEW_SEATS:
        held[:] = 0
        for seat in seats:
            for row in range(len(stage)):
                held[row] |= np.uint8(owner[row] == np.int16(seat)) & np.uint8(stage[row] != PROSPECT)
        return rows_where(held, len(stage))
    wanted = np.zeros(len(chosen) + 1, np.uint8)  # the last for those without a rep
    wanted[:-1] = chosen
    for row in range(len(stage)):
        place = np.uint64(owner[row] if owner[row] >= 0 else len(chosen))
        held[row] = wanted[place] & np.uint8(stage[row] != PROSPECT)
    return rows_where(held, len(stage))


@kernel
def vacate(
    week: Any, leaves: Any, kept: Any, selling: Any, vacant_since: Any, effort: Any, reach: Any, care: Any,
    stage: Any, owner: Any, relationship: Any, handover_week: Any,
) -> Any:
    """Reps left: of each relationship the firm keeps the share `kept`. Returns the number of accounts."""
    for seat in range(len(leaves)):
        if leaves[seat]:
            selling[seat], vacant_since[seat] = False, week
            effort[seat] = reach[seat] = care[seat] = F32(0.0)
    rows = accounts_of(leaves != 0, stage, owner)
    for j in range(len(rows)):
        i = np.uint64(rows[j])
        relationship[i] *= F32(kept)
        handover_week[i] = week
    return len(rows)


@kernel
def count_accounts(seats: Any, reps: Any, stage: Any, owner: Any) -> Any:
    """Number of accounts of some seats, prospects not counted."""
    chosen = np.zeros(reps, np.bool_)
    for seat in seats:
        chosen[seat] = True
    return len(accounts_of(chosen, stage, owner))
