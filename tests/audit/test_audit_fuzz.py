"""Fuzzing in short; `python -m tests.audit.fuzz TARGET --inputs 100000` is the long form, which also looks at the time."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from audit import fuzz, targets
from audit.choices import Choices, Seeded

INPUTS = {"spec": 150, "crm": 60, "tables": 40, "sweep": 150, "line": 40, "runs": 25, "app": 60}


def test_every_target_has_its_number() -> None:
    assert INPUTS.keys() == targets.TARGETS.keys()


@pytest.mark.parametrize("target", INPUTS)
def test_inputs_end_as_promised(target: str) -> None:
    found = fuzz.tried(target, 0, 0, INPUTS[target], timed=False)
    assert not found.broken, "\n".join(fuzz.told(target, found))
    assert found.inputs == INPUTS[target]


@pytest.mark.parametrize("target", ["spec", "sweep", "crm", "tables"])
def test_inputs_are_of_both_kinds(tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some are refused, some are not: a grammar of nothing but refusals would see little of the product."""
    from analysis.crm import read
    from analysis.crm.table import DataError
    from simulation import spec
    from simulation.spec import SpecError, sweeps

    ends: list[bool] = []

    def noting(function):
        def call(*arguments, **options):
            try:
                result = function(*arguments, **options)
            except (SpecError, DataError):
                ends.append(False)
                raise
            ends.append(True)
            return result

        return call

    monkeypatch.setattr(spec, "load_scenario", noting(spec.load_scenario))
    monkeypatch.setattr(sweeps, "load_sweep", noting(sweeps.load_sweep))
    monkeypatch.setattr(read, "read_crm", noting(read.read_crm))
    for number in range(120):
        targets.TARGETS[target](Seeded(3, number), tmp_path)
    assert 0.02 < sum(ends) / len(ends) < 0.98


def test_what_breaks_is_seen_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(choices: Choices, folder: Path) -> None:
        if choices.below(3) == 0:
            raise ZeroDivisionError("no reps left")

    monkeypatch.setitem(targets.TARGETS, "broken", broken)
    found = fuzz.tried("broken", 0, 0, 30, timed=False)
    ((text, numbers),) = found.broken.items()
    assert "ZeroDivisionError" in text
    assert 3 < len(numbers) < 20
    assert "broke the promise" in fuzz.told("broken", found)[0]
    again = fuzz.tried("broken", 0, 0, 30, timed=False)
    assert again.broken == found.broken


class Listed:
    """Choices in this order, then zeros."""

    def __init__(self, *numbers: int) -> None:
        self._left = list(numbers)

    def below(self, n: int) -> int:
        return self._left.pop(0) % n if self._left else 0


def test_a_run_directory_called_sound_has_to_answer_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulation.runs import upkeep

    fewer = (
        "DELETE FROM parts WHERE batch = (SELECT max(batch) FROM parts)",
        "DELETE FROM runs WHERE batch = ''",
    )
    monkeypatch.setattr(targets, "SQL", fewer)
    monkeypatch.setattr(upkeep, "check", lambda _: upkeep.Health(tmp_path, 6, 2, 0, (), (), ()))
    with pytest.raises(AssertionError, match="called sound, and says"):
        targets.runs(Listed(0, 2, 0), tmp_path)
    targets.runs(Listed(0, 2, 1), tmp_path)  # which changes nothing
    targets.runs(Listed(0, 1), tmp_path)  # a forged manifest


def test_a_refusal_has_to_name_the_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.runs import RunsError, upkeep

    def refusing(path: Path) -> None:
        raise RunsError("R: damaged")

    monkeypatch.setattr(upkeep, "check", refusing)
    with pytest.raises(AssertionError, match="R: damaged"):
        targets.runs(Listed(), tmp_path)


def test_a_refusal_of_an_export_has_to_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.crm import read
    from analysis.crm.table import DataError

    def refusing(message: str, **place: str) -> None:
        def read_crm(*_: object, **__: object) -> None:
            raise DataError(message, **place)  # type: ignore[arg-type]

        monkeypatch.setattr(read, "read_crm", read_crm)

    refusing("no column", file="deals.csv")
    targets.crm(Seeded(3, 1), tmp_path)
    for number in range(6):  # with a mapping and without
        refusing("no column in m.yaml or deals.csv")
        with pytest.raises(AssertionError):
            targets.crm(Seeded(3, number), tmp_path)


def test_logging_is_as_it_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setitem(targets.TARGETS, "quiet", lambda *_: seen.append(logging.root.manager.disable))
    fuzz.tried("quiet", 0, 0, 1, timed=False)
    assert seen == [logging.CRITICAL]
    assert logging.root.manager.disable == logging.NOTSET


def dying(target: str, seed: int, first: int, last: int, at: Any, pipe: Any) -> None:
    """The inputs of a batch in a process of its own: 3 is a finding, 5 the end of the process."""

    def one(choices: object, folder: Path) -> None:
        if at.value == 3:
            raise ZeroDivisionError("no reps left")
        if at.value == 5:
            os._exit(7)

    targets.TARGETS["dying"] = one
    fuzz._child(target, seed, first, last, at, pipe)


def test_what_was_found_before_a_process_died_stays_found() -> None:
    found = fuzz.fuzz("dying", 8, child=dying)
    assert found.inputs == 8
    assert list(found.broken.values()) == [[3], [5]]
    finding, end = found.broken
    assert "ZeroDivisionError" in finding
    assert end == "the process ended with code 7"
    assert found.longest > 0


def unborn(*_: object) -> None:
    """A process that ends before its first input."""
    os._exit(9)


def test_inputs_that_no_process_came_to_are_not_counted() -> None:
    found = fuzz.fuzz("unborn", 8, child=unborn)
    assert found == fuzz.Found(0, {"the process ended with code 9 before its first input": [-1]})
    assert fuzz.told("unborn", found)[0].startswith("unborn: 0 inputs, 1 broke the promise")


WATCHED = """
import sys
from audit import fuzz
def one(choices, folder):
    import analysis
    if choices.below(10):
        {does}
fuzz.TARGETS["made_up"] = one
fuzz.guided("made_up", 200)
"""


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="needs atheris")
@pytest.mark.parametrize(
    ("does", "code", "told"),
    [
        ("return", 0, "Done 200 runs"),
        (
            "if type(choices).__name__ == 'Guided': raise ZeroDivisionError('no reps left')",
            77,
            "ZeroDivisionError: no reps left",
        ),
        ("fuzz.SLOW = -1.0", 77, "AssertionError: more than -1 s"),
    ],
)
def test_guided_inputs_watch_our_own_code_and_the_time(does: str, code: int, told: str) -> None:
    root = Path(fuzz.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.format(does=does)], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert told in done.stdout + done.stderr
    assert "INFO: Instrumenting analysis" in done.stderr


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="needs atheris")
def test_code_that_was_loaded_before_it_is_watched_is_no_guided_run() -> None:
    import simulation.spec  # noqa: F401

    with pytest.raises(RuntimeError, match=r"loaded before it could be watched: .*simulation\.spec"):
        fuzz.guided("spec", 1)


@pytest.mark.parametrize("words", [["--inputs", "0"], ["all", "--guided"]])
def test_no_inputs_and_no_target_are_refused(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fuzz", *([] if "all" in words else ["spec"]), *words])
    monkeypatch.setattr(fuzz, "guided", lambda *_: None)
    with pytest.raises(SystemExit, match="2"):
        fuzz.main()
