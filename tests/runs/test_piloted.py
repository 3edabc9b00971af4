"""Pilots: who tries what for how long, with which luck, and what the CRM shows."""

from __future__ import annotations

import re

import pytest
from fake_worlds import small_scenario

from simulation.levers import LEVERS
from simulation.runs.piloted import (
    OTHER_LUCK,
    SEEN_AS,
    Piloted,
    _with_pilots,
    can_be_piloted,
    label,
    pilot_sweep,
    read_label,
    run_pilots,
)
from simulation.runs.replicate import replicate
from simulation.spec import Scenario
from simulation.world.model import SalesModel

SIX_FOUR = label("lockdown", 6, 4)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    small = small_scenario()
    world = small.world.model_copy(update={"reps": 12, "managers": 2, "customers": 600})
    return small.model_copy(update={"world": world, "weeks": 30, "start_week": 8, "burn_in_weeks": 26})


def with_pilot(scenario: Scenario, *names: str) -> Scenario:
    own = {"open": scenario.policies["open"], **dict.fromkeys(names, scenario.policies["lockdown"])}
    return scenario.model_copy(update={"policies": own})


def test_names_are_read_as_they_are_written() -> None:
    assert SIX_FOUR == "lockdown~6w4r"
    assert read_label(SIX_FOUR) == ("lockdown", 6, 4)
    assert read_label(label("a~1w2r", 3, 4)) == ("a~1w2r", 3, 4)
    assert read_label("lockdown") is None


def test_so_many_reps_try_it_for_so_many_weeks(scenario) -> None:
    world = _with_pilots(with_pilot(scenario, SIX_FOUR), [SIX_FOUR])
    model = SalesModel(world, "open", 5).run_until(8).fork(SIX_FOUR).run_until(30)
    rollout = model.history.columns()["rollout"]
    assert rollout[8:14] == pytest.approx([4 / 12] * 6)
    assert rollout[14:] == pytest.approx([0.0] * 16)


def test_the_luck_is_another_and_the_same_for_all(scenario) -> None:
    world = with_pilot(scenario, SIX_FOUR)
    base, pilot = Piloted()(world, 1, ["open", SIX_FOUR], 5)
    (other,) = replicate(world, 1, ["open"], 5 + OTHER_LUCK)
    (same,) = replicate(world, 1, ["open"], 5)
    assert base.final["new_arr"] == other.final["new_arr"] != same.final["new_arr"]
    assert (base.seed, base.replication, base.periods) == (5, 1, {})
    (alone,) = Piloted()(world, 1, [SIX_FOUR], 5)
    assert alone.final == pytest.approx(pilot.final, nan_ok=True)
    assert pilot.final["new_arr"] != base.final["new_arr"]  # it did something


def test_what_is_seen_is_what_a_review_would_see(scenario) -> None:
    world = with_pilot(scenario, SIX_FOUR, "reviewed")
    lockdown = scenario.policies["lockdown"]
    changes = {
        "territory": lockdown.territory.model_copy(update={"share": 4 / 12}),
        "review": LEVERS["review"](every=6), "decision": LEVERS["decision"](rule="sequential_test", z=6.0),
        "evidence": LEVERS["evidence"](source="payments", before_weeks=13),
    }  # fmt: skip
    world.policies["reviewed"] = lockdown.model_copy(update=changes)
    (pilot,) = Piloted()(world, 0, [SIX_FOUR], 5)
    (reviewed,) = replicate(world, 0, ["reviewed"], 5 + OTHER_LUCK)
    first = next(entry for entry in reviewed.decisions if entry["week"] == 14)
    told = re.search(r"payments: ([+-][\d.]+)", first["why"])
    assert told is not None
    assert pilot.final[SEEN_AS + "payments"] == pytest.approx(float(told[1]), abs=0.0051)
    assert pilot.final[SEEN_AS + "activity"] != pilot.final[SEEN_AS + "payments"]


def test_cases_take_their_settings_and_those_of_the_policy_too(scenario) -> None:
    axes = [
        {"name": "overlap", "targets": ["overlap"], "unit": "", "integer": False},
        {"name": "inbound", "unit": "", "integer": False,
         "targets": ["policies/lockdown/territory/inbound", "policies/preferred/territory/inbound"]},
        {"name": "world.reps", "targets": ["world/reps"], "unit": "", "integer": True},
    ]  # fmt: skip
    rows = [(0.1, "any", 12.0), (0.9, "territory", 12.0), (0.9, "territory", 4.0)]
    sweep = pilot_sweep(scenario, "lockdown", [(6, 4), (9, 3)], axes, rows)
    places = [place for place, _ in sweep.settings(rows[0])]
    assert places == [
        "overlap", f"policies/{SIX_FOUR}/territory/inbound", "policies/lockdown~9w3r/territory/inbound", "world/reps"
    ]  # fmt: skip
    tables = run_pilots(sweep)
    assert len(tables.runs) == 9 - 1
    (failed,) = tables.failures.to_dict("records")
    assert (failed["point"], failed["policy"]) == (2, SIX_FOUR)
    assert "leaves nobody to compare with" in failed["error"]
    seen = tables.runs.set_index(["policy", "point"])[SEEN_AS + "activity"]
    assert seen["open"].isna().all()
    assert seen[SIX_FOUR].notna().all()


def test_only_territories_can_be_tried_by_some(scenario) -> None:
    assert can_be_piloted(scenario, "lockdown")
    assert not can_be_piloted(scenario, "preferred")  # in this small scenario it is open, but for its name
