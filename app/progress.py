"""A bar with the time left, on stderr, only where somebody can watch it."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from app.console import complain, console

if TYPE_CHECKING:
    from simulation.runs import Progress

ENOUGH = 20  # runs between the first results and the last, to say how long one takes
PATIENCE = 10.0
"""Seconds without a first result after which a line says what takes so long, where there is no bar."""
COMPILING = (
    "no run is finished yet: the machine is busy, or the model is being compiled, once after an installation or a change "
    "of its code; that takes about 40 s"
)


class Patience:
    """Says on stderr what takes so long, if within `PATIENCE` seconds it has not ended. Use with `with`, or `end` it."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._timer = threading.Timer(PATIENCE, complain, (COMPILING,))
        self._timer.daemon = True
        if not quiet:
            self._timer.start()

    def __enter__(self) -> Patience:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """There is a result, or there will be none."""
        self._timer.cancel()


class Bar:
    """Shows the progress of an experiment; also remembers it, for the message after Ctrl-C.

    Use with `with`.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.last: Progress | None = None
        self._first_at: tuple[float, int] | None = None  # when the first results came, and how many runs
        self._last_at = (0.0, 0)
        self._patience: Patience | None = None
        self._live = None
        if not quiet and sys.stderr.isatty():
            from rich import progress

            self._live = progress.Progress(
                progress.TextColumn("{task.description}"),
                progress.BarColumn(bar_width=None),
                progress.MofNCompleteColumn(),
                progress.TimeRemainingColumn(elapsed_when_finished=True),
                console=console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Bar:
        if self._live is not None:
            self._live.start()
            self._task = self._live.add_task("starting", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._patience is not None:
            self._patience.end()
        if self._live is not None:
            self._live.stop()

    def __call__(self, state: Progress) -> None:
        """One more step; called by `run_experiments`."""
        first, self.last = self.last is None, state
        if state.done:
            self._last_at = (time.monotonic(), state.done)
            self._first_at = self._first_at or self._last_at
        if first and not self.quiet:
            for note in state.notes:
                complain(note)
            if state.kept and state.total:
                complain(f"{state.kept} runs are there already, {state.total} are still to be done")
            if self._live is None and state.total and not state.done:
                self._patience = Patience()
        if state.done and self._patience is not None:
            self._patience.end()
        if self._live is not None:
            words = f"runs ({state.failed} failed)" if state.failed else "runs"
            self._live.update(self._task, description=words, total=state.total, completed=state.done)

    @property
    def done(self) -> int:
        """Runs made so far, not counting those that were kept."""
        return self.last.done if self.last is not None else 0

    def each(self) -> float | None:
        """Seconds from one run to the next, once workers have started; None with too few to tell."""
        if self._first_at is None or self._last_at[1] - self._first_at[1] < ENOUGH:
            return None
        return (self._last_at[0] - self._first_at[0]) / (self._last_at[1] - self._first_at[1])

    def apart(self, state: Progress) -> None:
        """Progress of runs beside those that the command is about: shown, not counted."""
        if self._live is not None:
            self._live.update(
                self._task, description="in other worlds", total=state.total, completed=state.done
            )

    def say(self, text: str) -> None:
        """What is being done after the runs."""
        if self._live is not None:
            self._live.update(self._task, description=text)
