"""Kernels of the phase `learn`: how beliefs about practices change, after March (1991).

A belief is 0 (not `known`), +1 (`known` and `sign`) or -1 (`known` only). Knowledge is (right - wrong) / practices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import log
from simulation.luck import below, bits, exponential, normal, uniform
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.identity import person_word
from simulation.world.kernels.luck_arrays import floats
from simulation.world.kernels.population import adopt

F32, U32 = np.float32, np.uint32
LAPSE = U32(1)
DRAWN = 2  # events of a cell in a week that are drawn for all at once; more are rare


@inlined
def _lesson(word: Any, lapse: Any, practices: Any, reality: Any, superstition: Any) -> Any:
    """Bit of the practice an event is about; the same if it is taught, not forgotten; the same if it is believed to work."""
    bit = U32(U32(1) << U32(below(word, practices)))
    # `below` uses the high bits of the word; the low 16 say whether the lesson is wrong
    believed = ((reality & bit) != U32(0)) != (F32(word & U32(0xFFFF)) < superstition * F32(65536.0))
    taught = U32(0) if lapse else bit
    return bit, taught, taught if believed else U32(0)


@inlined
def take_in(known: Any, sign: Any, r: Any, s: Any, shared: Any, bit: Any, taught: Any, believed: Any) -> None:
    """Write a lesson, or a lapse, into what a rep knows: a shared practice is learned everywhere, and forgotten singly."""
    known[r, s] = (known[r, s] & ~bit) | taught
    sign[r, s] = (sign[r, s] & ~bit) | believed
    if shared & taught:
        for t in range(known.shape[1]):
            known[r, t] |= bit
            sign[r, t] = (sign[r, t] & ~bit) | believed


@kernel
def discover(
    table: Any, practices: Any, shared: Any, reality: Any, coaching: Any, reps: Any, d0: Any, d1: Any, f0: Any,
    f1: Any,
) -> None:
    """Touches reveal practices, sometimes wrongly; time lets each fade, and use finds it again.

    The n-th discovery of a person in a segment is the same under every policy, only its week differs. Practices in
    `shared` (a mask) hold in all segments, and whoever learns one applies it everywhere. At full exposure the rate is one
    practice in `practices` per `ramp_weeks` for each practice: the learning curve of the ramp.
    """
    of_reps = reps_of(reps)
    manager, selling, person, touches = of_reps.manager, of_reps.selling, of_reps.person, of_reps.touches
    installed, care, known, sign = of_reps.installed, of_reps.care, of_reps.known, of_reps.sign
    left_discovery, left_forgetting = of_reps.left_discovery, of_reps.left_forgetting
    discoveries, lapses = of_reps.discoveries, of_reps.lapses
    p = table[0]
    segments = known.shape[1]
    full_week = p.hours_per_week * p.selling_share
    per_touch = F32(practices) / (p.ramp_weeks * full_week)
    fading = -log(p.retention_month) * F32(12.0 / 52.0)
    # Which cells have an event, as seat, segment and kind in one number: listed always, counted where it holds.
    cells, n = np.empty(2 * known.size + 1, np.uint32), 0
    for r in range(known.shape[0]):
        if not selling[r]:
            continue
        speed = per_touch * (F32(1.0) + p.coaching * coaching[manager[r]])
        for s in range(segments):
            met = touches[r, s] + care[r] * F32(installed[r, s])
            left_discovery[r, s] -= speed * met
            left_forgetting[r, s] -= fading * F32(practices)  # a lapse of what is not known changes nothing
        for s in range(segments):
            cells[n] = (r << 9) | (s << 1)
            n += left_discovery[r, s] <= F32(0.0)
            cells[n] = (r << 9) | (s << 1) | LAPSE
            n += left_forgetting[r, s] <= F32(0.0)
    # What each event is, for the first ones of each cell, in loops that the compiler can vectorise.
    key0, key1 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    words, counts = np.empty(n, np.uint32), np.empty(n, np.uint32)
    left, times, real = floats(n), np.zeros(n, np.int64), np.empty(n, np.uint32)
    for j in range(n):
        rep, area = np.uint64(cells[j] >> U32(9)), np.uint64((cells[j] >> U32(1)) & U32(0xFF))
        lapse = (cells[j] & LAPSE) != U32(0)
        key0[j], key1[j] = f0 if lapse else d0, f1 if lapse else d1
        words[j], real[j] = person_word(rep, person[rep]), reality[area]
        counts[j] = U32((area << np.uint64(24)) | np.uint64(lapses[rep, area] if lapse else discoveries[rep, area]))
        left[j] = left_forgetting[rep, area] if lapse else left_discovery[rep, area]
    draw, which = np.empty(n, np.uint32), np.empty(n, np.uint32)
    bit, taught, true = np.empty((DRAWN, n), np.uint32), np.empty((DRAWN, n), np.uint32), np.empty((DRAWN, n), np.uint32)
    for k in range(DRAWN):
        for j in range(n):
            draw[j], which[j] = bits(key0[j], key1[j], words[j], U32(counts[j] + U32(k)))
        for j in range(n):
            happens = left[j] <= F32(0.0)
            left[j] += exponential(draw[j]) if happens else F32(0.0)
            times[j] += happens
        for j in range(n):
            lapse = (cells[j] & LAPSE) != U32(0)
            bit[k, j], taught[k, j], true[k, j] = _lesson(which[j], lapse, practices, real[j], p.superstition)
    for j in range(n):
        rep, area = np.uint64(cells[j] >> U32(9)), np.uint64((cells[j] >> U32(1)) & U32(0xFF))
        lapse = (cells[j] & LAPSE) != U32(0)
        for k in range(times[j]):
            take_in(known, sign, rep, area, shared, bit[k, j], taught[k, j], true[k, j])
        while left[j] <= F32(0.0):
            a, b = bits(key0[j], key1[j], words[j], U32(counts[j] + U32(times[j])))
            left[j] += exponential(a)
            times[j] += 1
            x, y, z = _lesson(b, lapse, practices, real[j], p.superstition)
            take_in(known, sign, rep, area, shared, x, y, z)
        left_forgetting[rep, area] = left[j] if lapse else left_forgetting[rep, area]
        left_discovery[rep, area] = left_discovery[rep, area] if lapse else left[j]
        lapses[rep, area] += times[j] if lapse else 0
        discoveries[rep, area] += 0 if lapse else times[j]


@kernel
def socialise(rate: Any, selling: Any, person: Any, code_known: Any, code_sign: Any, k0: Any, k1: Any, known: Any, sign: Any) -> None:
    """March's socialisation: where the code holds a belief, each differing one moves a step towards it (-1, 0, 1)."""
    for r in range(known.shape[0]):
        if not selling[r]:
            continue
        word = person_word(r, person[r])
        for s in range(known.shape[1]):
            moves = adopt(rate, k0, k1, word, s) & code_known[s]
            opposed = known[r, s] & (sign[r, s] ^ code_sign[s]) & moves
            empty = ~known[r, s] & moves
            known[r, s] = (known[r, s] & ~opposed) | empty
            sign[r, s] = (sign[r, s] & ~opposed) | (empty & code_sign[s])


@kernel
def exchange(rate: Any, selling: Any, person: Any, manager: Any, managers: Any, performance: Any, k0: Any, k1: Any, known: Any, sign: Any) -> None:
    """At a retrospective each rep takes over practices of the best performer in the team, segment by segment."""
    reps, segments = known.shape
    before_known, before_sign = known.copy(), sign.copy()
    for s in range(segments):
        best = np.full(managers, -1, np.int64)
        for r in range(reps):
            m = manager[r]
            if selling[r] and (best[m] < 0 or performance[r, s] > performance[best[m], s]):
                best[m] = r
        for r in range(reps):
            model = best[manager[r]]
            if not selling[r] or model < 0 or model == r:
                continue
            taken = adopt(rate, k0, k1, person_word(r, person[r]), s) & before_known[model, s]
            known[r, s] |= taken
            sign[r, s] = (sign[r, s] & ~taken) | (before_sign[model, s] & taken)


@kernel
def codify(
    rate: Any, practices: Any, selling: Any, may_write: Any, performance: Any, code_performance: Any, k0: Any, k1: Any,
    known: Any, sign: Any, code_known: Any, code_sign: Any,
) -> None:
    """March's learning of the code: per practice it adopts the majority of those who outperform it.

    With a net majority of n superiors the chance is 1 - (1 - rate) ** n. `may_write` is (reps, segments).
    """
    reps = known.shape[0]
    for s in range(known.shape[1]):
        for d in range(practices):
            bit = U32(1) << U32(d)
            votes = 0
            for r in range(reps):
                if selling[r] and may_write[r, s] and performance[r, s] > code_performance[s] and known[r, s] & bit:
                    votes += 1 if sign[r, s] & bit else -1
            if votes == 0:
                continue
            majority = votes > 0
            if (code_known[s] & bit) and ((code_sign[s] & bit) != U32(0)) == majority:
                continue
            stay = F32(1.0)
            for _ in range(abs(votes)):
                stay *= F32(1.0) - F32(rate)
            a, _ = bits(k0, k1, U32(s), U32(d))
            if uniform(a) < F32(1.0) - stay:
                code_known[s] |= bit
                code_sign[s] = code_sign[s] | bit if majority else code_sign[s] & ~bit


@kernel
def drift(rate: Any, practices: Any, shared: Any, k0: Any, k1: Any, reality: Any) -> None:
    """Each practice of segment s flips with chance rate[s]; shared ones flip together, at the mean rate."""
    mean = F32(0.0)
    for s in range(len(reality)):
        mean += rate[s] / F32(len(reality))
    for d in range(practices):
        bit = U32(1) << U32(d)
        a, _ = bits(k0, k1, U32(0xFFFF), U32(d))
        for s in range(len(reality)):
            if shared & bit:
                flips = uniform(a) < mean
            else:
                b, _ = bits(k0, k1, U32(s), U32(d))
                flips = uniform(b) < rate[s]
            if flips:
                reality[s] ^= bit


@kernel
def judged(noise: Any, knowledge: Any, person: Any, k0: Any, k1: Any, performance: Any) -> None:
    """Performance as others see it: knowledge plus an error, (reps, segments)."""
    for r in range(knowledge.shape[0]):
        word = person_word(r, person[r])
        for s in range(knowledge.shape[1]):
            a, _ = bits(k0, k1, word, U32(s))
            performance[r, s] = knowledge[r, s] + F32(noise) * normal(a)


@kernel
def choose_writers(only_the_best: Any, selling: Any, allowed: Any, performance: Any, out: Any) -> None:
    """(reps, segments) who writes down what works: those who may work the segment, or the best eighth of them, at least one."""
    for s in range(out.shape[1]):
        eligible = 0
        for r in range(out.shape[0]):
            out[r, s] = not only_the_best and selling[r] and allowed[r, s]
            eligible += selling[r] and allowed[r, s]
        for _ in range(max(1, eligible // 8) if only_the_best and eligible > 0 else 0):
            best = -1
            for r in range(out.shape[0]):  # of equals the first
                may = selling[r] and allowed[r, s] and not out[r, s]
                if may and (best < 0 or performance[r, s] > performance[best, s]):
                    best = r
            out[best, s] = True
