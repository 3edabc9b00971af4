"""Missions week by week: offered, staffed, worked on, opened or given up. Without missions nothing here does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.levers.points import AbandonState, StaffingPlan, StaffingState
from simulation.luck import Purpose
from simulation.world.candour import passed_upward
from simulation.world.columns import NOBODY
from simulation.world.kernels.identity import person_words
from simulation.world.kernels.luck_arrays import uniforms_of
from simulation.world.kernels.missions import (
    adopt_roads,
    advance,
    cover,
    draw_round,
    figures,
    grow_craft,
    leave_for_missions,
    look,
)

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

WAITING, OFFERED, UNDERWAY, WON, GIVEN_UP = range(5)
NO_MISSIONS = {
    **dict.fromkeys(("missions_won", "mission_effort", "mission_arr", "craft_mean", "next_leaders"), 0),
    **dict.fromkeys(("road_belief", "road_brier"), np.nan),
}


def staff_missions(model: SalesModel) -> None:
    """Phase `decide`: rounds whose time has come are offered; teams are formed and filled; the leader may call off."""
    setting, state, now, week = model.setting, model.state, model.now, model.week
    if not setting.missions:
        return
    now.mood.fill(0)
    now.mission_cost, now.roads_opened = 0.0, 0
    if (
        week == setting.start_week or week == 0
    ):  # the policy's own terms, before the first week is judged by them
        now.terms = model.ask("terms", None, setting.terms)
        now.candour = model.ask("candour", None, setting.openness)
    columns = state.missions
    for m, mission in enumerate(setting.missions):
        status = int(columns.status[m])
        ended = status in (WON, GIVEN_UP)
        if ended and not mission.repeats:  # for good
            continue
        if (status == WAITING and week >= mission.week) or (
            ended and week >= columns.ended[m] + mission.pause
        ):
            _offer(model, m)
        if columns.status[m] == UNDERWAY:
            weeks = week - int(columns.begun[m])
            question = AbandonState(week, m, weeks, float(columns.belief[m]))
            if weeks >= mission.weeks:
                _give_up(model, m, f"no breakthrough in {weeks} weeks")
            elif model.ask("abandon", question, False):
                _give_up(
                    model, m, f"the leader believes {columns.belief[m]:.2f} in the road after {weeks} weeks"
                )
        if columns.status[m] in (OFFERED, UNDERWAY) and model.heeds("staffing"):
            _staff(model, m)


def set_out(model: SalesModel) -> None:
    """Phase `work`, before effort is known: the time that members give is away from selling."""
    setting, now = model.setting, model.now
    if not setting.missions:
        return
    if UNDERWAY in model.state.missions.status.tolist():
        now.on_mission = True
        leave_for_missions(
            setting.table, setting.roads, model.week, now.terms.horizon, now.terms.tolerance, now.terms.pay_mix,
            model.state.missions.begun, model.state.reps.handle, now.given, now.away, now.credit,
        )  # fmt: skip
    elif now.on_mission:  # until last week
        now.on_mission = False
        now.given[:] = now.credit[:] = now.person_weeks[:] = 0


def push_on(model: SalesModel) -> None:
    """Phase `work`, after effort is known: team mates stand in, hazard is used up, roads open, beliefs move."""
    setting, state, now = model.setting, model.state, model.now
    if not now.on_mission:
        return
    reps, columns = state.reps, state.missions
    underway = columns.status == UNDERWAY
    cover(
        setting.table, reps.selling, reps.manager, setting.managers, now.given, reps.effort, now.away, reps.installed,
        reps.reach, reps.care,
    )  # fmt: skip
    work, wanted = np.zeros((2, len(underway)), np.float32)
    advance(
        setting.table, setting.roads, now.candour, now.terms.horizon, now.terms.tolerance, columns.led, reps.selling,
        reps.mission, reps.mission_time, now.given, reps.effort, reps.talent, reps.tenure, reps.craft, now.person_weeks,
        work, wanted, reps.owed,
    )  # fmt: skip
    columns.effort += work
    columns.left[columns.feasible] -= (setting.roads["hazard"] * work)[columns.feasible]
    direct = model.ask("scouting", None, False)
    for m in np.flatnonzero(underway):
        now.mission_cost += float(setting.p["leader_cost"]) * bool(columns.led[m])
        now.mission_cost += float(setting.p["watch_cost"]) * direct
        if columns.left[m] <= 0:
            _open_road(model, int(m))
            underway[m] = False
    look(
        setting.table, setting.roads, now.clarity, now.candour, passed_upward(setting.plain, now.candour), direct, underway,
        columns.misjudged, work, wanted, reps.selling, reps.mission, reps.told, reps.road, columns.belief, now.mood,
    )  # fmt: skip


def learn_craft(model: SalesModel) -> None:
    """Phase `learn`: craft grows with effort on missions, failed ones too, and more with debriefs."""
    setting, reps, now = model.setting, model.state.reps, model.now
    if setting.missions:
        grow_craft(
            setting.table, now.meeting.hours > 0, reps.selling, now.person_weeks, reps.craft, reps.craft_fresh
        )


def adopt(model: SalesModel) -> int:
    """Phase `use`: cents of recurring revenue that opened roads bring this week."""
    return int(adopt_roads(model.setting.roads, model.state.opened)) if len(model.state.opened) else 0


def mission_figures(model: SalesModel) -> dict[str, float]:
    """Weekly outcomes of missions and craft."""
    state, reps, columns = model.state, model.state.reps, model.state.missions
    if not model.setting.missions:
        return NO_MISSIONS
    effort, arr, belief, error, craft, leaders = figures(
        model.setting.table, UNDERWAY, columns.status, columns.belief, columns.feasible, model.now.person_weeks,
        state.opened, reps.selling, reps.craft,
    )  # fmt: skip
    return {
        "missions_won": model.now.roads_opened, "mission_effort": effort, "mission_arr": arr, "road_belief": belief,
        "road_brier": error, "craft_mean": craft, "next_leaders": leaders,
    }  # fmt: skip


def _offer(model: SalesModel, m: int) -> None:
    """Begin the next round: its luck is drawn, the leader knows the odds."""
    columns, setting = model.state.missions, model.setting
    columns.round[m] += 1
    columns.feasible[m], columns.left[m], columns.prize[m], columns.misjudged[m] = draw_round(
        setting.roads, m, int(columns.round[m]), setting.price, *model.key(Purpose.MISSION, weekly=False)
    )
    columns.status[m], columns.effort[m] = OFFERED, 0.0
    columns.belief[m] = setting.missions[m].feasible


def _staff(model: SalesModel, m: int) -> None:
    """Ask who goes; newcomers to the team are told what this road is believed to hold."""
    setting, state, now = model.setting, model.state, model.now
    reps, columns, mission = state.reps, state.missions, setting.missions[m]
    team = (reps.mission == m) & reps.selling
    if columns.status[m] == UNDERWAY and int(team.sum()) >= columns.wanted[m]:
        return
    question = StaffingState(
        model.week, m, mission.people, team, reps.selling & (reps.mission == NOBODY), reps.conviction, reps.craft,
        reps.tenure, reps.skill.mean(axis=1),
        uniforms_of(*setting.key(Purpose.VOLUNTEER, m + 1), person_words(reps.person)),
    )  # fmt: skip
    plan = model.ask("staffing", question, StaffingPlan(np.zeros(setting.reps, np.bool_), 0.0, False))
    joining = plan.team & ~team
    if not joining.any():
        return
    if columns.status[m] == OFFERED:
        columns.status[m], columns.begun[m], columns.led[m] = UNDERWAY, model.week, plan.led
        columns.wanted[m] = int(plan.team.sum())
        model.note(
            "mission",
            f"{mission.name}, round {columns.round[m] + 1}: {columns.wanted[m]} reps, {plan.time:.0%} of their time",
        )
    reps.mission[joining], reps.mission_time[joining], reps.owed[joining] = m, plan.time, 0
    promised = np.float32(setting.p["certain"])
    reps.told[joining] = np.float32(now.candour) * columns.belief[m] + np.float32(1 - now.candour) * promised
    reps.road[joining] = reps.told[joining]
    now.mood[joining] -= setting.p["odds_dip"] * np.float32(now.candour) * (1 - columns.belief[m])


def _open_road(model: SalesModel, m: int) -> None:
    """A breakthrough: the prize enters the ledger, and the team gets back what the mission had cost them, and more."""
    state, reps, now, columns = model.state, model.state.reps, model.now, model.state.missions
    team = (reps.mission == m) & reps.selling
    honour = reps.owed[team] + model.setting.p["mission_reward"] * reps.mission_time[team]
    reps.attainment[team] += honour
    reps.result[team] += honour
    now.mood[team] += model.setting.p["mission_morale"] * reps.mission_time[team]
    state.opened = np.concatenate((state.opened, [[m, columns.prize[m], 0]]))
    now.roads_opened += 1
    columns.belief[m] = 1
    _end(model, m, WON, "breakthrough", f"after {columns.effort[m]:.0f} person-weeks at full competence")


def _give_up(model: SalesModel, m: int, why: str) -> None:
    reps = model.state.reps
    team = (reps.mission == m) & reps.selling
    blame = model.setting.p["mission_morale"] * np.float32(1 - model.now.terms.tolerance)
    model.now.mood[team] -= blame * reps.mission_time[team]
    _end(model, m, GIVEN_UP, "call off", why)


def _end(model: SalesModel, m: int, status: int, action: str, why: str) -> None:
    columns, reps = model.state.missions, model.state.reps
    columns.status[m], columns.ended[m] = status, model.week
    reps.mission[reps.mission == m] = NOBODY
    model.note(action, f"{model.setting.missions[m].name}: {why}")
