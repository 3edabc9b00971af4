"""Work: hours become touches; effort follows morale and conviction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import Meeting, Writing
from simulation.world.kernels.working import (
    clarity_of,
    effort_and_reach,
    pushes,
    spurs,
    time_to_write,
)
from simulation.world.missions import push_on, set_out
from simulation.world.phases.develop import time_for_development

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


NO_MEETING, NO_WRITING = Meeting(0.0), Writing(0.0, "top")


def interview_hours(model: SalesModel) -> float:
    """Hours that the interviews the leader asks for take of each rep."""
    asked = model.now.interviews * model.setting.segments
    people = int(np.count_nonzero(model.state.reps.selling)) if asked else 0
    return asked * model.setting.plain["interview_hours"] / people if people else 0.0


def pretended(model: SalesModel) -> None:
    """Logging touches that never happened takes a little time too."""
    p, now = model.setting.p, model.now
    if now.fake_touches:
        hours = p["hours_per_week"] * p["selling_share"]
        now.away += now.faked * p["fake_hours"] / hours


def work(model: SalesModel) -> None:
    """Meetings, writing and missions take selling time; the rest is shared between open deals and customers."""
    setting, state, reps, now = model.setting, model.state, model.state.reps, model.now
    now.meeting = model.ask("meetings", model.week, NO_MEETING)
    now.writing = model.ask("writing", None, NO_WRITING)
    _write(model)
    set_out(model)
    pretended(model)
    time_for_development(model)
    hours = now.meeting.hours + interview_hours(model) + _goals(model)
    morale = reps.morale
    if not model.gate_open("morale_effort") and now.frozen_morale is not None:
        morale = now.frozen_morale
    now.hours = effort_and_reach(
        setting.table, morale, hours, now.away, now.spur, reps.handle,
    )
    push_on(model)
    pushes(setting.table, reps.reach, setting.reps, state.maturity, state.capability, now.push)


def _write(model: SalesModel) -> None:
    """Those who write give a share of their time to it."""
    now = model.now
    if now.writing.share == 0:
        now.away.fill(0)
        now.written = 0.0
        return
    writers, people = time_to_write(now.writing.share, now.may_write, model.state.reps.selling, now.away)
    now.written = now.writing.share * writers / max(1, people)


def _goals(model: SalesModel) -> float:
    """What goals and pay do to effort; returns the hours that this week's check-in takes each rep."""
    setting, now = model.setting, model.now
    now.goals = model.ask("goals", None, setting.goals)
    asked = (now.goals.quota, now.goals.specificity, now.goals.cadence)
    if asked != setting.goals[:3] or now.terms.pay_mix != setting.terms.pay_mix:
        spurs(setting.table, *asked, now.terms.pay_mix, model.state.reps.result, now.spur)
        now.spurred = True
    elif now.spurred:
        now.spur[:], now.spurred = 1, False
    if setting.missions and asked[1:] != now.clear_for:
        now.clarity, now.clear_for = clarity_of(setting.table, *asked[1:]), asked[1:]
    due = now.goals.cadence > 0 and model.week % now.goals.cadence == 0
    return now.goals.hours if due else 0.0
