"""Kernels of the phases `respond` and `use`: what customers do."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp, log, logistic, power
from simulation.luck import bits, exponential, uniform
from simulation.world.columns import (
    CHURNED,
    CUSTOMER,
    LEAD,
    LOST,
    NOBODY,
    PROPOSAL,
    QUALIFIED,
    UNDECIDED,
)
from simulation.world.kernels.identity import customer_word

F32, U32 = np.float32, np.uint32
WON, LOST_DEALS, UNDECIDED_DEALS, NEW_ARR = range(4)
RENEWED, EXPANSION, CONTRACTION, CHURN, DUE = range(5)


@inlined
def hazards(p: Any, stage: Any, z: Any, known: Any, push: Any, age: Any, cycle: Any) -> Any:
    """Weekly hazards (advance, loss, no decision) of an open deal.

    `z` is its score with and `known` without what only the deal itself knows, which plays no part before it is
    qualified; `push` the effect of touches; `age` weeks since it was qualified; `cycle` stretches time.
    """
    score = known if stage == LEAD else z
    up = exp(F32(0.5) * score)
    pace = F32(1.0) / cycle
    if stage == LEAD:
        return p.lead_advance * push * up * pace, p.lead_loss / up * pace, F32(0.0)
    base = p.qualified_advance if stage == QUALIFIED else p.proposal_advance
    # With age deals advance more slowly and end sooner: what the real leads show best.
    fading = power(F32(1.0) + F32(max(age, 0)), -p.age_exponent)
    ending = pace / (up * fading)
    return base * push * up * fading * pace, p.loss * ending, p.no_decision * ending


@inlined
def absorption(p: Any, stage: Any, z: Any, known: Any, push: Any, age: Any, cycle: Any) -> Any:
    """Chance that an open deal is won if its present hazards stay as they are."""
    chance = F32(1.0)
    if stage == LEAD:
        a, b, c = hazards(p, LEAD, z, known, push, age, cycle)
        chance *= a / (a + b + c)
    direct = F32(1.0)
    if stage <= QUALIFIED:
        a, b, c = hazards(p, QUALIFIED, z, known, push, age, cycle)
        direct = a / (a + b + c)
        if stage == LEAD:
            direct = p.direct_proposal + (F32(1.0) - p.direct_proposal) * direct
    a, b, c = hazards(p, PROPOSAL, z, known, push, age, cycle)
    return chance * direct * a / (a + b + c)


@kernel
def pushes(p: Any, reach: Any, push: Any) -> None:
    """Effect of touches per rep: (touches / usual touches) ** elasticity; 0 without touches."""
    usual = (F32(1.0) - p.care_share) * p.hours_per_week * p.selling_share / p.open_deals
    for r in range(len(reach)):
        push[r] = power(reach[r] / usual, p.effort_elasticity) if reach[r] > F32(0.0) else F32(0.0)


@kernel
def work_deals(
    p: Any, week: Any, price: Any, opened: Any, n_open: Any, first: Any, cycle: Any, depth: Any, reach: Any, push: Any,
    skill: Any, k0: Any, k1: Any,
    segment: Any, stage: Any, owner: Any, stage_week: Any, qualified_week: Any, due_week: Any, opportunity: Any, fit: Any,
    firm_relationship: Any, relationship: Any, usage: Any, deal_score: Any, left_advance: Any, left_loss: Any,
    left_undecided: Any, value: Any, touched_week: Any,
    touches: Any, bookings: Any, stage_moves: Any, deals: Any, payments: Any, flows: Any, chance: Any,
) -> None:
    """One week of every open deal: causes race within the week, each against its own threshold.

    `chance` (open deals,) receives the true chance of being won, 0 where the deal closed this week. `flows` adds deals won,
    lost and undecided, and new ARR in cents.
    """
    for j in range(n_open):
        i = opened[j]
        r = owner[i]
        s = segment[i]
        drive = F32(0.0)
        ability = F32(0.0)
        if r >= 0:
            drive = push[r]
            ability = skill[r, s]
            if reach[r] > F32(0.0):
                touched_week[i] = week
                touches[r, s] += reach[r]
            built = min(F32(1.0), p.relationship_per_touch * reach[r])
            relationship[i] += built * (F32(1.0) - relationship[i]) - p.relationship_decay * relationship[i]
        known = (
            ability + p.playbook_weight * depth[s] + p.fit_weight * fit[i]
            + p.firm_relationship_weight * firm_relationship[i] + p.rep_relationship_weight * relationship[i]
            - p.score_centre
        )
        z = known + deal_score[i]
        rest = F32(1.0)  # of this week
        chance[j] = F32(0.0)
        while True:
            age = week - qualified_week[i]
            advance, loss, undecided = hazards(p, stage[i], z, known, drive, age, cycle[s])
            to_advance = left_advance[i] / advance if advance > F32(0.0) else F32(1e9)
            to_loss = left_loss[i] / loss
            to_undecided = left_undecided[i] / undecided if undecided > F32(0.0) else F32(1e9)
            soonest = min(to_advance, to_loss, to_undecided)
            spent = min(rest, soonest)
            left_advance[i] -= spent * advance
            left_loss[i] -= spent * loss
            left_undecided[i] -= spent * undecided
            if soonest >= rest:
                chance[j] = absorption(p, stage[i], z, known, drive, age, cycle[s])
                break
            rest -= spent
            stage_week[i] = week
            if to_advance <= soonest:
                if r >= 0:
                    stage_moves[r] += F32(1.0)
                if stage[i] == PROPOSAL:
                    stage[i] = CUSTOMER
                    due_week[i] = week + 52
                    usage[i] = F32(0.5) * p.usage_base
                    flows[WON] += 1
                    flows[NEW_ARR] += value[i]
                    if r >= 0:
                        deals[r] += F32(1.0)
                        payments[r] += F32(value[i] // price) / F32(100.0)
                        bookings[r] += np.float64(value[i] // price) / 100.0
                    break
                sub = U32(opportunity[i] * 16)
                a, b = bits(k0, k1, customer_word(s, i, first), sub + U32(3) + U32(stage[i]))
                left_advance[i] = exponential(a)
                if stage[i] == LEAD:
                    qualified_week[i] = week
                    stage[i] = PROPOSAL if uniform(b) < p.direct_proposal else QUALIFIED
                else:
                    stage[i] = PROPOSAL
                continue
            if to_loss <= to_undecided:
                stage[i] = LOST
                flows[LOST_DEALS] += 1
            else:
                stage[i] = UNDECIDED
                flows[UNDECIDED_DEALS] += 1
            owner[i] = NOBODY
            value[i] = 0
            due_week[i] = week + np.int64(p.cooling_weeks)
            break


@kernel
def use_product(
    p: Any, weeks: Any, begin: Any, end: Any, stage: Any, owner: Any, care: Any, fit: Any, firm_relationship: Any,
    relationship: Any, usage: Any,
) -> None:
    """Move usage and relationships of customers in rows begin..end by `weeks` weeks at the present care."""
    keep_usage = F32(1.0) - min(F32(1.0), p.usage_speed * F32(weeks))
    fade = F32(weeks) * p.relationship_decay
    build = F32(weeks) * p.relationship_per_touch
    for i in range(begin, end):  # all rows are computed and customers kept: no branch to guess wrong
        r = owner[i]
        built = min(F32(1.0), build * care[max(r, 0)]) if r >= 0 else F32(0.0)
        bond, use = relationship[i], usage[i]
        target = (
            p.usage_base + p.usage_fit * fit[i] + p.usage_onboarding * (bond - F32(0.5))
            + p.courtesy_use * firm_relationship[i]
        )
        target = min(F32(1.0), max(F32(0.0), target))
        holds = stage[i] == CUSTOMER
        relationship[i] = max(F32(0.0), bond + built * (F32(1.0) - bond) - fade * bond) if holds else bond
        usage[i] = target + (use - target) * keep_usage if holds else use


@kernel
def renew(
    p: Any, week: Any, price: Any, due: Any, n_due: Any, first: Any, log_median: Any, k0: Any, k1: Any,
    segment: Any, stage: Any, owner: Any, stage_week: Any, due_week: Any, relationship: Any, usage: Any, value: Any,
    bookings: Any, flows: Any,
) -> None:
    """Contracts due this week are renewed or end; renewed ones grow or shrink. `flows` adds cents, see the constants."""
    for j in range(n_due):
        i = due[j]
        if stage[i] != CUSTOMER or due_week[i] != week:
            continue
        s = segment[i]
        a, b = bits(k0, k1, customer_word(s, i, first), U32(0))
        c, _ = bits(k0, k1, customer_word(s, i, first), U32(1))
        base = value[i] // price
        flows[DUE] += value[i]
        use = usage[i] - p.usage_base
        bond = relationship[i] - p.relationship_reference
        large = log(F32(base) / F32(100.0)) - log_median[s]
        score = p.renewal_base + p.renewal_usage * use + p.renewal_relationship * bond + p.renewal_size * large
        if uniform(a) >= logistic(score):
            flows[CHURN] += value[i]
            stage[i] = CHURNED
            stage_week[i] = week
            owner[i] = NOBODY
            value[i] = 0
            due_week[i] = week + np.int64(p.cooling_weeks)
            continue
        flows[RENEWED] += value[i]
        due_week[i] = week + 52
        change = np.int64(0)
        if uniform(b) < p.contraction_share:
            change = -np.int64(np.rint(np.float64(base) * np.float64(p.contraction_size)))
            flows[CONTRACTION] -= change * price
        else:
            warmth = max(F32(0.0), F32(1.0) + p.expansion_relationship * (F32(2.0) * use + bond))
            growth = p.expansion * warmth * exponential(c)
            change = np.int64(np.rint(np.float64(base) * np.float64(min(growth, F32(3.0)))))
            flows[EXPANSION] += change * price
            if owner[i] >= 0:
                bookings[owner[i]] += np.float64(change) / 100.0
        value[i] = max(price, value[i] + change * price)
