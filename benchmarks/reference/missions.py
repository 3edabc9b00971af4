"""Missions week by week: offered, staffed, worked on, opened or given up. Without missions nothing here does anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.reference.arithmetic import added, cents_of, sum_of
from benchmarks.reference.exposure import advance, believe_less, cover
from benchmarks.reference.names import GIVEN_UP, OFFERED, UNDERWAY, WAITING, WON
from simulation.levers.points import AbandonState, StaffingPlan, StaffingState


class Mission:
    """A road that may be passable, and the round that is on or was the last."""

    def __init__(self, model: Any, place: int, spec: Any) -> None:
        number = model.number
        self.model, self.place, self.spec, self.name = model, place, spec, spec.name
        self.feasible_chance, self.hazard = number(spec.feasible), number(spec.hazard)
        self.craft_needed, self.tail = number(spec.craft_needed), number(spec.tail)
        self.adoption_p, self.adoption_q = float(number(spec.adoption_p)), float(number(spec.adoption_q))
        self.status, self.round, self.begun, self.ended, self.wanted = WAITING, -1, 0, 0, 0
        self.led = self.feasible = False  # by the leader in person; whether it is passable: nobody knows
        self.left = self.belief = self.misjudged = number(0.0)
        # this week's effort, and what it would be if all gave what was asked
        self.work = self.work_wanted = number(0.0)
        self.effort, self.prize = 0.0, 0

    @property
    def team(self) -> list[Any]:
        return [rep for rep in self.model.reps if rep.mission is self and rep.selling]

    def offer(self) -> None:
        """Begin the next round: its luck is drawn, the leader knows the odds."""
        model, arithmetic = self.model, self.model.arithmetic
        self.round += 1
        lot, self.left, rank, self.misjudged = model.luck.mission(self.place, self.round)
        self.feasible = bool(lot < self.feasible_chance)
        cents = round(self.spec.prize * 100.0)
        if self.tail > 0.0:  # a Pareto draw with this mean
            scale = arithmetic.log(model.number(self.spec.prize) * (self.tail - 1.0) / self.tail)
            cents = cents_of(arithmetic, scale - arithmetic.log(rank) / self.tail)
        self.prize = cents * model.price
        self.status, self.effort, self.belief = OFFERED, 0.0, self.feasible_chance

    def staff(self) -> None:
        """Ask who goes; newcomers to the team are told what this road is believed to hold."""
        model, p, number, candour = self.model, self.model.p, self.model.number, self.model.candour
        if self.status == UNDERWAY and len(self.team) >= self.wanted:
            return
        plan = model.ask(
            "staffing", self._question(), StaffingPlan(np.zeros(len(model.reps), np.bool_), 0.0, False)
        )
        joining = [rep for rep in model.reps if plan.team[rep.seat] and rep not in self.team]
        if not joining:
            return
        if self.status == OFFERED:
            self.status, self.begun, self.led = UNDERWAY, model.week, bool(plan.led)
            self.wanted = int(plan.team.sum())
            text = f"{self.name}, round {self.round + 1}: {self.wanted} reps, {plan.time:.0%} of their time"
            model.leader.note("mission", text)
        told = number(candour) * self.belief + number(1 - candour) * p.certain
        for rep in joining:
            rep.mission, rep.mission_time, rep.owed = self, number(plan.time), number(0.0)
            rep.told = rep.road = told
            rep.mood -= p.odds_dip * number(candour) * (1 - self.belief)

    def _question(self) -> StaffingState:
        reps, team = self.model.reps, self.team
        segments = self.model.number(len(self.model.segments))
        return StaffingState(
            self.model.week,
            self.place,
            self.spec.people,
            np.array([rep in team for rep in reps], np.bool_),
            np.array([rep.selling and rep.mission is None for rep in reps], np.bool_),
            np.array([rep.conviction for rep in reps], np.float32),
            np.array([rep.craft for rep in reps], np.float32),
            np.array([rep.tenure for rep in reps], np.int32),
            np.array([sum_of(rep.skill) / segments for rep in reps], np.float32),
            np.array([rep.volunteer_lots[self.place] for rep in reps], np.float32),
        )

    def be_opened(self) -> None:
        """A breakthrough: the prize enters the ledger, and the team gets back what the mission had cost them, and more."""
        model, p = self.model, self.model.p
        for rep in self.team:
            honour = rep.owed + p.mission_reward * rep.mission_time
            rep.attainment += honour
            rep.result += honour
            rep.mood += p.mission_morale * rep.mission_time
        model.opened_roads.append([self, self.prize, 0])
        model.roads_opened += 1
        self.belief = model.number(1.0)
        self._end(WON, "breakthrough", f"after {self.effort:.0f} person-weeks at full competence")

    def be_given_up(self, why: str) -> None:
        model = self.model
        blame = model.p.mission_morale * model.number(1 - model.terms.tolerance)
        for rep in self.team:
            rep.mood -= blame * rep.mission_time
        self._end(GIVEN_UP, "call off", why)

    def _end(self, status: int, action: str, why: str) -> None:
        self.status, self.ended = status, self.model.week
        for rep in self.model.reps:
            if rep.mission is self:
                rep.mission = None
        self.model.leader.note(action, f"{self.name}: {why}")


def staff_missions(model: Any) -> None:
    """Phase `decide`: rounds whose time has come are offered; teams are formed and filled; the leader may call off."""
    week = model.week
    if not model.missions:
        return
    for rep in model.reps:
        rep.mood = model.number(0.0)
    model.mission_cost, model.roads_opened = 0.0, 0
    if week in (model.start_week, 0):  # the policy's own terms, before the first week is judged by them
        model.terms = model.ask("terms", None, model.own_terms)
        model.candour = model.ask("candour", None, model.own_openness)
    for mission in model.missions:
        spec = mission.spec
        again = mission.status in (WON, GIVEN_UP) and spec.repeats and week >= mission.ended + spec.pause
        if again or (mission.status == WAITING and week >= spec.week):
            mission.offer()
        if mission.status == UNDERWAY:
            call_off(model, mission)
        if mission.status in (OFFERED, UNDERWAY):
            mission.staff()


def call_off(model: Any, mission: Mission) -> None:
    """A try ends after its longest duration, or when the leader no longer believes in it."""
    weeks = model.week - mission.begun
    question = AbandonState(model.week, mission.place, weeks, float(mission.belief))
    if weeks >= mission.spec.weeks:
        mission.be_given_up(f"no breakthrough in {weeks} weeks")
    elif model.ask("abandon", question, False):
        mission.be_given_up(f"the leader believes {mission.belief:.2f} in the road after {weeks} weeks")


def set_out(model: Any) -> None:
    """Phase `work`, before effort is known: the time that members give is away from selling."""
    number, asked = model.number, {}
    for mission in model.missions:
        asked[mission] = added((rep.mission_time for rep in mission.team), number(0.0))
    for rep in model.reps if model.missions else ():
        rep.given = number(0.0)
        if rep.mission is not None and rep.selling:
            rep.given = time_given(model, rep, asked[rep.mission])
        rep.away = number(min(1.0, rep.away + rep.given))
        rep.credit = number(model.terms.tolerance) * rep.given


def time_given(model: Any, rep: Any, asked_of_team: Any) -> Any:
    """What is asked, weighed against what a failed mission costs.

    People look as far as they are judged: the chance of a breakthrough within the horizon, against the quota they miss
    meanwhile as far as nobody forgives it. Part of the time they give because they were asked (`obedience`).
    """
    p, number, terms, mission, arithmetic = model.p, model.number, model.terms, rep.mission, model.arithmetic
    left = number(max(1, mission.spec.weeks - (model.week - mission.begun)))
    seen = min(number(terms.horizon), left)
    found = rep.road * (1.0 - arithmetic.exp(-mission.hazard * asked_of_team * seen))
    part = number(min(1.0, left / number(terms.horizon)))
    at_stake = part * (1.0 - number(terms.tolerance)) * number(terms.pay_mix) / p.pay_mix
    gain = rep.mission_time * (found * p.mission_reward - (1.0 - found) * at_stake)
    willing = arithmetic.logistic(p.mission_choice * gain)
    return rep.mission_time * (p.obedience + (1.0 - p.obedience) * willing)


def push_on(model: Any) -> None:
    """Phase `work`, after effort is known: team mates stand in, hazard is used up, roads open, beliefs move."""
    if not model.missions:
        return
    for rep in model.reps:
        rep.person_weeks = model.number(0.0)
    underway = [mission for mission in model.missions if mission.status == UNDERWAY]
    if not underway:
        return
    for manager in model.managers:
        cover(model, manager)
    direct = model.ask("scouting", None, False)
    for mission in underway:
        advance(model, mission)
    for mission in underway:
        model.mission_cost += float(model.p.leader_cost) * mission.led
        model.mission_cost += float(model.p.watch_cost) * direct
        if mission.left <= 0.0:
            mission.be_opened()
    for mission in underway:
        if mission.status == UNDERWAY:
            believe_less(model, mission, direct)


def learn_craft(model: Any) -> None:
    """Phase `learn`: craft grows with effort on missions, failed ones too; a debrief adds a share of what is fresh.

    A tenth of what was learned since the last debrief is forgotten each month.
    """
    p, arithmetic = model.p, model.arithmetic
    for rep in model.reps if model.missions else ():
        if not rep.selling:
            continue
        rep.craft_fresh *= 1.0 + arithmetic.log(p.retention_month) * (12.0 / 52.0)
        gain = (1.0 - rep.craft) * (1.0 - arithmetic.exp(-rep.person_weeks / p.craft_weeks))
        rep.craft += gain
        rep.craft_fresh += gain
        if model.meeting.hours > 0:
            rep.craft = model.number(min(1.0, rep.craft + p.craft_debrief * rep.craft_fresh))
            rep.craft_fresh = model.number(0.0)


def adopt_roads(model: Any) -> int:
    """Phase `use`: one week of adoption of every opened road (Bass 1969), whole cents of new recurring revenue."""
    total = 0
    for entry in model.opened_roads:
        mission, prize, adopted = entry
        rate = mission.adoption_p + mission.adoption_q * (adopted / prize)
        new = min(prize - adopted, round(rate * (prize - adopted) / 52.0))
        entry[2] += new
        total += new
    return total
