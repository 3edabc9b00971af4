"""The runs of an explanation: what their names say is what happens in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.runs import run_experiments
from simulation.runs.explained import GATES, SETS, Gated, label, read_label, run_split, split_scenario
from simulation.spec import load_scenario
from simulation.world.gates import GATE_WORDS

SMALL = ["world.reps=8", "world.managers=2", "world.customers=300", "weeks=30", "burn_in_weeks=6"]


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("scenarios/industry_focus.yaml", SMALL)


def test_names_are_read_back() -> None:
    assert {read_label(label("a~b", working)) for working in range(SETS)} == {("a~b", w) for w in range(SETS)}
    assert GATE_WORDS.keys() == set(GATES)
    assert SETS == 64


def test_with_all_at_work_it_is_the_run_of_an_experiment_and_with_none_nothing_moves(scenario) -> None:
    merged, _ = split_scenario(scenario, "lockdown", "open")
    names = [label("lockdown", SETS - 1), label("lockdown", 0), label("open", SETS - 1), label("open", 0)]
    split = run_experiments(merged, 2, names, replicate=Gated(("new_arr", "exits", "morale_mean")))
    plain = run_experiments(scenario, 2, ["lockdown", "open"])
    for policy in ("lockdown", "open"):
        ours = (
            split.runs[split.runs["policy"] == label(policy, SETS - 1)]
            .drop(columns="policy")
            .reset_index(drop=True)
        )
        theirs = plain.runs[plain.runs["policy"] == policy].drop(columns="policy").reset_index(drop=True)
        pd.testing.assert_frame_equal(ours, theirs)
    frozen = split.periods[split.periods["policy"].isin([label("lockdown", 0), label("open", 0)])]
    later = frozen[frozen["week"] > scenario.start_week]
    assert not later["exits"].any()
    assert split.runs["handovers_policy"].sum() > 0


def test_all_sets_of_both_policies_and_no_more(scenario, tmp_path) -> None:
    tables = run_split(scenario, "lockdown", "open", 1, out=tmp_path / "d")
    assert len(tables.runs) == 2 * SETS
    assert tables.meta["policy"] == "lockdown"
    seen: list[int] = []
    again = run_split(
        scenario, "lockdown", "open", 1, out=tmp_path / "d", progress=lambda s: seen.append(s.total)
    )
    assert seen[0] == 0
    pd.testing.assert_frame_equal(again.runs, tables.runs)
    gap = tables.runs.pivot(index="policy", columns="replication", values="new_arr")[0]
    assert np.isfinite(gap).all()
