"""Training, coaching on recorded conversations, rotation; what the leader hears of people; gaps between reps."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import SCENARIO, SMALL, changed, scenario

from simulation.levers.points import Programme
from simulation.runs.replicate import replicate
from simulation.spec import load_scenario
from simulation.world.columns import NOBODY, RECORDS
from simulation.world.gaps import gaps
from simulation.world.kernels.developing import best_and_median, coach, heard
from simulation.world.kernels.knowing import right_less_wrong
from simulation.world.model import SalesModel
from simulation.world.phases.develop import rotate
from simulation.world.setting import parameter_table

START = scenario().start_week
PRACTICES = 10
TRUTH = np.array([0b1010101010, 0b1111100000], np.uint32)
PEOPLE = 400


def developed(folder, parameters=None, **levers):
    """The small firm with one policy beside `open`: these levers, at the start week."""

    def change(data):
        data["policies"] = {"open": {}, "tried": levers}
        data["world"]["parameters"] |= parameters or {}

    return SalesModel(changed(folder, change), "tried").run_until(START)


def coached(hours, known, sign, work=(1.0, 0.0), **parameters):
    """`PEOPLE` reps with these beliefs after one week of coaching; they work the two segments as `work` says."""
    table = parameter_table(
        {"ramp_weeks": 10, "hours_per_week": 40, "selling_share": 0.5, "coached_touches": 2,
         "superstition": 0.1, "coached_superstition": 0.0} | parameters
    )  # fmt: skip
    reps = np.arange(PEOPLE)
    known, sign = (np.tile(np.array(x, np.uint32), (PEOPLE, 1)) for x in (known, sign))
    coach(
        table, hours, PRACTICES, np.uint32(0), TRUTH, np.ones(PEOPLE, bool), reps * 0,
        np.tile(np.array(work, np.float32), (PEOPLE, 1)), np.zeros((PEOPLE, 2), np.int32), np.zeros(PEOPLE, np.float32),
        np.uint32(7), np.uint32(9), known, sign,
    )  # fmt: skip
    return known, sign


def score(known, sign, segment=0):
    return np.array(
        [
            right_less_wrong(k, s, TRUTH[segment])
            for k, s in zip(known[:, segment], sign[:, segment], strict=True)
        ]
    )


def test_an_hour_brings_the_lessons_of_so_many_touches():
    """10 practices in 10 weeks of 20 hours: a touch shows .05 practices, an hour of coaching twice that, none twice."""
    for hours in (5.0, 10.0, 25.0):
        known, sign = coached(hours, (0, 0), (0, 0))
        gained = score(known, sign)
        expected = hours * 2 * 10 / (10 * 20)
        assert abs(gained.mean() - expected) < 0.1
        assert set(gained) <= {int(expected), int(expected) + 1}
        assert not known[:, 1].any()  # nothing where the rep does not work


def test_lessons_mend_what_is_wrong_and_leave_what_is_right():
    wrong, full = TRUTH ^ np.uint32(0b11), (0b1111111111,) * 2
    known, sign = coached(20.0, full, wrong)  # two lessons, two gaps
    np.testing.assert_array_equal(score(known, sign), 10)
    known, sign = coached(40.0, full, TRUTH)
    np.testing.assert_array_equal(sign[:, 0], TRUTH[0])  # idle without a gap


def test_lessons_follow_the_work_and_some_are_wrong():
    known, _ = coached(10.0, (0, 0), (0, 0), work=(3.0, 1.0))
    assert 0.68 < (known[:, 0] != 0).mean() < 0.82
    assert ((known != 0).sum(axis=1) == 1).all()
    known, sign = coached(10.0, (0, 0), (0, 0), superstition=0.4, coached_superstition=0.5)
    assert 0.13 < (score(known, sign) < 0).mean() < 0.27


def test_coaching_costs_hours_and_money_and_is_disliked_for_a_while(tmp_path):
    weeks = 20
    parameters = {
        "recording_cost": 30.0,
        "watched_dislike": 0.02,
        "watched_weeks": 4.0,
        "coached_touches": 0.25,
    }
    free = developed(tmp_path, parameters).run_until(START + weeks)
    model = developed(tmp_path, parameters, development={"coaching_hours": 2.0}).run_until(START + weeks)
    h, usual = model.history, free.history
    np.testing.assert_array_equal(h["programme_cost"][:START], 0)
    people = h["programme_cost"][START : START + weeks] / 3000
    assert (people == np.round(people)).all()
    assert 15 < people.mean() <= 24
    lost = usual["selling_hours"][START] - h["selling_hours"][START]
    assert lost == pytest.approx(2.0 / 16.4 * usual["selling_hours"][START], rel=0.01)
    gap_of_morale = (usual["morale_mean"] - h["morale_mean"])[START : START + weeks]
    assert gap_of_morale[0] == pytest.approx(0.02, abs=0.003)
    assert gap_of_morale[:8].max() > 0.05
    assert gap_of_morale[-1] < gap_of_morale.max()
    dear = developed(tmp_path, parameters | {"recording_cost": 60.0}, development={"coaching_hours": 2.0})
    dear = dear.run_until(START + weeks).history
    np.testing.assert_array_equal(dear["programme_cost"], 2 * h["programme_cost"])
    np.testing.assert_array_equal(h["gross_margin"] - dear["gross_margin"], h["programme_cost"])


def test_coaching_closes_gaps_and_training_teaches_the_playbook(tmp_path):
    def after(**levers):
        return developed(tmp_path, {"watched_dislike": 0.0}, **levers).run_until(START + 26)

    usual, coaching = after(), after(development={"coaching_hours": 2.0})
    assert (
        coaching.history["knowledge_applied"][START + 25]
        > usual.history["knowledge_applied"][START + 25] + 0.05
    )
    training = after(development={"training_share": 0.3})
    code = usual.state.playbook
    known_of_the_code = [
        sum(
            int(w).bit_count()
            for w in (m.state.reps.known & ~(m.state.reps.sign ^ code.sign) & code.known).ravel()
        )
        for m in (usual, training)
    ]
    assert known_of_the_code[1] > 1.2 * known_of_the_code[0]


@pytest.mark.parametrize(
    ("lever", "closed", "changes"),
    [
        ({"coaching_hours": 4.0}, ["field_learning"], False),
        ({"training_share": 0.3}, ["field_learning"], True),
        ({"training_share": 0.3}, ["field_learning", "playbook"], False),
    ],
)
def test_closed_gates_stop_both(tmp_path, lever, closed, changes):
    model = developed(tmp_path, development=lever).fork("tried", closed)
    reps = model.state.reps
    before, person = reps.known.copy(), reps.person.copy()
    model.step()
    stayed = reps.person == person  # a newcomer knows something else
    assert stayed.sum() > 20
    assert (reps.known != before)[stayed].any() == changes


def test_rotation_gives_each_rep_a_turn_and_takes_it_back(tmp_path):
    model = developed(
        tmp_path, development={"rotation_weeks": 4, "rotation_share": 0.25, "rotation_focus": 0.7}
    )
    reps, turns = model.state.reps, []
    for turn in range(4):
        model.run_until(START + 4 * turn + 1)
        rotating = reps.home != NOBODY
        assert rotating.sum() == 6
        assert (reps.focus == np.where(rotating, np.float32(0.7), 0)).all()
        turns.append(np.flatnonzero(rotating))
        model.run_until(START + 4 * turn + 4)
        np.testing.assert_array_equal(np.flatnonzero(reps.home != NOBODY), turns[-1])
    assert sorted(np.concatenate(turns).tolist()) == list(range(24))
    before = reps.home[turns[0]].copy()
    model.run_until(START + 17)
    assert (reps.home[turns[0]] != NOBODY).all()  # the first are back, with another segment
    assert not np.array_equal(reps.home[turns[0]], before)
    rotate(model, Programme(0, 0, 4, 1.0, 0.5))
    assert (reps.home != NOBODY).all()


def test_what_the_leader_hears_worked_out_by_hand():
    """Without errors: conversations show what is, retrospectives only half of what is below the mean of .4."""
    table = parameter_table({"conversation_noise": 0.0, "performance_noise": 0.0, "interview_noise": 0.0})
    applied = np.array([0.2, 0.6, 0.9, 0.4], np.float32)
    selling, last = np.array([True, True, False, True]), np.full(4, 0.1, np.float32)
    shown, told = np.full(4, 9, np.float32), np.full(4, 9, np.float32)
    key = np.uint32(1), np.uint32(2)
    usage, asked = np.array([0.5, 0.4, 0.3, 0.2], np.float32), np.full(4, 9, np.float32)
    heard(
        table, 0.5, True, selling, np.zeros(4, np.int32), applied, 0.25, usage, *key, shown, told, last, asked
    )
    np.testing.assert_allclose(shown, [0.2, 0.6, 0.0, 0.4], rtol=1e-6)
    np.testing.assert_allclose(told, [0.3, 0.6, 0.0, 0.4], rtol=1e-6)
    np.testing.assert_allclose(asked, [0.5, 0.4, 0.0, 0.2], rtol=1e-6)
    heard(
        table, 0.5, False, selling, np.zeros(4, np.int32), applied, 0.0, usage, *key, shown, told, last, asked
    )
    assert not asked.any()
    np.testing.assert_allclose(told, [0.1, 0.1, 0.0, 0.1], rtol=1e-6)


def test_conversations_see_through_touches_that_were_only_logged(tmp_path):
    model = developed(tmp_path, {"fake_touches": 1.0}, pool={"untouched_weeks": 4})
    model.step()
    row = START + model.setting.burn_in
    moves, progress = (model.state.records[RECORDS.index(name), row] for name in ("stage_moves", "progress"))
    assert model.now.faked.sum() > 20
    np.testing.assert_array_equal(moves - progress, model.now.faked)


def test_gaps_worked_out_by_hand():
    assert best_and_median(np.array([5.0, 1.0, 3.0, 9.0, 7.0])) == (9.0, 5.0)
    assert best_and_median(np.arange(10.0)) == (8.5, 4.5)
    assert np.isnan(best_and_median(np.zeros(0))).all()
    model = SalesModel(scenario(), "open").run_until(30)
    reps = model.state.reps
    model.state.records[RECORDS.index("payments"), : 30 + model.setting.burn_in + 1] = np.arange(24)
    reps.tenure[:], reps.selling[:] = 99, True
    reps.applied[:] = np.arange(24) / 100
    assert gaps(model) == (pytest.approx(0.215 - 0.115), pytest.approx(21.5 / 11.5 - 1))
    reps.tenure[10:] = 3  # newcomers count in knowledge, not in output
    assert gaps(model)[1] == pytest.approx(8.5 / 4.5 - 1)


def test_fewer_interviews_larger_errors():
    table = parameter_table({"interview_noise": 1.0, "usage_fit": 0.15})
    people, spread = 4000, {}
    blank = np.zeros(people, np.float32)
    for asked in (0.25, 1.0, 4.0):
        told = np.empty(people, np.float32)
        heard(
            table, 0.5, False, np.ones(people, bool), np.zeros(people, np.int32), blank, asked, blank, np.uint32(3),
            np.uint32(4), blank.copy(), blank.copy(), blank, told,
        )  # fmt: skip
        spread[asked] = told.std()
    np.testing.assert_allclose(list(spread.values()), [0.3, 0.15, 0.075], rtol=0.05)


def test_the_scenario_of_conversations_in_small():
    """Each policy is lived in its own way, recordings are paid where they are made, and the log names the evidence."""
    path = SCENARIO.with_name("conversation_coaching.yaml")
    found = {r.policy: r for r in replicate(load_scenario(path, [*SMALL, "weeks=30"]), 0)}
    paid = {name for name, record in found.items() if record.periods["programme_cost"].any()}
    assert paid == {"conversations_coaching", "conversations_evidence", "both"}
    assert all(
        np.isfinite(r.final["knowledge_gap"]) and np.isfinite(r.final["output_gap"]) for r in found.values()
    )
    for name, source in (("manager_reports", "reports"), ("both", "conversations")):
        assert any(source in entry["why"] for entry in found[name].decisions)
    knowledge = {name: record.final["knowledge_applied"] for name, record in found.items()}
    assert len(set(knowledge.values())) == len(found) == 6
