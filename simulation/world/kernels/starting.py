"""Kernel of the phase `plan`: which prospects become deals."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.luck import bits, uniform
from simulation.world.columns import LEAD, NEVER
from simulation.world.kernels.handles import customers_of, deals_of, reps_of
from simulation.world.kernels.identity import customer_word, person_word
from simulation.world.kernels.luck_arrays import many_bits, many_exponentials, many_normals
from simulation.world.kernels.population import cents

F32, U32 = np.float32, np.uint32
MAX_STARTS = 8


@inlined
def _appeal(p: Any, spread: Any, size: Any, fit: Any, firm: Any, skill: Any, noise: Any) -> Any:
    """What a rep expects of a prospect in log units, in 1/65,536: value, chance of winning, and a hunch."""
    expected = spread * size
    chance = F32(0.5) * (p.fit_weight * fit + p.firm_relationship_weight * firm + skill)
    return np.int64((expected + chance + p.choice_noise * noise) * F32(65536.0))


@kernel
def start_deals(
    table: Any, week: Any, price: Any, waiting: Any, n_waiting: Any, first: Any, log_median: Any, sigma: Any,
    reps: Any, hard_edge: Any, skill: Any, k0: Any, k1: Any, choice0: Any, choice1: Any, customers: Any, n_deals: Any,
    deals: Any,
) -> Any:
    """Reps with room start the prospects they expect most of. Appends to the table of deals; returns how many.

    A hunch belongs to (customer, opportunity), the same for every rep and week. With a focus, each rep-week first decides
    by a draw whether it starts at home only. A prospect held since before a hard edge shut it out waits until it goes
    back; one claimed since, as inbound or out of disobedience, is started like any other.
    """
    of_reps = reps_of(reps)
    allowed, home, focus, changed_week = of_reps.allowed, of_reps.home, of_reps.focus, of_reps.changed_week
    selling, person, open_deals, prospects = of_reps.selling, of_reps.person, of_reps.open_deals, of_reps.prospects
    of_customers = customers_of(customers)
    segment, stage, owner = of_customers.segment, of_customers.stage, of_customers.owner
    stage_week, due_week, opportunity = of_customers.stage_week, of_customers.due_week, of_customers.opportunity
    fit, size, firm_relationship = of_customers.fit, of_customers.size, of_customers.firm_relationship
    hunch, value = of_customers.hunch, of_customers.value
    of_deals = deals_of(deals)
    deal_row, deal_seat, deal_segment, deal_stage = of_deals.row, of_deals.seat, of_deals.segment, of_deals.stage
    qualified_week, deal_fit, deal_firm = of_deals.qualified_week, of_deals.fit, of_deals.firm_relationship
    score, left_advance, left_loss = of_deals.score, of_deals.left_advance, of_deals.left_loss
    left_undecided, deal_value = of_deals.left_undecided, of_deals.value
    p = table[0]
    seats = len(selling)
    best = np.full((seats, MAX_STARTS), -1, np.int64)
    points = np.zeros((seats, MAX_STARTS), np.int64)
    room = np.zeros(seats, np.int64)
    at_home = np.zeros(seats, np.bool_)
    size_weight, deal_weight = F32(np.sqrt(p.size_share)), F32(np.sqrt(F32(1.0) - p.size_share))
    for r in range(seats):
        if selling[r]:
            room[r] = min(MAX_STARTS, max(0, np.int64(p.open_deals) - open_deals[r]))
            if home[r] >= 0:
                a, _ = bits(choice0, choice1, person_word(r, person[r]), U32(0))
                at_home[r] = uniform(a) < focus[r]
    eligible, n_eligible = np.empty(n_waiting + 1, np.uint64), 0
    for j in range(n_waiting):  # written always, counted where it holds, as in `agenda`
        i = np.uint64(waiting[j])
        eligible[n_eligible] = i
        n_eligible += room[np.uint64(owner[i])] > 0
    appeal = np.empty(n_eligible, np.int64)
    for j in range(n_eligible):
        i = eligible[j]
        seat, s = np.uint64(owner[i]), segment[i]
        appeal[j] = _appeal(p, sigma[s] * size_weight, size[i], fit[i], firm_relationship[i], skill[seat, s], hunch[i])
    for j in range(n_eligible):
        i = eligible[j]
        seat = np.uint64(owner[i])
        last = np.uint64(room[seat] - 1)
        if best[seat, last] >= 0 and appeal[j] <= points[seat, last]:
            continue
        s = segment[i]
        if (hard_edge[seat] and not allowed[seat, s] and stage_week[i] < changed_week[seat]) or (at_home[seat] and s != home[seat]):
            continue
        for place in range(room[seat]):
            if best[seat, place] < 0 or appeal[j] > points[seat, place]:
                for later in range(room[seat] - 1, place, -1):
                    best[seat, later] = best[seat, later - 1]
                    points[seat, later] = points[seat, later - 1]
                best[seat, place] = i
                points[seat, place] = appeal[j]
                break
    started = 0
    chosen = np.empty(seats * MAX_STARTS, np.int64)
    for r in range(seats):
        for place in range(room[r]):
            i = best[r, place]
            if i < 0:
                break
            chosen[started] = i
            started += 1
            prospects[r] -= 1
            open_deals[r] += 1
    words, subs = np.empty(started, np.uint32), np.empty(started, np.uint32)
    for j in range(started):
        i = chosen[j]
        opportunity[i] += 1
        words[j], subs[j] = customer_word(segment[i], i, first), U32(opportunity[i] * 16)
    own = many_normals(many_bits(k0, k1, words, subs)[1])
    noise, loss = many_bits(k0, k1, words, subs + U32(1))
    undecided, advance = many_bits(k0, k1, words, subs + U32(2))
    noises, losses = many_normals(noise), many_exponentials(loss)
    endings, advances = many_exponentials(undecided), many_exponentials(advance)
    for j in range(started):
        i, k = chosen[j], n_deals + j
        s = segment[i]
        spread = sigma[s] * (size_weight * size[i] + deal_weight * own[j])
        value[i] = deal_value[k] = cents(log_median[s] + spread) * price
        score[k] = p.deal_noise * noises[j] - p.value_slope * spread
        left_loss[k], left_undecided[k], left_advance[k] = losses[j], endings[j], advances[j]
        deal_row[k], deal_seat[k], deal_segment[k] = i, owner[i], s
        deal_fit[k], deal_firm[k] = fit[i], firm_relationship[i]
        stage[i] = deal_stage[k] = LEAD
        stage_week[i] = qualified_week[k] = week
        due_week[i] = NEVER
    return started
