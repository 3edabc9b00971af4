from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fake_worlds import POLICIES, FakeWorlds, record, small_scenario
from helpers import assert_same, parts, rows, run

from simulation.outcomes import OUTCOMES
from simulation.runs import Progress, UnknownPolicyError, read_tables, run_experiments

FORK = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


def test_tables_hold_what_the_runs_said() -> None:
    scenario = small_scenario()
    tables = run()
    assert list(tables.runs["policy"]) == [p for p in POLICIES for _ in range(4)]
    assert list(tables.runs["replication"]) == [0, 1, 2, 3] * 3
    truth = record(scenario, "lockdown", 2, scenario.seed)
    mine = tables.periods.query("policy == 'lockdown' and replication == 2")
    assert list(mine["week"]) == list(range(20))
    for name, values in truth.periods.items():
        assert mine[name].to_numpy().dtype == values.dtype
        assert np.array_equal(mine[name], values)
    final = tables.runs.query("policy == 'lockdown' and replication == 2").iloc[0]
    for name, value in truth.final.items():
        assert final[name] == value or np.isnan(value)
    assert len(tables.decisions) == 2 * 4 * 2
    assert list(tables.outcomes["name"]) == list(OUTCOMES)
    assert len(tables.failures) == 0
    assert tables.failures["error"].dtype == tables.runs["policy"].dtype


def test_meta_says_what_was_run() -> None:
    meta = run(seed=5, policies=["preferred", "open"], command="salespolicy compare x").meta
    assert (meta["seed"], meta["policies"], meta["baseline"]) == (5, ["open", "preferred"], "open")
    assert (meta["weeks"], meta["start_week"], meta["command"]) == (20, 5, "salespolicy compare x")
    assert {"name", "value", "default", "low", "high", "unit", "source", "confidence"} <= meta["parameters"][
        0
    ].keys()
    assert meta["policies_text"]["lockdown"] == "territory: mode lockdown, teams 1"


def test_the_seed_changes_the_runs_and_the_directory_keeps_them_apart(tmp_path) -> None:
    with pytest.raises(AssertionError):
        assert_same(run(seed=1), run(seed=2))
    with pytest.raises(ValueError, match="seed"):
        run(seed=-1)


@FORK
@pytest.mark.parametrize(
    "options",
    [
        {"workers": 2, "start_method": "spawn"},
        {"workers": 2, "start_method": "fork"},
        {"arrange": lambda tasks: tasks[::-1]},
        {
            "workers": 3,
            "start_method": "fork",
            "arrange": lambda tasks: sorted(tasks, key=lambda t: -t.replication % 3),
        },
    ],
    ids=["spawn", "fork", "reversed", "fork-shuffled"],
)
def test_same_bytes_however_it_is_run(tmp_path, options) -> None:
    one = run(tmp_path / "one")
    other = run(tmp_path / "other", **options)
    assert parts(tmp_path / "one") == parts(tmp_path / "other")
    assert_same(one, other)
    assert_same(one, run())
    assert_same(one, read_tables(tmp_path / "other"))


def test_the_same_again_computes_nothing(tmp_path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds, seen = FakeWorlds(marks=marks), []
    first = run(tmp_path / "d", worlds=worlds)
    before = parts(tmp_path / "d")
    second = run(tmp_path / "d", worlds=worlds, progress=seen.append)
    assert worlds.calls() == [0, 1, 2, 3]
    assert seen == [Progress(0, 0, kept=12)]
    assert parts(tmp_path / "d") == before
    assert_same(first, second)


def test_more_replications_and_policies_compute_only_those(tmp_path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds, seen, out = FakeWorlds(marks=marks), [], tmp_path / "d"
    run(out, 2, worlds, policies=["open", "lockdown"])
    run(out, 3, worlds, policies=["open", "lockdown"])
    assert worlds.calls() == [0, 1, 2]
    tables = run(out, 4, worlds, progress=seen.append)
    assert seen[0] == Progress(0, 12 - 6, kept=6)
    assert_same(tables, run())
    assert_same(run(out, 2, policies=["lockdown"]), run(None, 2, policies=["lockdown"]))
    assert_same(read_tables(out), run())
    assert_same(read_tables(out, ["open"], 1), run(None, 1, policies=["open"]))


@pytest.mark.parametrize("located", [True, False])
@pytest.mark.parametrize("out", [True, False])
def test_a_failed_run_is_a_row_and_the_others_go_on(tmp_path, located: bool, out: bool) -> None:
    worlds = FakeWorlds(raises=frozenset({("lockdown", 1), ("open", 1), ("preferred", 3)}), located=located)
    tables = run(tmp_path / "d" if out else None, worlds=worlds)
    assert len(tables.runs) == 9
    assert list(tables.failures["policy"]) == ["open", "lockdown", "preferred"]
    assert list(tables.failures["replication"]) == [1, 1, 3]
    assert set(tables.failures["error"]) == {"ZeroDivisionError: no reps left"}
    expected = ({"work"}, {7}) if located else ({""}, {pd.NA})
    assert (set(tables.failures["phase"]), set(tables.failures["week"])) == expected
    complete = run()
    kept = complete.runs.merge(tables.runs[["policy", "replication"]])
    pd.testing.assert_frame_equal(kept, tables.runs)


def test_failed_runs_are_tried_again(tmp_path) -> None:
    out = tmp_path / "d"
    run(out, worlds=FakeWorlds(raises=frozenset({("lockdown", 1)})))
    ((trace,),) = rows(out, "SELECT traceback FROM failures")
    assert "ZeroDivisionError" in trace
    assert "fake_worlds.py" in trace
    assert_same(run(out), run())
    assert rows(out, "SELECT count(*) FROM failures") == [(0,)]


def test_fail_fast_stops_and_keeps_what_is_done(tmp_path) -> None:
    worlds = FakeWorlds(raises=frozenset({("lockdown", 1)}))
    tables = run(tmp_path / "d", worlds=worlds, fail_fast=True)
    assert len(tables.runs) == 3 + 2
    assert_same(run(tmp_path / "d"), run())


def test_records_that_were_not_asked_for_are_failures() -> None:
    def liar(scenario, replication, policies=None, seed=None):
        return [record(scenario, "open", replication, seed)]

    tables = run_experiments(small_scenario(), 1, replicate=liar)
    assert list(tables.failures["policy"]) == ["lockdown", "preferred"]
    assert list(tables.runs["policy"]) == ["open"]


def test_unknown_policies_are_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownPolicyError, match="no policy 'lokdown'") as caught:
        run(policies=["open", "lokdown"])
    assert caught.value.hint == "did you mean 'lockdown'?"
    for wrong in ({"replications": 0}, {"workers": 0}):
        with pytest.raises(ValueError, match="1 or more"):
            run(**wrong)
