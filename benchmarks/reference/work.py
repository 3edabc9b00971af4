"""Work: hours become touches; effort follows morale and conviction, goals and pay."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.develop import time_for_development
from benchmarks.reference.missions import push_on, set_out
from simulation.levers.points import Meeting, Writing


def work(model: Any) -> None:
    """Meetings, writing and missions take selling time; the rest is shared between open deals and customers."""
    model.meeting = model.ask("meetings", model.week, Meeting(0.0))
    model.writing = model.ask("writing", None, Writing(0.0, "top"))
    for rep in model.reps:
        writes = model.writing.share > 0 and any(rep.may_write)
        rep.away = model.number(model.writing.share if writes else 0.0)
    selling = [rep for rep in model.reps if rep.selling]
    writers = sum(any(rep.may_write) for rep in selling)
    model.written = model.writing.share * writers / max(1, len(selling)) if model.writing.share > 0 else 0.0
    set_out(model)
    pretend(model)
    time_for_development(model)
    hours = model.meeting.hours + interview_hours(model) + set_goals(model)
    model.hours = 0.0
    for rep in model.reps:
        rep.share_out_time(hours)
    push_on(model)
    throughput = throughput_of(model)
    for rep in model.reps:
        rep.push_deals(throughput)


def interview_hours(model: Any) -> float:
    """Hours that the interviews the leader asks for take of each rep."""
    asked = model.interviews * len(model.segments)
    people = sum(rep.selling for rep in model.reps)
    return asked * float(model.p.interview_hours) / people if asked and people else 0.0


def pretend(model: Any) -> None:
    """Logging touches that never happened takes a little time too."""
    p = model.p
    if model.fake_touches:
        for rep in model.reps:
            rep.away += rep.faked * p.fake_hours / (p.hours_per_week * p.selling_share)


def set_goals(model: Any) -> float:
    """What goals and pay do to effort; returns the hours that this week's check-in takes each rep."""
    model.goals = goals = model.ask("goals", None, model.own_goals)
    asked = (goals.quota, goals.specificity, goals.cadence)
    as_usual = asked == model.own_goals[:3] and model.terms.pay_mix == model.own_terms.pay_mix
    for rep in model.reps:
        rep.spur = model.number(1.0) if as_usual else rep.spurred_by(goals)
    model.clarity = goal_clarity(model, goals.specificity, goals.cadence)
    due = goals.cadence > 0 and model.week % goals.cadence == 0
    return goals.hours if due else 0.0


def goal_clarity(model: Any, specificity: Any, cadence: int) -> Any:
    """How clear a goal is, 0-1: specificity, of which half fades between check-ins (none: twice a year)."""
    weeks = model.number(cadence if cadence > 0 else 26)
    kept = model.arithmetic.exp(-weeks / model.p.goal_memory)
    return model.number(specificity) * 0.5 * (1.0 + kept)


def throughput_of(model: Any) -> Any:
    """Throughput of selling: process raises it, size beyond a core team lowers it where teams cannot work together."""
    p, number, log = model.p, model.number, model.arithmetic.log
    friction = p.coordination * (1.0 - number(model.capability))
    here = friction * log(max(1.0, number(len(model.reps)) / p.core_team))
    reference = p.coordination * log(max(1.0, p.coordination_size / p.core_team))
    return (1.0 + p.process_gain * number(model.maturity)) * model.arithmetic.exp(reference - here)


class Working:
    """How a rep works."""

    model: Any

    def share_out_time(self, meeting_hours: float) -> None:
        """Effort from morale and conviction; touches per open deal and per customer."""
        model, p, number = self.model, self.model.p, self.model.number
        self.touches = [number(0.0)] * len(model.segments)
        self.bookings = 0.0
        self.effort = self.reach = self.care = number(0.0)
        if not self.selling:
            return
        morale = self.morale
        if not model.gate_open("morale_effort") and self.frozen_morale is not None:
            morale = self.frozen_morale
        push = (
            1.0 + p.morale_effort * (morale - p.morale_rest) + p.conviction_effort * (self.conviction - 0.5)
        )
        self.effort = number(min(1.5, max(0.2, push))) * self.spur
        week = p.hours_per_week * p.selling_share
        hours = number(max(0.0, week * self.effort * (1.0 - self.away) - number(meeting_hours)))
        # Time for deals that are not there goes into bigger efforts on those that are, up to three times the usual.
        for_deals = (1.0 - p.care_share) * hours
        usual = for_deals / p.open_deals
        self.reach = min(for_deals / number(max(self.open_deals, 1)), 3.0 * usual)
        self.care = p.care_share * hours / number(max(self.customers_in_book, 1))
        model.hours += float(hours)

    def push_deals(self, throughput: Any) -> None:
        """Effect of touches: (touches / usual touches) ** elasticity, times throughput; and as a part of a score."""
        p, arithmetic = self.model.p, self.model.arithmetic
        self.push = self.lift = self.model.number(0.0)
        if self.reach > 0.0:
            usual = (1.0 - p.care_share) * p.hours_per_week * p.selling_share / p.open_deals
            self.push = arithmetic.power(self.reach / usual, p.effort_elasticity) * throughput
        if self.push > 0.0:
            self.lift = arithmetic.log(self.push)

    def spurred_by(self, goals: Any) -> Any:
        """Effort under these goals and this pay against effort under the firm's own.

        A goal pulls in proportion to how specific and how high it is; half of the pull needs talk. Who falls too far behind
        gives the goal up, faster than it grows.
        """
        model, p, number = self.model, self.model.p, self.model.number
        quota = number(goals.quota)
        kept = number(min(1.0, self.result / p.goal_reach))
        kept_usually = number(min(1.0, self.result * quota / p.goal_reach))
        here = goal_clarity(model, goals.specificity, goals.cadence) * quota * kept * kept
        usual = goal_clarity(model, p.specificity, 0) * kept_usually * kept_usually
        pay = 1.0 + p.pay_effort * (number(model.terms.pay_mix) - p.pay_mix)
        return max(0.5, 1.0 + p.goal_effort * (here - usual)) * pay
