"""What reps know and what it brings to a deal: practices as bits, after March (1991).

A belief is 0 (not `known`), +1 (`known` and `sign`) or -1 (`known` only). Knowledge is (right - wrong) / practices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp, log
from simulation.world.columns import NEVER
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.luck_arrays import floats

F32, U32 = np.float32, np.uint32


@inlined
def ones(word: Any) -> Any:
    """Number of set bits."""
    x = U32(word)
    x = U32(x - ((x >> U32(1)) & U32(0x55555555)))
    x = U32((x & U32(0x33333333)) + ((x >> U32(2)) & U32(0x33333333)))
    x = U32((x + (x >> U32(4))) & U32(0x0F0F0F0F))
    return np.int64(U32(x * U32(0x01010101)) >> U32(24))


@inlined
def right_less_wrong(known: Any, sign: Any, reality: Any) -> Any:
    """Right beliefs less wrong ones."""
    return ones(known) - 2 * ones(known & (sign ^ reality))


@kernel
def knowledge_of(practices: Any, known: Any, sign: Any, reality: Any, out: Any) -> None:
    """(rows, segments) knowledge -1..1."""
    for r in range(known.shape[0]):
        for s in range(known.shape[1]):
            out[r, s] = F32(right_less_wrong(known[r, s], sign[r, s], reality[s])) / F32(practices)


@kernel
def help_of_playbook(
    practices: Any, known: Any, book_known: Any, book_sign: Any, reality: Any, out: Any
) -> None:
    """(reps, segments) -1..1: the playbook's right practices less its wrong ones, of those on which a rep has no belief.

    What somebody has learned is in `knowledge` already and is not counted again for being written down; and who has a
    belief of their own works by it, right or wrong.
    """
    for r in range(known.shape[0]):
        for s in range(known.shape[1]):
            rest = book_known[s] & ~known[r, s]
            out[r, s] = F32(right_less_wrong(rest, book_sign[s], reality[s])) / F32(practices)


@kernel
def skills(table: Any, talent: Any, tenure: Any, knowledge: Any, helped: Any, skill: Any) -> None:
    """What reps bring to a deal, logits: talent, log proficiency (general ramp and knowledge of the segment), and the help
    of the playbook.
    """
    p = table[0]
    reps, segments = knowledge.shape
    ramp = floats(reps)
    for r in range(reps):
        ramp[r] = F32(1.0) - exp(-F32(tenure[r]) / p.ramp_weeks)
    proficiency = np.empty((reps, segments), np.float32)
    for r in range(reps):
        for s in range(segments):
            ready = (F32(1.0) - p.segment_specific_share) * ramp[r] + p.segment_specific_share * (
                knowledge[r, s] / p.knowledge_reference
            )
            proficiency[r, s] = max(F32(0.3), p.newcomer_level + (F32(1.0) - p.newcomer_level) * ready)
    flat = proficiency.reshape(reps * segments)  # one long loop vectorises, many short ones do not
    for k in range(len(flat)):
        flat[k] = log(flat[k])
    for r in range(reps):
        for s in range(segments):
            own = p.talent_weight * talent[r] + p.skill_weight * proficiency[r, s]
            skill[r, s] = own + p.playbook_weight * helped[r, s]


@kernel
def applied_knowledge(knowledge: Any, touches: Any, installed: Any, care: Any, applied: Any) -> None:
    """Knowledge of each rep weighted by where the rep works this week; equal weights without work."""
    for r in range(knowledge.shape[0]):
        total, weight, plain = 0.0, 0.0, 0.0
        for s in range(knowledge.shape[1]):
            w = np.float64(touches[r, s]) + np.float64(care[r]) * installed[r, s]
            total += w * np.float64(knowledge[r, s])
            weight += w
            plain += np.float64(knowledge[r, s])
        applied[r] = F32(total / weight) if weight > 0.0 else F32(plain / knowledge.shape[1])


@kernel
def know(table: Any, practices: Any, reality: Any, book_known: Any, book_sign: Any, reads: Any, reps: Any, knowledge: Any, helped: Any) -> None:
    """Knowledge, help of the playbook (where it is read) and skill of everybody, worked out anew."""
    of_reps = reps_of(reps)
    if reads:
        help_of_playbook(practices, of_reps.known, book_known, book_sign, reality, helped)
    knowledge_of(practices, of_reps.known, of_reps.sign, reality, knowledge)
    skills(table, of_reps.talent, of_reps.tenure, knowledge, helped, of_reps.skill)


@inlined
def total(values: Any) -> Any:
    """Sum of float32 in eights, added up as numpy does it: fewer sums wait for another."""
    eights = len(values) // 8 * 8
    sums = np.zeros(8, np.float32)
    for k in range(eights):
        sums[k & 7] += values[k]
    result = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    for k in range(eights, len(values)):
        result += values[k]
    return result


@kernel
def settle_in(
    table: Any, practices: Any, seats: Any, reality: Any, book_known: Any, book_sign: Any, known: Any, sign: Any, talent: Any,
    tenure: Any, selling: Any, changed_week: Any, knowledge: Any, helped: Any, skill: Any, applied: Any,
) -> None:
    """Newcomers begin to sell: what they know and bring to a deal. They have seen no change of territory."""
    for seat in seats:
        selling[seat], changed_week[seat] = True, -NEVER
        own = slice(seat, seat + 1)
        knowledge_of(practices, known[own], sign[own], reality, knowledge[own])
        help_of_playbook(practices, known[own], book_known, book_sign, reality, helped[own])
        skills(table, talent[own], tenure[own], knowledge[own], helped[own], skill[own])
        applied[seat] = total(knowledge[seat]) / F32(knowledge.shape[1])
