"""Develop: people are trained, coached on their own conversations, and moved to other segments for a while."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.arithmetic import added
from benchmarks.reference.beliefs import move_towards, take_in
from benchmarks.reference.names import NEVER
from simulation.levers.points import NO_PROGRAMME


def time_for_development(model: Any) -> None:
    """Ask what the policy plans for this week, and take the time from selling."""
    p, number = model.p, model.number
    model.programme = programme = model.ask("developing", None, NO_PROGRAMME)
    if programme.training or programme.coaching:
        hours = number(programme.coaching) / (p.hours_per_week * p.selling_share)
        for rep in model.reps:
            rep.away = number(min(1.0, rep.away + number(programme.training) + hours))


def develop(model: Any) -> None:
    """What the time brings: practices of the playbook, gaps closed, another segment; and what being recorded does."""
    programme, selling = model.programme, [rep for rep in model.reps if rep.selling]
    if programme.training > 0 and model.gate_open("playbook"):
        hours = programme.training * float(model.p.hours_per_week * model.p.selling_share)
        for rep in selling:
            read_playbook(model, rep, "training", min(1.0, float(model.p.training_rate) * hours))
    if programme.coaching > 0 and model.gate_open("field_learning"):
        for rep in selling:
            coach(model, rep, programme.coaching)
    if programme.rotation and (model.week - model.start_week) % programme.rotation == 0:
        rotate(model, programme)
    elif model.rotated and not programme.rotation:  # the baseline rotated, the policy does not
        model.rotated = False
        for rep in model.reps:
            rep.home, rep.focus = None, model.number(0.0)
    be_recorded(model, selling)


def read_playbook(model: Any, rep: Any, why: str, rate: Any) -> None:
    """Beliefs that differ from the playbook move a step towards it, each with this chance."""
    for s, segment in enumerate(model.segments):
        moves = model.luck.takes_over(why, model.week, rep, s, rate, model.practices)
        move_towards(segment.playbook, rep.beliefs[s], moves)


def coach(model: Any, rep: Any, hours: float) -> None:
    """A rep's own gaps, one lesson after the other: a practice that is unknown or believed wrongly, where the rep works.

    An hour brings as many lessons as `coached_touches` touches; the part of a lesson is one by chance.
    """
    p, number, luck = model.p, model.number, model.luck
    per_touch = number(model.practices) / (p.ramp_weeks * p.hours_per_week * p.selling_share)
    expected = number(hours) * p.coached_touches * per_touch
    work = [touch + rep.care * number(n) for touch, n in zip(rep.touches, rep.installed, strict=True)]
    total = added(work, number(0.0))
    if total <= 0.0:
        return
    lessons = int(expected) + bool(luck.coaching(model.week, rep) < expected - int(expected))
    for n in range(lessons):
        where, word, lot = luck.coached_lesson(model.week, rep, n)
        rest, s = where * total, 0
        while s < len(work) - 1 and rest >= work[s]:
            rest = rest - work[s]
            s += 1
        reality = model.segments[s].reality
        gaps = [practice for practice, truth in enumerate(reality) if rep.beliefs[s][practice] != truth]
        if gaps:
            practice = gaps[luck.below(word, len(gaps))]
            wrong = lot < p.superstition * p.coached_superstition
            belief = -reality[practice] if wrong else reality[practice]
            take_in(rep.beliefs, s, practice, belief, model.shared)


def rotate(model: Any, programme: Any) -> None:
    """The next share of the reps, in the order of their seats, focus on another segment; those before are back."""
    turn = max(0, model.week - model.start_week) // programme.rotation
    reps = len(model.reps)
    many = max(1, round(programme.rotating * reps))
    model.rotated = True
    for rep in model.reps:
        chosen = (rep.seat + turn) * many % reps < many  # evenly spread
        rep.home = (rep.seat * many // reps + turn) % len(model.segments) if chosen else None
        rep.focus = model.number(programme.rotation_focus if chosen else 0.0)


def be_recorded(model: Any, selling: list[Any]) -> None:
    """Recording conversations costs money, and people dislike it at first."""
    p, number = model.p, model.number
    model.programme_cost = 0.0
    if not model.ask("recording", None, False):
        model.recorded_since = NEVER
        return
    model.programme_cost = len(selling) * float(p.recording_cost)
    model.recorded_since = min(model.recorded_since, model.week)
    since = number(model.week - model.recorded_since)
    dislike = p.watched_dislike * model.arithmetic.exp(-since / p.watched_weeks)
    for rep in selling:
        rep.morale = number(max(0.0, rep.morale - dislike))
