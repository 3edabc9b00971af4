"""Hazards of opportunities, and the chance of winning that follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp, power

F32 = np.float32
LOWEST, STEP, SCORES = -8.0, 0.25, 65
"""Grid of scores in the table of chances, logits."""
AGES = 157
"""Ages in the table, weeks; older deals have the chances of the last."""
HORIZON = 520
"""Age up to which the hazards' decline is followed; from then on they stay as they are."""


@inlined
def lead_hazards(p: Any, up: Any, push: Any, pace: Any) -> Any:
    """Weekly hazards (advance, loss, no decision) of a lead; `up` is exp(score / 2) by what is known of the deal."""
    return p.lead_advance * push * up * pace, p.lead_loss / up * pace, F32(0.0)


@inlined
def deal_hazards(p: Any, base: Any, up: Any, push: Any, fading: Any, pace: Any) -> Any:
    """The same of a qualified deal or proposal; `base` is its hazard to advance, `up` counts what only the deal knows too.

    `push` is the effect of touches, `fading` that of age, `pace` the segment's own.
    """
    ahead = up * fading
    ending = pace / ahead
    return base * push * ahead * pace, p.loss * ending, p.no_decision * ending


@kernel
def fading_by_age(table: Any, out: Any) -> None:
    """How much more slowly deals advance (and how much sooner they end) at each age, weeks since qualified.

    What the real leads show best: (1 + age) to the power of -exponent.
    """
    for age in range(len(out)):
        out[age] = power(F32(1.0) + F32(age), -table[0].age_exponent)


@inlined
def _rates(p: Any, base: Any, up: Any, fading: Any, pace: Any, advance: Any, change: Any) -> None:
    """At one age, by score: the hazard to advance, and of any change."""
    for x in range(SCORES):
        a, b, c = deal_hazards(p, base, up[x], F32(1.0), fading, pace)
        advance[x], change[x] = a, a + b + c


@kernel
def chances_by_age(table: Any, pace: Any, out: Any) -> None:
    """Chance that a deal of each score and age is won, if its score stays: out (2, AGES, SCORES), qualified and proposal.

    Worked out backwards in age; an advance within a week counts from the next week on. All scores of an age together,
    one thing per loop, so that the compiler can vectorise them.
    """
    p = table[0]
    fading, up = np.empty(HORIZON + 1, np.float32), np.empty(SCORES, np.float32)
    fading_by_age(table, fading)
    for x in range(SCORES):
        up[x] = exp(F32(0.5) * (F32(LOWEST) + F32(STEP) * F32(x)))
    advance, change = np.empty(SCORES, np.float32), np.empty(SCORES, np.float32)  # of proposals
    qualifies, changes = np.empty(SCORES, np.float32), np.empty(SCORES, np.float32)  # of qualified deals
    on, won = np.empty(SCORES, np.float32), np.empty(SCORES, np.float32)  # from qualified, from proposal, a week later
    for age in range(HORIZON, -1, -1):
        _rates(p, p.proposal_advance, up, fading[age], pace, advance, change)
        _rates(p, p.qualified_advance, up, fading[age], pace, qualifies, changes)
        if age == HORIZON:  # the last week ends them all
            for x in range(SCORES):
                won[x] = advance[x] / change[x]
                on[x] = qualifies[x] / changes[x] * won[x]
        for x in range(SCORES if age < HORIZON else 0):
            leaves = F32(1.0) - exp(-changes[x])
            on[x] = leaves * qualifies[x] / changes[x] * won[x] + (F32(1.0) - leaves) * on[x]
        for x in range(SCORES if age < HORIZON else 0):
            leaves = F32(1.0) - exp(-change[x])
            won[x] = leaves * advance[x] / change[x] + (F32(1.0) - leaves) * won[x]
        for x in range(SCORES if age < AGES else 0):
            out[0, age, x], out[1, age, x] = on[x], won[x]


@inlined
def cell_of(kind: Any, proposal: Any, age: Any, score: Any) -> Any:
    """Where in the tables (kinds, 2, AGES, SCORES) of `chances_by_age` a deal stands: place in the flat table, and how far
    between its score and the next.

    Touches push like a higher score: `score` includes the log of their effect (that they also quicken time is left out).
    """
    column = min(F32(SCORES - 1.001), max(F32(0.0), (score - F32(LOWEST)) / F32(STEP)))
    low = np.int64(column)
    stage = 1 if proposal else 0
    return ((kind * 2 + stage) * AGES + min(age, AGES - 1)) * SCORES + low, column - F32(low)


@inlined
def between(flat: Any, place: Any, part: Any) -> Any:
    """The chance there, linear between scores."""
    low = np.uint64(place)  # unsigned: no check for counting from the end
    return flat[low] * (F32(1.0) - part) + flat[low + np.uint64(1)] * part


@inlined
def chance_to_win(flat: Any, kind: Any, proposal: Any, score: Any, age: Any) -> Any:
    """Chance from the tables, as one flat array, for one deal."""
    place, part = cell_of(kind, proposal, max(age, 0), score)
    return between(flat, place, part)
