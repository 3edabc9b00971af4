"""Missions: luck that no policy moves, effort and evidence, what failure leaves and what success brings."""

from __future__ import annotations

import numpy as np
import pytest
from mission_world import GO, ROAD, START, lived, with_missions
from small_world import FLOWS, differing, differing_state, scenario

from simulation.outcomes import OUTCOMES
from simulation.world.columns import CUSTOMER, NOBODY, RepColumns
from simulation.world.missions import GIVEN_UP, OFFERED, UNDERWAY, WAITING, WON
from simulation.world.model import SalesModel

MISSION_OUTCOMES = {
    "missions_won", "mission_effort", "mission_arr", "road_belief", "road_brier", "craft_mean", "next_leaders",
}  # fmt: skip


def test_a_mission_nobody_goes_on_changes_nothing(tmp_path):
    names = ("lockdown", "adaptive")
    plain = {name: SalesModel(scenario(), name).run_until(40) for name in names}
    policies = {name: scenario().policies[name].model_dump(mode="json") for name in names}
    offered = with_missions(tmp_path, policies, {"repeats": True}, {"name": "other", "week": 20})
    for name in names:
        model = lived(offered, name)
        assert (model.state.missions.status == OFFERED).all()
        assert differing(plain[name].history, model.history) == []
        apart = set(differing_state(plain[name], model))
        assert apart == {f"missions.{n}" for n in model.state.missions.names()}  # no rows against two
        assert model.leader.log == plain[name].leader.log


def test_the_luck_of_a_mission_is_the_same_under_every_policy(tmp_path):
    policies = {
        "some": {"staffing": {"who": "veterans", "share": 0.5, "time": 0.4}},
        "late": {
            "staffing": {"who": "everybody", "share": 1.0, "time": 0.7},
            "communication": {"openness": 1.0},
        },
    }
    short = {"repeats": True, "weeks": 4, "pause": 2, "tail": 1.5, "hazard": 1e-6}
    given = with_missions(tmp_path, policies, short, short | {"name": "second"})
    rounds = {}
    for policy in policies:
        model = SalesModel(given, policy)
        while model.week < 40:
            model.step()
            c = model.state.missions
            for m in range(2):
                if c.round[m] < 0:
                    continue
                luck = (bool(c.feasible[m]), int(c.prize[m]), float(c.misjudged[m]))
                assert rounds.setdefault((m, int(c.round[m])), luck) == luck
    assert len(rounds) >= 8
    assert len(set(rounds.values())) == len(rounds)


def test_a_road_is_as_often_passable_as_the_scenario_says(tmp_path):
    """600 rounds at .3: an estimate outside .3 +- .075 comes once in 16,000 times."""
    given = with_missions(tmp_path, {"go": GO}, {"repeats": True, "weeks": 1, "pause": 0, "week": 0})
    passable = []
    for replication in range(15):
        model = SalesModel(given, "go", replication=replication)
        while model.week < 40:
            model.step()
            passable.append(model.state.missions.feasible[0].item())
            model.state.missions.status[0] = WAITING  # the next round next week
    assert len(passable) == 600
    assert abs(np.mean(passable) - 0.3) < 0.075


def test_without_effort_nobody_learns_anything(tmp_path):
    """Where only craft counts and nobody has any, a team spends its time and shows nothing, whoever looks."""
    watched = GO | {"evidence": {"missions": "direct"}}
    blind = {"hazard": 0.2, "craft_needed": 1.0}
    given = with_missions(tmp_path, {"watched": watched, "reported": GO}, blind)
    model = lived(given, "watched", START + 1)
    assert model.history["mission_effort"][START] > 0
    assert model.state.missions.effort[0] == 0
    assert model.state.missions.belief[0] == np.float32(0.3)
    members = model.state.reps.mission == 0
    assert (model.state.reps.road[members] == model.state.reps.told[members]).all()
    # reports have it that all was given that was asked: the leader blames the road
    assert lived(given, "reported", START + 1).state.missions.belief[0] < 0.3
    idle = lived(with_missions(tmp_path, {"go": {}}, {}), "go")
    assert np.isnan(idle.history["road_belief"]).all()
    assert not idle.history["mission_effort"].any()


@pytest.mark.parametrize("feasible", [0.0, 1.0])
def test_a_road_opens_when_the_hazard_is_used_up_and_only_if_it_can_be_passed(tmp_path, feasible):
    given = with_missions(tmp_path, {"go": GO}, {"feasible": feasible, "hazard": 0.05, "weeks": 26})
    for replication in range(4):
        model = SalesModel(given, "go", replication=replication).run_until(START)
        columns = model.state.missions
        model.step()
        threshold = float(columns.left[0]) + 0.05 * float(columns.effort[0]) * feasible
        before = 0.0
        while columns.status[0] == UNDERWAY:
            before = float(columns.effort[0])
            model.step()
        assert (columns.status[0] == WON) == (feasible == 1)
        if feasible:
            assert 0.05 * before < threshold + 1e-5
            assert 0.05 * float(columns.effort[0]) >= threshold - 1e-5
            assert columns.belief[0] == 1
            assert model.history["missions_won"].sum() == 1
        else:
            assert model.week == START + 27
            assert len(model.state.opened) == 0


def test_who_is_away_sells_nothing_and_comes_back(tmp_path):
    given = with_missions(tmp_path, {"go": GO}, {"feasible": 0.0, "weeks": 6}, parameters={"obedience": 1.0})
    model = lived(given, "go", START + 3)
    reps = model.state.reps
    away = reps.mission == 0
    assert away.sum() == 6
    assert (reps.touches[away] == 0).all()
    assert (reps.touches[~away & reps.selling].sum(axis=1) > 0).all()
    model.run_until(START + 9)
    assert (reps.mission == NOBODY).all()
    assert (reps.touches[away & reps.selling].sum(axis=1) > 0).all()


def test_team_mates_stand_in_and_it_costs_them_as_much_time(tmp_path):
    """Hours of care and of deals, whoever has the account: standing in moves them within a team and adds none."""
    hours = {}
    for share in (0.0, 0.5):
        held = {"obedience": 1.0, "mission_cover": share, "morale_effort": 0.0, "conviction_effort": 0.0}
        given = with_missions(tmp_path, {"go": GO}, {"feasible": 0.0}, parameters=held)
        model = lived(given, "go", START + 1)
        reps, away = model.state.reps, model.state.reps.mission == 0
        care = reps.care * np.maximum(1, reps.installed.sum(axis=1))
        hours[share] = care, away, model.history["selling_hours"][START], reps.reach.copy()
    (alone, away, total, reach), (helped, same, again, less) = hours.values()
    assert (away == same).all()
    assert total == again
    assert (alone[away] == 0).all()
    week = 40 * 0.41
    assert helped[away] == pytest.approx(0.5 * 0.3 * week, rel=1e-3)
    others = ~away & model.state.reps.selling & (reach > 0)  # who was hired this week has not worked yet
    mates = others & np.isin(model.state.reps.manager, model.state.reps.manager[away])
    assert (less[mates] < reach[mates]).all()
    assert (less[others & ~mates] == reach[others & ~mates]).all()
    # a mate's hours fall in deals and care alike: 30 % of what they lose is care
    assert (alone - helped)[mates].sum() == pytest.approx(0.3 * helped[away].sum(), rel=1e-2)


def test_craft_grows_on_failed_missions_stays_with_the_person_and_debriefs_add_a_fifth(tmp_path):
    debriefed = GO | {"retrospective": {"every": 4, "hours": 0.0001}}
    given = with_missions(tmp_path, {"go": GO, "debriefed": debriefed}, {"feasible": 0.0})
    model = lived(given, "go", START)
    members = None
    while model.week < 38:
        model.step()
        reps = model.state.reps
        members = reps.mission == 0 if members is None else members | (reps.mission == 0)
        assert (reps.craft[~members] == 0).all()
        assert (reps.craft[members & (reps.tenure > 30)] > 0).all()
    assert model.state.missions.status[0] == GIVEN_UP
    assert (model.state.reps.craft[members].max()) < 1
    hired = np.flatnonzero(members)[0]
    from simulation.world.population import seat_people

    seat_people(model.setting, model.state, np.array([hired]), newcomers=True)
    assert model.state.reps.craft[hired] == 0

    plain, more = (lived(given, policy).history["craft_mean"] for policy in ("go", "debriefed"))
    at = (
        START + 16
    )  # four debriefs, the last of them this week or before; a tenth of fresh craft fades a month
    assert 1.08 < more[at] / plain[at] < 1.21


def test_recurring_revenue_is_contracts_and_opened_roads_to_the_cent(tmp_path):
    big = {"feasible": 1.0, "hazard": 0.5, "tail": 1.2, "repeats": True, "pause": 1, "adoption_p": 0.5}
    given = with_missions(tmp_path, {"go": GO}, big)
    model = SalesModel(given, "go")
    c, opening = model.state.customers, model.state.arr
    while model.week < 40:
        model.step()
        contracts = int(c.value[c.stage == CUSTOMER].sum())
        row, roads = model.week - 1, int(model.state.opened[:, 2].sum())
        assert model.state.arr == contracts + roads == model.history["recurring_revenue"][row]
        assert model.history["mission_arr"][row] == roads
    h = model.history
    assert len(model.state.opened) > 3
    assert roads > 0
    assert (model.state.opened[:, 2] <= model.state.opened[:, 1]).all()
    signs = dict(zip(FLOWS[:4], (1, 1, -1, -1), strict=True))
    assert opening + sum(sign * int(h[name].sum()) for name, sign in signs.items()) == model.state.arr


def test_a_price_level_doubles_what_roads_bring(tmp_path):
    cheap = with_missions(tmp_path, {"go": GO}, {"feasible": 1.0, "hazard": 0.5, "tail": 1.5})
    dear = cheap.model_copy(update={"world": cheap.world.model_copy(update={"price_level": 2})})
    one, two = lived(cheap, "go"), lived(dear, "go")
    np.testing.assert_array_equal(2 * one.state.opened[:, 1], two.state.opened[:, 1])
    assert np.abs(2 * one.state.opened[:, 2] - two.state.opened[:, 2]).max() <= 40  # a cent a week
    money = {o.name for o in OUTCOMES.values() if o.unit == "cents"}
    assert set(differing(one.history, two.history)) <= money


def test_a_round_follows_the_pause_and_a_mission_that_does_not_repeat_ends(tmp_path):
    given = with_missions(
        tmp_path,
        {"go": GO},
        {"feasible": 0.0, "weeks": 5, "repeats": True, "pause": 3},
        {"name": "once", "feasible": 0.0, "weeks": 5},
    )
    model = lived(given, "go")
    log = [(entry["week"], entry["action"]) for entry in model.leader.log if "road" in entry["why"]]
    assert log[:4] == [(13, "mission"), (18, "call off"), (21, "mission"), (26, "call off")]
    assert sum("once" in entry["why"] for entry in model.leader.log) == 2
    assert model.state.missions.round.tolist() == [3, 0]


def test_places_of_those_who_left_are_filled_and_newcomers_to_the_team_hear_what_is_believed_now(tmp_path):
    open_go = GO | {"communication": {"openness": 1.0}}
    given = with_missions(tmp_path, {"go": open_go}, {"feasible": 0.0, "weeks": 26})
    model = lived(given, "go", START + 6)
    reps, belief = model.state.reps, float(model.state.missions.belief[0])
    gone = int(np.flatnonzero(reps.mission == 0)[0])
    members = reps.mission == 0
    left = np.count_nonzero(members & ~reps.selling)  # last week, by the luck of this world
    reps.mission[gone], reps.selling[gone], reps.vacant_since[gone] = NOBODY, False, model.week
    model.step()
    new = (reps.mission == 0) & ~members
    assert new.sum() == left + 1
    assert reps.told[new] == pytest.approx([belief] * (left + 1))
    assert belief < 0.3


def test_missions_columns_are_shown_on_reps():
    assert {"mission", "craft", "told", "road"} <= set(RepColumns.names())
    assert {name for name in OUTCOMES if name in MISSION_OUTCOMES} == MISSION_OUTCOMES
    assert ROAD["weeks"] == 20
