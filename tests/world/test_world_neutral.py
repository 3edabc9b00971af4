"""What must change nothing: neutral levers, names, company of other policies, the unit of money."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import FLOWS, changed, differing, records, scenario

from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES
from simulation.runs.replicate import replicate


def test_neutral_policies_are_bit_equal_to_open(tmp_path):
    defaults = {name: lever().model_dump(mode="json") for name, lever in LEVERS.items()}

    def add(data):
        data["policies"]["nothing"] = {}
        data["policies"]["defaults"] = defaults

    found = {r.policy: r for r in replicate(changed(tmp_path, add), 0)}
    for name in ("nothing", "defaults"):
        assert differing(found["open"].periods, found[name].periods) == []
        assert found[name].decisions == []
    assert differing(found["open"].periods, records()["open"].periods) == []


@pytest.mark.parametrize("name", LEVERS)
def test_each_lever_alone_at_its_default_is_neutral(tmp_path, name):
    def add(data):
        data["policies"] = {"open": {}, "one": {name: LEVERS[name]().model_dump(mode="json")}}

    first, second = replicate(changed(tmp_path, add), 0)
    assert differing(first.periods, second.periods) == []


def test_policies_are_bit_equal_before_the_start_and_part_after_it():
    start = scenario().start_week
    for name, record in records().items():
        assert differing(records()["open"].periods, record.periods, slice(0, start)) == []
        if name != "open":
            assert "new_arr" in differing(records()["open"].periods, record.periods)


def test_names_of_segments_change_nothing(tmp_path):
    def rename(data):
        for i, segment in enumerate(data["world"]["segments"]):
            segment["name"] = f"branch {9 - i}"

    for record in replicate(changed(tmp_path, rename), 0):
        known = records()[record.policy]
        assert differing(known.periods, record.periods) == []
        assert [(d["week"], d["action"]) for d in record.decisions] == [
            (d["week"], d["action"]) for d in known.decisions
        ]


def test_double_prices_double_money_and_nothing_else():
    for name, dear in records("world.price_level=2").items():
        cheap = records()[name]
        for flow in (*FLOWS, "recurring_revenue"):
            assert cheap.periods[flow].any()
            np.testing.assert_array_equal(dear.periods[flow], 2 * cheap.periods[flow], err_msg=flow)
        for pipeline in ("open_pipeline_value", "stated_pipeline_value"):  # rounded to a cent each
            assert np.abs(dear.periods[pipeline] - 2 * cheap.periods[pipeline]).max() <= 1
        money = {o.name for o in OUTCOMES.values() if o.unit == "cents"}
        assert set(differing(cheap.periods, dear.periods)) <= money
        assert [(d["week"], d["why"]) for d in dear.decisions] == [
            (d["week"], d["why"]) for d in cheap.decisions
        ]


@pytest.mark.parametrize("asked", [["adaptive"], ["lockdown"], ["preferred", "open"], ["lockdown_reversed"]])
def test_a_record_does_not_depend_on_the_other_policies(asked):
    found = replicate(scenario(), 0, asked)
    assert [r.policy for r in found] == asked
    for record in found:
        known = records()[record.policy]
        assert differing(known.periods, record.periods) == []
        assert record.decisions == known.decisions
        np.testing.assert_equal(record.final, known.final)


def test_same_seed_same_bytes_other_luck_other_worlds():
    again = replicate(scenario(), 0, ["lockdown"], seed=scenario().seed)[0]
    assert differing(records()["lockdown"].periods, again.periods) == []
    for other in (
        replicate(scenario(), 1, ["lockdown"])[0],
        replicate(scenario(), 0, ["lockdown"], seed=scenario().seed + 1)[0],
    ):
        different = differing(again.periods, other.periods)
        assert {"new_arr", "recurring_revenue", "morale_mean", "knowledge_mean"} <= set(different)
