"""How many flagship runs a machine gets through, on one worker and on two.

    python -m benchmarks.throughput                 # 1,000 runs on two workers, a quarter of them on one
    python -m benchmarks.throughput --short         # a small world: whether it works, not how fast it is
    python -m benchmarks.throughput --json figures.json

A run is one policy's 104 weeks; the burn-in that the policies of a world share, the start of the workers and the way of the
results back are in the figures. Nothing is written to disk. Workers are warm: kernels have been compiled before. One and two
workers take turns, so that both meet the same machine, and the figures are medians.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.flagship import SCENARIO, SHORT, keep

RUNS, TURNS = 1_000, 3


def measure(overrides: Sequence[str] = (), runs: int = RUNS, turns: int = TURNS) -> dict[str, Any]:
    """Seconds for `runs` runs on two workers, those for the same work on one (from a quarter of it), and the efficiency.

    The efficiency is None for a few runs of a small world, where workers take longer to start than to work.
    """
    from simulation.runs import run_experiments
    from simulation.spec import load_scenario

    scenario = load_scenario(SCENARIO, overrides)
    policies = len(scenario.policies)
    worlds = math.ceil(runs / policies)
    few = max(2, worlds // 4)
    run_experiments(scenario, replications=1)  # compiles what is not compiled yet
    taken: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(turns):
        for workers, count in ((1, few), (2, worlds)):
            began = time.perf_counter()
            run_experiments(scenario, replications=count, workers=workers)
            taken[workers].append((time.perf_counter() - began) / (count * policies))
    one, two = median(taken[1]), median(taken[2])
    return {
        "runs": worlds * policies,
        "seconds_two_workers": round(two * worlds * policies, 2),
        "ms_a_run_one_worker": round(1e3 * one, 2),
        "ms_a_run_two_workers": round(1e3 * two, 2),
        "efficiency": None if overrides else round(one / (2 * two), 3),
    }


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    efficiency = "" if figures["efficiency"] is None else f": efficiency {figures['efficiency']}"
    return (
        f"{figures['runs']} runs on two workers: {figures['seconds_two_workers']} s; a run takes "
        f"{figures['ms_a_run_one_worker']} ms on one worker, {figures['ms_a_run_two_workers']} ms on two{efficiency}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs on two workers (default {RUNS})")
    parser.add_argument("--short", action="store_true", help="a small world, few runs")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs is at least 1")
    figures = measure(SHORT, 20, 1) if options.short else measure(runs=options.runs)
    print(table(figures))
    keep(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
