"""Many replications side by side: worker processes under a small supervisor.

Each worker has a pipe of its own to this process, with the task it is at and, while many are left, the next one, so that
it need not wait while this process writes. When a worker dies, its pipe closes, so the death is seen at once, only its own
task is lost, and we know which it was: the worker is replaced and the task given out again; a task that kills three workers
is set aside as failed.

Not `concurrent.futures`: its executor waits for ever when a worker is killed in the middle of sending a
result larger than the pipe's buffer, because it keeps the sending end of that pipe open itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from simulation.runs.attempt import Result, Task, attempt, died, lost
from simulation.runs.errors import WorkersFailedError
from simulation.runs.orphans import end_with_parent
from simulation.runs.record import Replicate

if TYPE_CHECKING:
    from simulation.runs.crew import Crew
    from simulation.spec import Scenario

    Scenarios = Scenario | Mapping[str, Scenario]
    Prepare = Callable[[Scenario, int], None]

MAX_DEATHS = 3
READY = "ready"
AHEAD = 4
"""A worker is given a second task while at least so many are left for each: near the end somebody else may be idle."""
ROOM = 1 if os.name == "nt" else 2
"""Tasks that a worker holds. Pipes of Windows have no room for one that nobody reads yet."""
GARBAGE = 0.05
"""Seconds between two collections at least: with all else frozen one takes a millisecond."""


def execute(
    tasks: Iterable[Task],
    scenario: Scenarios,
    replicate: Replicate,
    *,
    workers: int = 1,
    start_method: str = "spawn",
    prepare: Prepare | None = None,
    crew: Crew | None = None,
    growing: bool = False,
) -> Generator[Result, None, None]:
    """Results in the order in which they are ready. Close the iterator to stop: its processes end at once.

    `scenario` may be several by name, of which each task says which is its own. It and `replicate` are pickled
    once for each worker. With one worker all runs in this process. `prepare(scenario, number of the worker)` is called
    in each worker before its first task. With a `crew` the workers are those of a cluster. `growing` says that an
    iterator that has come to its end may have more tasks once results were taken.
    """
    if crew is not None:
        yield from crew.execute(tasks, scenario, replicate, prepare)
        return
    pending = Pending(tasks)
    workers = workers if growing and pending else min(workers, pending.at_least(workers))
    if workers <= 1:
        while pending:
            yield attempt(replicate, scenario, pending.popleft())
        return
    hands: list[_Worker] = []
    try:
        for turn in range(workers):
            ready = None if prepare is None else partial(prepare, _one_of(scenario), turn)
            hands.append(_Worker(start_method, replicate, scenario, ready))
        yield from _supervise(hands, pending)
    finally:
        for worker in hands:  # they hold nothing, and leaving politely takes each of them half a second
            worker.end()


class Pending:
    """Tasks still to be given out, made only when they are needed: a design may hold ten million."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._rest = iter(tasks)
        self._here: deque[Task] = deque()

    def at_least(self, number: int) -> int:
        """How many are left, if fewer than `number`; else `number`."""
        self._here.extend(islice(self._rest, max(0, number - len(self._here))))
        return min(number, len(self._here))

    def __bool__(self) -> bool:
        return self.at_least(1) > 0

    def first(self) -> Task:
        """The next one, which stays."""
        return self._here[0]

    def popleft(self) -> Task:
        """The next one."""
        return self._here.popleft()

    def give_back(self, tasks: Iterable[Task]) -> None:
        """Take back what somebody could not finish; it is given out again soon."""
        self._here.extend(tasks)


def _supervise(crew: list[_Worker], pending: Pending) -> Iterator[Result]:
    deaths: Counter[Task] = Counter()
    _give_out(crew, pending)
    while busy := {worker.pipe: worker for worker in crew if worker.tasks}:
        finished = []
        for pipe in wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                task = worker.tasks.popleft()
                pending.give_back(worker.tasks)  # not begun
                if worker.ready:
                    deaths[task] += 1
                if deaths[task] < MAX_DEATHS:
                    pending.give_back([task])
                else:
                    finished.append(died(task, deaths.pop(task)))
                worker.replace()
            except Exception as error:  # sent, but not to be understood here
                finished.append(lost(worker.tasks.popleft(), error))
            else:
                if message == READY:
                    worker.ready = True
                else:
                    worker.tasks.popleft()
                    finished.append(message)
            worker.take(pending, 1)
        # The workers go on while this process writes what they have just handed in.
        _give_out(crew, pending)
        yield from finished
        _give_out(crew, pending)  # what came of the results, if tasks grow


def _give_out(crew: list[_Worker], pending: Pending) -> None:
    """A task for everybody who has none, as when one came back from a dead colleague; a second while there are many."""
    for worker in crew:
        worker.take(pending, 1)
    if pending.at_least(AHEAD * len(crew)) == AHEAD * len(crew):
        for worker in crew:
            worker.take(pending, ROOM)


class _Worker:
    """A worker process, its present task, and the means to replace it."""

    pipe: Connection[Any, Any]

    def __init__(
        self, start_method: str, replicate: Replicate, scenario: Scenarios, prepare: Callable[[], None] | None
    ) -> None:
        self._context: Any = multiprocessing.get_context(start_method)
        self._arguments = (replicate, scenario, prepare)
        self.tasks: deque[Task] = deque()
        self._false_starts = 0
        self._start()

    def _start(self) -> None:
        self.ready = False
        with interrupts_held():
            self.pipe, theirs = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
            self._process.start()
            theirs.close()  # now the process alone holds its end, and the pipe closes with it

    def take(self, pending: Pending, number: int) -> None:
        """Take tasks, if there are any, until there are `number`: the one to be done now, and the next."""
        while len(self.tasks) < number and pending:
            try:
                self.pipe.send(pending.first())
            except OSError:  # it has died
                if self.tasks:  # whoever waits for it will see that, and with which task
                    return
                self.replace()
            else:
                self.tasks.append(pending.popleft())

    def replace(self) -> None:
        """A new process, without tasks, for one that died. WorkersFailedError when three in a row did not even start."""
        self._false_starts = 0 if self.ready else self._false_starts + 1
        if self._false_starts >= MAX_DEATHS:
            raise WorkersFailedError(
                "worker processes die as soon as they start", "try again with --workers 1"
            )
        self.end()
        self.tasks.clear()
        self._start()

    def end(self) -> None:
        """End the process now, in the middle of whatever it does, and collect it. One that never started has no end."""
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self.pipe.close()


def _serve(
    pipe: Connection[Any, Any], replicate: Replicate, scenario: Scenarios, prepare: Callable[[], None] | None
) -> None:
    """The life of a worker process. Unpickling the arguments has already imported the model."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    end_with_parent()
    with suppress(EOFError, OSError):  # the parent has gone
        if prepare is not None:
            prepare()
        gc.collect()  # what is frozen stays for good, also the world in which kernels were called
        gc.freeze()  # libraries and kernels stay: each full collection would look through all of them again
        pipe.send(READY)
        collected = 0.0
        while True:
            result = None
            if time.monotonic() - collected > GARBAGE:
                gc.collect()  # what a run leaves behind may hold itself: memory stays flat
                collected = time.monotonic()
            task = pipe.recv()
            result = attempt(replicate, scenario, task)
            try:
                pipe.send(result)
            except OSError:
                raise
            except Exception as error:  # cannot be pickled: nothing was sent
                pipe.send(lost(task, error))


def _one_of(scenario: Scenarios) -> Scenario:
    return next(iter(scenario.values())) if isinstance(scenario, Mapping) else scenario


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
