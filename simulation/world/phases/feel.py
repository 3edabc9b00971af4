"""Feel: morale moves with results and losses; people leave, seats stay vacant, newcomers come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.world.kernels.feeling import feel as feel_kernel
from simulation.world.kernels.handing import count_accounts, vacate
from simulation.world.population import seat_people, take_seats

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def feel(model: SalesModel) -> None:
    """Morale, exits and hires of the week; once a year the quota is set anew."""
    setting, state, now, week = model.setting, model.state, model.now, model.week
    reps = state.reps
    now.terms = model.ask("terms", None, setting.terms)
    now.candour = model.ask("candour", None, setting.openness)
    exits_open = model.gate_open("exits")
    tenure = reps.tenure if exits_open else reps.tenure.copy()  # a closed gate stops the ramp too
    now.transition_cost, people, booked, now.exits, now.resignations, ripe = feel_kernel(
        setting.table, week, state.quota * now.goals.quota, *now.terms[:4], now.candour, now.meeting.hours, exits_open, reps.handle,
        tenure, now.lost_value, now.gained_value, now.knowledge, now.team_exits, now.credit, now.mood, now.leaves, now.to_fill,
    )
    now.transition_cost += now.shared_credit
    # Once a year, at the anniversary of the start week, the quota follows the mean bookings since it was set.
    total, weeks = state.bookings
    state.bookings = total + booked / max(1, people), weeks + 1
    if (week - setting.start_week) % 52 == 0 and weeks >= 51:
        state.quota = setting.plain["quota_ratio"] * state.bookings[0] / state.bookings[1]
        state.bookings = 0.0, 0
    if now.exits:
        leave(model)
    if exits_open and ripe:
        hire(model, now.to_fill[:ripe])


def leave(model: SalesModel) -> None:
    """Seats fall vacant; their accounts are orphaned: what the firm itself keeps of the relationships remains."""
    c, reps, now = model.state.customers, model.state.reps, model.now
    model.note_passage("handover_loss")
    kept = model.setting.p["transfer"] if model.gate_open("handover_loss") else np.float32(1)
    now.moved["exit"] += vacate(
        model.week, now.leaves, kept, reps.selling, reps.vacant_since, reps.effort, reps.reach, reps.care, c.stage, c.owner,
        c.relationship, c.handover_week,
    )


def hire(model: SalesModel, seats: NDArray[np.int64]) -> None:
    """Newcomers take the seats and their accounts."""
    setting, state, now = model.setting, model.state, model.now
    c = state.customers
    seat_people(setting, state, seats, newcomers=True)
    take_seats(model, seats)
    now.moved["hire"] += count_accounts(seats, setting.reps, c.stage, c.owner)
