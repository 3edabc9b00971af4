"""Territories: who may develop what, as the policy draws them and the leader rolls them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import TerritoryPlan, TerritoryState
from simulation.luck import Purpose
from simulation.world.kernels.identity import person_words
from simulation.world.kernels.luck_arrays import uniforms_of

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def draw_territories(model: SalesModel, rollout: float | None) -> None:
    """Ask for territories and put them in force; nothing happens where the answer is what is in force already."""
    reps, customers, setting = model.state.reps, model.state.customers, model.setting
    by_segment = [slice(setting.first[s], setting.first[s + 1]) for s in range(setting.segments)]
    lot = uniforms_of(*model.key(Purpose.PILOT, weekly=False), person_words(reps.person))
    state = TerritoryState(
        model.week,
        rollout,
        reps.member,
        reps.home,
        np.diff(setting.first),
        np.array([customers.value[rows].sum() for rows in by_segment], np.float64),
        model.now.knowledge,
        reps.tenure,
        reps.conviction,
        lot,
        model.now.capacity,
        model.now.firmness,
    )
    shape = (setting.reps, setting.segments)
    nothing = TerritoryPlan(
        np.ones(shape, np.bool_),
        np.full(setting.reps, -1, np.int32),
        np.zeros(setting.reps, np.float32),
        np.zeros(setting.reps, np.bool_),
        "territory",
    )
    plan = model.ask("territories", state, nothing)
    moved = (plan.allowed != reps.allowed).any(axis=1)
    was = float(reps.member.mean())
    reps.changed_week[moved] = model.week
    now = model.now
    # what an earlier drawing of this week has set off goes on
    leaving = reps.member | now.leaving if now.territories_changed else reps.member
    now.leaving = leaving & ~plan.members
    reps.member_week[plan.members & ~reps.member] = model.week
    reps.allowed[:], reps.home[:], reps.focus[:], reps.member[:] = (
        plan.allowed,
        plan.home,
        plan.focus,
        plan.members,
    )
    now.rotated = False  # homes are the plan's again
    now.hard_edge = ~plan.allowed.all(axis=1)
    now.inbound_any = plan.inbound == "any"
    if moved.any():
        now.territories_changed, now.changed_week = True, model.week
    if rollout is None and float(plan.members.mean()) != was:
        sizes = {name: int((plan.home == s).sum()) for s, name in enumerate(setting.segment_names)}
        teams = ", ".join(f"{size} {name}" for name, size in sizes.items() if size)
        model.note("start", f"{int(plan.members.sum())} reps under the policy; homes: {teams}")
