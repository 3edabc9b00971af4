"""The command `optimize`: what it says, keeps and refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from search_helpers import FOCUS, Hill, Nothing

SEARCH = ("-v", f"{FOCUS.name}=0:1", "-v", "policies.lockdown.territory.teams=1,2", "-j", "1")
SMALL = ("--trials", "8", "--searches", "2", "-n", "4", "--fresh", "6")


@pytest.fixture
def optuna() -> None:
    pytest.importorskip("optuna")


@pytest.mark.usefixtures("optuna")
def test_it_says_what_is_best_and_what_it_keeps(say, desk: Path) -> None:
    said = say("optimize", "small", *SEARCH, *SMALL, worlds=Hill())
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert "of lockdown in 4 worlds, 2 searches; judged by the mean over worlds" in " ".join(lines[:3])
    assert "Best in the search: territory.focus_share = " in said.out
    assert "in 6 fresh worlds" in said.out
    assert "No optimiser's curse beyond luck" in " ".join(said.out.split())
    assert max(map(len, lines[:-1])) <= 80
    directory = next(desk.glob("runs/small_sweep-*"))
    written = json.loads((directory / "optimize.json").read_text())
    assert written["trials"] == [8, 8]
    assert written["finalists"][0]["outcomes"][0]["lost"] == pytest.approx(0, abs=1)
    assert (directory / "plots" / "search.png").is_file()
    assert (directory / "study.sqlite").is_file()
    again = say("optimize", "small", *SEARCH, *SMALL, "--json", worlds=Hill())
    assert json.loads(again.out) == written
    shown = say("show", str(directory))
    assert shown.code == 0, shown.err
    assert "Best in the search" in shown.out
    assert say("verify", str(directory)).code == 0
    for command in ("report", "export"):
        refused = say(command, str(directory), *(("--csv",) if command == "export" else ()))
        assert refused.code == 3
        assert "directory of a search" in refused.err
    lost = {name: value for name, value in written.items() if name != "finalists"}
    for harmed in (
        "[]",
        "{",
        "3",
        json.dumps(lost),
        json.dumps({**written, "outcomes": ["x"]}),
        "[" * 100_000,
    ):
        (directory / "optimize.json").write_text(harmed, encoding="utf-8")
        refused = say("show", str(directory))
        told = f"{directory / 'optimize.json'}: damaged (the command that made it writes it again)\n"
        assert (refused.code, refused.out, refused.err) == (3, "", told)


@pytest.mark.usefixtures("optuna")
def test_two_outcomes_and_the_curse(say, desk: Path) -> None:
    said = say(
        "optimize", "small", *SEARCH, *SMALL, "--outcomes", "new_arr,morale_mean", "--json", worlds=Hill()
    )
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["outcomes"] == ["new_arr", "morale_mean"]
    assert len(found["front"]) >= len(found["finalists"]) >= 1
    assert list(desk.glob("runs/*/plots/pareto.png"))

    few = ("--trials", "24", "--searches", "1", "-n", "4", "--fresh", "100", "--no-plots")
    luck = say("optimize", "small", *SEARCH[:2], "-j", "1", *few, worlds=Nothing())
    assert luck.code == 0, luck.err
    told = " ".join(luck.out.split())
    assert "The search was too hopeful by" in told
    assert "was the optimiser's curse." in told


@pytest.mark.usefixtures("optuna")
def test_ctrl_c_keeps_trials_and_the_same_command_goes_on(say, desk: Path) -> None:
    marks = desk / "marks"
    marks.mkdir()
    stopped = say("optimize", "small", *SEARCH, *SMALL, "--no-plots", "--json", worlds=Hill(30, marks))
    assert (stopped.code, stopped.out) == (130, "")
    assert (
        "Interrupted: 28 runs are kept" in stopped.err
    )  # seven candidates of four worlds; of the eighth one run is lost
    unfinished = say("show", str(next(desk.glob("runs/small_sweep-*"))))
    assert (unfinished.code, unfinished.out) == (3, "")
    assert "has not ended" in unfinished.err
    ended = say("optimize", "small", *SEARCH, *SMALL, "--no-plots", "--json", worlds=Hill())
    whole = say("optimize", "small", *SEARCH, *SMALL, "--no-plots", "--json", "-o", "whole", worlds=Hill())
    assert (ended.code, whole.code) == (0, 0)
    assert ended.out == whole.out


def test_without_optuna_it_says_what_to_install(say, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    said = say("optimize", "small", *SEARCH, worlds=Hill())
    assert (said.code, said.out) == (1, "")
    assert "pip install 'sales-policy-lab[search]'" in said.err
    assert not (desk / "runs").exists()


def test_dry_run_needs_nothing(say, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    said = say("optimize", "small", *SEARCH, "-v", "overlap", *SMALL, "--dry-run", "--json")
    found = json.loads(said.out)
    assert [axis["name"] for axis in found["uncertain"]] == ["overlap"]
    assert found["runs"] == (8 * 2 + 2) * 4 + 7 * 6
    assert not (desk / "runs").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-v", "overlap"), "no lever varies"),
        (
            ("-v", f"{FOCUS.name}=0:1", "-v", "policies.preferred.territory.focus_share=0:1"),
            "one policy at a time",
        ),
        (("-v", "policies.open.territory.focus_share=0:1"), "'open' is the baseline"),
        (("-v", f"{FOCUS.name}=0:2"), "focus_share"),
        (("-v", f"{FOCUS.name}=0:1", "--outcomes", "moral_mean"), "did you mean 'morale_mean'?"),
        (("-v", f"{FOCUS.name}=0:1", "--robust", "worst_tenth", "-n", "5"), "5 worlds have no worst tenth"),
        ((), "say what varies"),
    ],
)
def test_bad_input_is_one_message(say, desk: Path, words, message: str) -> None:
    said = say("optimize", "small", *words)
    assert (said.code, said.out) == (3, "")
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert not (desk / "runs").exists()
