"""What a segment is really worth: which choice of a leader would have been right."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.forecasting import chance_to_win

YEARS = 5
"""A contract counts for so many years at most."""


def latent_margin(model: Any, segment: Any) -> float:
    """What a new opportunity of the segment brings on average, money over up to `YEARS` years.

    Value times the chance of an average rep to win it times the years it stays at the depth of use that its fit gives. Over
    all accounts, and without the fit that R&D has added so far: nobody knows this; it says what the right choice was.
    """
    p, arithmetic = model.p, model.arithmetic
    width = segment.sigma * arithmetic.sqrt(p.size_share)
    lift = arithmetic.exp(0.5 * segment.sigma * segment.sigma * (1.0 - p.size_share))
    total = 0.0
    for customer in segment.customers:
        spread = width * customer.size
        value = arithmetic.exp(segment.log_median + spread)
        won = chance_of_average_rep(model, customer, spread)
        total += float(value * lift * won * years_kept(model, customer, spread))
    return total / max(1, len(segment.customers))


def chance_of_average_rep(model: Any, customer: Any, spread: Any) -> Any:
    """To win a new opportunity of this customer."""
    p, number, pace, chances = model.p, model.number, customer.segment.pace, customer.segment.chances
    latent = customer.fit - customer.segment.gain
    score = p.fit_weight * latent + p.firm_relationship_weight * customer.firm_relationship - p.score_centre
    score -= p.value_slope * spread
    up = model.arithmetic.exp(0.5 * score)
    qualifies = p.lead_advance * up * pace / (p.lead_advance * up * pace + p.lead_loss / up * pace)
    fresh = p.direct_proposal * chance_to_win(number, chances, True, score, 0)
    fresh += (1.0 - p.direct_proposal) * chance_to_win(number, chances, False, score, 0)
    return qualifies * (1.0 - p.early_loss) * fresh


def years_kept(model: Any, customer: Any, spread: Any) -> Any:
    """Years for which the contract would be paid, growth included."""
    p, number = model.p, model.number
    use = p.usage_fit * (customer.fit - customer.segment.gain) + p.courtesy_use * customer.firm_relationship
    depth = min(1.0 - p.usage_base, max(-p.usage_base, use))
    renews = model.arithmetic.logistic(p.renewal_base + p.renewal_usage * depth + p.renewal_size * spread)
    growth = 1.0 + p.expansion * max(0.0, 1.0 + p.expansion_relationship * 2.0 * depth)
    year, years = number(1.0), number(0.0)
    for _ in range(YEARS):
        years += year
        year *= renews * growth
    return years
