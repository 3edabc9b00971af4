"""Report: the stated pipeline passes two levels up, and each filters bad news."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.names import LEAD, QUALIFIED


def report(model: Any) -> None:
    """State the pipeline and pass it upward."""
    passed = model.passed_upward()
    without_rep = state_pipelines(model)
    for rep in model.reps:
        tell_manager(rep, passed)
    model.stated = without_rep
    for manager in model.managers:
        manager.hear()
        model.stated += manager.tell(passed)
    reached = {rep: model.number(rep.upward / 100.0) for rep in model.reps}
    model.ratios = [*model.ratios[-12:], model.stated / model.truth if model.truth > 0 else 1.0]
    if not model.gate_open("reports") and model.stated > 0:
        for rep in model.reps:
            rep.upward *= model.truth * model.frozen_ratio / model.stated
            reached[rep] = model.number(rep.upward / 100.0)
        model.stated = model.truth * model.frozen_ratio
    for rep in model.reps:
        rep.records["stated"][model.row] = reached[rep]


def state_pipelines(model: Any) -> float:
    """What reps state about their open deals; returns what the firm knows of deals without a rep.

    A stated probability lies between the figure of the stage (sandbagging) and the rep's own view: the truth shifted by
    optimism, in logits.
    """
    p, number, exp = model.p, model.number, model.arithmetic.exp
    odds = {rep: exp(rep.optimism) for rep in model.reps}
    for rep in model.reps:
        rep.stated = 0.0
    model.truth, without_rep = 0.0, 0.0
    for customer in model.agenda.opened:
        c, rep = customer.chance, customer.owner
        if c <= 0.0:
            continue
        model.truth += customer.value * float(c)
        if rep is None:
            without_rep += customer.value * float(c)
            continue
        advanced = p.stated_qualified if customer.stage == QUALIFIED else p.stated_proposal
        figure = p.stated_lead if customer.stage == LEAD else advanced
        view = c
        if rep.optimism != 0.0:
            view = c * odds[rep] / (c * odds[rep] + (number(1.0) - c))
        rep.stated += customer.value * float(p.sandbagging * figure + (1.0 - p.sandbagging) * view)
    return without_rep


def tell_manager(rep: Any, passed: float) -> None:
    """Of a shortfall against what the rep usually states only a share goes up; a vacant seat tells nothing."""
    rep.upward = 0.0
    if not rep.selling:
        return
    if rep.pipeline_norm <= 0.0:
        rep.pipeline_norm = rep.stated
    rep.upward = rep.stated + (1.0 - passed) * max(0.0, rep.pipeline_norm - rep.stated)
    rep.pipeline_norm += 1.0 / 26.0 * (rep.stated - rep.pipeline_norm)
