from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.runs.attempt import Task
from simulation.runs.pool import execute
from simulation.runs.replicate import replicate
from simulation.runs.warm_up import warm_up
from simulation.spec import load_scenario
from simulation.world import phases


def test_phases_run_from_either_end_and_errors_in_them_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def first(model: object) -> None:
        called.append("first")
        raise RuntimeError("no state for this yet")

    def last(model: object) -> None:
        called.append("last")

    monkeypatch.setattr(phases, "PHASES", (first, last))
    scenario = load_scenario(
        "scenarios/industry_focus.yaml", ["world.customers=400", "world.reps=12", "world.managers=2"]
    )
    warm_up(scenario, 0)
    warm_up(scenario, 1)
    warm_up(scenario, 2)
    assert called == ["first", "last", "last", "first", "first", "last"]


def test_what_comes_after_it_is_as_without_it() -> None:
    scenario = load_scenario(
        "scenarios/industry_focus.yaml",
        ["world.customers=400", "world.reps=12", "world.managers=2", "weeks=40", "burn_in_weeks=4"],
    )
    before = replicate(scenario, 0, ["lockdown"])
    for turn in (0, 1):
        warm_up(scenario, turn)
    after = replicate(scenario, 0, ["lockdown"])
    assert after[0].final == pytest.approx(before[0].final, nan_ok=True, rel=0, abs=0)


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_each_worker_is_prepared_once_before_its_first_task(tmp_path: Path) -> None:
    tasks = [Task(n, ("open",)) for n in range(4)]
    ready = partial(_note, tmp_path)
    results = list(
        execute(tasks, small_scenario(), FakeWorlds(), workers=2, start_method="fork", prepare=ready)
    )
    assert len(results) == 4
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == ["0", "1"]


def _note(folder: Path, scenario: object, turn: int) -> None:
    (folder / f"{turn}-{os.getpid()}").touch()
