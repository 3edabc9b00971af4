"""Kernels of the phases `respond` and `use`: what customers do."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp, log, logistic
from simulation.luck import bits, exponential, uniform
from simulation.world.columns import (
    CHURNED,
    CUSTOMER,
    LEAD,
    LOST,
    NOBODY,
    PROPOSAL,
    PROSPECT,
    QUALIFIED,
    UNDECIDED,
)
from simulation.world.kernels.forecasting import between, cell_of, deal_hazards, lead_hazards
from simulation.world.kernels.handles import customers_of, deals_of, reps_of
from simulation.world.kernels.identity import customer_word
from simulation.world.kernels.luck_arrays import floats, many_bits, many_exponentials

F32, U32 = np.float32, np.uint32
WON, LOST_DEALS, UNDECIDED_DEALS, NEW_ARR = range(4)
RENEWED, EXPANSION, CONTRACTION, CHURN, DUE, ENDED = range(6)


@inlined
def _hazards(p: Any, stage: Any, known: Any, own: Any, drive: Any, fade: Any, pace: Any) -> Any:
    """Weekly hazards (advance, loss, no decision) of a deal in its stage."""
    # Before a deal is qualified, what only the deal itself knows plays no part.
    up = exp(F32(0.5) * (known if stage == LEAD else known + own))
    base = p.qualified_advance if stage == QUALIFIED else p.proposal_advance
    a, b, c = lead_hazards(p, up, drive, pace)
    x, y, z = deal_hazards(p, base, up, drive, fade, pace)
    return a if stage == LEAD else x, b if stage == LEAD else y, c if stage == LEAD else z


@inlined
def _times(left_advance: Any, left_loss: Any, left_undecided: Any, advance: Any, loss: Any, undecided: Any) -> Any:
    """Weeks until each cause strikes, if its hazard stays."""
    to_advance = left_advance / advance if advance > F32(0.0) else F32(1e9)
    to_undecided = left_undecided / undecided if undecided > F32(0.0) else F32(1e9)
    return to_advance, left_loss / loss, to_undecided


@kernel
def true_chances(
    table: Any, chances: Any, stage: Any, age: Any, kind: Any, score: Any, drive: Any, advance: Any, loss: Any, out: Any
) -> None:
    """The true chance that each open deal is won; 0 without a rep's touches. Places in the table first, then the look-ups."""
    p = table[0]
    n = len(stage)
    flat = chances.reshape(chances.size)
    place, other = np.empty(n, np.int64), np.empty(n, np.int64)
    part, fresh, factor = floats(n), floats(n), floats(n)
    for j in range(n):
        place[j], part[j] = cell_of(kind[j], stage[j] != QUALIFIED, 0 if stage[j] == LEAD else age[j], score[j])
        other[j], _ = cell_of(kind[j], False, 0, score[j])
        # A lead may be lost at once; else it becomes a proposal directly, or is qualified.
        fresh[j] = p.direct_proposal if stage[j] == LEAD else F32(1.0)
        factor[j] = advance[j] / (advance[j] + loss[j]) * (F32(1.0) - p.early_loss) if stage[j] == LEAD else F32(1.0)
    for j in range(n):
        won = fresh[j] * between(flat, place[j], part[j])
        won += (F32(1.0) - fresh[j]) * between(flat, other[j], part[j])
        out[j] = factor[j] * won if drive[j] > F32(0.0) else F32(0.0)


@kernel
def work_deals(
    table: Any, week: Any, price: Any, first: Any, cycle: Any, reps: Any, push: Any, fading: Any, chances: Any,
    kind: Any, k0: Any, k1: Any, customers: Any, n_deals: Any, opened: Any, stage_moves: Any, deals: Any,
    payments: Any, flows: Any,
) -> None:
    """One week of every open deal: causes race within the week, each against its own threshold.

    `fading` and `chances` are tables of `forecasting`. `chance` (deals,) receives the true chance of being won, 0 where
    the deal is closed. `flows` adds deals won, lost and undecided, and new ARR in cents.

    Loops over all deals vectorise, but for the first, which looks up what each has elsewhere. The one in ten to which
    something happens is then worked by itself.
    """
    of_customers = customers_of(customers)
    stage, owner, stage_week = of_customers.stage, of_customers.owner, of_customers.stage_week
    due_week, opportunity = of_customers.due_week, of_customers.opportunity
    relationship, usage, value = of_customers.relationship, of_customers.usage, of_customers.value
    touched_week = of_customers.touched_week
    of_deals = deals_of(opened)
    row, seat, segment, deal_stage = of_deals.row, of_deals.seat, of_deals.segment, of_deals.stage
    qualified_week, fit, firm = of_deals.qualified_week, of_deals.fit, of_deals.firm_relationship
    own, left_advance, left_loss = of_deals.score, of_deals.left_advance, of_deals.left_loss
    left_undecided, deal_value, chance = of_deals.left_undecided, of_deals.value, of_deals.chance
    of_reps = reps_of(reps)
    reach, skill, touches, bookings = of_reps.reach, of_reps.skill, of_reps.touches, of_reps.bookings
    p = table[0]
    lift = np.empty(len(push), np.float32)  # touches as a part of the score
    for r in range(len(push)):
        lift[r] = log(push[r]) if push[r] > F32(0.0) else F32(0.0)
    kinds, ages = np.empty(n_deals, np.int64), np.empty(n_deals, np.int64)
    known, score, bond = floats(n_deals), floats(n_deals), floats(n_deals)
    drive, raised, fade, pace = floats(n_deals), floats(n_deals), floats(n_deals), floats(n_deals)
    for j in range(n_deals):
        i, s = np.uint64(row[j]), np.uint64(segment[j])  # unsigned: no check for counting from the end
        drive[j] = raised[j] = known[j] = F32(0.0)
        if seat[j] >= 0:
            rep = np.uint64(seat[j])
            drive[j], raised[j], known[j] = push[rep], lift[rep], skill[rep, s]
            if reach[rep] > F32(0.0):
                touched_week[i] = week
                touches[rep, s] += reach[rep]
            built = min(F32(1.0), p.relationship_per_touch * reach[rep])
            relationship[i] += built * (F32(1.0) - relationship[i]) - p.relationship_decay * relationship[i]
        bond[j] = relationship[i]
        kinds[j], ages[j] = kind[s], max(week - qualified_week[j], 0)
        fade[j], pace[j] = fading[np.uint64(ages[j])], F32(1.0) / cycle[s]
    for j in range(n_deals):
        known[j] = (
            known[j] + p.fit_weight * fit[j] + p.firm_relationship_weight * firm[j] + p.rep_relationship_weight * bond[j]
            - p.score_centre
        )
        score[j] = known[j] + own[j] + raised[j]
    advance, loss, quiet = floats(n_deals), floats(n_deals), np.empty(n_deals, np.bool_)
    for j in range(n_deals):
        advance[j], loss[j], undecided = _hazards(p, deal_stage[j], known[j], own[j], drive[j], fade[j], pace[j])
        x, y, z = _times(left_advance[j], left_loss[j], left_undecided[j], advance[j], loss[j], undecided)
        closed = (deal_stage[j] == PROSPECT) | (deal_stage[j] > PROPOSAL)
        quiet[j] = (min(x, y, z) >= F32(1.0)) | closed
        left_advance[j] -= advance[j] if quiet[j] else F32(0.0)
        left_loss[j] -= loss[j] if quiet[j] else F32(0.0)
        left_undecided[j] -= undecided if quiet[j] else F32(0.0)
    for j in range(n_deals):
        if quiet[j]:
            continue
        i = np.uint64(row[j])
        r = seat[j]
        word = customer_word(segment[j], np.int64(row[j]), first)
        rest = F32(1.0)  # of this week
        while True:
            ages[j] = max(week - qualified_week[j], 0)
            a, b, c = _hazards(p, deal_stage[j], known[j], own[j], drive[j], fading[ages[j]], pace[j])
            x, y, z = _times(left_advance[j], left_loss[j], left_undecided[j], a, b, c)
            soonest = min(x, y, z)
            spent = min(rest, soonest)
            left_advance[j] -= spent * a
            left_loss[j] -= spent * b
            left_undecided[j] -= spent * c
            if soonest >= rest:
                advance[j], loss[j] = a, b
                break
            rest -= spent
            stage_week[i] = week
            when, lot = bits(k0, k1, word, U32(opportunity[i] * 16) + U32(3) + U32(deal_stage[j]))
            early = x <= soonest and deal_stage[j] == LEAD and uniform(lot) < p.early_loss
            if x <= soonest and not early:
                if r >= 0:
                    stage_moves[r] += F32(1.0)
                if deal_stage[j] == PROPOSAL:
                    stage[i] = deal_stage[j] = CUSTOMER
                    due_week[i] = week + 52
                    usage[i] = F32(0.5) * p.usage_base
                    flows[WON] += 1
                    flows[NEW_ARR] += value[i]
                    drive[j] = F32(0.0)
                    if r >= 0:
                        deals[r] += F32(1.0)
                        payments[r] += F32(value[i] // price) / F32(100.0)
                        bookings[r] += np.float64(value[i] // price) / 100.0
                    break
                left_advance[j] = exponential(when)
                if deal_stage[j] == LEAD:
                    qualified_week[j] = week
                    direct = p.early_loss + (F32(1.0) - p.early_loss) * p.direct_proposal
                    stage[i] = deal_stage[j] = PROPOSAL if uniform(lot) < direct else QUALIFIED
                    rest = F32(1.0)  # its first week counts in full, as in the fit to the leads
                else:
                    stage[i] = deal_stage[j] = PROPOSAL
                continue
            if early:  # found hopeless in the week it is qualified
                qualified_week[j] = week
            ends = LOST if early or y <= z else UNDECIDED
            flows[LOST_DEALS if ends == LOST else UNDECIDED_DEALS] += 1
            stage[i] = deal_stage[j] = ends
            drive[j] = F32(0.0)
            owner[i] = seat[j] = NOBODY
            value[i] = deal_value[j] = 0
            due_week[i] = week + np.int64(p.cooling_weeks)
            break
    true_chances(table, chances, deal_stage[:n_deals], ages, kinds, score, drive, advance, loss, chance)


@kernel
def use_and_renew(
    table: Any, week: Any, turns: Any, price: Any, due: Any, n_due: Any, first: Any, log_median: Any, k0: Any, k1: Any,
    customers: Any, reps: Any, flows: Any,
) -> None:
    """One in `turns` customers uses the product for as many weeks; contracts due are settled into `flows`, see `renew`."""
    turn, size = week % turns, first[len(first) - 1]
    use_product(table, turns, size * turn // turns, size * (turn + 1) // turns, customers, reps_of(reps).care)
    flows[:] = 0
    renew(table, week, price, due, n_due, first, log_median, k0, k1, customers, reps_of(reps).bookings, flows)


@kernel
def use_product(
    table: Any, weeks: Any, begin: Any, end: Any, customers: Any, care: Any,
) -> None:
    """Move usage and relationships of customers in rows begin..end by `weeks` weeks at the present care."""
    of_customers = customers_of(customers)
    stage, owner, fit = of_customers.stage, of_customers.owner, of_customers.fit
    firm_relationship, relationship = of_customers.firm_relationship, of_customers.relationship
    usage = of_customers.usage
    p = table[0]
    keep_usage = F32(1.0) - min(F32(1.0), p.usage_speed * F32(weeks))
    fade = F32(weeks) * p.relationship_decay
    build = F32(weeks) * p.relationship_per_touch
    base, per_fit, onboarding, courtesy = p.usage_base, p.usage_fit, p.usage_onboarding, p.courtesy_use
    stage, owner, fit, firm = stage[begin:end], owner[begin:end], fit[begin:end], firm_relationship[begin:end]
    relationship, usage = relationship[begin:end], usage[begin:end]
    built, target = np.empty(len(stage), np.float32), np.empty(len(stage), np.float32)
    # All rows are computed and customers kept, in loops over few arrays each: those the compiler can vectorise.
    for i in range(len(stage)):
        touched = min(F32(1.0), build * care[np.uint64(max(owner[i], 0))])  # unsigned: no check for counting from the end
        built[i] = touched if owner[i] >= 0 else F32(0.0)
    for i in range(len(stage)):
        aim = base + per_fit * fit[i] + onboarding * (relationship[i] - F32(0.5)) + courtesy * firm[i]
        target[i] = min(F32(1.0), max(F32(0.0), aim))
    for i in range(len(stage)):
        usage[i] = target[i] + (usage[i] - target[i]) * keep_usage if stage[i] == CUSTOMER else usage[i]
    for i in range(len(stage)):
        warmer = relationship[i] + built[i] * (F32(1.0) - relationship[i]) - fade * relationship[i]
        relationship[i] = max(F32(0.0), warmer) if stage[i] == CUSTOMER else relationship[i]


@kernel
def renew(
    table: Any, week: Any, price: Any, due: Any, n_due: Any, first: Any, log_median: Any, k0: Any, k1: Any,
    customers: Any, bookings: Any, flows: Any,
) -> None:
    """Contracts due this week are renewed or end; renewed ones grow or shrink. `flows` adds cents, and how many end."""
    of_customers = customers_of(customers)
    segment, stage, owner = of_customers.segment, of_customers.stage, of_customers.owner
    stage_week, due_week, relationship = of_customers.stage_week, of_customers.due_week, of_customers.relationship
    usage, value = of_customers.usage, of_customers.value
    p = table[0]
    ending, n = np.empty(n_due + 1, np.int64), 0
    for j in range(n_due):
        i = np.uint64(due[j])
        ending[n] = due[j]
        n += (stage[i] == CUSTOMER) & (due_week[i] <= week)
    words, base = np.empty(n, np.uint32), np.empty(n, np.int64)
    use, bond, large = floats(n), floats(n), floats(n)
    for j in range(n):
        i = np.uint64(ending[j])
        s = segment[i]
        words[j] = customer_word(s, ending[j], first)
        base[j] = value[i] // price
        use[j] = usage[i] - p.usage_base
        bond[j] = relationship[i] - p.relationship_reference
        large[j] = log_median[s]
    nothing = np.zeros(n, np.uint32)
    fate, turn = many_bits(k0, k1, words, nothing)
    growth = many_exponentials(many_bits(k0, k1, words, nothing + U32(1))[0])
    leaves = np.empty(n, np.bool_)
    for j in range(n):
        larger = log(F32(base[j]) / F32(100.0)) - large[j]
        score = p.renewal_base + p.renewal_usage * use[j] + p.renewal_relationship * bond[j] + p.renewal_size * larger
        leaves[j] = uniform(fate[j]) >= logistic(score)
        warmth = max(F32(0.0), F32(1.0) + p.expansion_relationship * (F32(2.0) * use[j] + bond[j]))
        growth[j] = min(p.expansion * warmth * growth[j], F32(3.0))
    for j in range(n):
        i = ending[j]
        if due_week[i] > week:  # a row listed twice
            continue
        flows[DUE] += value[i]
        if leaves[j]:
            flows[CHURN] += value[i]
            flows[ENDED] += 1
            stage[i] = CHURNED
            stage_week[i] = week
            owner[i] = NOBODY
            value[i] = 0
            due_week[i] = week + np.int64(p.cooling_weeks)
            continue
        flows[RENEWED] += value[i]
        due_week[i] = week + 52
        if uniform(turn[j]) < p.contraction_share:
            shrunk = -np.int64(np.rint(np.float64(base[j]) * np.float64(p.contraction_size)))
            change = max(1 - base[j], shrunk)  # a cent stays
            flows[CONTRACTION] -= change * price
        else:
            change = np.int64(np.rint(np.float64(base[j]) * np.float64(growth[j])))
            flows[EXPANSION] += change * price
            if owner[i] >= 0:
                bookings[owner[i]] += np.float64(change) / 100.0
        value[i] += change * price
