from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path

import pytest
from fake_worlds import POLICIES, FakeWorlds, small_scenario
from helpers import alive, assert_same, run, server

from simulation.runs import WorkersFailedError, pool
from simulation.runs.attempt import Task
from simulation.runs.pool import GARBAGE, MAX_DEATHS

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    (tmp_path / "marks").mkdir()
    return tmp_path / "marks"


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_killed_worker_is_replaced_and_its_work_done_again(tmp_path, marks: Path, method: str) -> None:
    worlds = FakeWorlds(marks=marks, kills={1: 1, 2: 2})
    tables = run(tmp_path / "d", worlds=worlds, workers=2, start_method=method)
    assert_same(tables, run())
    assert worlds.calls() == [0, 1, 1, 2, 2, 2, 3]


def test_a_replication_that_always_kills_is_set_aside(tmp_path, marks: Path) -> None:
    worlds = FakeWorlds(marks=marks, kills={1: 99})
    tables = run(tmp_path / "d", worlds=worlds, workers=2, start_method="fork")
    assert worlds.calls() == [0, *[1] * MAX_DEATHS, 2, 3]  # its neighbours are not blamed
    assert sorted(tables.runs["replication"].unique()) == [0, 2, 3]
    assert list(tables.failures["policy"]) == ["open", "lockdown", "preferred"]
    assert set(tables.failures["phase"]) == {"worker"}
    assert tables.failures["error"].str.contains("died 3 times").all()
    assert_same(run(tmp_path / "d"), run())


def test_workers_that_cannot_start_are_an_error_not_a_failed_run(tmp_path) -> None:
    with pytest.raises(WorkersFailedError, match="as soon as they start"):
        run(tmp_path / "d", worlds=CannotArrive(), workers=2, start_method="spawn")
    assert_same(run(tmp_path / "d"), run())


def test_what_keeps_a_process_from_starting_is_told(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a dead worker cannot be replaced there is a process to be ended that never began."""
    start, started = multiprocessing.context.ForkProcess.start, []

    def no_third(process: multiprocessing.context.ForkProcess) -> None:
        started.append(process)
        if len(started) > 2:
            raise BlockingIOError(errno.EAGAIN, "no room for a process")
        start(process)

    monkeypatch.setattr(multiprocessing.context.ForkProcess, "start", no_third)
    with pytest.raises(BlockingIOError, match="no room for a process"):
        run(worlds=FakeWorlds(marks=marks, kills={1: 1}), workers=2, start_method="fork")
    assert [process.is_alive() for process in started] == [False, False, False]


class CannotArrive(FakeWorlds):
    """Ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (7,)


def test_results_that_cannot_be_sent_are_failures(tmp_path) -> None:
    tables = run(worlds=Unsendable(), workers=2, start_method="fork")
    assert len(tables.failures) == 12
    assert tables.failures["error"].str.contains("pickle").all()


@dataclass(frozen=True)
class Unsendable(FakeWorlds):
    only: int | None = None

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        if self.only in (None, replication):
            records[0].decisions.append({"week": 0, "action": "x", "why": lambda: None})
        return records


def test_a_worker_lived_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is killed at its end and says nothing of itself: here its life can be looked at."""
    kept = []
    monkeypatch.setattr(signal, "signal", lambda *what: kept.append(what))
    monkeypatch.setattr(gc, "freeze", lambda: kept.append("frozen"))
    ours, theirs = multiprocessing.Pipe()
    tasks = [Task(0, POLICIES), Task(1, POLICIES[:1]), Task(2, POLICIES[1:])]
    said = []

    def parent() -> None:
        said.append(ours.recv())
        for task in tasks:
            ours.send(task)
            said.append(ours.recv())
        ours.close()

    thread = threading.Thread(target=parent)
    thread.start()
    pool._serve(theirs, Unsendable(only=1), small_scenario(), lambda: kept.append("prepared"))
    thread.join()
    assert kept == [(signal.SIGINT, signal.SIG_IGN), "prepared", "frozen"]
    assert said[0] == pool.READY
    assert [result.task for result in said[1:]] == tasks
    assert [len(result.records) for result in said[1:]] == [3, 0, 2]
    assert "pickle" in said[2].failures[0].error


def test_nothing_of_a_finished_run_stays_in_its_worker() -> None:
    """Python collects circles seldom where little is new; a sweep would grow by each of its models until then."""
    worlds = Circular(delay=GARBAGE / 2)  # three policies: longer than there need be between two collections
    tables = run(None, 12, worlds, workers=2, start_method="fork")
    assert (tables.runs["new_arr"] == 0).all()


class Ring:
    """Holds itself, as a model is held by its agents."""

    def __init__(self) -> None:
        self.me = self


class Circular(FakeWorlds):
    """Each run leaves a ring behind, and says how many it has found."""

    def __call__(self, *arguments, **options):
        found = sum(isinstance(thing, Ring) for thing in gc.get_objects())
        records = super().__call__(*arguments, **options)
        for record in records:
            record.final["new_arr"] = float(found)
        Ring()
        return records


def test_a_worker_killed_while_it_hands_in_its_work(marks: Path) -> None:
    worlds = Wordy(marks=marks)
    tables = run(None, 2, worlds, workers=2, start_method="fork")
    assert len(tables.runs) == 6
    assert worlds.calls() == [0, 0, 1]


class Wordy(FakeWorlds):
    """The first result of world 0 is cut off in the middle, as by a kill while it is being sent."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        if replication == 0 and len(list(self.marks.glob("0-*"))) == 1:
            connection.Connection._send = send_half  # in this worker only, which ends by it
        return records


def send_half(self, buffer) -> None:
    os.write(self.fileno(), bytes(buffer)[: len(buffer) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_workers_end_with_a_killed_parent(tmp_path, marks: Path, method: str) -> None:
    worlds = FakeWorlds(marks=marks, delay=0.2)
    options = {
        "out": tmp_path / "d",
        "worlds": worlds,
        "workers": 2,
        "start_method": method,
        "replications": 50,
    }
    parent = server().Process(target=run, kwargs=options)
    parent.start()
    wait_for(lambda: len(pids(marks)) == 2)
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    wait_for(lambda: not any(map(alive, pids(marks))))
    run(tmp_path / "d", 1)  # and the directory is free


def pids(marks: Path) -> set[int]:
    return {int(path.name.split("-")[2]) for path in marks.iterdir()}


def wait_for(condition, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
