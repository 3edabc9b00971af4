"""Territories: who may develop what, as the policy draws them and the leader rolls them out."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.levers.points import TerritoryPlan, TerritoryState


def draw_territories(model: Any, rollout: float | None) -> None:
    """Ask for territories and put them in force; nothing happens where the answer is what is in force already."""
    reps, segments = model.reps, model.segments
    nothing = TerritoryPlan(
        np.ones((len(reps), len(segments)), np.bool_),
        np.full(len(reps), -1, np.int32),
        np.zeros(len(reps), np.float32),
        np.zeros(len(reps), np.bool_),
        "territory",
    )
    plan = model.ask("territories", territory_state(model, rollout), nothing)
    members_before = sum(rep.member for rep in reps)
    earlier = (
        model.territories_changed
    )  # what a drawing before this one, in the same week, has set off goes on
    for rep in reps:
        allowed = [bool(may) for may in plan.allowed[rep.seat]]
        if allowed != rep.allowed:
            rep.changed_week = model.changed_week = model.week
            model.territories_changed = True
        member = bool(plan.members[rep.seat])
        rep.leaving = (rep.member or (earlier and rep.leaving)) and not member
        if member and not rep.member:
            rep.member_week = model.week
        home = int(plan.home[rep.seat])
        rep.home = home if home >= 0 else None
        rep.allowed, rep.focus, rep.member = allowed, model.number(plan.focus[rep.seat]), member
        rep.hard_edge = not all(allowed)
    model.rotated = False  # homes are the plan's again
    model.inbound_any = plan.inbound == "any"
    members = sum(rep.member for rep in reps)
    if rollout is None and members != members_before:
        sizes = [sum(rep.home == segment.index for rep in reps) for segment in segments]
        named = zip(sizes, segments, strict=True)
        teams = ", ".join(f"{size} {segment.name}" for size, segment in named if size)
        model.leader.note("start", f"{members} reps under the policy; homes: {teams}")


def territory_state(model: Any, rollout: float | None) -> TerritoryState:
    """What the levers are shown, as arrays."""
    reps, segments = model.reps, model.segments
    values = [sum(customer.value for customer in segment.customers) for segment in segments]
    return TerritoryState(
        model.week,
        rollout,
        np.array([rep.member for rep in reps], np.bool_),
        np.array([-1 if rep.home is None else rep.home for rep in reps], np.int32),
        np.array([len(segment.customers) for segment in segments], np.int64),
        np.array(values, np.float64),
        np.array([rep.knowledge for rep in reps], np.float32),
        np.array([rep.tenure for rep in reps], np.int32),
        np.array([rep.conviction for rep in reps], np.float32),
        np.array([rep.pilot_lot for rep in reps], np.float32),
        model.capacity,
        model.firmness,
    )
