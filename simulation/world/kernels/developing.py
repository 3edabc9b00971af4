"""Kernels of development and of what recorded conversations show."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel
from simulation.luck import below, bits, normal, uniform
from simulation.world.columns import FINDINGS, INTERVIEWS, PRACTICES, PROGRESS, STAGE_MOVES, USAGE
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.identity import person_word
from simulation.world.kernels.knowing import ones
from simulation.world.kernels.learning import take_in
from simulation.world.kernels.luck_arrays import many_bits, many_normals
from simulation.world.kernels.sorting import ascending

F32, U32 = np.float32, np.uint32


@kernel
def coach(
    table: Any, hours: Any, practices: Any, shared: Any, reality: Any, selling: Any, person: Any, touches: Any, installed: Any,
    care: Any, k0: Any, k1: Any, known: Any, sign: Any,
) -> None:
    """Each rep's own gaps, one lesson after the other: a practice that is unknown or believed wrongly, where the rep works.

    An hour brings as many lessons as `coached_touches` touches; the part of a lesson is one by chance. The segment is drawn
    by where the rep works this week, the practice evenly among the gaps there; without a gap the lesson is idle. A lesson
    is wrong with `coached_superstition` times the chance that experience is. Shared practices hold everywhere.
    """
    p = table[0]
    segments = known.shape[1]
    per_touch = F32(practices) / (p.ramp_weeks * p.hours_per_week * p.selling_share)
    expected = F32(hours) * p.coached_touches * per_touch
    work = np.empty(segments, np.float32)
    for r in range(known.shape[0]):
        total = F32(0.0)
        for s in range(segments):
            work[s] = touches[r, s] + care[r] * F32(installed[r, s])
            total += work[s]
        if not selling[r] or total <= F32(0.0):
            continue
        word = person_word(r, person[r])
        a, b = bits(k0, k1, word, U32(0))
        lessons = np.int64(expected) + (uniform(a) < expected - F32(np.int64(expected)))
        for n in range(lessons):
            a, b = bits(k0, k1, word, U32(2 * n + 1))
            c, _ = bits(k0, k1, word, U32(2 * n + 2))
            rest = uniform(a) * total
            s = 0
            while s < segments - 1 and rest >= work[s]:
                rest -= work[s]
                s += 1
            everything = U32(0xFFFFFFFF) if practices == 32 else (U32(1) << U32(practices)) - U32(1)
            gaps = (~known[r, s] | (sign[r, s] ^ reality[s])) & everything
            n_gaps = ones(gaps)
            if n_gaps == 0:
                continue
            nth = below(b, n_gaps)
            bit = U32(1)
            while True:  # the nth set bit
                if gaps & bit:
                    if nth == 0:
                        break
                    nth -= 1
                bit = U32(bit << U32(1))
            truth = (reality[s] & bit) != U32(0)
            believed = truth != (uniform(c) < p.superstition * p.coached_superstition)
            take_in(known, sign, r, s, shared, bit, bit, bit if believed else U32(0))


@kernel
def heard(
    table: Any, candour: Any, meets: Any, selling: Any, person: Any, applied: Any, asked: Any, usage: Any, k0: Any, k1: Any,
    conversations: Any, findings: Any, last: Any, interviews: Any,
) -> None:
    """Practices of each rep as conversations show them, and as retrospectives tell the leader; 0 for vacant seats.

    Both are the knowledge applied with an error. Retrospectives speak only in weeks in which they meet (`meets`; `last`, the row
    of the week before, stands in between), and of a rep who knows less than the mean only the share `candour` is told.
    `interviews` (reps,) is the usage of a rep's customers as those tell it who were interviewed this week, `asked` for each rep on
    the average (may be a part of one): the fewer, the larger the error. All 0 when nobody is asked.
    """
    p = table[0]
    mean, people = F32(0.0), 0
    for r in range(len(selling)):
        if selling[r]:
            mean += applied[r]
            people += 1
    mean /= F32(max(1, people))
    words = np.empty(len(selling), np.uint32)
    for r in range(len(selling)):
        words[r] = person_word(r, person[r])
    a, b = many_bits(k0, k1, words, np.zeros(len(selling), np.uint32))
    error = many_normals(a)
    for r in range(len(selling)):
        conversations[r] = F32(0.0)
        interviews[r] = F32(0.0)
        findings[r] = last[r]
        if not selling[r]:
            findings[r] = F32(0.0)
            continue
        conversations[r] = applied[r] + p.conversation_noise * error[r]
        if asked > F32(0.0):
            c, _ = bits(k0, k1, words[r], U32(1))
            interviews[r] = usage[r] + p.interview_noise * p.usage_fit / F32(np.sqrt(F32(asked))) * normal(c)
        if meets:
            told = applied[r]
            if told < mean:
                told = mean + (told - mean) * F32(candour)
            findings[r] = told + p.performance_noise * normal(b[r])


@kernel
def show(
    table: Any, row: Any, candour: Any, meets: Any, reps: Any, faked: Any, asked: Any, measured: Any, k0: Any, k1: Any, records: Any,
) -> None:
    """What a week shows of each rep, in row `row` of `records` (see `columns.RECORDS`): progress, usage, and what is `heard`.

    Usage stands as it was the week before unless it has been `measured`.
    """
    of_reps, before = reps_of(reps), max(0, row - 1)
    for r in range(len(faked)):
        records[PROGRESS, row, r] = records[STAGE_MOVES, row, r] - faked[r]
        if not measured:
            records[USAGE, row, r] = records[USAGE, before, r]
    heard(
        table, candour, meets, of_reps.selling, of_reps.person, of_reps.applied, asked, records[USAGE, row], k0, k1,
        records[PRACTICES, row], records[FINDINGS, row], records[FINDINGS, before], records[INTERVIEWS, row],
    )


@kernel
def best_and_median(figures: Any) -> Any:
    """Mean of the top fifth (at least one) of `figures`, and their median; nan for nobody."""
    figures, n = ascending(figures), len(figures)
    if n == 0:
        return np.nan, np.nan
    top = max(1, n // 5)
    total = 0.0
    for k in range(n - top, n):
        total += figures[k]
    middle = figures[n // 2] if n % 2 else (figures[n // 2 - 1] + figures[n // 2]) / 2.0
    return total / top, middle


@kernel
def lead_of_the_best(selling: Any, weeks: Any, tenure: Any, applied: Any, payments: Any) -> Any:
    """How far the top fifth of the reps are ahead of the median one, in knowledge applied and in money won.

    Knowledge: the difference. Money: the ratio less 1, of what `payments` (weeks, reps) adds up to, among persons who have sold
    for `weeks` or more; nan where the median is nothing.
    """
    known, output = np.empty(len(selling)), np.zeros(len(selling))
    n, m = 0, 0
    for r in range(len(selling)):
        if not selling[r]:
            continue
        known[n] = np.float64(applied[r])
        n += 1
        if tenure[r] >= weeks:
            for week in range(len(payments)):
                output[m] += np.float64(payments[week, r])
            m += 1
    top, middle = best_and_median(known[:n])
    best, usual = best_and_median(output[:m])
    return top - middle, best / usual - 1.0 if usual > 0.0 else np.nan
