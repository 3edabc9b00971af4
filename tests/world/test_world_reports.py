"""What reaches the leader: candour without bias tells the truth, and evidence counts matched reps."""

from __future__ import annotations

import re

import numpy as np
from small_world import changed, records, scenario

from simulation.runs.replicate import replicate

UNBIASED = dict.fromkeys(("optimism", "optimism_spread", "manager_optimism", "sandbagging"), 0.0)


def truth_gap(folder, parameters, openness):
    def change(data):
        data["world"]["parameters"].update(parameters)
        data["policies"] = {"open": {}, "candid": {"communication": {"openness": openness}}}

    candid = replicate(changed(folder, change), 0, ["candid"])[0]
    gap = candid.periods["truth_gap"]
    assert np.isfinite(gap).all()
    return np.abs(gap)


def test_without_bias_and_filtering_the_leader_hears_the_truth(tmp_path):
    calm = UNBIASED | {"prestige": 0.0, "attenuation": 0.0}
    assert truth_gap(tmp_path, calm, 1.0).max() < 1e-4


def test_full_openness_undoes_filtering_from_the_start_week_on(tmp_path):
    start = scenario().start_week
    gap = truth_gap(tmp_path, UNBIASED | {"prestige": 0.0}, 1.0)
    assert gap[start:].max() < 1e-4
    assert gap[:start].max() > 1e-3  # the firm's own openness filters


def test_each_bias_alone_opens_a_gap(tmp_path):
    calm = UNBIASED | {"prestige": 0.0, "attenuation": 0.0}
    for name in UNBIASED:
        worse = {k: v for k, v in calm.items() if k != name}
        assert truth_gap(tmp_path, worse | {name: 0.3}, 1.0).max() > 1e-3, name


def test_with_everyday_bias_there_is_a_gap():
    assert np.abs(records()["open"].periods["truth_gap"]).mean() > 1e-3


def test_adaptive_decides_by_activity_of_matched_reps():
    large = scenario("world.reps=96", "world.managers=8", "world.customers=12000")
    log = replicate(large, 0, ["adaptive"])[0].decisions
    reviews = [entry for entry in log if "activity" in entry["why"]]
    assert reviews
    assert all(entry["week"] > large.start_week for entry in reviews)
    matched = [int(m[1]) for e in reviews if (m := re.search(r"over (\d+) matched reps", e["why"]))]
    assert len(matched) == len(reviews)
    assert matched[0] > 0
