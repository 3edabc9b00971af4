"""Comparisons in the background: started, watched, cancelled, and still there when a page is loaded again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.json_files import read_json
from app.results import SUMMARY

if TYPE_CHECKING:
    from simulation.spec import Scenario

ROOT = Path(__file__).resolve().parents[2]
MOST_KEPT = 20
RUNNING, CANCELLING, CANCELLED, DONE, BROKEN, KILLED = (
    "running", "cancelling", "cancelled", "done", "failed", "killed",
)  # fmt: skip
ENDED = {CANCELLED, DONE, BROKEN, KILLED}


@dataclass
class Job:
    """One comparison. `done` of `total` runs are made, `before` were there already; `place` holds report and summary."""

    number: int
    scenario: str
    policies: list[str]
    worlds: int
    state: str = RUNNING
    phase: str = "starting"
    done: int = 0
    total: int = 0
    failed: int = 0
    before: int = 0
    why: str = ""
    directory: str = ""
    place: str = ""
    verdict: str = ""  # in words, in the language of the page that asked
    end: str = ""  # as the process said; it counts once that is gone and its directory is free
    process: Any = field(default=None, repr=False)
    asked: Any = field(default=None, repr=False)

    def heard(self, line: dict[str, Any]) -> None:
        """What the process said."""
        for key in ("done", "total", "failed", "before", "directory", "place", "why", "phase", "verdict"):
            if key in line:
                setattr(self, key, line[key])
        if "done" in line:
            self.phase = "running"
        if line.get("end") in ENDED:
            self.end = line["end"]


class Busy(Exception):  # noqa: N818 - it is what happened
    """A comparison is running already."""


class Jobs:
    """All comparisons since the app was started, newest last. `version` grows with every change."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.all: list[Job] = []
        self.version = 0
        self._lock = threading.Lock()

    @property
    def running(self) -> Job | None:
        """The one at work."""
        return next((job for job in self.all if job.state not in ENDED), None)

    def start(self, scenario: Scenario, policies: list[str], worlds: int, language: str = "en") -> Job:
        """Begin a comparison of these policies. Raises Busy while another runs: they would share the same cores."""
        from simulation.spec import dump_scenario

        with self._lock:
            if self.running is not None:
                raise Busy
            text = dump_scenario(scenario)
            with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False, encoding="utf-8") as file:
                file.write(text)
            path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
            try:
                process = subprocess.Popen(
                    [sys.executable, "-c", "from app.live.job import main; main()", file.name, str(worlds),
                     json.dumps(policies), str(self.workers), language],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
                    env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
                )  # fmt: skip
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
            number = self.all[-1].number + 1 if self.all else 1
            job = Job(
                number,
                scenario.name,
                policies,
                worlds,
                process=process,
                asked=(scenario, policies, worlds, language),
            )
            self.all = [*self.all, job][-MOST_KEPT:]
        self._changed()
        threading.Thread(target=self._watch, args=(job, Path(file.name)), daemon=True).start()
        return job

    def _watch(self, job: Job, spec: Path) -> None:
        with job.process as process:
            for line in process.stdout:
                with suppress(ValueError, AttributeError, TypeError):
                    job.heard(json.loads(line))
                    self._changed()
            code = process.wait()
        spec.unlink(missing_ok=True)
        # Or `cancel` could say of a run that has just ended that it is being cancelled, for ever.
        with self._lock:
            job.state = job.end or (CANCELLED if job.state == CANCELLING else KILLED if code else BROKEN)
        self._changed()

    def again(self, number: int) -> Job:
        """The same comparison once more: it goes on where it stopped. Raises Busy, ValueError."""
        for job in self.all:
            if job.number == number and job.state in ENDED:
                return self.start(*job.asked)
        raise ValueError(number)

    def cancel(self, number: int) -> None:
        """Stop a comparison as Ctrl-C does: what is done is kept. Asked again, end it at once."""
        with self._lock:
            for job in self.all:
                if job.number == number and job.state not in ENDED:
                    self._signal(job, signal.SIGKILL if job.state == CANCELLING else signal.SIGINT)
                    job.state = CANCELLING
                    self._changed()

    def stop(self, patience: float = 15.0) -> None:
        """The app ends: cancel what runs, and wait for it a little."""
        if (job := self.running) is not None:
            self.cancel(job.number)
            try:
                job.process.wait(patience)
            except subprocess.TimeoutExpired:
                self._signal(job, signal.SIGKILL)

    def _signal(self, job: Job, which: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(job.process.pid, which)

    def _changed(self) -> None:
        self.version += 1


def summary_of(job: Job) -> dict[str, Any] | None:
    """The answer of a comparison that is done, as `summary.json` has it; None where there is none to read."""
    return read_json(Path(job.place) / SUMMARY) if job.place else None


def reports() -> dict[str, Path]:
    """Reports below `runs/`, by the name under which the app serves them."""
    base = Path("runs")
    found = [*base.glob("*/report.html"), *base.glob("*/part-*/report.html")]
    return {path.parent.relative_to(base).as_posix(): path for path in sorted(found)}
