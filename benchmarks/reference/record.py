"""Record: the outcomes of the week."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.reference.figures import gaps, mission_figures, people_figures, spread_of_beliefs
from benchmarks.reference.names import CUSTOMER, STOCK_WEEKS


def record(model: Any) -> None:
    """Write the outcomes of the week into the history; nothing in the burn-in."""
    row = model.row
    if model.week % STOCK_WEEKS == 0 or row == 0:
        measure_usage(model)
        model.belief_spread = spread_of_beliefs(model)
    else:
        for rep in model.reps:
            rep.records["usage"][row] = rep.records["usage"][row - 1]
    for rep in model.reps:
        rep.records["progress"][row] = rep.records["stage_moves"][row] - rep.faked
    hear(model)
    if model.week < 0:
        return
    if model.week % STOCK_WEEKS == 0:
        model.gaps = gaps(model)
    values = {**money(model), **counts(model), **people_figures(model), **mission_figures(model)}
    for name, value in values.items():
        model.history[name][model.week] = value


def measure_usage(model: Any) -> None:
    """Mean usage depth of each rep's customers, 0 without any."""
    sums, numbers = dict.fromkeys(model.reps, 0.0), dict.fromkeys(model.reps, 0)
    for customer in model.customers:
        if customer.stage == CUSTOMER and customer.owner is not None:
            sums[customer.owner] += float(customer.usage)
            numbers[customer.owner] += 1
    for rep in model.reps:
        mean = sums[rep] / numbers[rep] if numbers[rep] else 0.0
        rep.records["usage"][model.row] = model.number(mean)


def hear(model: Any) -> None:
    """Practices of each rep as conversations show them, and as retrospectives and interviewed customers tell the leader.

    Retrospectives speak only in weeks in which they meet, and of a rep who knows less than the mean only a part is told. The
    fewer customers are asked, the larger the error of what they tell.
    """
    p, number, row, sqrt = model.p, model.number, model.row, model.arithmetic.sqrt
    selling = [rep for rep in model.reps if rep.selling]
    mean = number(0.0)
    for rep in selling:
        mean += rep.applied
    mean /= number(max(1, len(selling)))
    asked = number(model.interviews * len(model.segments) / len(model.reps))
    for rep in model.reps:
        records = rep.records
        last = records["findings"][max(0, row - 1)]
        for name in ("practices", "findings", "interviews"):
            records[name][row] = number(0.0)
        if not rep.selling:
            continue
        error, other = model.luck.hearing(model.week, rep)
        records["practices"][row] = rep.applied + p.conversation_noise * error
        if asked > 0.0:
            noise = p.interview_noise * p.usage_fit / sqrt(asked)
            told = model.luck.hearing_of_customers(model.week, rep)
            records["interviews"][row] = records["usage"][row] + noise * told
        records["findings"][row] = last
        if model.meeting.hours > 0:
            told = rep.applied
            if told < mean:
                told = mean + (told - mean) * number(model.candour)
            records["findings"][row] = told + p.performance_noise * other


def money(model: Any) -> dict[str, float]:
    """Revenue, costs and what became of contracts."""
    p, flows, price = model.p, model.flows, model.price
    people = sum(rep.selling for rep in model.reps)
    due = after = 0
    for week in model.renewals:
        due += week[0]
        after += week[1]
    booked = flows["new_arr"] + flows["expansion"]
    commission = float(p.commission)
    cost = model.arr / 52 * float(p.service_cost) + people * float(p.rep_cost) * 100 + commission * booked
    # what more variable pay costs is taken from the fixed part
    variable = model.terms.pay_mix / model.own_terms.pay_mix
    at_quota = people * model.quota * model.goals.quota * 100 * price
    fixed = at_quota - flows["new_arr"] - flows["expansion"]
    cost += model.mission_cost * 100 * price + (1 - variable) * commission * fixed
    transition = round(model.transition_cost * 100) * price
    programme = round(model.programme_cost * 100) * price
    return {
        "new_arr": flows["new_arr"], "recurring_revenue": model.arr, "expansion": flows["expansion"],
        "contraction": flows["contraction"], "churn": flows["churn"], "renewed": flows["renewed"],
        "gross_margin": round(model.arr / 52 - cost) - transition - programme,
        "net_retention": after / due if due else math.nan,
        "transition_cost": transition, "programme_cost": programme,
    }  # fmt: skip


def counts(model: Any) -> dict[str, float]:
    """Deals, hand-overs, the pipeline and what the leader makes of it."""
    flows, handed = model.flows, model.handed
    segments = model.segments
    depth = 0.0
    for segment in segments:
        depth += float(segment.depth) / len(segments)
    share = sum(rep.member for rep in model.reps) / len(model.reps)
    return {
        "opportunities": model.started, "deals_won": flows["won"], "deals_lost": flows["lost"],
        "deals_undecided": flows["undecided"], "customers": sum(c.stage == CUSTOMER for c in model.customers),
        "open_pipeline_value": round(model.truth), "stated_pipeline_value": round(model.stated),
        "truth_gap": model.stated / model.truth - 1 if model.truth > 0 else math.nan,
        "pooled": model.pooled, "fake_touches": model.fake_touches,
        "handovers_policy": handed["policy"], "handovers_exit": handed["exit"], "handovers_hire": handed["hire"],
        "exits": model.exits, "exits_voluntary": model.resignations, "selling_hours": model.hours,
        "playbook_depth": depth, "rollout": share, "belief_spread": model.belief_spread,
        "knowledge_gap": model.gaps[0], "output_gap": model.gaps[1],
        "belief_brier": model.leader.error_of_beliefs(), "maturity": model.maturity,
    }  # fmt: skip
