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


@kernel
def chances_by_age(table: Any, pace: Any, out: Any) -> None:
    """Chance that a deal of each score and age is won, if its score stays: out (2, AGES, SCORES), qualified and proposal.

    Worked out backwards in age; an advance within a week counts from the next week on.
    """
    p = table[0]
    fading = np.empty(HORIZON + 1, np.float32)
    fading_by_age(table, fading)
    for x in range(SCORES):
        up = exp(F32(0.5) * (F32(LOWEST) + F32(STEP) * F32(x)))
        later_on, later_won = F32(0.0), F32(0.0)  # of next week: from qualified, from proposal
        for age in range(HORIZON, -1, -1):
            a, b, c = deal_hazards(p, p.proposal_advance, up, F32(1.0), fading[age], pace)
            leaves = F32(1.0) - exp(-(a + b + c))
            if age == HORIZON:
                leaves = F32(1.0)
            won = leaves * a / (a + b + c) + (F32(1.0) - leaves) * later_won
            a, b, c = deal_hazards(p, p.qualified_advance, up, F32(1.0), fading[age], pace)
            leaves = F32(1.0) - exp(-(a + b + c))
            if age == HORIZON:
                leaves, later_won = F32(1.0), won
            on = leaves * a / (a + b + c) * later_won + (F32(1.0) - leaves) * later_on
            later_on, later_won = on, won
            if age < AGES:
                out[0, age, x], out[1, age, x] = on, won


@inlined
def chance_to_win(chances: Any, kind: Any, proposal: Any, score: Any, age: Any) -> Any:
    """Chance from the tables (kinds, 2, AGES, SCORES) of `chances_by_age`, linear between scores.

    Touches push like a higher score: `score` includes the log of their effect (that they also quicken time is left out).
    """
    place = min(F32(SCORES - 1.001), max(F32(0.0), (score - F32(LOWEST)) / F32(STEP)))
    low = np.uint64(place)
    part = place - F32(low)
    which, week = np.uint64(kind), np.uint64(min(max(age, 0), AGES - 1))
    stage = np.uint64(1) if proposal else np.uint64(0)
    return (
        chances[which, stage, week, low] * (F32(1.0) - part) + chances[which, stage, week, low + np.uint64(1)] * part
    )
