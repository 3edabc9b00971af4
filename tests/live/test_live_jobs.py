"""Runs in the background: how they end, and that what they did is there to go on with."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from live.serving import TINY

from app.live import draft, jobs
from app.live.jobs import Busy, Job, Jobs
from simulation.runs.directory import reading
from simulation.spec import Scenario


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    monkeypatch.chdir(tmp_path)
    return draft.opened("tiny.yaml", TINY).scenario


def until(work: Jobs, number: int, states: set[str], seconds: float = 120.0) -> Job:
    end = time.monotonic() + seconds
    (job,) = (job for job in work.all if job.number == number)
    while job.state not in states and time.monotonic() < end:
        time.sleep(0.05)
    assert job.state in states, job
    return job


@pytest.mark.slow
def test_a_run_whose_app_dies_stops_and_keeps_what_is_done(scenario: Scenario) -> None:
    work = Jobs(1)
    job = work.start(scenario, list(scenario.policies), 400)
    with pytest.raises(Busy):
        work.start(scenario, list(scenario.policies), 2)
    while not job.done:
        time.sleep(0.02)
    job.process.stdin.close()  # as the system does when the app is gone
    until(work, 1, {jobs.CANCELLED})
    assert 0 < job.done < job.total
    with reading(Path(job.directory)) as kept:
        assert len(kept.ledger.done()) >= job.done  # a command of the same scenario goes on from there
    assert work.running is None


@pytest.mark.slow
def test_a_run_that_cannot_be_made_says_why(scenario: Scenario) -> None:
    Path("runs").write_text("a file", encoding="utf-8")
    work = Jobs(1)
    job = until(work, work.start(scenario, list(scenario.policies), 2).number, jobs.ENDED)
    assert job.state == jobs.BROKEN
    assert "runs" in job.why


def test_the_app_that_ends_cancels_its_run(scenario: Scenario) -> None:
    work = Jobs(1)
    job = work.start(scenario, list(scenario.policies), 400)
    work.stop()
    until(work, 1, {jobs.CANCELLED, jobs.KILLED})
    assert job.process.poll() is not None
    assert work.running is None


def test_a_run_that_ends_just_as_it_is_cancelled_has_ended(tmp_path: Path) -> None:
    class Late(Jobs):
        """The process ends between the look at its state and what `cancel` makes of it."""

        def _signal(self, job: Job, which: signal.Signals) -> None:
            job.process.stdin.close()
            job.process.wait()
            time.sleep(0.2)

    work = Late(1)
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    job = Job(1, "tiny", ["open"], 2, process=process)
    work.all = [job]
    watch = threading.Thread(target=work._watch, args=(job, tmp_path / "none.yaml"))
    watch.start()
    work.cancel(1)
    watch.join()
    assert job.state == jobs.CANCELLED
    assert work.running is None  # or no other could ever be started


def test_lines_of_a_process_are_believed_as_far_as_they_make_sense() -> None:
    job = Job(1, "a", ["open"], 3)
    job.heard({"done": 2, "total": 6, "other": 1, "state": "done"})
    assert (job.done, job.total, job.phase, job.state) == (2, 6, "running", jobs.RUNNING)
    job.heard({"end": "done"})
    assert job.state == jobs.RUNNING  # until its process is gone
    job.heard({"end": "nonsense"})
    assert job.end == "done"


def test_there_is_nothing_to_go_on_with_at_first() -> None:
    work = Jobs(1)
    with pytest.raises(ValueError, match="3"):
        work.again(3)
    work.cancel(3)
    assert work.version == 0


def test_reports_are_only_those_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("runs/a", "runs/a/part-x", "runs/b/other", "elsewhere"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "report.html").write_text("x", encoding="utf-8")
    assert sorted(jobs.reports()) == ["a", "a/part-x"]
