"""Decide: the leader reads the evidence that the policy allows, and may act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import Action, DecisionState, Evidence, EvidenceState, ReviewState, ReviewTerms
from simulation.world.missions import staff_missions
from simulation.world.segment_choice import choose_segment, develop_product, give_up_direction
from simulation.world.territories import draw_territories

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

NO_REVIEW, NO_ACTION = ReviewTerms(False, 1.0), Action(None, "")


def decide(model: SalesModel) -> None:
    """At the start week the policy's territories take effect; later a review may change how far it is rolled out."""
    start, week = model.setting.start_week, model.week
    if week == start:
        if not model.gates["morale_effort"]:
            model.now.frozen_morale = model.state.reps.morale.copy()
        model.now.frozen_ratio = float(np.mean(model.now.ratios)) if model.now.ratios else 1.0
    first = week == -model.setting.burn_in
    staff_missions(model)
    if first or (week == start and not model.as_before("territories", "releases")):
        draw_territories(model, None)
    if week == start and not model.as_before("releases"):  # accounts may be released though nobody's territory has changed
        model.now.territories_changed, model.now.changed_week = True, week
    develop_product(model)
    if week < start:
        return
    terms = model.ask("review", ReviewState(week, start), NO_REVIEW) if model.heeds("review") else NO_REVIEW
    choose_segment(model, terms.due)
    if week == start or not model.heeds("decision"):
        return
    members = model.state.reps.member
    evidence = _evidence(model) if terms.due else None
    rollout = np.count_nonzero(members) / len(members)
    action = model.ask("decision", DecisionState(week, start, rollout, evidence, terms.max_share), NO_ACTION)
    if action.rollout is not None and action.rollout != rollout:
        draw_territories(model, action.rollout)
        if action.rollout == 0.0:
            give_up_direction(model)
    if action.why:
        model.note(_name(action, rollout), action.why)


def _name(action: Action, rollout: float) -> str:
    if action.rollout is None or action.rollout == rollout:
        return "hold"
    if action.rollout == 0.0:
        return "withdraw"
    return "expand" if action.rollout > rollout else "retreat"


def _evidence(model: SalesModel) -> Evidence:
    model.note_passage("reports")
    reps, burn_in = model.state.reps, model.setting.burn_in
    frozen = 0 if model.gate_open("exits") else model.week - model.setting.start_week  # a closed gate stops the ramp
    tenure = np.where(reps.selling, reps.tenure + frozen, -1)
    since = reps.member_week.astype(np.int64) + burn_in
    state = EvidenceState(model.week + burn_in, reps.member, since, tenure, *model.state.records)
    evidence: Evidence = model.ask("evidence", state, Evidence(0.0, float("inf"), 0, "none"))
    return evidence
