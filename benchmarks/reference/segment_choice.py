"""Which segment first: R&D that follows attention, what the leader believes of each segment, and the choice."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.reference.arithmetic import sum_of
from benchmarks.reference.beliefs_of_leader import believe
from benchmarks.reference.margins import latent_margin
from benchmarks.reference.names import CUSTOMER, LEAD, PROPOSAL
from benchmarks.reference.territories import draw_territories
from simulation.levers.points import Choice, ChoiceState, Reading, ReadingState, Shares, SharesState

TRUTH_WEEKS = 13
"""Which segment is really the best is worked out anew so often."""
USE_WEEKS = 4
"""Usage is brought up to date so often."""


def develop_product(model: Any) -> None:
    """R&D raises the fit of the customers of a segment, the more the greater its share; competitors catch up.

    Apart from that, what a segment needs may drift towards the product or away from it.
    """
    p, arithmetic = model.p, model.arithmetic
    if p.rnd_gain == 0 and p.segment_fit_drift == 0:
        return
    weekly = model.number(math.sqrt(1.0 / 52.0))
    for segment in model.segments:
        lot = model.luck.wandering_fit(model.week, segment.index)
        wander = p.segment_fit_drift * weekly * lot
        made = p.rnd_gain * arithmetic.power(segment.rnd, p.rnd_focus) if segment.rnd > 0.0 else 0.0
        step = (made - p.rnd_fade * segment.gain) / 52.0
        segment.gain += step
        for customer in segment.customers:
            customer.fit += step + wander


def choose_segment(model: Any, review: bool) -> None:
    """From the start week on: shares of R&D and reps; where the leader compares segments, evidence and choice."""
    leader, segments, week, start = model.leader, model.segments, model.week, model.start_week
    if leader.given_up:
        model.interviews = 0
        return
    watches = model.ask("watching", None, False)
    if watches and (week - start) % TRUTH_WEEKS == 0:
        margins = [latent_margin(model, segment) for segment in segments]
        leader.best_segment = margins.index(max(margins))
    if week == start:
        share_out(model)
    model.interviews = model.ask("interviews", None, 0)
    if not watches:
        return  # heard by rep (phase `record`), not by segment
    look(model)
    lots = [model.luck.choice_of_segment(week, segment.index) for segment in segments]
    focus = -1 if leader.focus is None else leader.focus
    question = ChoiceState(
        week,
        start,
        np.array([segment.mean for segment in segments]),
        np.array([math.sqrt(segment.variance) for segment in segments]),
        np.array([segment.best for segment in segments]),
        focus,
        leader.committed,
        review,
        np.array([noise for noise, _ in lots]),
        np.array([lot for _, lot in lots]),
    )
    choice = model.ask("choice", question, Choice(focus, leader.committed, ""))
    if (choice.focus, choice.committed) != (focus, leader.committed):
        choose(model, choice, focus)
    if review or choice.focus != focus:
        share_out(model)


def give_up_direction(model: Any) -> None:
    """A withdrawn policy chooses no segment any more, and R&D is shared evenly again."""
    model.leader.given_up = True
    for segment in model.segments:
        segment.rnd = model.number(1 / len(model.segments))
    model.capacity = None


def choose(model: Any, choice: Choice, focus: int) -> None:
    """Put another segment first, or commit to the one that is."""
    leader, segments, week = model.leader, model.segments, model.week
    if choice.focus >= 0 and choice.focus != focus and leader.committed:
        leader.switches += 1
    if choice.committed and leader.commit_week < 0:
        leader.commit_week = week
    leader.focus, leader.committed = (choice.focus if choice.focus >= 0 else None), choice.committed
    name = segments[choice.focus].name if choice.focus >= 0 else "nothing"
    leader.note("commit" if choice.committed else "try", f"{name} first: {choice.why}")


def share_out(model: Any) -> None:
    """Ask for shares of R&D and reps; draw territories anew where those of the reps are others than before."""
    segments, focus = model.segments, model.leader.focus
    even = np.full(len(segments), 1 / len(segments))
    question = SharesState(
        tuple(segment.name for segment in segments),
        -1 if focus is None else focus,
        np.array([segment.best for segment in segments]),
    )
    shares = model.ask("sharing", question, Shares(even, None, 1.0))
    for segment, share in zip(segments, shares.rnd, strict=True):
        segment.rnd = model.number(share)
    before, model.capacity, model.firmness = model.capacity, shares.capacity, shares.firmness
    as_lists = [None if capacity is None else list(capacity) for capacity in (before, shares.capacity)]
    if as_lists[0] != as_lists[1]:
        draw_territories(model, None)


def look(model: Any) -> None:
    """Count what last week showed, and work out what the leader believes of each segment."""
    segments, keep = model.segments, 1.0 - 1.0 / float(model.p.evidence_memory)
    stated = tally(model, keep)
    scale = model.stated / 100 / model.price / max(1.0, float(sum_of(stated)))
    stated = [value * scale for value in stated]  # what reached the leader, deal by deal
    for segment in segments:
        interview(model, segment, keep)

    def column(name: str) -> Any:
        return np.array([getattr(segment, name) for segment in segments], np.float64)

    seen = ReadingState(
        column("paid"), column("wins"), np.array(stated), column("worked"), column("use"), column("users"),
        column("heard"), column("asked"), float(model.p.payment_slope), float(model.p.interview_noise),
        column("value_variance"),
    )  # fmt: skip
    nothing = Reading(np.zeros(len(segments)), np.full(len(segments), np.inf))
    reading = model.ask("reading", seen, nothing)
    believe(model, [float(x) for x in reading.observed], [float(x) for x in reading.error])


def tally(model: Any, keep: float) -> list[float]:
    """Last week's wins (number, money) and touches per segment; what is older fades.

    Depth of use of customers won since the start is read against the usual curve of onboarding, on which a customer's fit
    shows little by little: those who show the share e of it count e squared. Returns the open deals at the figures of their
    stages, in cents.
    """
    p, week, segments = model.p, model.week, model.segments
    stated = [0.0] * len(segments)
    for segment in segments:
        segment.paid *= keep
        segment.wins *= keep
        segment.worked *= keep
        segment.use = segment.users = 0.0
        for rep in model.reps:
            segment.worked += float(rep.touches[segment.index])
    for customer in model.agenda.opened:
        segment = customer.segment
        if customer.stage == CUSTOMER and customer.stage_week == week - 1:
            segment.wins += 1.0
            segment.paid += customer.value // model.price / 100.0
        elif customer.is_open:
            advanced = p.stated_proposal if customer.stage == PROPOSAL else p.stated_qualified
            figure = p.stated_lead if customer.stage == LEAD else advanced
            stated[segment.index] += customer.value * float(figure)
    base, per_fit = float(p.usage_base), max(1e-6, float(p.usage_fit))
    shown = [share_shown(model, age) for age in range(max(1, week - model.start_week + 1))]
    for customer in model.customers:
        if customer.stage == CUSTOMER and customer.stage_week >= model.start_week:
            e = shown[week - customer.stage_week]
            usual = base * (0.5 + 0.5 * e)
            customer.segment.use += e * (float(customer.usage) - usual) / per_fit
            customer.segment.users += e * e
    for segment in segments:
        segment.use = segment.use / segment.users if segment.users > 0.0 else 0.0
    return stated


def share_shown(model: Any, weeks: int) -> float:
    """How much of a customer's fit its depth of use shows so many weeks after it was won."""
    arithmetic, number = model.arithmetic, model.number
    a_week = arithmetic.log(max(number(0.01), 1.0 - USE_WEEKS * model.p.usage_speed)) / USE_WEEKS
    return 1.0 - float(arithmetic.exp(a_week * number(weeks)))


def interview(model: Any, segment: Any, keep: float) -> None:
    """Ask customers or prospects in open deals of the segment; each shows its fit with an error."""
    total = segment.heard * segment.asked * keep
    segment.asked *= keep
    people = [customer for customer in segment.customers if LEAD <= customer.stage <= CUSTOMER]
    for turn in range(model.interviews if people else 0):
        who, error = model.luck.interview(model.week, segment.index, turn, len(people))
        total += float(people[who].fit + model.p.interview_noise * error)
        segment.asked += 1.0
    segment.heard = total / segment.asked if segment.asked > 0.0 else 0.0
