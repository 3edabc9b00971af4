"""The runs of an explanation: what their names say is what happens in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.runs import explained, run_experiments
from simulation.runs.explained import GATES, SETS, Gated, label, read_label, run_split, split_scenario
from simulation.runs.replicate import at_the_start, live, record_of, released
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


SMALLER = ["world.reps=8", "world.managers=2", "world.customers=300", "weeks=28", "burn_in_weeks=6"]


@pytest.mark.parametrize(
    ("name", "policy", "against", "fewer_than"),
    [
        ("industry_focus", "lockdown", "open", 64),
        ("industry_focus", "adaptive", "lockdown_open", 128),
        ("segment_choice", "probe_usage", "both", 128),
        ("efficiency_innovation", "learning_organisation", "efficiency_only", 64),
    ],
)
def test_a_set_that_is_not_lived_has_the_run_it_would_have_had(
    name: str, policy: str, against: str, fewer_than: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load_scenario(f"scenarios/{name}.yaml", SMALLER)
    merged, names = split_scenario(scenario, policy, against)
    lived: list[str] = []
    life = explained._life
    monkeypatch.setattr(explained, "_life", lambda *told: (lived.append(told[1]), life(*told))[1])
    theirs = []
    with at_the_start(merged, 1, None) as base:
        for run in names:
            closed = [gate for place, gate in enumerate(GATES) if not read_label(run)[1] >> place & 1]
            with released(base.fork(run, closed)) as model:
                live(model, merged.weeks, run)
                theirs.append(record_of(model))
    ours = Gated(tuple(theirs[0].periods))(merged, 1, names)
    assert 2 < len(lived) < fewer_than
    for mine, other in zip(ours, theirs, strict=True):
        assert (mine.policy, mine.periods.keys()) == (other.policy, other.periods.keys())
        for column, values in other.periods.items():
            assert (column, mine.periods[column].dtype) == (column, values.dtype)
            assert mine.periods[column].tobytes() == values.tobytes(), (mine.policy, column)
        np.testing.assert_equal(mine.final, other.final)


def test_what_is_lived_alone_is_what_is_lived_beside_others(scenario) -> None:
    merged, names = split_scenario(scenario, "lockdown", "open")
    beside = Gated(("new_arr",))(merged, 0, names)
    (alone,) = Gated(("new_arr",))(merged, 0, [names[7]])
    np.testing.assert_equal(alone.final, beside[7].final)
