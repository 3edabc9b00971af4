"""What a sweep costs beside its runs: overhead per run, memory of the process that writes, efficiency of two workers.

    python -m benchmarks.sweep_overhead
    python -m benchmarks.sweep_overhead --runs 100000 --only memory
    python -m benchmarks.sweep_overhead --real 1000 --only real        # the same with worlds of the model itself
    python -m benchmarks.sweep_overhead --ema PYTHON      # EMA Workbench beside it, in an environment of its own

Everything is durable: Parquet, fsync and ledger. Costs are differences between a long sweep and a short one, so that
starting, and reading at the end, are in none of them. Seconds are of the clock and of the processor (writer and workers):
on a machine that others use as well the second is the one to look at.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_up import MadeUp, small_flagship
from simulation.runs.record import Replicate
from simulation.runs.sweep_run import run_sweep

ROOT = Path(__file__).resolve().parents[1]
MIB = 2**20


@dataclass(frozen=True)
class Cost:
    """Seconds of the clock and of the processor, between the first result and the last."""

    clock: float
    processor: float
    runs: int
    directory: int  # bytes


def _processor() -> float:
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def cost(points: int, policies: int, workers: int, replicate: Replicate | None) -> Cost:
    """One sweep, kept in a directory that goes with it."""
    marks: list[float] = []
    before = _processor()
    with tempfile.TemporaryDirectory() as folder:
        run_sweep(
            small_flagship(points, policies), workers, Path(folder) / "d", lambda state: marks.append(time.perf_counter()),
            replicate=replicate,
        )  # fmt: skip
        size = sum(path.stat().st_size for path in (Path(folder) / "d").rglob("*") if path.is_file())
    runs = len(small_flagship(1, policies).policies) * points
    return Cost(marks[-1] - marks[1], _processor() - before, runs, size)


def overhead(short: bool) -> dict[str, Any]:
    """Milliseconds a run of made-up worlds, by number of workers and of policies."""
    few, many = (100, 300) if short else (500, 4000)
    found = {}
    for policies in (9, 2):
        for workers in (1, 2):
            one, other = (cost(points, policies, workers, MadeUp()) for points in (few, many))
            runs = other.runs - one.runs
            found[f"{workers} workers, {policies} policies"] = {
                "clock_ms": 1e3 * (other.clock - one.clock) / runs,
                "processor_ms": 1e3 * (other.processor - one.processor) / runs,
                "bytes": (other.directory - one.directory) / runs,
            }
    return found


def efficiency(short: bool) -> dict[str, Any]:
    """The model itself on one worker and on two; warm."""
    points = 8 if short else 100
    cost(2, 0, 1, None)
    one, two = cost(points, 0, 1, None), cost(points, 0, 2, None)
    return {
        "runs": one.runs, "ms_a_run": 1e3 * one.clock / one.runs, "processor_ms_a_run": 1e3 * one.processor / one.runs,
        "bytes_a_run": one.directory / one.runs,
        "efficiency": one.clock / two.clock / 2, "processor_ratio": one.processor / two.processor,
    }  # fmt: skip


def memory(runs: int, replicate: Replicate | None = None) -> dict[str, Any]:
    """Resident MiB of this process as two workers make `runs`, its slope over the second half, and what writing takes.

    None is the model itself.
    """
    sweep = small_flagship(-(-runs // 9))
    seen: list[tuple[int, float]] = []
    marks: list[tuple[float, float]] = []

    def look(state: Any) -> None:
        marks.append((time.perf_counter(), time.process_time()))
        if not seen or state.done - seen[-1][0] >= min(900, runs / 50):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            seen.append((state.done, pages * os.sysconf("SC_PAGE_SIZE") / MIB))

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run_sweep(sweep, 2, Path(folder) / "d", look, replicate=replicate)
    made = 9 * (len(marks) - 2)  # from the first result on: workers start before it
    half = np.array(seen[len(seen) // 2 :])
    slope = float(np.polyfit(half[:, 0], half[:, 1], 1)[0]) if len(half) > 2 else float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "runs": runs, "seconds": time.perf_counter() - began, "first_mib": seen[1][1] if len(seen) > 1 else None,
        "last_mib": seen[-1][1], "slope_mib_per_100000": 1e5 * slope, "peak_mib_with_reading": peak,
        "clock_ms": 1e3 * (marks[-1][0] - marks[1][0]) / made, "writer_ms": 1e3 * (marks[-1][1] - marks[1][1]) / made,
    }  # fmt: skip


def real(runs: int) -> dict[str, Any]:
    """The same with the model, whose overhead is `writer_ms`; efficiency against one worker that lives a fifth as many."""
    cost(60, 9, 1, MadeUp())  # what writes is loaded once
    found = memory(runs)  # before the rest: a process that has lived worlds itself is larger
    cost(2, 0, 1, None)
    one = cost(max(2, -(-runs // 45)), 0, 1, None)
    alone = 1e3 * one.clock / (one.runs - 9)  # the first result is where its clock begins
    return {**found, "one_worker_ms": alone, "efficiency": alone / found["clock_ms"] / 2}


def of_ema(python: str, short: bool) -> dict[str, Any]:
    """`benchmarks/ema.py` in its own environment."""
    words = [python, "benchmarks/ema.py", "2000" if short else "20000"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print, as JSON lines a person can read."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sweep_overhead", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--runs", type=int, default=100_000, help="of the part on memory")
    parser.add_argument("--real", type=int, metavar="N", help="also so many runs of the model itself")
    parser.add_argument("--short", action="store_true", help="whether it works, not how fast")
    parser.add_argument("--only", choices=["overhead", "efficiency", "memory", "real", "ema"])
    parser.add_argument("--ema", metavar="PYTHON", help="the Python of an environment with EMA Workbench")
    options = parser.parse_args(arguments)
    parts: dict[str, Any] = {
        "overhead": lambda: overhead(options.short),
        "efficiency": lambda: efficiency(options.short),
        "memory": lambda: memory(options.runs, MadeUp()),
    }
    if options.real:
        parts["real"] = lambda: real(options.real)
    if options.ema:
        parts["ema"] = lambda: of_ema(options.ema, options.short)
    for name, measure in parts.items():
        if options.only in (None, name):
            print(name, json.dumps(measure(), indent=1), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
