"""What the tests of patterns share: the flagship scenario, both cores, and how commands are read."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NoReturn, TypeVar

FLAGSHIP = Path(__file__).resolve().parents[2] / "scenarios" / "industry_focus.yaml"
Task = TypeVar("Task")
Answer = TypeVar("Answer")


def in_parallel(work: Callable[[Task], Answer], tasks: Sequence[Task]) -> list[Answer]:
    """Answers in the order of tasks, by as many processes as there are cores (four at most)."""
    cores = min(4, os.cpu_count() or 1, len(tasks))
    if cores < 2:
        return [work(task) for task in tasks]
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(work, tasks, chunksize=max(1, len(tasks) // (8 * cores))))


def usage(message: str) -> NoReturn:
    """End a command that was given wrongly."""
    print(message, file=sys.stderr)
    raise SystemExit(2)


def arguments(given: Sequence[str], **counts: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """Read `name=value` arguments: those named in `counts` are whole numbers, the others overrides of the scenario.

    A bare name is a parameter of the world; a name with a dot is a path in the scenario.
    """
    numbers, overrides = dict(counts), []
    for argument in given:
        name, equals, value = argument.partition("=")
        if not equals:
            usage(f"{argument!r}: expected name=value")
        if name in numbers:
            if not value.isdecimal():
                usage(f"{argument!r}: expected a whole number")
            numbers[name] = int(value)
        else:
            overrides.append(argument if "." in name else f"world.parameters.{argument}")
    return numbers, tuple(overrides)
