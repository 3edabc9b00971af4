"""Fuzzing in short; `python -m tests.audit.fuzz TARGET --inputs 100000` is the long form, which also looks at the time."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit import fuzz, targets
from audit.choices import Choices, Seeded

INPUTS = {"spec": 150, "crm": 60, "sweep": 150, "line": 40, "runs": 25, "app": 60}


def test_every_target_has_its_number() -> None:
    assert INPUTS.keys() == targets.TARGETS.keys()


@pytest.mark.parametrize("target", INPUTS)
def test_inputs_end_as_promised(target: str) -> None:
    found = fuzz.tried(target, 0, 0, INPUTS[target], timed=False)
    assert not found.broken, "\n".join(fuzz.told(target, found))
    assert found.inputs == INPUTS[target]


@pytest.mark.parametrize("target", ["spec", "sweep", "crm"])
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
