"""What `--dry-run` says of the time: measured by earlier commands, or called a guess."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app import pace
from app.cli import main
from app.pace import Estimate, Pace, estimate, remember
from app.progress import ENOUGH, Bar
from app.services import Services
from simulation.runs import Progress

SECOND = 1e6  # customer-weeks that take a second at a rate of 1


@pytest.fixture
def runs(desk: Path) -> Path:
    (desk / "runs").mkdir()
    return desk / "runs"


def test_nothing_left_takes_no_time(runs: Path) -> None:
    remember(Pace("compare", 1.0, 9.0))
    assert estimate("compare", 0, 2, 5).words(2) == "nothing is left to run"


def test_the_median_of_what_was_measured_counts(runs: Path) -> None:
    for rate, rest in ((1.0, 10.0), (2.0, 20.0), (50.0, 30.0)):
        remember(Pace("compare", rate, rest))
    assert estimate("compare", 60 * SECOND, 2, 5) == Estimate(60 * 2.0 / 2 + 20.0, True)
    assert estimate("compare", 60 * SECOND, 2, 5).words(2) == (
        "about 80 s with 2 workers, as earlier runs here"
    )
    assert estimate("hypotheses", 60 * SECOND, 2, 5) == Estimate(65.0, True)  # five seconds more or less
    assert not estimate("hypotheses", 60 * SECOND, 2, 50).measured


def test_only_the_latest_are_kept(runs: Path) -> None:
    for rate in range(1, 2 * pace.KEPT + 1):
        remember(Pace("compare", rate, 1.0))
    rates = [one["rate"] for one in json.loads((runs / ".pace.json").read_text(encoding="utf-8"))]
    assert rates == list(range(pace.KEPT + 1, 2 * pace.KEPT + 1))


@pytest.mark.parametrize(
    "text", ["", "[", "[1]", "{}", '[{"what": "compare"}]', '[{"what": "a", "rate": "x"}]']
)
def test_a_spoilt_file_is_no_measure(runs: Path, text: str) -> None:
    (runs / ".pace.json").write_text(text, encoding="utf-8")
    assert not estimate("compare", SECOND, 1, 5).measured
    remember(Pace("compare", 1.0, 1.0))
    assert estimate("compare", SECOND, 1, 5).measured


def test_nothing_is_kept_where_there_are_no_runs(desk: Path) -> None:
    remember(Pace("compare", 1.0, 1.0))
    assert list(desk.rglob(".pace.json")) == []


@pytest.mark.parametrize(
    ("seconds", "words", "number"),
    [
        (13, "less than a minute", 10), (45, "a minute or two", 40), (170, "about 3 minutes", 200),
        (1234, "about 20 minutes", 1000), (20_000, "about 6 hours", 20_000),
    ],
)  # fmt: skip
def test_a_guess_is_called_one_and_is_not_precise(seconds: float, words: str, number: float) -> None:
    guess = Estimate(seconds, False)
    assert guess.words(1) == f"{words} with 1 worker (a guess: no run timed yet)"
    assert guess.data() == {"seconds": number, "measured": False}


def test_a_run_is_timed_from_the_first_results_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 130.0, 160.0])  # workers take a hundred seconds to start
    monkeypatch.setattr("app.progress.time.monotonic", lambda: next(clock))
    bar = Bar(quiet=True)
    bar(Progress(0, 100))
    for done in (10, 10 + ENOUGH // 2):
        bar(Progress(done, 100))
    assert bar.each() is None
    bar(Progress(10 + ENOUGH, 100))
    assert bar.each() == 60.0 / ENOUGH


def test_where_no_run_ends_soon_a_line_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.progress.PATIENCE", 0.05)
    for quiet, done, lines in ((False, 0, 1), (True, 0, 0), (False, 1, 0)):
        with Bar(quiet=quiet) as bar:
            bar(Progress(0, 100))
            bar(Progress(done, 100))
            time.sleep(0.2)
        assert capsys.readouterr().err.count("being compiled, once") == lines


def test_real_runs_are_timed(root: Path, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["world.customers=400", "world.reps=12", "world.managers=2", "weeks=28", "burn_in_weeks=0"]
    words = ["compare", str(root / "scenarios" / "industry_focus.yaml"), "-p", "open", "-j", "1"]
    words += [word for change in small for word in ("--set", change)] + ["--no-plots", "--no-report"]
    assert main([*words, "-n", str(ENOUGH + 2)], Services()) == 0
    (known,) = json.loads((desk / "runs" / ".pace.json").read_text(encoding="utf-8"))
    assert known["what"] == "compare without pictures"
    assert known["rate"] > 0
    capsys.readouterr()
    assert main([*words, "-n", "4000", "--dry-run"], Services()) == 0
    assert "as earlier runs here" in capsys.readouterr().out
