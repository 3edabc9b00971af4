"""Kernels of the phase `plan`: whose turn it is, what reps hold, who surfaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.luck import below, bits, ranked, uniform
from simulation.world.columns import CUSTOMER, LEAD, LOST, NEVER, NOBODY, PROSPECT
from simulation.world.kernels.asking import WHOLE, fill_up, inside, next_lot, place_of
from simulation.world.kernels.handles import customers_of, deals_of, reps_of
from simulation.world.kernels.identity import customer_word, person_word
from simulation.world.kernels.luck_arrays import many_bits, many_normals
from simulation.world.kernels.population import weeks_until
from simulation.world.kernels.rows import room_for, rows_where

F32, U32 = np.float32, np.uint32
NOT_A_PERSON = U32(0xFFFFFFFF)


@kernel
def take_stock(
    until: Any, customers: Any, soon: Any, waiting: Any,
) -> Any:
    """Rows, ascending, of accounts due before the week `until` and of owned prospects; returns how many each.

    In between, those who change an account keep the lists: what no longer belongs is dropped by who reads it.
    """
    of_customers = customers_of(customers)
    stage, owner, due_week = of_customers.stage, of_customers.owner, of_customers.due_week
    lists = room_for(len(stage))  # to which each row belongs, as bits
    for row in range(len(stage)):
        held = (stage[row] == PROSPECT) & (owner[row] >= 0)
        lists[row] = np.uint8(due_week[row] < until) | (np.uint8(held) << 1)
    rows = rows_where(lists, len(stage))
    n_soon, n_waiting = 0, 0
    for j in range(len(rows)):
        i = np.uint64(rows[j])
        soon[n_soon] = waiting[n_waiting] = rows[j]
        n_soon += lists[i] & 1
        n_waiting += lists[i] >> 1
    return n_soon, n_waiting


@kernel
def agenda(
    week: Any, until: Any, soon: Any, n_soon: Any, customers: Any, due: Any, waiting: Any, n_waiting: Any, deals: Any,
    n_deals: Any, reps: Any,
) -> Any:
    """Move what is due this week from `soon` to `due`, drop what is stale, and count each rep's prospects and open deals.

    `deal_seat` receives who works each deal. Returns the lengths of due, soon and waiting.
    """
    of_customers = customers_of(customers)
    due_week, stage, owner = of_customers.due_week, of_customers.stage, of_customers.owner
    of_deals = deals_of(deals)
    deal_row, deal_stage, deal_seat = of_deals.row, of_deals.stage, of_deals.seat
    of_reps = reps_of(reps)
    prospects, open_deals = of_reps.prospects, of_reps.open_deals
    n_due, kept = 0, 0
    for j in range(n_soon):  # written always, counted where it holds: no branch to guess wrong
        i = np.uint64(soon[j])
        due[n_due] = soon[j]
        n_due += due_week[i] <= week
        soon[kept] = soon[j]
        kept += (due_week[i] > week) & (due_week[i] < until)
    n_soon, kept = kept, 0
    prospects[:] = 0
    for j in range(n_waiting):
        i = np.uint64(waiting[j])
        holds = (stage[i] == PROSPECT) & (owner[i] >= 0) & (due_week[i] > week)
        waiting[kept] = waiting[j]
        kept += holds
        prospects[np.uint64(max(owner[i], 0))] += holds
    open_deals[:] = 0
    for j in range(n_deals):
        seat = owner[np.uint64(deal_row[j])]
        holds = (deal_stage[j] > PROSPECT) & (deal_stage[j] < CUSTOMER) & (seat >= 0)
        deal_seat[j] = seat if holds else NOBODY
        open_deals[np.uint64(max(seat, 0))] += holds
    return n_due, n_soon, kept


@kernel
def count_books(
    price: Any, wanted: Any, customers: Any, reps: Any,
) -> None:
    """Per wanted rep: customers by segment, value under contract or open (cents), and the same weighted by relationship."""
    of_customers = customers_of(customers)
    segment, stage, owner = of_customers.segment, of_customers.stage, of_customers.owner
    relationship, value = of_customers.relationship, of_customers.value
    of_reps = reps_of(reps)
    installed, book_value, bond = of_reps.installed, of_reps.book_value, of_reps.bond
    seats, segments = installed.shape
    held = room_for(len(stage))
    for row in range(len(stage)):
        held[row] = (owner[row] >= 0) & (stage[row] != PROSPECT)
    rows = rows_where(held, len(stage))
    counts = np.zeros((seats, segments), np.int32)
    values, sums = np.zeros(seats, np.int64), np.zeros(seats)
    per_price = np.float64(price)
    for j in range(len(rows)):
        i = np.uint64(rows[j])
        seat = np.uint64(owner[i])
        if not wanted[seat]:
            continue
        values[seat] += value[i]
        # values are whole multiples of the price, so this quotient is exact
        sums[seat] += np.float64(value[i]) / per_price * np.float64(relationship[i])
        counts[seat, np.uint64(segment[i])] += stage[i] == CUSTOMER
    for r in range(seats):
        if wanted[r]:
            for s in range(segments):
                installed[r, s] = counts[r, s]
            book_value[r] = values[r]
            bond[r] = F32(sums[r] / 100.0)


@inlined
def _walk(word: Any, n: Any) -> Any:
    """Where to start and how far to step, so that n places are each visited once and neighbours come far apart."""
    stride = np.int64(np.float64(n) * 0.6180339887498949) | 1
    while n > 1:
        a, b = np.int64(n), stride
        while b > 0:
            a, b = b, a % b
        if a == 1:
            break
        stride += 1
    return below(word, max(1, n)), stride


@inlined
def many_weeks(words: Any, hazard: Any) -> Any:
    """`weeks_until` of each word."""
    out = np.empty(len(words), np.int64)
    for j in range(len(words)):
        out[j] = weeks_until(words[j], hazard)
    return out


@kernel
def surface(
    table: Any, week: Any, due: Any, n_due: Any, until: Any, soon: Any, n_soon: Any, waiting: Any, n_waiting: Any,
    first: Any, reps: Any, hard_edge: Any, inbound_any: Any, cap: Any, claims: Any, cooling_off: Any, k0: Any,
    k1: Any, claim0: Any, claim1: Any, claimant0: Any, claimant1: Any, hunch0: Any, hunch1: Any, customers: Any,
) -> Any:
    """Accounts whose cooling is over become prospects; unowned prospects that surface are claimed by one rep with room.

    Among the reps who may take a prospect, the one with the highest `rank` by customer, person and week gets it, so that
    one more rep changes only what that rep takes. `hard_edge` (reps,): outside the territory the first who comes upon a
    prospect takes it only when not complying, and the others hear nothing of it. Reps fill up as the week goes on, so
    accounts come in an order that mixes segments. A rep claims at most `claims` and holds at most `cap`; what went to the
    pool less than `cooling_off` weeks ago is not for its former owner. Owned prospects held too long go back. Returns the
    lengths of `soon` and `waiting`, to which it appends accounts that come again before the week `until`, and claimed prospects.
    """
    of_reps = reps_of(reps)
    allowed, home, focus, selling = of_reps.allowed, of_reps.home, of_reps.focus, of_reps.selling
    person, prospects = of_reps.person, of_reps.prospects
    of_customers = customers_of(customers)
    segment, stage, owner = of_customers.segment, of_customers.stage, of_customers.owner
    stage_week, due_week, relationship = of_customers.stage_week, of_customers.due_week, of_customers.relationship
    value, touched_week, handover_week = of_customers.value, of_customers.touched_week, of_customers.handover_week
    former_owner, opportunity, hunch = of_customers.former_owner, of_customers.opportunity, of_customers.hunch
    p = table[0]
    seats, persons = np.empty(len(selling), np.int64), np.empty(len(selling), np.uint32)
    # of each segment the claimants who may develop it, listed when first asked for and again once one of them is full
    segments = allowed.shape[1]
    team, team_names = np.empty((segments, len(selling)), np.int64), np.empty((segments, len(selling) + WHOLE), np.uint32)
    team_size = np.full(segments, -1, np.int64)
    places = np.empty(len(selling), np.int64)  # how many each may still claim
    claimants = 0
    for r in range(len(selling)):
        places[r] = min(claims, cap - prospects[r])
        if selling[r] and places[r] > 0:
            seats[claimants], persons[claimants] = r, person_word(r, person[r])
            claimants += 1
    candidates = np.empty(len(selling) + WHOLE, np.uint32)
    candidates[:claimants], _ = many_bits(claimant0, claimant1, persons[:claimants], np.zeros(claimants, np.uint32))
    fill_up(candidates, claimants)
    # Whose time has come, in order of turn, and the draws of each, in loops that the compiler can vectorise.
    coming, words, hunches = np.empty(n_due + 1, np.int64), np.empty(n_due, np.uint32), np.empty(n_due, np.uint32)
    place, stride = _walk(bits(claim0, claim1, NOT_A_PERSON, NOT_A_PERSON)[0], n_due)
    n = 0
    for _ in range(n_due):
        i = np.uint64(due[place])
        coming[n] = due[place]
        n += (due_week[i] <= week) & ((stage[i] < LEAD) | (stage[i] >= LOST))
        place += stride
        place -= n_due if place >= n_due else 0
    for j in range(n):
        i = np.uint64(coming[j])
        words[j] = customer_word(segment[i], coming[j], first)
        hunches[j] = U32((np.int64(opportunity[i]) + 1) * 16)
    words = words[:n]
    nothing = np.zeros(n, np.uint32)
    when, alone = many_bits(k0, k1, words, nothing)
    draws, _ = many_bits(claim0, claim1, words, nothing + NOT_A_PERSON)
    feeling = many_normals(many_bits(hunch0, hunch1, words, hunches)[0])
    weeks = many_weeks(when, p.surfacing)
    for j in range(n):
        i = coming[j]
        if due_week[i] > week:  # a row listed twice
            continue
        s = segment[i]
        again = week + weeks[j]
        if stage[i] >= LOST or owner[i] >= 0:  # cooled, or held without being started
            if stage[i] != PROSPECT:
                stage[i] = PROSPECT
                stage_week[i] = week
                value[i] = 0
            owner[i] = NOBODY
            due_week[i] = again
            soon[n_soon] = i
            n_soon += again < until
            continue
        anywhere = inbound_any and uniform(alone[j]) < p.inbound_share
        who, names, asking, bound = seats, candidates, claimants, U32(0)
        best, refused = -1, False
        while best < 0:
            bound = next_lot(draws[j], names, asking, bound)
            if bound == U32(0):  # all have been asked
                break
            r = who[place_of(names, asking, ranked(draws[j], bound))]
            if former_owner[i] == r and week - handover_week[i] < cooling_off:
                continue
            outside = not anywhere and not allowed[r, s]
            away = home[r] >= 0 and home[r] != s
            tempted = F32(0.0)
            if outside or away:
                x, _ = bits(claim0, claim1, words[j], person_word(r, person[r]))
                tempted = uniform(x)
            if outside and (refused or not hard_edge[r] or tempted < p.compliance):
                if hard_edge[r] and not refused:  # nobody else outside will do
                    refused = True
                    if team_size[s] < 0:
                        team_size[s] = inside(allowed, s, seats, candidates, claimants, team[s], team_names[s])
                    who, names, asking = team[s], team_names[s], team_size[s]
                continue
            if away and tempted < focus[r]:
                continue
            best = r
        if best < 0:
            due_week[i] = again
            soon[n_soon] = i
            n_soon += again < until
            continue
        waiting[n_waiting] = i
        n_waiting += 1
        owner[i] = best
        prospects[best] += 1
        places[best] -= 1
        if places[best] <= 0:
            claimants -= 1
            for k in range(claimants + 1):
                if seats[k] == best:
                    seats[k], candidates[k] = seats[claimants], candidates[claimants]
                    break
            fill_up(candidates, claimants)
            for other in range(segments):
                if allowed[best, other]:
                    team_size[other] = -1
        stage_week[i] = week
        handover_week[i] = -NEVER
        former_owner[i] = NOBODY
        touched_week[i] = week
        relationship[i] = F32(0.0)
        due_week[i] = week + np.int64(p.prospect_weeks)
        hunch[i] = feeling[j]
    return n_soon, n_waiting
