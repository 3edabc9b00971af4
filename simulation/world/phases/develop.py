"""Develop: people are trained, coached on their own conversations, and moved to other segments for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.elementary import exp
from simulation.levers.points import NO_PROGRAMME, Programme
from simulation.luck import Purpose
from simulation.world.columns import NEVER, NOBODY
from simulation.world.kernels.developing import coach
from simulation.world.kernels.learning import socialise

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def time_for_development(model: SalesModel) -> None:
    """Ask what the policy plans for this week, and take the time from selling; called when the week's time is shared out."""
    p, now = model.setting.p, model.now
    now.programme = model.ask("developing", None, NO_PROGRAMME)
    if now.programme.training or now.programme.coaching:
        hours = np.float32(now.programme.coaching) / (p["hours_per_week"] * p["selling_share"])
        now.away[:] = np.minimum(np.float32(1), now.away + np.float32(now.programme.training) + hours)


def develop(model: SalesModel) -> None:
    """What the time brings: practices of the playbook, gaps closed, another segment; and what being recorded does."""
    setting, state, now = model.setting, model.state, model.now
    p, reps, book, programme = setting.p, state.reps, state.playbook, now.programme
    if programme.training > 0 and model.gate_open("playbook"):
        model.note_passage("playbook")
        hours = programme.training * float(p["hours_per_week"] * p["selling_share"])
        socialise(
            min(1.0, float(p["training_rate"]) * hours), reps.selling, reps.person, book.known, book.sign,
            *model.key(Purpose.TRAINING), reps.known, reps.sign,
        )
    if programme.coaching > 0 and model.gate_open("field_learning"):
        coach(
            setting.table, programme.coaching, setting.practices, setting.shared, book.reality, reps.selling, reps.person,
            reps.touches, reps.installed, reps.care, *model.key(Purpose.COACHING), reps.known, reps.sign,
        )
    if programme.rotation and (model.week - setting.start_week) % programme.rotation == 0:
        rotate(model, programme)
    elif now.rotated and not programme.rotation:  # the baseline rotated, the policy does not
        reps.home[:], reps.focus[:], now.rotated = NOBODY, 0, False
    now.programme_cost = 0.0
    if model.ask("recording", None, False):
        now.programme_cost = int(np.count_nonzero(reps.selling)) * setting.plain["recording_cost"]
        state.recorded_since = min(state.recorded_since, model.week)
        since = np.float32(model.week - state.recorded_since)
        dislike = p["watched_dislike"] * exp(-since / p["watched_weeks"])
        reps.morale[reps.selling] = np.maximum(np.float32(0), reps.morale[reps.selling] - dislike)
    else:
        state.recorded_since = NEVER


def rotate(model: SalesModel, programme: Programme) -> None:
    """The next share of the reps, in the order of their seats, focus on another segment; those before are back."""
    reps, setting = model.state.reps, model.setting
    turn = max(0, model.week - setting.start_week) // programme.rotation
    seats, many = np.arange(setting.reps), max(1, round(programme.rotating * setting.reps))
    chosen = (seats + turn) * many % setting.reps < many  # evenly spread
    model.now.rotated = True
    reps.home[:] = np.where(chosen, (seats * many // setting.reps + turn) % setting.segments, NOBODY)
    reps.focus[:] = np.where(chosen, np.float32(programme.rotation_focus), np.float32(0))
