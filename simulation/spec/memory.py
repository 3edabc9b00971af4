"""What runs need of this machine's memory, said before anything is allocated. Estimates from below."""

from __future__ import annotations

import os
from pathlib import Path

from simulation.outcomes import OUTCOMES
from simulation.spec.problems import Mark, Problem
from simulation.spec.schema import Scenario

BYTES_PER_CUSTOMER = 64  # the state of one customer, as stored by the engine
_COPIES = 3  # the burnt-in state that all policies share, the running one, and scratch for the phases
_CELL = 8  # bytes of a number in a table
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_needed(scenario: Scenario) -> int:
    """Bytes needed at least: the customers, the reps' beliefs, and the weekly tables of all runs."""
    world = scenario.world
    customers = world.customers * BYTES_PER_CUSTOMER * _COPIES
    reps = world.reps * (256 + 64 * len(world.segments)) * _COPIES
    runs = scenario.replications * len(scenario.policies)
    return customers + reps + table(runs * scenario.weeks, sum(o.weekly for o in OUTCOMES.values()))


def table(rows: int, columns: int) -> int:
    """Bytes of a table of numbers."""
    return rows * columns * _CELL


def machine_memory() -> int | None:
    """Bytes of memory this process may use at most, or None where the system does not say."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    limits = []
    for file in _LIMITS:  # a container has less than the machine
        try:
            limits.append(int(Path(file).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such limit, or "max"
            continue
    return min([physical, *limits])


def too_large(
    mark: Mark, what: str, needed: int, hint: str = "fewer customers, weeks or replications"
) -> list[Problem]:
    """The problem with what needs so many bytes, if this machine has fewer; `what` is the subject of its sentence."""
    available = machine_memory()
    if available is None or needed <= available:
        return []
    message = f"{what} about {needed / 2**30:.1f} GiB; this machine has {available / 2**30:.1f} GiB"
    return [Problem.at(mark, message, hint)]
