"""Sweeps: which points, the same luck at each, kept in blocks, resumed and extended without a trace."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_worlds import FakeWorlds
from helpers import forge, parts, rows, server
from sweep_helpers import Sloped, assert_same, small_sweep, sweep, sweep_after
from test_kills import wait_until_free

from simulation.runs import DirectoryRefusedError, Progress, read_tables
from simulation.runs import sweep_store as stores
from simulation.runs.designs import points_of, shares_of, steps_of
from simulation.runs.settings import read_again, with_settings
from simulation.runs.sweep_tables import SweepTables, read_sweep
from simulation.runs.watched import watch_sweep
from simulation.spec import SpecError, load_scenario
from simulation.spec.axes import Axis

FLAGSHIP = "scenarios/industry_focus.yaml"
SMALL = 32 * 3  # runs in a block: those of 32 points


def test_a_larger_sobol_design_begins_with_the_smaller() -> None:
    large = points_of(small_sweep(100))
    assert points_of(small_sweep(37)) == large[:37]
    assert points_of(small_sweep(1)) == large[:1]
    assert len(set(large)) == 100
    other = small_sweep(100, scenario=small_sweep().scenario.model_copy(update={"seed": 2}))
    assert points_of(other) != large


def test_latin_hypercube_has_one_value_in_each_part() -> None:
    values = points_of(small_sweep(30, design="latin_hypercube"))
    overlap = np.sort([value[0] for value in values])
    assert np.array_equal(np.floor(overlap * 30), np.arange(30))
    counts = [sum(value[1] == reps for value in values) for reps in (2, 4, 8)]
    assert counts == [10, 10, 10]


def test_grid_holds_every_combination_once_and_any_beginning_is_spread() -> None:
    axes = (Axis("a", ("a",), low=0, high=3, steps=4), Axis("b", ("b",), values=("x", "y")))
    values = points_of(small_sweep(1, design="grid", points=8, axes=axes))
    assert sorted(values) == sorted(product((0.0, 1.0, 2.0, 3.0), ("x", "y")))
    assert {a > 1 for a, _ in values[:2]} == {True, False}


def test_where_values_lie_undoes_the_drawing() -> None:
    axes = (
        Axis("a", ("a",), low=2.0, high=5.0),
        Axis("b", ("b",), low=0.01, high=10.0, distribution="log_uniform"),
        Axis("c", ("c",), values=("x", "y", "z")),
    )
    u = np.random.default_rng(1).random((50, 3))
    values = [tuple(axis.at(x) for axis, x in zip(axes, row, strict=True)) for row in u.tolist()]
    found = shares_of(axes, values)
    assert np.allclose(found[:, :2], u[:, :2])
    assert np.array_equal(found[:, 2], (np.floor(3 * u[:, 2]) + 0.5) / 3)


def test_a_step_of_morris_counts_by_what_its_values_move() -> None:
    axes = (
        Axis("a", ("a",), low=2.0, high=5.0),
        Axis("b", ("b",), values=("x", "y")),
        Axis("c", ("c",), values=(1, 2, 3)),
        Axis("d", ("d",), low=1.0, high=2.0, integer=True),
    )
    given = small_sweep(40, design="morris", points=200, axes=axes)
    which, step = steps_of(given)
    assert which.shape == step.shape == (40, 4)
    for axis, sizes in enumerate(({2 / 3}, {1.0}, {0.5, 1.0}, {1.0})):
        assert set(np.abs(step[which == axis]).round(9)) == {round(size, 9) for size in sizes}
    assert points_of(small_sweep(10, design="morris", points=50, axes=axes)) == points_of(given)[:50]


def test_distributions_are_what_they_say() -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    peaked = Axis("a", ("a",), low=0.0, high=10.0, distribution="triangular", peak=2.0)
    drawn = np.array([peaked.at(x) for x in u.tolist()])
    assert drawn.mean() == pytest.approx((0 + 10 + 2) / 3, rel=1e-3)
    assert np.var(drawn) == pytest.approx((0 + 100 + 4 - 0 - 0 - 20) / 18, rel=1e-3)
    whole = Axis("n", ("n",), low=1.0, high=4.0, integer=True)
    assert np.allclose(np.unique([whole.at(x) for x in u.tolist()], return_counts=True)[1], 5000)


def test_tables_hold_every_run_with_its_values_and_the_same_luck_at_each_point() -> None:
    tables = sweep()
    runs = tables.runs
    assert len(runs) == 16 * 2 * 3
    assert list(runs.columns[:6]) == ["point", "policy", "replication", "seed", "x.overlap", "x.world.reps"]
    gain = runs.pivot(index=["point", "replication"], columns="policy", values="new_arr")
    known = runs.drop_duplicates(["point", "replication"]).set_index(["point", "replication"])
    expected = 1e6 * (known["x.overlap"] - 0.4) * known["x.world.reps"]
    assert np.allclose(gain["lockdown"] - gain["open"], expected)
    assert gain["open"].groupby(level="replication").nunique().eq(1).all()  # luck does not know the point
    assert tables.periods.empty
    assert tables.meta["points"] == 16


COARSE = (
    Axis("world.reps", ("world/reps",), "", (2, 4)),
    Axis("overlap", ("overlap",), "", (0.1, 0.5, 0.9)),
)


def lived_in(out: Path | None, **options: Any) -> tuple[SweepTables, int, int]:
    """The tables of a sweep, how many runs were lived for them, and how many it said that would be."""
    told: list[Progress] = []
    tables = sweep(out, progress=told.append, **options)
    return tables, told[-1].done, told[0].total


def test_points_with_the_same_values_are_lived_once_and_have_rows_of_their_own(tmp_path: Path) -> None:
    given = small_sweep(32, axes=COARSE)
    assert len(set(points_of(given))) == 6
    tables, lives, said = lived_in(tmp_path / "d", sweep=given)
    assert lives == said == 6 * 2 * 3
    assert len(tables.runs) == 32 * 2 * 3
    assert_same(sweep(sweep=given), tables)
    # Each row is what its own point gives, when it is a sweep of one point.
    for point, values in enumerate(points_of(given)):
        alone = sweep(sweep=small_sweep(1, axes=COARSE, design="table", rows=(values,))).runs
        mine = tables.runs[tables.runs["point"] == point].assign(point=0).reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone)
    again, lives, said = lived_in(tmp_path / "d", sweep=given)
    assert lives == said == 0
    assert_same(again, tables)
    assert_same(read_sweep(tmp_path / "d"), tables)


def test_more_points_with_the_same_values_are_lived_once_more(tmp_path: Path) -> None:
    """What a value gave is in a file by then; more of it is lived once, however many points there are."""
    sweep(tmp_path / "d", sweep=small_sweep(8, axes=COARSE))
    tables, lives, said = lived_in(tmp_path / "d", sweep=small_sweep(64, axes=COARSE, replications=3))
    assert lives == said <= 6 * 3 * 3
    assert_same(tables, sweep(sweep=small_sweep(64, axes=COARSE, replications=3)))


def test_a_failed_run_is_a_row_for_each_point_with_its_values(tmp_path: Path) -> None:
    given = small_sweep(8, axes=COARSE[:1])
    worlds = Sloped(FakeWorlds(raises=frozenset({("lockdown", 1)})))
    tables, lives, _ = lived_in(tmp_path / "d", sweep=given, worlds=worlds)
    assert lives == 2 * 2 * 3
    assert tables.failures["point"].tolist() == list(range(8))
    tables, lives, _ = lived_in(tmp_path / "d", sweep=given)
    assert (lives, len(tables.failures)) == (2, 0)
    assert_same(tables, sweep(sweep=given))


def test_weeks_are_kept_where_they_are_asked_for() -> None:
    given = small_sweep(4, weekly=("new_arr", "morale_mean"))
    periods = sweep(sweep=given).periods
    assert list(periods.columns) == ["point", "policy", "replication", "week", "new_arr", "morale_mean"]
    assert len(periods) == 4 * 2 * 3 * given.scenario.weeks


def test_a_directory_is_the_same_however_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "BLOCK", 5 * 3)  # five points of three policies
    whole = sweep(tmp_path / "one")
    for name, options in {
        "two": {"workers": 2, "start_method": "fork"},
        "shuffled": {"arrange": lambda tasks: tasks[::-1]},
        "grown": {},
    }.items():
        if name == "grown":
            sweep(tmp_path / name, sweep=small_sweep(10, replications=1))
        assert_same(sweep(tmp_path / name, **options), whole)
    assert parts(tmp_path / "one") == parts(tmp_path / "two") == parts(tmp_path / "shuffled")
    assert_same(sweep(None), whole)
    # a smaller sweep of the same directory sees its own part, and adds nothing
    small = sweep(
        tmp_path / "one", sweep=small_sweep(7, replications=1), worlds=FakeWorlds(raises=frozenset())
    )
    assert set(small.runs["point"]) == set(range(7))
    assert set(small.runs["replication"]) == {0}


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = Sloped(FakeWorlds(marks=marks))
    sweep(tmp_path / "d", sweep=small_sweep(8), worlds=worlds)
    assert len(worlds.worlds.calls()) == 16
    sweep(tmp_path / "d", sweep=small_sweep(8, replications=3), worlds=worlds)
    assert worlds.worlds.calls()[16:] == [2] * 8
    sweep(tmp_path / "d", sweep=small_sweep(12, replications=3), worlds=worlds)
    assert len(worlds.worlds.calls()) == 24 + 12


def test_failures_are_rows_that_say_how_to_see_them_again(tmp_path: Path) -> None:
    worlds = Sloped(FakeWorlds(raises=frozenset({("lockdown", 1)})))
    tables = sweep(tmp_path / "d", sweep=small_sweep(4), worlds=worlds)
    assert len(tables.runs) == 4 * 5
    assert list(tables.failures["point"]) == [0, 1, 2, 3]
    assert set(tables.failures["policy"]) == {"lockdown"}
    first = tables.failures.iloc[0]
    assert (first["phase"], first["week"]) == ("work", 7)
    assert "--set world.parameters.overlap=" in first["settings"]
    assert "--set world.reps=" in first["settings"]
    again = sweep(tmp_path / "d", sweep=small_sweep(4))
    assert not len(again.failures)
    assert_same(again, sweep(None, sweep=small_sweep(4)))
    assert_same(read_sweep(tmp_path / "d"), again)


def test_only_what_is_asked_for_is_read_again(tmp_path: Path) -> None:
    whole = sweep(tmp_path / "d", sweep=small_sweep(4)).runs
    keys = ["point", "policy", "replication", "seed", "x.overlap", "x.world.reps"]
    again = read_sweep(tmp_path / "d", outcomes=["morale_mean"]).runs
    pd.testing.assert_frame_equal(again, whole[[*keys, "morale_mean"]])
    assert list(read_sweep(tmp_path / "d", outcomes=[]).runs.columns) == keys
    with pytest.raises(ValueError, match="no outcome moral"):
        read_sweep(tmp_path / "d", outcomes=["moral"])


def test_duckdb_reads_the_parts(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed, and no extra brings it")
    runs = sweep(tmp_path / "d", sweep=small_sweep(4)).runs
    query = (
        f"""SELECT "x.overlap", policy, avg(new_arr) FROM '{tmp_path}/d/parts/*.runs.parquet' GROUP BY ALL"""
    )
    found = {(x, policy): mean for x, policy, mean in duckdb.sql(query).fetchall()}
    assert found == runs.groupby(["x.overlap", "policy"])["new_arr"].mean().to_dict()


def test_a_world_that_cannot_be_is_a_failure_and_no_end() -> None:
    axes = (Axis("world.managers", ("world/managers",), values=(1, 2, 50)),)  # more managers than reps
    tables = sweep(sweep=small_sweep(12, axes=axes))
    assert 0 < tables.runs["point"].nunique() < 12
    assert set(tables.failures["phase"]) == {"spec"}
    assert tables.failures["error"].str.contains("managers").all()


def test_kinds_of_directories_are_told_apart(tmp_path: Path) -> None:
    sweep(tmp_path / "d", sweep=small_sweep(2))
    with pytest.raises(DirectoryRefusedError, match="of a sweep"):
        read_tables(tmp_path / "d")
    with pytest.raises(DirectoryRefusedError, match="something else"):
        sweep(tmp_path / "d", sweep=small_sweep(2, axes=small_sweep().axes[:1]))


def test_settings_make_the_scenario_that_a_file_would() -> None:
    scenario = load_scenario(FLAGSHIP)
    by_hand = load_scenario(
        FLAGSHIP, ["world.reps=60", "world.parameters.overlap=0.25", "policies.preferred.territory.teams=6"]
    )
    settings = {"world/reps": 60, "overlap": 0.25, "policies/preferred/territory/teams": 6}
    assert with_settings(scenario, settings) == by_hand
    with pytest.raises(SpecError, match="manager"):
        with_settings(scenario, {"world/reps": 5})


@pytest.mark.parametrize(
    "settings",
    [
        {"world/reps": 60},
        {"policies/preferred/territory/teams": 6, "world/customers": 15_000},
        {"world/segments/0/deal_value_sigma": 1.25, "policies/lockdown/territory/share": 0.7},
        {"world/reps": 8, "world/managers": 2},  # wrong for a moment: fewer reps than there are managers
    ],
    ids=str,
)
def test_the_short_way_to_a_world_leads_to_the_same(settings: dict[str, object]) -> None:
    scenario = load_scenario(FLAGSHIP)
    assert with_settings(scenario, settings) == read_again(scenario, settings)


@pytest.mark.parametrize("values", [("lockdown", "preferred"), (True, False), (2, 4), (1, "all")])
def test_worlds_watched_over_a_list_are_read_again(tmp_path: Path, values: tuple[Any, ...]) -> None:
    """`watch` makes its sweep of what the other's directory says of its axes."""
    axes = [Axis("listed", (), "", values).facts(), Axis("overlap", ("overlap",)).facts()]
    rows_of_it = [[value, place / 4] for place, value in enumerate(values)]
    watched = watch_sweep(small_sweep().scenario, "lockdown", axes, rows_of_it, 2)
    sweep(tmp_path, sweep=watched)
    assert read_sweep(tmp_path).runs["x.listed"].nunique() == len(values)


@pytest.mark.parametrize(("axis", "value"), [("overlap", "x"), ("world.reps", "x"), ("world.reps", 3.0)])
def test_values_that_no_axis_has_are_refused(tmp_path: Path, axis: str, value: object) -> None:
    """Of a range the table has numbers, of a list these; the ledger knows the forged table's hash."""
    out = tmp_path / "d"
    sweep(out)
    forge(out, f"x.{axis}", value)
    with pytest.raises(DirectoryRefusedError, match=rf"column 'x.{axis}' has values that its axis does not"):
        read_sweep(out)


def test_killed_and_resumed_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "BLOCK", SMALL)
    out, given, halves = tmp_path / "d", small_sweep(256), 0  # sixteen blocks
    options = {
        "out": out, "sweep": given, "worlds": Sloped(FakeWorlds(delay=0.0003)), "workers": 2, "start_method": "fork",
    }  # fmt: skip
    for after in np.random.default_rng(5).integers(1, 500, 4):  # runs, not seconds: machines differ
        ready = server().Event()
        process = server().Process(target=sweep_after, args=(ready, SMALL, int(after)), kwargs=options)
        process.start()
        assert ready.wait(60)
        process.kill()
        process.join()
        count = rows(out, "SELECT count(*) FROM runs")[0][0]
        halves += 0 < count < 256 * 2 * 3
        known = dict(rows(out, "SELECT file, sha256 FROM parts"))
        assert {name: parts(out)[name] for name in known} == known
        wait_until_free(out)
        if count == 256 * 2 * 3:
            break
    assert halves, "no kill came in the middle"
    tables = sweep(**options)
    assert_same(tables, sweep(None, sweep=given))
    sweep(tmp_path / "whole", sweep=given)
    assert parts(out) == parts(tmp_path / "whole")
    assert not list(out.rglob("*.tmp"))
    assert tables.runs.duplicated(["point", "policy", "replication"]).sum() == 0
