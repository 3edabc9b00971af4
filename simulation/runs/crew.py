"""The workers of a cluster: chunks of tasks out, results in, through a client of dask.distributed.

Chunks last long beside what it takes to hand one out. Dask gives a chunk whose worker died to another worker, a few times;
then the tasks of that chunk are suspects. Each is run once more when all else is done, with nothing beside it, for Dask
blames everything that a dead worker held: only a task that kills its workers alone is set aside.
"""

from __future__ import annotations

import queue
import statistics
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulation.runs.attempt import Result, Task, died, lost
from simulation.runs.chunks import Order, OtherCodeError, run_chunk
from simulation.runs.errors import ClusterRefusedError, WorkersFailedError
from simulation.runs.identity import code_version
from simulation.runs.pool import MAX_DEATHS, Pending
from simulation.runs.record import Replicate

if TYPE_CHECKING:
    from simulation.spec import Scenario

    Prepare = Callable[[Scenario, int], None]

ANSWER = 30.0
"""Seconds within which a scheduler must answer, and a cluster without workers get one."""
GONE = 120.0
"""Seconds without a worker after which nobody is waited for: those that died are replaced in a few."""
OVERHEAD = 0.02
"""A chunk lasts so long that handing it out takes at most this share."""
SHORTEST, LONGEST = 1.0, 60.0
"""Seconds that a chunk lasts at least and at most, where single tasks allow it."""
AHEAD = 2
"""Chunks given out for each worker: one to be at, one to begin next."""
LOOK = 5.0
"""Seconds between two looks at who is there."""
RESUMES = "what is finished is kept; the same command resumes"


def other_code(address: str, theirs: str, ours: str = "") -> ClusterRefusedError:
    """The refusal of workers with another version."""
    here = (ours or code_version())[:12]
    return ClusterRefusedError(
        f"the workers of {address} run another version of the code: {theirs[:12]} there, {here} here",
        "install the same version on both sides, allow the same levers, and start the workers again",
    )


class Crew:
    """The workers of a cluster, as many as there are at any moment."""

    def __init__(self, client: Any, address: str, refill: Callable[[], object] | None = None) -> None:
        self._client, self._address, self._refill = client, address, refill
        self._killed: Any = import_module("distributed").KilledWorker
        self._given: dict[str, tuple[Any, Order, list[Task]]] = {}  # by the key of a future
        self._ready: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._each = 0.0  # seconds that a task takes; 0 while none is finished
        self._number = 0
        self._lanes, self._looked = 1, 0.0
        self._seen = time.monotonic()  # when somebody was last there to work

    def execute(
        self,
        tasks: Iterable[Task],
        scenario: Scenario | Mapping[str, Scenario],
        replicate: Replicate,
        prepare: Prepare | None = None,
    ) -> Generator[Result, None, None]:
        """Results in the order in which they are ready, as of `pool.execute`. WorkersFailedError when nobody is left."""
        by_name = scenario if isinstance(scenario, Mapping) else None
        orders: dict[str, Order] = {}
        pending, suspects = Pending(tasks), deque[Task]()
        length = self._chunk_length()

        def order(name: str) -> Order:
            if name not in orders:
                one: Any = scenario if by_name is None else by_name[name]
                orders[name] = Order.of(one, name, replicate, prepare)
            return orders[name]

        try:
            while True:
                self._look()
                while pending and len(self._given) < AHEAD * self._lanes:
                    chunk = self._cut(pending, length)
                    self._submit(order(chunk[0].scenario), chunk)
                alone = not pending and not self._given
                if alone and not suspects:
                    return
                if alone:
                    task = suspects.popleft()
                    self._submit(order(task.scenario), [task])
                for future, of, chunk in self._finished():
                    yield from self._taken(future, of, chunk, suspects, pending, alone=alone)
        finally:
            self._let_go()

    def _chunk_length(self) -> float:
        """Seconds, from what it takes to hand out nothing."""
        took = []
        for _ in range(5):
            began = time.perf_counter()
            self._client.submit(_nothing, self._next_key(), pure=False).result(timeout=ANSWER)
            took.append(time.perf_counter() - began)
        return min(LONGEST, max(SHORTEST, statistics.median(took) / OVERHEAD))

    def _cut(self, pending: Pending, length: float) -> list[Task]:
        """The next tasks, of one scenario: as many as last that long, and near the end so few that all have some."""
        size = 1
        if self._each:
            size = max(1, min(10_000, int(length / self._each)))
            shares = AHEAD * self._lanes
            size = min(size, -(-pending.at_least(size * shares) // shares))
        chunk = [pending.popleft()]
        while len(chunk) < size and pending and pending.first().scenario == chunk[0].scenario:
            chunk.append(pending.popleft())
        return chunk

    def _submit(self, order: Order, chunk: list[Task]) -> None:
        key = self._next_key()
        future = self._client.submit(run_chunk, order, chunk, key=key, pure=False, retries=2)
        self._given[key] = future, order, chunk
        future.add_done_callback(lambda done: self._ready.put(done.key))

    def _next_key(self) -> str:
        self._number += 1
        return f"runs-{id(self):x}-{self._number}"

    def _finished(self) -> Iterator[tuple[Any, Order, list[Task]]]:
        """What has ended by now, at least something or after a while nothing."""
        with suppress(queue.Empty):
            key = self._ready.get(timeout=LOOK)
            while True:
                if key in self._given:
                    yield self._given.pop(key)
                key = self._ready.get_nowait()

    def _taken(
        self,
        future: Any,
        order: Order,
        chunk: list[Task],
        suspects: deque[Task],
        pending: Pending,
        *,
        alone: bool,
    ) -> Iterator[Result]:
        self._seen = time.monotonic()
        try:
            results, seconds = self._result_of(future)
        except self._killed:
            if alone:
                yield died(chunk[0], MAX_DEATHS)
            else:
                suspects.extend(chunk)
        except OtherCodeError as error:
            raise other_code(self._address, str(error), order.code) from error
        except (TimeoutError, CancelledError):  # the results went with a worker, or the scheduler has gone
            pending.give_back(chunk)
        except Exception as error:
            yield from (lost(task, error) for task in chunk)
        else:
            each = seconds / len(chunk)
            self._each = each if not self._each else 0.8 * self._each + 0.2 * each
            yield from results

    def _result_of(self, future: Any) -> tuple[list[Result], float]:
        """What a chunk that has ended gave. TimeoutError where it went with its worker and nobody makes it again."""
        end = time.monotonic() + ANSWER
        while True:
            try:
                found: tuple[list[Result], float] = future.result(timeout=LOOK)
                return found
            except TimeoutError:
                if time.monotonic() > end:
                    raise
                self._look()  # nobody may be there to make it

    def _look(self) -> None:
        """Count the workers now and then. Nobody for two minutes is the end."""
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        if self._client.status == "running":
            with suppress(Exception):
                self._lanes = max(1, len(there := self._client.nthreads()))
                self._seen = time.monotonic() if there else self._seen
                if self._refill is not None:
                    self._refill()
        if time.monotonic() - self._seen > GONE:
            raise WorkersFailedError(f"nobody is left to work at {self._address}", RESUMES)

    def _let_go(self) -> None:
        futures = [future for future, _, _ in self._given.values()]
        self._given.clear()
        with suppress(Exception):
            self._client.cancel(futures)


def _nothing(key: str) -> None:
    """What it takes to hand out this is what it takes to hand out anything."""
