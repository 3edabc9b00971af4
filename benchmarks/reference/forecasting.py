"""Hazards of opportunities, and the chance of winning that follows from them if a deal's score stays."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LOWEST, STEP, SCORES = -8.0, 0.25, 65  # scores for which the chance is worked out, logits
AGES = 157  # ages of a deal, weeks; older ones have the chances of the last
HORIZON = 520  # age up to which the hazards' decline is followed


def lead_hazards(p: Any, up: Any, push: Any, pace: Any) -> tuple[Any, Any, Any]:
    """Weekly hazards (advance, loss, no decision) of a lead; `up` is exp(score / 2) by what is known of the deal."""
    return p.lead_advance * push * up * pace, p.lead_loss / up * pace, 0.0


def deal_hazards(
    loss: Any, no_decision: Any, base: Any, up: Any, push: Any, fading: Any, pace: Any
) -> tuple[Any, Any, Any]:
    """The same of a qualified deal or proposal; `base` is its hazard to advance, `up` counts what only the deal knows too.

    `push` is the effect of touches, `fading` that of age, `pace` the segment's own.
    """
    ahead = up * fading
    ending = pace / ahead
    return base * push * ahead * pace, loss * ending, no_decision * ending


def fading_by_age(arithmetic: Any, exponent: Any, ages: int) -> list[Any]:
    """How much more slowly deals advance (and how much sooner they end) at each age, weeks since qualified."""
    number = arithmetic.number
    return [arithmetic.power(1.0 + number(age), -exponent) for age in range(ages)]


def chances_in(p: Any, arithmetic: Any, pace: Any) -> tuple[list[list[Any]], list[list[Any]]]:
    """Chance that a qualified deal, and that a proposal, is won: two tables [age][score]."""
    hazards = (p.qualified_advance, p.proposal_advance, p.loss, p.no_decision, p.age_exponent)
    return _chances(arithmetic, pace, *hazards)


@lru_cache(maxsize=64)
def _chances(
    arithmetic: Any, pace: Any, qualified: Any, proposal: Any, loss: Any, no_decision: Any, exponent: Any
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Worked out backwards in age; an advance within a week counts from the next week on."""
    number, exp = arithmetic.number, arithmetic.exp
    fading = fading_by_age(arithmetic, exponent, HORIZON + 1)
    no_push = number(1.0)
    on_table = [[number(0.0)] * SCORES for _ in range(AGES)]
    won_table = [[number(0.0)] * SCORES for _ in range(AGES)]
    for x in range(SCORES):
        up = exp(number(0.5 * (LOWEST + STEP * x)))
        later_on = later_won = number(0.0)  # of next week: from qualified, from proposal
        for age in range(HORIZON, -1, -1):
            last = age == HORIZON
            a, b, c = deal_hazards(loss, no_decision, proposal, up, no_push, fading[age], pace)
            leaves = number(1.0) if last else 1.0 - exp(-(a + b + c))
            won = leaves * a / (a + b + c) + (1.0 - leaves) * later_won
            a, b, c = deal_hazards(loss, no_decision, qualified, up, no_push, fading[age], pace)
            leaves = number(1.0) if last else 1.0 - exp(-(a + b + c))
            if last:
                later_won = won
            on = leaves * a / (a + b + c) * later_won + (1.0 - leaves) * later_on
            later_on, later_won = on, won
            if age < AGES:
                on_table[age][x], won_table[age][x] = on, won
    return on_table, won_table


def chance_to_win(number: Any, chances: Any, proposal: bool, score: Any, age: int) -> Any:
    """From the tables of a segment, linear between scores."""
    column = number(min(SCORES - 1.001, max(0.0, (score - LOWEST) / STEP)))
    low = int(column)
    part = column - low
    row = chances[1 if proposal else 0][min(age, AGES - 1)]
    return row[low] * (1.0 - part) + row[low + 1] * part
