"""Runs in the background: how they end, and that what they did is there to go on with."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from live.serving import TINY

from analysis.language import speaking
from app.live import draft, jobs, run_state, view_runs
from app.live.jobs import Busy, Jobs
from app.live.run_state import Job
from simulation.runs import default_directory, run_experiments
from simulation.runs.directory import reading
from simulation.runs.lock import writer_lock
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
    until(work, 1, {run_state.CANCELLED})
    assert 0 < job.done < job.total
    with reading(Path(job.directory)) as kept:
        assert len(kept.ledger.done()) >= job.done  # a command of the same scenario goes on from there
    assert work.running is None
    later = Jobs(1)  # an app that is started anew finds it in its directory, and goes on in the same card
    later.look()
    (card,) = later.all
    asked = (card.scenario, card.policies, card.worlds, card.directory)
    assert asked == ("tiny", list(scenario.policies), 400, job.directory)
    assert (card.state, card.lived, card.earlier) == (run_state.INTERRUPTED, False, True)
    found = card.before  # the last batch may be kept without having been told
    assert (found >= job.before + job.done, found + card.total) == (True, 800)
    assert later.again(card.number) is card
    while card.phase != "running":
        time.sleep(0.02)
    assert card.before == found
    later.look()
    assert later.all == [card]
    later.cancel(card.number)
    until(later, card.number, {run_state.CANCELLED})


@pytest.mark.slow
def test_a_run_that_cannot_be_made_says_why(scenario: Scenario) -> None:
    Path("runs").write_text("a file", encoding="utf-8")
    work = Jobs(1)
    job = until(work, work.start(scenario, list(scenario.policies), 2).number, run_state.ENDED)
    assert job.state == run_state.BROKEN
    assert "runs" in job.why
    assert job.process.returncode == 0  # Python itself ended in order


def test_a_run_that_could_not_even_begin_failed_and_was_not_ended_from_outside(tmp_path: Path) -> None:
    for words, state, why in (
        (["false"], run_state.BROKEN, "exit code 1"),
        (["sleep", "60"], run_state.KILLED, ""),
    ):
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        job = Job(1, "tiny", ["open"], 2, process=process)
        if words != ["false"]:
            process.kill()
        Jobs(1)._watch(job, tmp_path / "none.yaml")
        assert (job.state, job.why) == (state, why)


def test_the_app_that_ends_cancels_its_run(scenario: Scenario) -> None:
    work = Jobs(1)
    job = work.start(scenario, list(scenario.policies), 400)
    work.stop()
    until(work, 1, {run_state.CANCELLED, run_state.KILLED})
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
    assert job.state == run_state.CANCELLED
    assert work.running is None  # or no other could ever be started


def test_lines_of_a_process_are_believed_as_far_as_they_make_sense() -> None:
    job = Job(1, "a", ["open"], 3)
    job.heard({"done": 2, "total": 6, "other": 1, "state": "done"})
    assert (job.done, job.total, job.phase, job.state) == (2, 6, "running", run_state.RUNNING)
    job.heard({"end": "done"})
    assert job.state == run_state.RUNNING  # until its process is gone
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


def test_earlier_runs_are_listed_as_their_directories_have_them(scenario: Scenario) -> None:
    place = default_directory(scenario)
    command = f"salespolicy compare tiny.yaml --replications 2 --out {place}"
    run_experiments(scenario, 2, out=place, command=command)
    work = Jobs(1)
    work.look()
    (card,) = work.all
    assert (card.state, card.lived, card.place, card.worlds) == (run_state.INTERRUPTED, True, str(place), 2)
    with speaking("zh"):
        assert "生成报告" in view_runs.runs(work.all)
    (place / "summary.json").write_text(
        '{"verdict": {"why": "open leads"}, "differences": 3}', encoding="utf-8"
    )
    (place / "verdict.json").write_text('{"en": "open leads", "zh": "open 领先"}', encoding="utf-8")
    (place / "report.html").write_text('<html lang="en">', encoding="utf-8")
    work.look()
    assert (card.state, work.all) == (run_state.DONE, [card])
    assert "Write the report" not in view_runs.runs(work.all)
    with speaking("zh"):
        assert "open 领先" in (html := view_runs.runs(work.all))
        assert "用中文生成报告" in html
    (place / "summary.json").write_text('{"verdict": {"why": "lockdown leads"}}', encoding="utf-8")
    with writer_lock(place):  # a command is at work on it, and has a new verdict
        work.look()
        assert card.state == run_state.ELSEWHERE
    work.look()
    assert (card.state, card.verdict) == (run_state.DONE, {"en": "lockdown leads"})
    with speaking("zh"):
        assert '<p class="verdict" lang="en">lockdown leads' in view_runs.runs(work.all)
    for junk in ("not json", '{"hash": 3}'):
        (place / "manifest.json").write_text(junk, encoding="utf-8")
        fresh = Jobs(1)
        fresh.look()
        assert fresh.all == []


def test_a_card_is_replaced_by_one_that_answers_more() -> None:
    done = Job(1, "a", ["open"], 3, state=run_state.DONE, phase="drawing", directory="runs/a")
    stopped = Job(2, "a", ["open"], 3, state=run_state.CANCELLED, phase="running", directory="runs/a")
    more = Job(3, "a", ["open", "b"], 4, state=run_state.KILLED, phase="running", directory="runs/a")
    assert (more.replaces(stopped), more.replaces(done)) == (
        True,
        False,
    )  # the report of three worlds is still there
    more.phase = "drawing"
    assert more.replaces(done)
    assert not done.replaces(more)
