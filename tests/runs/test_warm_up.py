from __future__ import annotations

import os
import signal
from functools import partial
from multiprocessing import connection
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.runs import WorkersFailedError
from simulation.runs.attempt import Result, Task
from simulation.runs.pool import execute
from simulation.runs.replicate import replicate
from simulation.runs.warm_up import warm_up
from simulation.spec import load_scenario
from simulation.world import model, phases


def test_phases_run_from_either_end_and_errors_in_them_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def first(model: object) -> None:
        called.append("first")
        raise RuntimeError("no state for this yet")

    def last(model: object) -> None:
        called.append("last")

    assert model.PHASES is phases.PHASES  # imported before: the model keeps the true ones
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


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_worker_that_dies_while_it_is_prepared_is_replaced_and_its_work_done(tmp_path: Path) -> None:
    """The first two processes of worker 1 never become ready: its task, which kills two more, is not blamed for them."""
    (tmp_path / "marks").mkdir()
    (tmp_path / "ready").mkdir()
    worlds = FakeWorlds(marks=tmp_path / "marks", kills={1: 2}, delay=0.2)
    results = _results(partial(_die_first, tmp_path / "ready", 2), worlds, tasks=2)
    assert [result.failures for result in results] == [[]] * 2
    assert worlds.calls() == [0, 1, 1, 1]
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "ready").iterdir()) == ["0", *["1"] * 5]


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_workers_that_always_die_while_prepared_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(WorkersFailedError, match="as soon as they start"):
        _results(partial(_die_first, tmp_path, 99))


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_worker_that_dies_in_its_work_is_prepared_again(tmp_path: Path) -> None:
    """Once ready, a death counts against the task; three of them, and it is set aside."""
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = FakeWorlds(marks=marks, kills={2: 1, 4: 99})
    (tmp_path / "ready").mkdir()
    results = _results(partial(_note, tmp_path / "ready"), worlds)
    failed = [result.task.replication for result in results if result.failures]
    assert (failed, len(results)) == ([4], 6)
    assert worlds.calls() == [0, 1, 2, 2, 3, 4, 4, 4, 5]
    # Each process once: four that died and one that did not, or two if the last was needed.
    assert len(list((tmp_path / "ready").iterdir())) in (5, 6)


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_worker_that_dies_between_two_tasks_costs_nothing(tmp_path: Path) -> None:
    """The first two processes hand in a result whole, and are gone before or just after they get another task."""
    (tmp_path / "dead").mkdir()
    (tmp_path / "ready").mkdir()
    results = _results(partial(_note, tmp_path / "ready"), HandsInAndDies(marks=tmp_path / "dead"))
    assert [result.failures for result in results] == [[]] * 6
    assert sorted(result.task.replication for result in results) == list(range(6))
    assert len(list((tmp_path / "ready").iterdir())) >= 3


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_worker_keeps_nothing_of_the_world_that_was_thrown_away(tmp_path: Path) -> None:
    """A world holds its people and they it, so that only a collection frees it: before the worker freezes what it has."""
    (tmp_path / "freed").mkdir()
    _results(partial(_throw_away, tmp_path / "freed"), tasks=2)
    assert sorted(path.name for path in (tmp_path / "freed").iterdir()) == ["0", "1"]


class Ring:
    """Holds itself; leaves a mark when it is freed."""

    def __init__(self, mark: Path) -> None:
        self.mark, self.itself = mark, self

    def __del__(self) -> None:
        self.mark.touch()


def _throw_away(folder: Path, scenario: object, turn: int) -> None:
    Ring(folder / str(turn))


class HandsInAndDies(FakeWorlds):
    def __call__(self, *arguments, **options):
        records = super().__call__(*arguments, **options)
        if len(list(self.marks.iterdir())) <= 2:
            connection.Connection._send = _send_and_die  # in this worker only
        return records


def _send_and_die(self, buffer) -> None:
    left = memoryview(buffer)
    while left:
        left = left[os.write(self.fileno(), left) :]
    os.kill(os.getpid(), signal.SIGKILL)


def _results(ready, worlds: FakeWorlds | None = None, tasks: int = 6) -> list[Result]:
    todo = [Task(n, ("open",)) for n in range(tasks)]
    return list(
        execute(todo, small_scenario(), worlds or FakeWorlds(), workers=2, start_method="fork", prepare=ready)
    )


def _die_first(folder: Path, deaths: int, scenario: object, turn: int) -> None:
    _note(folder, scenario, turn)
    if turn == 1 and len(list(folder.glob("1-*"))) <= deaths:
        os.kill(os.getpid(), signal.SIGKILL)


def _note(folder: Path, scenario: object, turn: int) -> None:
    (folder / f"{turn}-{os.getpid()}").touch()
