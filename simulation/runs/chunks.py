"""The far side of a cluster: a chunk of tasks, run one after the other in a worker process that somebody else started."""

from __future__ import annotations

import gc
import os
import pickle
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from simulation.runs.attempt import Result, Task, attempt
from simulation.runs.identity import Identity
from simulation.runs.record import Replicate

if TYPE_CHECKING:
    from simulation.spec import Scenario

    Prepare = Callable[[Scenario, int], None]

SETTLED = 1.0
"""Seconds before the first task of a process: Dask's nanny replaces no worker that dies before it has seen it start."""
_one_at_a_time = threading.Lock()  # a worker with several threads: a world is no place for two


class OtherCodeError(Exception):
    """This worker runs another version of the code; the argument is its hash."""


@dataclass(frozen=True)
class Order:
    """What tasks need besides themselves: `content` is a pickled scenario (or several by name), how a replication is lived,
    and what is done before the first. `code` is the hash of the code it was made by.
    """

    code: str
    content: bytes

    @classmethod
    def of(cls, scenario: Scenario, name: str, replicate: Replicate, prepare: Prepare | None) -> Order:
        """The order for tasks that call their scenario `name`."""
        content = pickle.dumps(({name: scenario}, replicate, prepare), pickle.HIGHEST_PROTOCOL)
        return cls(Identity.of(scenario).code, content)


def run_chunk(order: Order, tasks: Sequence[Task]) -> tuple[list[Result], float]:
    """The results of some tasks, and the seconds they took. OtherCodeError where the code is another."""
    with _one_at_a_time:
        _settle()
        scenarios, replicate = _opened(order)
        began = time.perf_counter()
        results = [attempt(replicate, scenarios, task) for task in tasks]
        seconds = time.perf_counter() - began
        gc.collect()
        return results, seconds


@lru_cache(maxsize=1)
def _settle() -> None:
    time.sleep(SETTLED)


@lru_cache(maxsize=4)
def _opened(order: Order) -> tuple[Mapping[str, Scenario], Replicate]:
    """An order that came with the first chunk of many: read once, kernels loaded once."""
    scenarios, replicate, prepare = pickle.loads(order.content)
    for scenario in scenarios.values():
        if (code := Identity.of(scenario).code) != order.code:
            raise OtherCodeError(code)
        if prepare is not None:
            prepare(scenario, os.getpid() % 2)
    gc.collect()
    gc.freeze()
    return scenarios, replicate
