"""Outcomes dropped into simulation/measures: what is refused, and what a week makes of them."""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulation import measures, outcomes
from simulation.measures.base import Measure, MeasureFaultError, fault
from tests.guides.pages import desk
from tests.guides.update import copied

GOOD = Measure(
    "unhappy", "share", -1, "last", "Unhappy", "share of the unhappy", lambda model: model["unhappy"]
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "no word"}, "no word of letters"),
        ({"name": "taken"}, "'taken' is taken"),
        ({"direction": 2}, "direction must be"),
        ({"reduce": "median"}, "reduce must be one of sum"),
        ({"unit": " "}, "has no unit"),
        ({"label": ""}, "has no label"),
        ({"description": ""}, "has no description"),
        ({"of": 3}, "no function"),
    ],
)
def test_a_fault_is_named(change: dict, said: str) -> None:
    assert said in fault(replace(GOOD, **change), taken={"taken"})


def test_what_is_sound_has_none() -> None:
    assert fault(GOOD, taken=()) == ""
    assert "MEASURE" in fault(None, taken=())
    error = MeasureFaultError("simulation/measures/x.py", "has no unit")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    money = replace(GOOD, name="paid", unit="cents", of=lambda model: 12.6)
    monkeypatch.setattr(measures, "MEASURES", {"unhappy": GOOD, "paid": money})
    found = measures.measured({"unhappy": math.nan})
    assert math.isnan(found["unhappy"])
    assert (found["paid"], type(found["paid"])) == (13, int)


@pytest.mark.parametrize("number", [math.inf, -math.inf, 1e90])
def test_a_number_without_end_ends_the_run(monkeypatch: pytest.MonkeyPatch, number: float) -> None:
    """It would be refused when the run is read again."""
    monkeypatch.setattr(measures, "MEASURES", {"unhappy": GOOD})
    with pytest.raises(ValueError, match="the measure 'unhappy' gave"):
        measures.measured({"unhappy": number})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MEASURE = 3\n", "simulation/measures/mine.py:1: has no MEASURE"),
        ("import nowhere\n", "simulation/measures/mine.py:1: cannot be imported: ModuleNotFoundError"),
        (
            "from simulation.measures.base import Measure\n"
            "MEASURE = Measure('new_arr', 'cents', 1, 'sum', 'a', 'b', lambda model: 1)\n",
            "simulation/measures/mine.py:1: the name 'new_arr' is taken by an outcome of",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(root: Path, tmp_path: Path, text: str, said: str) -> None:
    """One line and exit code 3, in a copy of the code with this file dropped in."""
    copied(desk(tmp_path / "copy", root))
    (tmp_path / "copy" / "simulation" / "measures" / "mine.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "run.py", "list", "outcomes"],
        cwd=tmp_path / "copy",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "copy")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(said)


SOUND = (
    "from simulation.measures.base import Measure\n"
    "MEASURE = Measure('mine', 'share', 1, 'last', 'Mine', 'what it is', lambda model: 0.5)\n"
)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Measure]]]:
    """What is found where this text lies beside the package's own files."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(measures, "__path__", [*measures.__path__, str(tmp_path)])

    def find(text: str) -> dict[str, Measure]:
        (tmp_path / "own_of_a_test.py").write_text(text, encoding="utf-8")
        return measures._found()

    yield find
    sys.modules.pop("simulation.measures.own_of_a_test", None)
    vars(measures).pop("own_of_a_test", None)


def test_a_file_that_was_dropped_in_is_found(found: Callable[[str], dict[str, Measure]]) -> None:
    assert found(SOUND)["mine"].of(None) == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MEASURE = 3\n", "has no MEASURE = Measure(...)"),
        ("1 / 0\n", "cannot be imported: ZeroDivisionError: division by zero"),
        (
            SOUND.replace("'last'", "'most'"),
            "reduce must be one of sum, sum_from_start, mean_from_start, last",
        ),
    ],
)
def test_a_faulty_file_is_refused_by_name(
    found: Callable[[str], dict[str, Measure]], text: str, said: str
) -> None:
    with pytest.raises(MeasureFaultError) as caught:
        found(text)
    hint = "(docs/research.md shows how to write one)"
    assert str(caught.value) == f"simulation/measures/own_of_a_test.py:1: {said} {hint}"


def test_a_measure_becomes_an_outcome_of_every_week(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MEASURES", {"unhappy": GOOD})
    (outcome,) = outcomes._own().values()
    assert (outcome.name, outcome.unit, outcome.direction, outcome.reduce) == ("unhappy", "share", -1, "last")
    assert outcome.weekly


def test_a_measure_must_not_take_the_name_of_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MEASURES", {"new_arr": replace(GOOD, name="new_arr")})
    with pytest.raises(MeasureFaultError, match="the name 'new_arr' is taken by an outcome") as caught:
        outcomes._own()
    assert caught.value.file == f"{__name__.replace('.', '/')}.py"  # where its function was written
