"""A week on the road: who stands in at home, what the team achieves, and what a week without a breakthrough shows."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.arithmetic import added


def cover(model: Any, manager: Any) -> None:
    """Team mates look after part of the customers of those who are away; it costs them as much of their own time.

    At most half of anybody's time goes to the customers of others.
    """
    p, number = model.p, model.number
    week = p.hours_per_week * p.selling_share
    team = [rep for rep in manager.team if rep.selling]
    away = [rep for rep in team if rep.given > 0.0]
    home = [rep for rep in team if not rep.given > 0.0]
    need = added((p.mission_cover * p.care_share * week * rep.given for rep in away), number(0.0))
    have = added((week * rep.effort * (1.0 - rep.away) for rep in home), number(0.0))
    if need <= 0.0 or have <= 0.0:
        return
    done = number(min(1.0, 0.5 * have / need))
    for rep in away:
        hours = done * p.mission_cover * p.care_share * week * rep.given
        rep.care += hours / number(max(rep.customers_in_book, 1))
    for rep in home:
        left = 1.0 - done * need / have
        rep.reach *= left
        rep.care *= left


def advance(model: Any, mission: Any) -> None:
    """The team's effort times competence uses up the hazard of a passable road.

    Who knows what it is for, works with more judgement: it helps where the road is uncertain and people are able, and
    distracts where the work is routine (`purpose_*`, an assumption).
    """
    p, number, terms, exp = model.p, model.number, model.terms, model.arithmetic.exp
    mission.work = mission.work_wanted = number(0.0)
    for rep in mission.team:
        rep.owed += (rep.given * (1.0 - number(terms.tolerance)) - rep.owed) / number(terms.horizon)
        uncertain = 4.0 * mission.feasible_chance * (1.0 - mission.feasible_chance)
        purpose = uncertain + p.purpose_ability * (rep.talent + rep.craft) - p.purpose_routine
        drive = number(max(0.2, 1.0 + number(model.candour) * p.purpose_gain * purpose))
        rep.person_weeks = rep.given * rep.effort * drive
        ramp = p.newcomer_level + (1.0 - p.newcomer_level) * (1.0 - exp(-number(rep.tenure) / p.ramp_weeks))
        competence = ramp * exp(p.mission_talent * rep.talent)
        competence *= 1.0 - mission.craft_needed * (1.0 - rep.craft)
        if mission.led:
            competence *= 1.0 + p.leader_lift
        mission.work += rep.person_weeks * competence
        mission.work_wanted += rep.mission_time
    mission.effort += float(mission.work)
    if mission.feasible:
        mission.left -= mission.hazard * mission.work


def believe_less(model: Any, mission: Any, direct: bool) -> None:
    """What the week shows to the team and to the leader; both misjudge the effort where goals are vague.

    The team knows its own effort. Reports say that all was given that was asked, as far as the firm is not open, and of
    the bad news (nothing yet) each of two levels lets a share pass. Who was promised more than they now believe loses
    morale.
    """
    p, number, candour = model.p, model.number, model.number(model.candour)
    passed = number(model.passed_upward())
    error = model.arithmetic.exp(p.effort_noise * (1.0 - number(model.clarity)) * mission.misjudged)
    heard = mission.work
    if not direct:
        heard = (candour * mission.work + (1.0 - candour) * mission.work_wanted) * passed * passed
    mission.belief = after_exposure(model, mission.belief, mission.hazard * (heard * error))
    for rep in mission.team:
        rep.road = after_exposure(model, rep.road, mission.hazard * (mission.work * error))
        rep.mood -= p.broken_promise * max(number(0.0), rep.told - rep.road)


def after_exposure(model: Any, chance: Any, exposure: Any) -> Any:
    """Bayes: the road is passable and was missed at this accumulated hazard, against not passable."""
    missed = model.arithmetic.exp(-max(model.number(0.0), exposure))
    either = chance * missed + (1.0 - chance)
    return chance * missed / either if either > 0.0 else model.number(0.0)
