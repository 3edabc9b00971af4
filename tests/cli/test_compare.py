from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.stopped import interrupted
from fake_worlds import FakeWorlds

from app.results import _part_name

ONE = ("compare", "small", "-j", "1")
BARE = (*ONE, "--no-plots", "--no-report")


def the_run(desk: Path) -> Path:
    (directory,) = (desk / "runs").iterdir()
    return directory


def test_compare_answers_and_keeps_everything(desk, say) -> None:
    said = say(*ONE)
    assert (said.code, said.err) == (0, "")
    directory = the_run(desk)
    assert directory.name.startswith("small-")
    assert len(directory.name) == len("small-") + 10
    names = {path.name for path in directory.iterdir()}
    assert {
        "spec.yaml",
        "manifest.json",
        "ledger.sqlite",
        "parts",
        "summary.json",
        "plots",
        "report.html",
    } <= names
    assert {path.suffix for path in (directory / "plots").iterdir()} == {".png", ".svg"}
    assert f"Report: runs/{directory.name}/report.html" in said.out
    assert "lockdown" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    report = directory / "report.html"
    stamp = report.stat().st_mtime_ns
    again = say(*ONE)
    assert (again.code, "All runs were there already." in again.out) == (0, True)
    assert report.stat().st_mtime_ns == stamp


def test_results_of_a_part_are_written_beside_those_of_all(desk, say) -> None:
    worlds = FakeWorlds(raises=frozenset(("lockdown", n) for n in range(4)))
    say(*ONE)
    directory = the_run(desk)
    kept = [directory / "summary.json", directory / "report.html", *(directory / "plots").iterdir()]
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept}
    assert len(before) > 10
    for words, name, policies, more in (
        (("-p", "open", "-n", "2"), "part-open-2-worlds", ["open"], 10),
        (("-n", "1"), "part-all-1-world", ["open", "lockdown", "preferred"], 9),
        (("-p", "preferred"), "part-open-preferred-4-worlds", ["open", "preferred"], 4),
    ):
        said = say(*ONE, *words)
        assert f"Report: runs/{directory.name}/{name}/report.html" in said.out
        assert said.out.endswith(
            f"\nruns/{directory.name} holds {more} more runs: its own summary and report are left as they were.\n"
        )
        part = json.loads((directory / name / "summary.json").read_text(encoding="utf-8"))
        assert part == json.loads(say(*ONE, *words, "--json").out)
        assert part["policies"] == policies
        assert (directory / name / "report.html").is_file()
        assert any((directory / name / "plots").glob("*.png"))
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept} == before
    full = before[directory / "summary.json"][1]
    assert json.loads(say("show", directory.name, "--json").out) == json.loads(full)
    assert say("report", directory.name).code == 0
    assert (directory / "summary.json").read_bytes() == full
    assert "more runs" not in say(*BARE).out
    say(*BARE, "--out", "failed", worlds=worlds)
    say(*BARE, "--out", "failed", "-p", "preferred")  # what failed is part of the answer about all
    assert "lockdown" in (desk / "failed" / "summary.json").read_text(encoding="utf-8")


def test_long_names_of_a_part_are_cut() -> None:
    many = [f"policy_{n}" for n in range(17)]
    found = {_part_name(policies, {8}) for policies in (many, many[:-1])}
    assert len(found) == 2
    assert max(map(len, found)) < 40


def test_json_is_the_summary_and_nothing_else(desk, say) -> None:
    said = say(*BARE, "--json")
    data = json.loads(said.out)
    assert said.err == ""
    assert {"scenario", "outcomes", "differences", "verdict", "crossovers", "failures"} <= data.keys()
    assert data == json.loads((the_run(desk) / "summary.json").read_text(encoding="utf-8"))
    assert not (the_run(desk) / "plots").exists()


def test_summary_is_the_same_for_any_way_of_running(desk, say) -> None:
    for name, words in {"a": (), "b": ("-j", "2"), "c": ("-n", "2")}.items():
        say("compare", "small", "-j", "1", *words, "--no-plots", "--no-report", "--out", name)
    say(*BARE, "--out", "c")
    say(*BARE, "-p", "preferred", "--out", "d")
    say(*BARE, "--out", "d")
    texts = {name: (desk / name / "summary.json").read_bytes() for name in "abcd"}
    assert len(set(texts.values())) == 1


def test_policies_bring_the_baseline_and_options_change_the_scenario(desk, say) -> None:
    words = (*BARE, "-p", "preferred", "-n", "3", "-s", "8", "-w", "12", "--set", "world.reps=5", "--json")
    data = json.loads(say(*words).out)
    assert list(data["outcomes"]) == ["open", "preferred"]
    assert (data["seed"], data["weeks"], data["replications"]) == (8, 12, 3)
    spec = (the_run(desk) / "spec.yaml").read_text(encoding="utf-8")
    assert "reps: 5\n" in spec
    command = json.loads((the_run(desk) / "manifest.json").read_text(encoding="utf-8"))["commands"][0]
    assert command == (
        "salespolicy compare small --replications 3 --seed 8 --policies preferred --weeks 12"
        " --set world.reps=5"
    )


def test_some_failed_runs_give_code_4_and_an_answer(desk, say) -> None:
    worlds = FakeWorlds(raises=frozenset({("lockdown", 1)}))
    said = say(*BARE, worlds=worlds)
    assert said.code == 4
    assert "failed: lockdown, world 1, in phase work in week 7: ZeroDivisionError: no reps left" in " ".join(
        said.out.split()
    )
    assert "Traceback" not in said.out + said.err
    data = json.loads(say(*BARE, "--json", worlds=worlds).out)
    assert data["failures"][0]["policy"] == "lockdown"
    assert say(*BARE).code == 0  # tried again, and well


def test_fail_fast_stops_early(desk, say) -> None:
    worlds = FakeWorlds(raises=frozenset({("lockdown", 0)}), located=False)
    said = say(*BARE, "--fail-fast", "--json", worlds=worlds)
    assert said.code == 4
    assert json.loads(said.out)["replications"] == 1


def test_no_run_finished(desk, say) -> None:
    raises = frozenset((policy, n) for policy in ("open", "lockdown", "preferred") for n in range(4))
    said = say(*BARE, worlds=FakeWorlds(raises=raises))
    assert (said.code, said.out) == (4, "")
    assert said.err == "No run finished; 12 failed: open, world 0: ZeroDivisionError: no reps left\n"


def test_dry_run_writes_nothing(desk, say) -> None:
    said = say(*ONE, "--dry-run")
    assert "3 policies x 4 worlds = 12 runs of 20 weeks" in said.out
    plan = json.loads(say(*ONE, "--dry-run", "--json", "-p", "preferred").out)
    assert (plan["runs"], plan["policies"], plan["exists"]) == (8, ["open", "preferred"], False)
    assert not (desk / "runs").exists()
    say(*BARE)
    assert json.loads(say(*ONE, "--dry-run", "--json").out)["directory"] == f"runs/{the_run(desk).name}"


def test_dry_run_knows_what_is_left_and_refuses_what_the_run_refuses(desk, say) -> None:
    say(*BARE, "-n", "2")
    assert "6 runs are there already, 6 are left" in " ".join(say(*ONE, "--dry-run").out.split())
    assert json.loads(say(*ONE, "--dry-run", "--json").out)["kept"] == 6
    say(*BARE)
    assert "time:      nothing is left to run\n" in say(*ONE, "--dry-run").out
    assert json.loads(say(*ONE, "--dry-run", "--json").out)["seconds"] == 0
    (desk / "mine").mkdir()
    assert say(*ONE, "--dry-run", "--out", "mine").code == 0
    (desk / "mine" / "a.txt").write_text("x")
    other = str(the_run(desk))
    for words in (("--out", "mine"), ("--out", "mine/a.txt"), ("--out", other, "-s", "9")):
        dry, real = say(*BARE, *words, "--dry-run"), say(*BARE, *words)
        assert (dry.code, dry.out, real.code) == (3, "", 3)
        assert dry.err.split()[0] == real.err.split()[0]
        assert "directory" in dry.err


def test_a_foreign_directory_is_refused(desk, say) -> None:
    (desk / "mine").mkdir()
    (desk / "mine" / "a.txt").write_text("x")
    said = say(*BARE, "--out", "mine")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("mine is not empty and not a run directory")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_what_is_done_and_the_same_command_resumes(desk, say, workers: str) -> None:
    words = ["compare", "small", "-n", "40", "--no-plots", "--no-report", "-j", workers, "--out", "d"]
    code, out, err = interrupted(desk, words, "d/parts/*.parquet")
    assert (code, out) == (130, "")
    assert len(err.splitlines()) == 1, err
    assert err.startswith("Interrupted: ")
    assert err.endswith("of 120 runs are kept in d. The same command resumes.\n")
    kept = int(err.split()[1])
    assert 3 <= kept < 120  # parts come three at a time, and the last three may not be in the ledger yet
    said = say(*words)
    assert said.code == 0
    assert said.err == f"{kept} runs are there already, {120 - kept} are still to be done\n"


def test_helpers_draw_the_same_pictures(desk, say) -> None:
    for name, workers in (("alone", "1"), ("helped", "2")):
        assert say("compare", "small", "-j", workers, "--out", name).code == 0
    alone, helped = (
        {path.name: path.read_bytes() for path in (desk / name / "plots").iterdir()}
        for name in ("alone", "helped")
    )
    assert len(alone) > 10
    assert alone == helped
    pictures = [
        page.read_text(encoding="utf-8").count("data:image/png") for page in desk.glob("*/report.html")
    ]
    assert pictures[0] == pictures[1] > len(alone) // 2  # and those of the first page


def test_the_answer_comes_before_the_pictures(desk, say, monkeypatch) -> None:
    """Whoever stops us while we draw has the answer, and the same command draws what is missing."""

    def stopped(*arguments, **options) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.drawing.save_plots", stopped)
        said = say(*ONE)
    assert (said.code, "lockdown" in said.out, "Report:" in said.out) == (130, True, False)
    assert "12 of 12 runs are kept" in said.err
    assert not (the_run(desk) / "report.html").exists()
    assert say(*ONE).code == 0
    assert (the_run(desk) / "report.html").is_file()
    with monkeypatch.context() as patch:  # more worlds, stopped again: no report of fewer is left
        patch.setattr("app.drawing.save_plots", stopped)
        assert say(*ONE, "-n", "6").code == 130
    assert not (the_run(desk) / "report.html").exists()


def test_the_verdict_is_tried_in_other_worlds_and_told_again(desk, say) -> None:
    first = say(*BARE, "-n", "3", "-p", "lockdown", "--worlds", "32", "--json")
    assert first.code == 0, first.err
    told = json.loads(first.out)
    found = told["elsewhere"]
    assert (found["asked"], found["worlds"]) == (32, 32)
    assert 0 <= found["ci_low"] <= found["holds_in"] <= found["ci_high"] <= 1
    assert f"{100 * found['holds_in']:.0f} %" in told["verdict"]["ending"]
    (runs,) = (the_run(desk) / "elsewhere").iterdir()
    kept = {path.name: path.stat().st_mtime_ns for path in (runs / "parts").iterdir()}
    again = say(*BARE, "-n", "3", "-p", "lockdown", "--worlds", "32", "--json")
    assert again.out == first.out
    assert kept == {path.name: path.stat().st_mtime_ns for path in (runs / "parts").iterdir()}
    shown = say("show", the_run(desk).name)
    assert "worlds drawn from the stated ranges" in " ".join(shown.out.split())
    kept_there = json.loads((the_run(desk) / "elsewhere.json").read_text(encoding="utf-8"))
    for odd in (
        {"best": "x"},
        {**kept_there, "ci_low": None},
        {**kept_there, "against": [1]},
        {**kept_there, "weakest": {}},
    ):
        (the_run(desk) / "elsewhere.json").write_text(json.dumps(odd), encoding="utf-8")
        said = say("show", the_run(desk).name)
        assert (said.code, "was not tried" in " ".join(said.out.split())) == (0, True)
        assert "elsewhere.json: damaged, and left out" in said.err


def test_too_few_other_worlds_are_refused_and_none_is_said(desk, say) -> None:
    assert "31 are too few" in " ".join(say(*BARE, "--worlds", "31").err.split())
    said = say(*BARE, "--worlds", "0")
    assert "was not tried" in " ".join(said.out.split())
    assert not (the_run(desk) / "elsewhere").exists()
    assert json.loads(say(*BARE, "--dry-run", "--json", "-n", "20").out)["elsewhere"] == 64
    assert json.loads(say(*BARE, "--dry-run", "--json", "-n", "19").out)["elsewhere"] == 0
