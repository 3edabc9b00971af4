"""Many replications side by side: worker processes under a small supervisor.

Each worker has a pipe of its own to this process and one task at a time. When a worker dies, its pipe closes,
so the death is seen at once, only its own task is lost, and we know which it was: the worker is replaced and
the task given out again; a task that kills three workers is set aside as failed.

Not `concurrent.futures`: its executor waits for ever when a worker is killed in the middle of sending a
result larger than the pipe's buffer, because it keeps the sending end of that pipe open itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from simulation.runs.attempt import Result, Task, attempt, died, failure
from simulation.runs.errors import WorkersFailedError
from simulation.runs.record import Replicate

if TYPE_CHECKING:
    from simulation.spec import Scenario

    Scenarios = Scenario | Mapping[str, Scenario]
    Prepare = Callable[[Scenario, int], None]

MAX_DEATHS = 3
READY = "ready"


def execute(
    tasks: Iterable[Task],
    scenario: Scenarios,
    replicate: Replicate,
    *,
    workers: int = 1,
    start_method: str = "spawn",
    prepare: Prepare | None = None,
) -> Generator[Result, None, None]:
    """Results in the order in which they are ready. Close the iterator to stop: its processes end at once.

    `scenario` may be several by name, of which each task says which is its own. It and `replicate` are pickled
    once for each worker. With one worker all runs in this process. `prepare(scenario, number of the worker)` is called
    in each worker before its first task.
    """
    pending = deque(tasks)
    workers = min(workers, len(pending))
    if workers <= 1:
        while pending:
            yield attempt(replicate, scenario, pending.popleft())
        return
    crew: list[_Worker] = []
    try:
        for turn in range(workers):
            ready = None if prepare is None else partial(prepare, _one_of(scenario), turn)
            crew.append(_Worker(start_method, replicate, scenario, ready))
        yield from _supervise(crew, pending)
    finally:
        for worker in crew:  # they hold nothing, and leaving politely takes each of them half a second
            worker.end()


def _supervise(crew: list[_Worker], pending: deque[Task]) -> Iterator[Result]:
    deaths: Counter[Task] = Counter()
    for worker in crew:
        worker.take(pending)
    while busy := {worker.pipe: worker for worker in crew if worker.task is not None}:
        finished = []
        for pipe in wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            task = worker.task
            assert task is not None
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                if worker.ready:
                    deaths[task] += 1
                if deaths[task] < MAX_DEATHS:
                    pending.append(task)
                else:
                    finished.append(died(task, deaths[task]))
                worker.replace()
            except Exception as error:  # sent, but not to be understood here
                finished.append(_lost(task, error))
            else:
                if message == READY:
                    worker.ready = True
                    continue
                finished.append(message)
            # The worker goes on while this process writes what it has just handed in.
            worker.take(pending)
        for worker in crew:
            if worker.task is None:  # idle when a task came back from a dead colleague
                worker.take(pending)
        yield from finished


class _Worker:
    """A worker process, its present task, and the means to replace it."""

    pipe: Connection[Any, Any]

    def __init__(
        self, start_method: str, replicate: Replicate, scenario: Scenarios, prepare: Callable[[], None] | None
    ) -> None:
        self._context: Any = multiprocessing.get_context(start_method)
        self._arguments = (replicate, scenario, prepare)
        self.task: Task | None = None
        self._false_starts = 0
        self._start()

    def _start(self) -> None:
        self.ready = False
        with interrupts_held():
            self.pipe, theirs = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
            self._process.start()
            theirs.close()  # now the process alone holds its end, and the pipe closes with it

    def take(self, pending: deque[Task]) -> None:
        """Begin the next task, if there is one."""
        self.task = None
        while pending and self.task is None:
            try:
                self.pipe.send(pending[0])
                self.task = pending.popleft()
            except OSError:  # died between two tasks
                self.replace()

    def replace(self) -> None:
        """A new process for one that died. WorkersFailedError when three in a row did not even start."""
        self._false_starts = 0 if self.ready else self._false_starts + 1
        if self._false_starts >= MAX_DEATHS:
            raise WorkersFailedError(
                "worker processes die as soon as they start", "try again with --workers 1"
            )
        self.end()
        self._start()

    def end(self) -> None:
        """End the process now, in the middle of whatever it does, and collect it."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _serve(
    pipe: Connection[Any, Any], replicate: Replicate, scenario: Scenarios, prepare: Callable[[], None] | None
) -> None:
    """The life of a worker process. Unpickling the arguments has already imported the model."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):  # the parent has gone
        if prepare is not None:
            prepare()
        gc.collect()  # what is frozen stays for good, also the world in which kernels were called
        gc.freeze()  # libraries and kernels stay: each full collection would look through all of them again
        pipe.send(READY)
        while True:
            result = None
            # What a run leaves behind may hold itself. With all else frozen this takes a millisecond, and memory stays flat.
            gc.collect()
            task = pipe.recv()
            result = attempt(replicate, scenario, task)
            try:
                pipe.send(result)
            except OSError:
                raise
            except Exception as error:  # cannot be pickled: nothing was sent
                pipe.send(_lost(task, error))


def _one_of(scenario: Scenarios) -> Scenario:
    return next(iter(scenario.values())) if isinstance(scenario, Mapping) else scenario


def _lost(task: Task, error: Exception) -> Result:
    return Result(task, failures=[failure(error, policy, task.replication) for policy in task.policies])


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers, and forked ones hold each other's pipes open."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, so none prints a traceback of its own."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
