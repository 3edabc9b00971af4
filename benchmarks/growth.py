"""How time and memory grow with customers and with reps, in one command.

    python -m benchmarks.growth                       # 1,000 to 10,000,000 customers, then 10 to 10,000 reps
    python -m benchmarks.growth --json figures.json   # ... and the same for programs
    python -m benchmarks.growth --short               # two small worlds: whether it works, not how fast it is

Every world lives in a fresh process, so that its peak of memory is its own; a small one is lived first, so that kernels are
compiled or loaded before the clock starts. The weeks follow the population at once (a burn-in of one week), under the
baseline. Times are of the processor, not of the clock on the wall: on a machine that does other things too they are what
can be compared. Memory is that of the whole process, with Python and the compiler in it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.flagship import ROOT, SCENARIO, SHORT, keep, machine

CUSTOMERS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
REPS = (10, 100, 1_000, 10_000)
USUAL_REPS, USUAL_CUSTOMERS = 120, 1_000_000
LARGEST = (10_000_000, 10_000)
WEEKS, SHORT_WEEKS = 104, 4
SMALL_WORLDS = ((1_000, 12), (2_000, 24))
MIB = 1024.0  # kilobytes, as `ru_maxrss` counts them; bytes on a Mac, see `peak_mib`


def worlds(short: bool) -> list[tuple[int, int]]:
    """Customers and reps of each world: first one grows, then the other, then both at once."""
    if short:
        return list(SMALL_WORLDS)
    by_customers = [(customers, USUAL_REPS) for customers in CUSTOMERS]
    return [*by_customers, *((USUAL_CUSTOMERS, reps) for reps in REPS), LARGEST]


def measure(short: bool = False, weeks: int | None = None) -> dict[str, Any]:
    """All figures as plain data: one entry of `worlds` each, in their order."""
    lived = weeks if weeks is not None else SHORT_WEEKS if short else WEEKS
    return {
        "machine": machine(),
        "weeks": lived,
        "worlds": [in_a_fresh_process(customers, reps, lived) for customers, reps in worlds(short)],
    }


def in_a_fresh_process(customers: int, reps: int, weeks: int) -> dict[str, Any]:
    """What `one` finds, in a process of its own."""
    words = ["-m", "benchmarks.growth", "--one", str(customers), str(reps), str(weeks)]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def one(customers: int, reps: int, weeks: int) -> dict[str, Any]:
    """Make one world and live its weeks in this process."""
    from simulation.runs.replicate import replicate
    from simulation.spec import load_scenario
    from simulation.world.model import SalesModel

    replicate(load_scenario(SCENARIO, SHORT), 0)
    before = peak_mib()
    sizes = (f"world.customers={customers}", f"world.reps={reps}", f"world.managers={max(1, reps // 10)}")
    scenario = load_scenario(SCENARIO, [*sizes, "burn_in_weeks=1"])
    began = time.process_time()
    model = SalesModel(scenario, scenario.baseline)
    made = time.process_time()
    model.run_until(min(weeks, scenario.weeks))
    lived = time.process_time() - made
    return {
        "customers": customers,
        "reps": reps,
        "weeks": model.week,
        "make_s": round(made - began, 6),
        "weeks_s": round(lived, 6),
        "ns_per_customer_week": round(1e9 * lived / model.week / customers, 2),
        "peak_mib": round(peak_mib()),
        "mib_before": round(before),
    }


def peak_mib() -> float:
    """The most memory this process has held so far, MiB.

    On Linux not `ru_maxrss`, which a process takes over from the one that started it.
    """
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        most = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(most.split()[1]) / MIB

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB / (MIB if sys.platform == "darwin" else 1.0)


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [
        f"{figures['weeks']} weeks; "
        + ", ".join(f"{key} {value}" for key, value in figures["machine"].items()),
        "",
        f"{'customers':>11}{'reps':>8}{'make, s':>10}{'weeks, s':>10}{'ns a customer-week':>20}{'peak, MiB':>11}",
    ]
    lines += [
        f"{world['customers']:>11,}{world['reps']:>8,}{world['make_s']:>10.2f}{world['weeks_s']:>10.2f}"
        f"{world['ns_per_customer_week']:>20.1f}{world['peak_mib']:>11,}"
        for world in figures["worlds"]
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    parser.add_argument("--weeks", type=int, help=f"weeks of each world (default {WEEKS})")
    parser.add_argument("--short", action="store_true", help="two small worlds, a few weeks")
    parser.add_argument(
        "--one", type=int, nargs=3, metavar=("CUSTOMERS", "REPS", "WEEKS"), help=argparse.SUPPRESS
    )
    options = parser.parse_args(arguments)
    if options.weeks is not None and options.weeks < 1:
        parser.error("--weeks is at least 1")
    if options.one:
        print(json.dumps(one(*options.one)))
        return 0
    figures = measure(options.short, options.weeks)
    print(table(figures))
    keep(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
