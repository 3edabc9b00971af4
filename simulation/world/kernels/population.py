"""Kernels that make the initial customers and persons."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp
from simulation.luck import bits, exponential, jump, normal, uniform
from simulation.world.columns import CUSTOMER, NOBODY, PROSPECT
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.identity import customer_word, person_word
from simulation.world.kernels.luck_arrays import many_bits, many_normals

F32, U32 = np.float32, np.uint32
BLOCK = 1024  # customers made together: their draws stay in the nearest cache


@inlined
def cents(log_money: Any) -> Any:
    """Whole cents, at least 1, at most 10 billion money units."""
    return np.int64(max(1.0, min(1e12, np.rint(np.float64(exp(F32(log_money))) * 100.0))))


@inlined
def weeks_until(word: Any, hazard: Any) -> Any:
    """Whole weeks (at least 1) until an event of constant weekly hazard, at most 10,000."""
    return np.int64(min(F32(10000.0), F32(1.0) + F32(np.floor(exponential(word) / hazard))))


@kernel
def make_customers(
    table: Any, threshold: Any, price: Any, week: Any, reps: Any, first: Any, log_median: Any, sigma: Any, product_fit: Any,
    relationship_share: Any, k0: Any, k1: Any, surface0: Any, surface1: Any,
    segment: Any, stage: Any, owner: Any, stage_week: Any, due_week: Any, fit: Any, size: Any, firm_relationship: Any,
    relationship: Any, usage: Any, value: Any,
) -> None:
    """Fill the columns of all customers: a share are customers in mid-contract, the rest unowned prospects.

    Customers are those with the largest sum of a normal draw and parts of fit and size, which the years before the
    burn-in would have selected for; the threshold gives the wanted share where mean fit is 0.
    """
    p = table[0]
    chance = F32(np.sqrt(max(0.0, 1.0 - p.initial_fit**2 - p.initial_size**2)))
    of_customer, of_deal = F32(np.sqrt(p.size_share)), F32(np.sqrt(F32(1.0) - p.size_share))
    words, ids, nothing = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.int64), np.zeros(BLOCK, np.uint32)
    for s in range(len(first) - 1):
        for begin in range(first[s], first[s + 1], BLOCK):
            n = min(BLOCK, first[s + 1] - begin)
            for j in range(n):
                words[j] = customer_word(s, begin + j, first)
            # all draws of a block, each in a loop that vectorises; those of customers alone follow one by one
            a, b = many_bits(k0, k1, words[:n], nothing[:n])
            known, how = many_bits(k0, k1, words[:n], nothing[:n] + U32(1))
            lot, deal = many_bits(k0, k1, words[:n], nothing[:n] + U32(2))
            when = many_bits(surface0, surface1, words[:n], nothing[:n])[0]
            fits, latent = many_normals(a), many_normals(lot)
            sizes = many_normals(b)
            for j in range(n):
                i = begin + j
                size[i], segment[i], stage_week[i] = sizes[j], s, week
                fit[i] = product_fit[s] + fits[j]
                relation = F32(0.3) + F32(0.7) * uniform(how[j])
                firm_relationship[i] = relation if uniform(known[j]) < relationship_share[s] else F32(0.0)
                latent[j] = p.initial_fit * fit[i] + p.initial_size * size[i] + chance * latent[j]
            for j in range(n):
                known_to = F32(1.0) + p.relationship_reach * firm_relationship[begin + j]
                due_week[begin + j] = week - 1 + weeks_until(when[j], p.surfacing * known_to)
                stage[begin + j] = CUSTOMER if latent[j] > threshold else PROSPECT
                owner[begin + j] = NOBODY
            many = 0
            for j in range(n):
                ids[many] = j
                many += latent[j] > threshold
            mine, where = np.empty(many, np.uint32), nothing[:many]
            for k in range(many):
                mine[k] = words[ids[k]]
            g, h = many_bits(k0, k1, mine, where + U32(3))
            x = many_bits(k0, k1, mine, where + U32(4))[0]
            for k in range(many):
                i = begin + ids[k]
                owner[i] = jump(g[k], h[k], reps)
                spread = sigma[s] * (of_customer * size[i] + of_deal * normal(deal[ids[k]]))
                value[i] = cents(log_median[s] + spread) * price
                relationship[i] = min(F32(1.0), F32(2.0) * p.relationship_reference * uniform(h[k]))
                usage[i] = p.usage_base
                due_week[i] = week + np.int64(uniform(x[k]) * F32(52.0))


@inlined
def adopt(probability: Any, k0: Any, k1: Any, word: Any, sub: Any) -> Any:
    """A word in which each bit is set with this probability (to 1/65,536), independently."""
    threshold = np.uint32(min(65536.0, max(0.0, np.rint(np.float64(probability) * 65536.0))))
    if threshold >= U32(65536):
        return U32(0xFFFFFFFF)
    result = U32(0)
    # Bit-sliced comparison, lowest bit first: after each step the chance of a set bit is halved, plus a half where
    # the threshold's bit is set.
    for j in range(8):
        low, high = bits(k0, k1, word, U32(sub * 8 + j))
        result = (result | low) if (threshold >> U32(2 * j)) & U32(1) else (result & low)
        result = (result | high) if (threshold >> U32(2 * j + 1)) & U32(1) else (result & high)
    return result


@kernel
def make_people(
    table: Any, seats: Any, reps: Any, k0: Any, k1: Any, code_known: Any, code_sign: Any, newcomer: Any,
) -> None:
    """Seat persons. A newcomer has read part of the playbook; at the start of the burn-in tenures are spread out."""
    of_reps = reps_of(reps)
    person, talent, optimism, tenure = of_reps.person, of_reps.talent, of_reps.optimism, of_reps.tenure
    morale, conviction, result, attainment = of_reps.morale, of_reps.conviction, of_reps.result, of_reps.attainment
    aspiration, boldness, deal_aspiration = of_reps.aspiration, of_reps.boldness, of_reps.deal_aspiration
    mission, craft, craft_fresh, bond_norm = of_reps.mission, of_reps.craft, of_reps.craft_fresh, of_reps.bond_norm
    pipeline_norm, earnings, left_resign = of_reps.pipeline_norm, of_reps.earnings, of_reps.left_resign
    left_dismiss, known, sign = of_reps.left_dismiss, of_reps.known, of_reps.sign
    left_discovery, left_forgetting = of_reps.left_discovery, of_reps.left_forgetting
    discoveries, lapses = of_reps.discoveries, of_reps.lapses
    p = table[0]
    usual = F32(0.8) if newcomer else F32(1.0)  # newcomers expect, and are expected to book, less at first
    for seat in seats:
        person[seat] += newcomer
        word = person_word(seat, person[seat])
        a, b = bits(k0, k1, word, U32(0))
        c, d = bits(k0, k1, word, U32(1))
        e, _ = bits(k0, k1, word, U32(2))
        talent[seat] = normal(a)
        optimism[seat] = p.optimism + p.optimism_spread * normal(b)
        left_resign[seat] = exponential(c)
        left_dismiss[seat] = exponential(d)
        tenure[seat] = 0 if newcomer else np.int64(min(F32(2000.0), exponential(e) * p.initial_tenure))
        morale[seat] = p.morale_rest
        conviction[seat] = F32(0.5)
        result[seat] = attainment[seat] = aspiration[seat] = usual
        boldness[seat], deal_aspiration[seat] = F32(0.5), F32(-1.0)
        mission[seat] = NOBODY
        craft[seat] = craft_fresh[seat] = F32(0.0)
        bond_norm[seat] = F32(0.0)
        pipeline_norm[seat] = 0.0
        earnings[seat] = 0.0
        for s in range(known.shape[1]):
            read = adopt(p.onboarding_reading, k0, k1, word, U32(8 + s)) & code_known[s]
            known[seat, s] = read
            sign[seat, s] = code_sign[s] & read
            x, y = bits(k0, k1, word, U32(4096 + s))
            left_discovery[seat, s] = exponential(x)
            left_forgetting[seat, s] = exponential(y)
            discoveries[seat, s] = 0
            lapses[seat, s] = 0
