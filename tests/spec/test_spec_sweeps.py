"""Files of sweeps: what they mean, and one clear message at its place for everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.spec import SpecError, check_files
from simulation.spec.sweeps import Sweep, load_sweep

FLAGSHIP = Path(__file__).resolve().parents[2] / "scenarios" / "industry_focus.yaml"


def written(folder: Path, text: str, points: str = "") -> Path:
    path = folder / "mine.yaml"
    path.write_text(text.replace("SCENARIO", str(FLAGSHIP)), encoding="utf-8")
    if points:
        (folder / "points.csv").write_text(points, encoding="utf-8")
    return path


def load(folder: Path, text: str, points: str = "") -> Sweep:
    return load_sweep(written(folder, text, points))


def test_a_range_left_out_is_that_of_the_table_and_in_the_log_where_it_is_wide(tmp_path: Path) -> None:
    found = load(tmp_path, "scenario: SCENARIO\npoints: 8\nvary:\n  overlap:\n  surfacing:\n  practices:\n")
    overlap, surfacing, practices = found.axes
    assert (overlap.low, overlap.high, overlap.distribution) == (0, 1, "uniform")
    assert (surfacing.low, surfacing.high, surfacing.distribution) == (0.005, 0.2, "log_uniform")
    assert practices.integer
    assert found.points == 8
    assert found.name == "mine"


def test_policies_that_inherit_a_setting_follow(tmp_path: Path) -> None:
    text = "scenario: SCENARIO\npoints: 4\npolicies: [lockdown, lockdown_all, lockdown_phased]\nvary:\n"
    found = load(tmp_path, text + "  policies.lockdown.territory.teams: [2, 4]\n")
    assert found.policies == ("open", "lockdown", "lockdown_all", "lockdown_phased")
    places = {target.split("/")[1] for target in found.axes[0].targets}
    assert places == {"lockdown", "lockdown_phased"}  # lockdown_all says teams: 8 itself
    assert dict(found.settings((4,))) == {
        f"policies/{name}/territory/teams": 4 for name in ("lockdown", "lockdown_phased")
    }


def test_whole_numbers_stay_whole_and_others_do_not(tmp_path: Path) -> None:
    text = "scenario: SCENARIO\npoints: 4\nvary:\n  world.reps: {low: 60, high: 80}\n"
    found = load(tmp_path, text + "  policies.lockdown.release.protect_share: {low: 0, high: 1}\n")
    reps, share = found.axes
    assert reps.integer
    assert not share.integer
    assert dict(found.settings((reps.at(0.5), share.at(0.5)))) == {
        "world/reps": 70, **dict.fromkeys(share.targets, 0.5),
    }  # fmt: skip


def test_sizes(tmp_path: Path) -> None:
    grid = "scenario: SCENARIO\ndesign: grid\nvary:\n  overlap: {steps: 5}\n  world.reps: [60, 120]\n"
    assert load(tmp_path, grid).points == 10
    table = "scenario: SCENARIO\ndesign: table\ntable: points.csv\n"
    found = load(tmp_path, table, "overlap,world.reps\n0.2,60\n0.4,120\n0.5,60\n")
    assert found.points == 3
    assert found.rows == ((0.2, 60), (0.4, 120), (0.5, 60))
    assert found.settings(found.rows[1]) == (("overlap", 0.4), ("world/reps", 120))


HEAD = "scenario: SCENARIO\npoints: 8\nvary:\n"
TABLE = "scenario: SCENARIO\ndesign: table\ntable: points.csv\n"
OVERLAP = "scenario: SCENARIO\npoints: 4\nvary:\n  overlap:\n"
TWO = "overlap,compliance\n"
WRONG = {  # what is wrong: text, table, line, column, words of the message and hint
    "no such parameter": (HEAD + "  overlapp:\n", "", 4, 3, "did you mean 'overlap'?"),
    "outside the range": (HEAD + "  overlap: [0.5, 2]\n", "", 4, 3, "must be between 0 and 1 share, not 2"),
    "low outside": (HEAD + "  overlap: {low: -1, high: 1}\n", "", 4, 3, "between 0 and 1 share, not -1"),
    "not whole": (HEAD + "  practices: [8.5, 12]\n", "", 4, 3, "whole number"),
    "ends turned round": (HEAD + "  overlap: {low: 0.5, high: 0.2}\n", "", 4, 3, "low must be below high"),
    "one value": (HEAD + "  overlap: [0.5]\n", "", 4, 3, "at least 2"),
    "twice": (HEAD + "  overlap: [0.5, 0.5]\n", "", 4, 3, "listed twice"),
    "both ways": (HEAD + "  overlap: {values: [0.1, 0.5], low: 0}\n", "", 4, 3, "values stand alone"),
    "log of nought": (HEAD + "  overlap: {distribution: log_uniform}\n", "", 4, 3, "above 0"),
    "no distribution": (HEAD + "  overlap: {distribution: cauchy}\n", "", 4, 27, "must be one of uniform"),
    "fixed": (HEAD + "  seed: [1, 2]\n", "", 4, 3, "luck is the same at all points"),
    "no range": (HEAD + "  world.reps:\n", "", 4, 3, "only parameters have a range of their own"),
    "no such path": (HEAD + "  world.repps: [10, 20]\n", "", 4, 3, "unknown key 'repps'"),
    "no such policy": (HEAD + "  policies.locked.territory.teams: [2, 4]\n", "", 4, 3, "did you mean 'lockdown'?"),
    "lever refuses": (HEAD + "  policies.lockdown.territory.teams: [4, 99]\n", "", 4, 3, "teams"),
    "nothing changes": (
        HEAD.replace("vary", "policies: [preferred]\nvary") + "  policies.lockdown.territory.teams: [2, 4]\n",
        "", 5, 3, "changes nothing",
    ),
    "policy unknown": (
        OVERLAP.replace("points", "policies: [lokdown]\npoints"), "", 2, 12, "did you mean 'lockdown'?",
    ),
    "scenario unknown": ("scenario: industry_focuss\npoints: 4\nvary:\n  overlap:\n", "", 1, 11, "did you mean"),
    "no points": ("scenario: SCENARIO\nvary:\n  overlap:\n", "", 1, 1, "needs points"),
    "points of a grid": (
        "scenario: SCENARIO\ndesign: grid\npoints: 4\nvary:\n  overlap: [0, 1]\n", "", 3, 9, "leave it out",
    ),
    "grid of a range": ("scenario: SCENARIO\ndesign: grid\nvary:\n  overlap:\n", "", 4, 3, "low, high and steps"),
    "nothing varies": ("scenario: SCENARIO\npoints: 4\nvary: {}\n", "", 3, 1, "nothing varies"),
    "too many": (
        "scenario: SCENARIO\ndesign: grid\nvary:\n"
        + "".join(f"  {n}: {{steps: 1000}}\n" for n in ("overlap", "compliance", "hot_stove", "purpose_gain")),
        "", 2, 9, "1,000,000,000,000 points are too many",
    ),
    "weekly": (HEAD + "  overlap:\nweekly: [new_arrr]\n", "", 5, 1, "did you mean 'new_arr'?"),
    "set": ("scenario: SCENARIO\nset:\n  world.repps: 5\npoints: 4\nvary:\n  overlap:\n", "", 3, 3, "unknown key"),
    "table not there": (TABLE, "", 3, 8, "there is no file"),
    "table outside": ("scenario: SCENARIO\ndesign: table\ntable: ../points.csv\n", "", 3, 8, "outside"),
    "table alone": (
        OVERLAP.replace("vary", "table: points.csv\nvary"), "overlap\n0\n1\n", 1, 1, "belong together",
    ),
    "column missing": (
        TABLE + "vary:\n  compliance:\n", "overlap\n0.1\n0.5\n", 1, 1, "no column 'compliance'"
    ),
    "cell empty": (TABLE, TWO + "0.1,\n0.5,1\n", 2, 5, "cell is empty"),
    "cell wrong": (TABLE, "overlap\n0.1\n7\n", 3, 1, "between 0 and 1"),
    "row short": (TABLE, TWO + "0.1\n0.5,1\n", 2, 1, "1 values, but 2 columns"),
    "one row": (TABLE, "overlap\n0.1\n", 3, 8, "two points or more"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_clear_message_at_its_place(tmp_path: Path, case: str) -> None:
    text, points, line, column, words = WRONG[case]
    path = written(tmp_path, text, points)
    with pytest.raises(SpecError) as refused:
        load_sweep(path)
    found = refused.value.problems
    assert any(words in str(problem) for problem in found), found
    problem = next(problem for problem in found if words in str(problem))
    assert (problem.line, problem.column) == (line, column), str(problem)
    assert Path(problem.file).parent == tmp_path
    assert check_files([path]) == found


def test_shipped_sweeps_load() -> None:
    shipped = sorted((FLAGSHIP.parent / "sweeps").glob("*.yaml"))
    assert shipped
    assert check_files(shipped) == []
