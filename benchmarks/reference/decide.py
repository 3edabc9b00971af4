"""Decide: the leader reads the evidence that the policy allows, and may act."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.reference.arithmetic import sum_of
from benchmarks.reference.missions import staff_missions
from benchmarks.reference.rep import RECORDS
from benchmarks.reference.segment_choice import choose_segment, develop_product, give_up_direction
from benchmarks.reference.territories import draw_territories
from simulation.levers.points import Action, DecisionState, Evidence, EvidenceState, ReviewState, ReviewTerms


def decide(model: Any) -> None:
    """At the start week the policy's territories take effect; later a review may change how far it is rolled out."""
    start, week = model.start_week, model.week
    if week == start:
        remember_the_start(model)
    first = week == -model.burn_in
    staff_missions(model)
    if first or (week == start and not model.as_before("territories", "releases")):
        draw_territories(model, None)
    if week == start and not model.as_before("releases"):
        model.territories_changed, model.changed_week = True, week
    develop_product(model)
    if week < start:
        return
    terms = model.ask("review", ReviewState(week, start), ReviewTerms(False, 1.0))
    choose_segment(model, terms.due)
    if week > start:
        review(model, terms)


def remember_the_start(model: Any) -> None:
    """Values at which closed gates hold their mechanisms."""
    if "morale_effort" in model.closed:
        for rep in model.reps:
            rep.frozen_morale = rep.morale
    model.frozen_ratio = sum_of(model.ratios) / len(model.ratios) if model.ratios else 1.0


def review(model: Any, terms: ReviewTerms) -> None:
    """Ask whether the policy is rolled out further, held or given up."""
    evidence = gather_evidence(model) if terms.due else None
    rollout = sum(rep.member for rep in model.reps) / len(model.reps)
    question = DecisionState(model.week, model.start_week, rollout, evidence, terms.max_share)
    action = model.ask("decision", question, Action(None, ""))
    if action.rollout is not None and action.rollout != rollout:
        draw_territories(model, action.rollout)
        if action.rollout == 0.0:
            give_up_direction(model)
    if action.why:
        model.leader.note(name_of(action, rollout), action.why)


def name_of(action: Action, rollout: float) -> str:
    if action.rollout is None or action.rollout == rollout:
        return "hold"
    if action.rollout == 0.0:
        return "withdraw"
    return "expand" if action.rollout > rollout else "retreat"


def gather_evidence(model: Any) -> Evidence:
    """What the records of the reps say for or against the policy."""
    reps = model.reps
    frozen = 0 if model.gate_open("exits") else model.week - model.start_week  # a closed gate stops the ramp
    tenure = [rep.tenure + frozen if rep.selling else -1 for rep in reps]
    since = [rep.member_week + model.burn_in for rep in reps]
    records = (
        np.array([rep.records[name] for rep in reps], np.float32).T.copy() for name in RECORDS
    )  # (weeks, reps)
    members = np.array([rep.member for rep in reps], np.bool_)
    question = EvidenceState(
        model.row, members, np.array(since, np.int64), np.array(tenure, np.int32), *records
    )
    evidence: Evidence = model.ask("evidence", question, Evidence(0.0, float("inf"), 0, "none"))
    return evidence
