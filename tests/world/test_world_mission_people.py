"""What missions, goals, pay and process do to people and money, each against a twin that differs in one thing."""

from __future__ import annotations

import numpy as np
import pytest
from mission_world import GO, START, lived, with_missions
from small_world import differing, scenario

from simulation.world.columns import NOBODY
from simulation.world.missions import GIVEN_UP, WON
from simulation.world.model import SalesModel

OPEN, CLOSED = {"communication": {"openness": 1.0}}, {"communication": {"openness": 0.0}}
YEAR = {"assessment": {"horizon": 52, "tolerance": 1.0}}


def test_what_people_are_told_and_how_it_feels(tmp_path):
    given = with_missions(
        tmp_path, {"open": {}, "told": GO | OPEN, "ordered": GO | CLOSED}, {"feasible": 0.0, "weeks": 26}
    )
    told, ordered = (lived(given, policy, START + 1) for policy in ("told", "ordered"))
    team = told.state.reps.mission == 0
    assert (team == (ordered.state.reps.mission == 0)).all()  # the same people
    # feasible 0, so the honest leader says: not passable
    assert told.state.reps.told[team] == pytest.approx(0.0)
    assert ordered.state.reps.told[team] == pytest.approx(0.95)
    up_front = (told.state.reps.morale - ordered.state.reps.morale)[team]
    assert (up_front < 0).all()
    # those who were promised learn otherwise, and their morale falls behind
    for model in (told, ordered):
        model.run_until(START + 20)
    stayed = team & (told.state.reps.mission == 0) & (ordered.state.reps.mission == 0)
    assert stayed.any()
    later = (told.state.reps.morale - ordered.state.reps.morale)[stayed]
    assert later.mean() > up_front.mean()


def test_reports_hold_the_leader_on_a_road_that_does_not_exist(tmp_path):
    tripwire = {"decision": {"tripwire": 0.1, "tripwire_weeks": 4}}
    policies = {
        "reports": GO | CLOSED | tripwire,
        "direct": GO | CLOSED | tripwire | {"evidence": {"missions": "direct"}},
        "honest": GO | OPEN | tripwire,
    }
    given = with_missions(tmp_path, policies, {"feasible": 0.0, "hazard": 0.05, "weeks": 26})
    given = given.model_copy(
        update={
            "world": given.world.model_copy(
                update={"missions": (given.world.missions[0].model_copy(update={"feasible": 0.3}),)}
            )
        }
    )
    # a replication in which the road is not passable
    replication = next(
        n for n in range(20) if not lived(given, "direct", START + 1, n).state.missions.feasible[0]
    )
    ends = {}
    for policy in policies:
        model = lived(given, policy, replication=replication)
        assert model.state.missions.status[0] == GIVEN_UP
        ends[policy] = int(model.state.missions.ended[0])
    weeks = {policy: end - START for policy, end in ends.items()}
    assert max(weeks["direct"], weeks["honest"]) * 2 <= weeks["reports"], weeks


def test_a_failed_mission_costs_attainment_unless_it_is_forgiven_and_a_breakthrough_pays_it_back(tmp_path):
    policies = {"judged": GO, "forgiven": GO | {"assessment": {"tolerance": 1.0}}}
    failing = with_missions(
        tmp_path, policies, {"feasible": 0.0}, parameters={"obedience": 1.0, "involuntary_exit": 0.0019}
    )
    judged, forgiven = (lived(failing, policy, START + 19) for policy in policies)
    team = (judged.state.reps.mission == 0) & (forgiven.state.reps.mission == 0)
    assert team.any()
    gap = forgiven.state.reps.attainment[team].mean() - judged.state.reps.attainment[team].mean()
    assert gap == pytest.approx(judged.state.reps.owed[team].mean(), abs=0.15)
    assert gap > 0.3
    assert forgiven.state.reps.owed[team] == pytest.approx(0.0)

    winning = with_missions(tmp_path, policies, {"feasible": 1.0, "hazard": 0.02})
    model = SalesModel(winning, "judged")
    while model.state.missions.status[0] != WON:
        before, members = model.state.reps.attainment.copy(), model.state.reps.mission == 0
        owed = model.state.reps.owed.copy()
        model.step()
    rise = (model.state.reps.attainment - before)[members]
    assert (rise > owed[members] * 0.8 + 0.7).all()  # what it had cost, and a quota's worth of honour
    assert (model.state.reps.mission == NOBODY).all()


def test_short_horizons_move_effort_back_to_selling(tmp_path):
    horizons = {f"h{weeks}": GO | {"assessment": {"horizon": weeks}} for weeks in (8, 52)}
    given = with_missions(tmp_path, horizons, {"feasible": 0.0})
    short, long = (lived(given, policy, START + 5) for policy in horizons)
    weeks = slice(START, START + 5)
    assert short.history["mission_effort"][weeks].sum() < 0.9 * long.history["mission_effort"][weeks].sum()
    assert short.history["selling_hours"][weeks].sum() > long.history["selling_hours"][weeks].sum()


def test_targets_cost_minutes_and_quotas_out_of_reach_hurt(tmp_path):
    policies = {
        "specific": {"targets": {"specificity": 1.0}},
        "talked": {"targets": {"specificity": 1.0, "cadence": 1, "minutes": 240.0}},
        "beyond": {"targets": {"quota": 3.0}},
    }
    given = with_missions(tmp_path, policies)
    models = {policy: lived(given, policy) for policy in ("open", *policies)}
    later = slice(START + 4, 40)
    mean = {
        name: {o: m.history[o][later].mean() for o in ("selling_hours", "morale_mean")}
        for name, m in models.items()
    }
    assert mean["specific"]["selling_hours"] > mean["open"]["selling_hours"]
    assert mean["talked"]["selling_hours"] < mean["specific"]["selling_hours"]  # a quarter of the week
    assert mean["beyond"]["morale_mean"] < mean["open"]["morale_mean"] - 0.02
    start = slice(0, START)
    for model in models.values():
        assert differing(models["open"].history, model.history, start) == []


def test_pay_mix_moves_cost_from_the_fixed_part_to_the_variable(tmp_path):
    """At quota the cost is the same; effort held, margin differs by the shift of what is above or below quota."""
    given = with_missions(
        tmp_path, {"variable": {"assessment": {"pay_mix": 1.0}}}, parameters={"pay_effort": 0.0}
    )
    usual, variable = (lived(given, policy) for policy in ("open", "variable"))
    money = {"gross_margin"}
    assert set(differing(usual.history, variable.history)) == money
    quota, booked = usual.state.quota, usual.history["new_arr"] + usual.history["expansion"]
    shift = usual.history["gross_margin"][-1] - variable.history["gross_margin"][-1]
    selling = int(usual.state.reps.selling.sum())
    # twice the variable pay costs one commission more on what was booked, and less on the quotas of all
    assert shift == pytest.approx(0.1 * (booked[-1] - selling * quota * 100), abs=0.1 * quota * 100 * 2 + 2)


def test_double_credit_pays_two_reps_for_a_deal_after_a_hand_over(tmp_path):
    lock = scenario().policies["lockdown"].model_dump(mode="json")
    lock["release"]["in_flight"] = "move"
    credited = lock | {"assessment": lock["assessment"] | {"double_credit": 26}}
    given = with_missions(tmp_path, {"lock": lock, "credited": credited})
    plain, model = lived(given, "lock", START + 1), lived(given, "credited", START + 1)
    paid = []
    while model.week < START + 6:
        model.step()
        plain.step()
        paid.append(model.now.shared_credit)
        assert model.history["transition_cost"][model.week - 1] == pytest.approx(100 * paid[-1], abs=1)
    assert sum(paid) > 0
    assert plain.now.shared_credit == 0
    assert model.state.reps.earnings.sum() > plain.state.reps.earnings.sum()


def test_process_matures_with_writing_saturates_and_is_outdated_by_drift(tmp_path):
    writing = {"codification": {"share": 0.1, "writers": "everyone"}}
    still = lived(
        with_missions(tmp_path, {"write": writing, "idle": {"retrospective": {"every": 4}}}), "write"
    )
    maturity = still.history["maturity"]
    first = int(np.flatnonzero(maturity)[0])  # in the weeks before nobody has been told to write
    assert START <= first <= START + 4
    assert (np.diff(maturity[first - 1 :]) > 0).all()
    weekly = 0.4 * 0.1  # of what is missing
    most = 1 - (1 - weekly) ** (40 - first)
    assert 0.97 * most < maturity[-1] <= most + 1e-9  # newcomers do not write before the next month

    idle = lived(with_missions(tmp_path, {"idle": {"retrospective": {"every": 4}}}), "idle")
    assert not idle.history["maturity"].any()
    assert idle.state.capability > 0

    drifting = with_missions(tmp_path, {"write": writing})
    segments = tuple(s.model_copy(update={"drift": 0.5}) for s in drifting.world.segments)
    drifting = drifting.model_copy(update={"world": drifting.world.model_copy(update={"segments": segments})})
    assert lived(drifting, "write").history["maturity"][-1] < maturity[-1]
