"""Decide: the leader reads the evidence that the policy allows, and may act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import (
    Action,
    DecisionState,
    Evidence,
    EvidenceState,
    ReviewState,
    ReviewTerms,
    TerritoryPlan,
    TerritoryState,
)
from simulation.luck import Purpose
from simulation.world.kernels.identity import person_words
from simulation.world.kernels.luck_arrays import uniforms_of

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def decide(model: SalesModel) -> None:
    """At the start week the policy's territories take effect; later a review may change how far it is rolled out."""
    start, week = model.setting.start_week, model.week
    if week == start:
        if model.gates and not model.gates["morale_effort"]:
            model.now.frozen_morale = model.state.reps.morale.copy()
        model.now.frozen_ratio = float(np.mean(model.now.ratios[-13:])) if model.now.ratios else 1.0
    if week in (start, -model.setting.burn_in):
        _draw_territories(model, None)
        return
    if week < start:
        return
    members = model.state.reps.member
    terms = model.ask("review", ReviewState(week, start), ReviewTerms(False, 1.0))
    evidence = _evidence(model) if terms.due else None
    rollout = float(members.mean())
    action = model.ask("decision", DecisionState(week, start, rollout, evidence, terms.max_share), Action(None, ""))
    if action.rollout is not None and action.rollout != rollout:
        _draw_territories(model, action.rollout)
    if action.why:
        model.leader.note(_name(action, rollout), action.why)


def _name(action: Action, rollout: float) -> str:
    if action.rollout is None:
        return "hold"
    return "withdraw" if action.rollout == 0.0 else "expand" if action.rollout > rollout else "retreat"


def _draw_territories(model: SalesModel, rollout: float | None) -> None:
    """Ask for territories and put them in force; nothing happens where the answer is what is in force already."""
    reps, customers, setting = model.state.reps, model.state.customers, model.setting
    by_segment = [slice(setting.first[s], setting.first[s + 1]) for s in range(setting.segments)]
    lot = uniforms_of(*model.key(Purpose.PILOT, weekly=False), person_words(reps.person))
    state = TerritoryState(
        model.week, rollout, reps.member, reps.home, np.diff(setting.first),
        np.array([customers.value[rows].sum() for rows in by_segment], np.float64),
        model.now.knowledge, reps.tenure, reps.conviction, lot,
    )
    shape = (setting.reps, setting.segments)
    nothing = TerritoryPlan(
        np.ones(shape, np.bool_), np.full(setting.reps, -1, np.int32), np.zeros(setting.reps, np.float32),
        np.zeros(setting.reps, np.bool_), "territory",
    )
    plan = model.ask("territories", state, nothing)
    moved = (plan.allowed != reps.allowed).any(axis=1)
    was = float(reps.member.mean())
    reps.changed_week[moved] = model.week
    reps.allowed[:], reps.home[:], reps.focus[:], reps.member[:] = plan.allowed, plan.home, plan.focus, plan.members
    now = model.now
    now.hard_edge = ~plan.allowed.all(axis=1)
    now.inbound_any = plan.inbound == "any"
    now.territories_changed = bool(moved.any())
    now.withdrawn = rollout == 0.0
    model.leader.changed_row = model.week + setting.burn_in
    if rollout is None and float(plan.members.mean()) != was:
        teams = ", ".join(
            f"{int((plan.home == s).sum())} {setting.segment_names[s]}" for s in range(setting.segments) if (plan.home == s).any()
        )
        model.leader.note("start", f"{int(plan.members.sum())} reps under the policy; homes: {teams}")


def _evidence(model: SalesModel) -> Evidence:
    reps, setting = model.state.reps, model.setting
    row = model.week + setting.burn_in
    start_row = setting.start_week + setting.burn_in
    # Only persons who were there before and since: a newcomer's record says nothing about the policy.
    stayed = reps.selling & (reps.tenure > row - start_row + 13)
    state = EvidenceState(row, start_row, reps.member, stayed, *model.state.records)
    evidence: Evidence = model.ask("evidence", state, Evidence(0.0, float("inf"), 0, "none"))
    return evidence
