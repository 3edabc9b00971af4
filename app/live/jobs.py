"""Comparisons in the background: started, watched, cancelled, and still there when a page or the app is begun again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.live import earlier
from app.live.run_state import BROKEN, CANCELLED, CANCELLING, ENDED, KILLED, Job

if TYPE_CHECKING:
    from simulation.spec import Scenario

ROOT = Path(__file__).resolve().parents[2]
MOST_KEPT = 20


class Busy(Exception):  # noqa: N818 - it is what happened
    """A comparison is running already."""


class Jobs:
    """Comparisons since the app was started and before, newest last. `version` grows with every change."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.all: list[Job] = []
        self.version = 0
        self._lock = threading.RLock()
        self._looked: dict[str, earlier.Signature] = {}  # directories as they were when they were read

    @property
    def running(self) -> Job | None:
        """The one at work."""
        return next((job for job in self.all if job.state not in ENDED), None)

    def start(self, scenario: Scenario, policies: list[str], worlds: int, language: str = "en") -> Job:
        """Begin a comparison of these policies. Raises Busy while another runs: they would share the same cores."""
        with self._lock:
            job = Job(self._number(), scenario.name, policies, worlds, given=scenario)
            self._begin(job, scenario, language)
            self._keep(job)
        return job

    def again(self, number: int, language: str = "en") -> Job:
        """The same comparison once more, in the same place: it goes on where it stopped.

        Raises Busy, ValueError for a number that is none, and what `left.scenario_of` raises.
        """
        from app.left import scenario_of

        with self._lock:
            for job in self.all:
                if job.number == number and job.state in ENDED:
                    self._begin(job, job.given or scenario_of(Path(job.directory)), language)
                    return job
        raise ValueError(number)

    def _begin(self, job: Job, scenario: Scenario, language: str) -> None:
        from simulation.spec import dump_scenario

        if self.running is not None:
            raise Busy
        text = dump_scenario(scenario)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False, encoding="utf-8") as file:
            file.write(text)
        path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
        try:
            process = subprocess.Popen(
                [sys.executable, "-c", "from app.live.job import main; main()", file.name, str(job.worlds),
                 json.dumps(job.policies), str(self.workers), language, job.directory],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
            )  # fmt: skip
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
        job.begin()
        job.process = process
        self._changed()
        threading.Thread(target=self._watch, args=(job, Path(file.name)), daemon=True).start()

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
            job.state = job.end or (CANCELLED if job.state == CANCELLING else KILLED if code < 0 else BROKEN)
            if job.state == BROKEN and not job.why:  # it could not even say so
                job.why = f"exit code {code}"
            # One card for one question: an earlier one of the same runs has nothing to add, unless it has the only answer.
            self.all = [one for one in self.all if one is job or not job.replaces(one)]
            if job.directory:
                self._looked[job.directory] = earlier.signature(Path(job.directory), job.place)
        self._changed()

    def look(self) -> None:
        """Find comparisons in `runs/` that nobody has told of, and those that others have written since."""
        with self._lock:
            known = {job.directory: job for job in self.all}
            for place in earlier.newest(MOST_KEPT):
                job = known.get(str(place))
                now = earlier.signature(place, job.place if job else "")
                if (job is not None and job.state not in ENDED) or self._looked.get(str(place)) == now:
                    continue
                self._looked[str(place)] = now
                if job is not None:
                    earlier.look_again(job)
                elif (found := earlier.job_of(place)) is not None:
                    found.number = self._number()
                    self._keep(found)
                self._changed()

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

    def _keep(self, job: Job) -> None:
        ended = [one for one in self.all if one.state in ENDED]
        gone = ended[: max(0, len(self.all) + 1 - MOST_KEPT)]
        self.all = [one for one in self.all if one not in gone] + [job]

    def _number(self) -> int:
        return max((job.number for job in self.all), default=0) + 1

    def _signal(self, job: Job, which: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(job.process.pid, which)

    def _changed(self) -> None:
        self.version += 1


def reports() -> dict[str, Path]:
    """Reports below `runs/`, by the name under which the app serves them."""
    base = Path("runs")
    found = [*base.glob("*/report.html"), *base.glob("*/part-*/report.html")]
    return {path.parent.relative_to(base).as_posix(): path for path in sorted(found)}
