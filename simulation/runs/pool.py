"""Many replications side by side: worker processes, each with its own one-process executor, under a small supervisor.

One executor for each worker, not one for all: when a process dies, only its own task is lost and we know which it was.
The worker is replaced and the task given out again; a task that kills three workers is set aside as failed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulation.runs.attempt import Result, Task, attempt, died, failure
from simulation.runs.errors import WorkersFailed
from simulation.runs.record import Replicate

if TYPE_CHECKING:
    from simulation.spec import Scenario

MAX_DEATHS = 3
_work_on: tuple[Replicate, Scenario] | None = None  # set once in each worker process


def execute(
    tasks: Iterable[Task], scenario: Scenario, replicate: Replicate, *, workers: int = 1, start_method: str = "spawn"
) -> Iterator[Result]:
    """Results in the order in which they are ready. Close the iterator to stop early: its processes end at once.

    `replicate` and `scenario` are pickled once for each worker. With one worker everything runs in this process.
    """
    pending = deque(tasks)
    workers = min(workers, len(pending))
    if workers <= 1:
        while pending:
            yield attempt(replicate, scenario, pending.popleft())
        return
    crew: list[_Worker] = []
    try:
        crew += [_Worker(replicate, scenario, start_method) for _ in range(workers)]
        yield from _supervise(crew, pending)
    except BaseException:
        for worker in crew:
            worker.kill()
        raise
    finally:
        for worker in crew:
            worker.close()


def _supervise(crew: list[_Worker], pending: deque[Task]) -> Iterator[Result]:
    deaths: Counter[Task] = Counter()
    for worker in crew:
        worker.take(pending)
    while running := {worker.future: worker for worker in crew if worker.future is not None}:
        finished = []
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            worker, task = running[future], running[future].task
            assert task is not None
            try:
                finished.append(future.result())
            except BrokenExecutor:
                if worker.started():
                    deaths[task] += 1
                if deaths[task] < MAX_DEATHS:
                    pending.append(task)
                else:
                    finished.append(died(task, deaths[task]))
                worker.replace()
            except Exception as error:  # the result could not be sent, for instance
                failures = [failure(error, policy, task.replication) for policy in task.policies]
                finished.append(Result(task, failures=failures))
            # The worker goes on while this process writes what it has just handed in.
            worker.take(pending)
        for worker in crew:
            if worker.future is None:  # idle when a task came back from a dead colleague
                worker.take(pending)
        yield from finished


class _Worker:
    """A worker process, its present task, and the means to replace it."""

    def __init__(self, replicate: Replicate, scenario: Scenario, start_method: str) -> None:
        self._context = multiprocessing.get_context(start_method)
        self._arguments = (replicate, scenario)
        self.task: Task | None = None
        self.future: Future[Result] | None = None
        self._false_starts = 0
        self._start()

    def _start(self) -> None:
        with _interrupts_held():
            before = set(multiprocessing.active_children())
            self._executor = ProcessPoolExecutor(
                1, mp_context=self._context, initializer=_begin, initargs=self._arguments
            )
            self._ready: Future[int] = self._executor.submit(os.getpid)
            self._processes = set(multiprocessing.active_children()) - before

    def started(self) -> bool:
        """Did the process get as far as working on tasks?"""
        return self._ready.done() and self._ready.exception() is None

    def take(self, pending: deque[Task]) -> None:
        """Begin the next task, if there is one."""
        self.task = self.future = None
        while pending and self.future is None:
            try:
                self.future = self._executor.submit(_work, pending[0])
                self.task = pending.popleft()
            except BrokenExecutor:  # died between two tasks
                self.replace()

    def replace(self) -> None:
        """A new process for one that died. WorkersFailed when three in a row did not even start."""
        self._false_starts = 0 if self.started() else self._false_starts + 1
        if self._false_starts >= MAX_DEATHS:
            raise WorkersFailed("worker processes die as soon as they start", "try again with --workers 1")
        self._executor.shutdown(wait=True)
        self._start()

    def kill(self) -> None:
        """Stop the process now, in the middle of whatever it does."""
        for process in self._processes:
            process.terminate()

    def close(self) -> None:
        """Let the process end and collect it."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _begin(replicate: Replicate, scenario: Scenario) -> None:
    """First thing in a worker process. Unpickling the arguments has already imported the model."""
    global _work_on  # noqa: PLW0603 - a process pool has no other place for what a worker needs for every task
    _work_on = (replicate, scenario)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers; they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task) -> Result:
    assert _work_on is not None
    return attempt(*_work_on, task)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, and so never print a traceback of their own."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
