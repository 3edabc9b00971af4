"""The process that lives previews. The server asks it and never imports the model itself.

One process, one order at a time: a preview takes a twentieth of a second, and worlds lived once are kept there.
"""

from __future__ import annotations

import asyncio
import heapq
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from app.live.living import Order, live, warm
from app.live.shelf import Shelf

if TYPE_CHECKING:
    from simulation.spec import Scenario

KEPT = 32
STARTING, COMPILING, READY, FAILED = "starting", "compiling", "ready", "failed"


class EngineError(Exception):
    """A preview could not be made; the text says why."""


class Engine:
    """`start` begins to compile in the background; `preview` gives what `living.live` gives, from any number of tabs."""

    def __init__(
        self, order: Callable[[Order], dict[str, Any]] = live, prepare: Callable[[Any], bool] = warm
    ) -> None:
        self._live, self._prepare = order, prepare
        self._pool: ProcessPoolExecutor | None = None
        self._known: Shelf[asyncio.Future[dict[str, Any]]] = Shelf(KEPT)
        self._scenario: Scenario | None = None
        self.state = STARTING
        self.restarts = 0
        self._turns = Turns()

    def start(self, scenario: Scenario) -> None:
        """Start the process and let it compile with this scenario, small."""
        self._scenario = scenario
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin)
        self.state = COMPILING
        self._pool.submit(self._prepare, scenario).add_done_callback(self._prepared)

    def _prepared(self, future: Future[bool]) -> None:
        if not future.cancelled():
            self.state = FAILED if future.exception() else READY

    async def preview(self, order: Order) -> dict[str, Any]:
        """The order as lived; the same order of several tabs is lived once. Raises EngineError."""
        key = (order.scenario.content_hash(), order.pair, order.worlds)
        asked = self._known.get(key, lambda: self._begun(order))
        try:
            return await asyncio.shield(asked)
        except EngineError:
            self._known.drop(key, asked)
            raise

    def _begun(self, order: Order) -> asyncio.Future[dict[str, Any]]:
        asked = asyncio.ensure_future(self._asked(order))
        # The tab may be gone by then, and nobody else would look at what went wrong.
        asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        return asked

    async def _asked(self, order: Order) -> dict[str, Any]:
        for attempt in range(2):
            pool = self._pool
            if pool is None:
                raise EngineError("the app is being closed")
            try:
                async with self._turns.taken(order.worlds):
                    return await asyncio.wrap_future(pool.submit(self._live, order))
            except BrokenProcessPool:  # killed, or out of memory
                if attempt:
                    break
                self._again(pool)
            except Exception as error:
                raise EngineError(f"{type(error).__name__}: {error}") from error
        raise EngineError("the process that lives the preview was ended, twice")

    def _again(self, broken: ProcessPoolExecutor) -> None:
        """Another process in place of one that has died; one of several orders that notice does it."""
        if self._pool is broken and self._scenario is not None:
            self.restarts += 1
            broken.shutdown(wait=False)
            self.start(self._scenario)

    def stop(self) -> None:
        """End the process, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            workers = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.kill()


class Turns:
    """One at a time, and of those who wait the one with the smallest rank first: a map goes before intervals."""

    def __init__(self) -> None:
        self._busy, self._number = False, 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def taken(self, rank: int) -> AsyncIterator[None]:
        """A turn for the block."""
        mine = asyncio.get_running_loop().create_future()
        if self._busy:
            self._number += 1
            heapq.heappush(self._waiting, (rank, self._number, mine))
        else:
            mine.set_result(None)
            self._busy = True
        try:
            await mine
            yield
        finally:
            # Who was given the turn passes it on, even if they were stopped before they took it.
            if not mine.cancelled():
                self._busy = False
                while self._waiting and not self._busy:
                    _, _, other = heapq.heappop(self._waiting)
                    if not other.done():
                        other.set_result(None)
                        self._busy = True  # it is theirs already


class Latest:
    """Of the orders of one tab only the newest counts: while one is lived, later ones replace each other."""

    def __init__(self, work: Callable[[Any], Awaitable[None]]) -> None:
        self._work = work
        self._next: Any = None
        self._task: asyncio.Task[None] | None = None

    def ask(self, order: Any) -> None:
        """Have this done next; gives back at once."""
        self._next = order
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._go())

    @property
    def waiting(self) -> bool:
        """Whether there is a newer order than the one at work."""
        return self._next is not None

    async def _go(self) -> None:
        while self._next is not None:
            order, self._next = self._next, None
            await self._work(order)

    def stop(self) -> None:
        """Forget what waits."""
        self._next = None
        if self._task is not None:
            self._task.cancel()


def _begin() -> None:
    """In the process: Ctrl-C is for the server, and if that dies we end too."""
    from simulation.runs.orphans import end_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
