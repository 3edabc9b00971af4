"""How fast the flagship is, in one command.

    python -m benchmarks.flagship                       # a table
    python -m benchmarks.flagship --json figures.json   # ... and the same for programs
    python -m benchmarks.flagship --compare             # ... and a whole `compare` with plots and report
    python -m benchmarks.flagship --short               # a small world: whether it works, not how fast it is

Everything is warm: kernels are compiled and each policy has run once before the clock starts. Policies take turns, so
that a busy moment of the machine does not fall on one of them. Times are medians; the smallest is shown beside them, and
is what to compare on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "industry_focus.yaml"
SHORT = ("world.reps=12", "world.managers=2", "world.customers=600", "weeks=30", "burn_in_weeks=8")
START_UPS = {
    "python": ["-c", "pass"],
    "help": ["run.py", "--help"],
    "validate": ["run.py", "validate", str(SCENARIO.relative_to(ROOT))],
}
COMPARE_WORKERS = 2


def measure(
    overrides: Sequence[str] = (), repeats: int = 7, compare: bool = False, replications: int | None = None
) -> dict[str, Any]:
    """All figures as plain data; times in milliseconds, those of `compare` in seconds."""
    from simulation.spec import load_scenario
    from simulation.world.columns import CustomerColumns

    scenario = load_scenario(SCENARIO, overrides)
    warm(scenario)
    burn_in, base = burned_in(scenario, repeats)
    runs, forks = policy_runs(base, repeats)
    world = scenario.world
    figures: dict[str, Any] = {
        "machine": machine(),
        "world": {
            "reps": world.reps, "customers": world.customers, "weeks": scenario.weeks,
            "burn_in_weeks": scenario.burn_in_weeks, "policies": list(scenario.policies),
        },
        "repeats": repeats,
        "run_ms": {policy: summary(times) for policy, times in runs.items()},
        "burn_in_ms": summary(burn_in),
        "fork_ms": summary(forks),
        "phase_ms": by_phase(base, repeats),
        "bytes_per_customer": CustomerColumns.row_bytes(),
        "start_up_ms": start_ups(repeats),
    }  # fmt: skip
    if compare:
        figures["compare_s"] = whole_compare(
            overrides, scenario.replications if replications is None else replications
        )
    return figures


def warm(scenario: Scenario) -> None:
    """Compile every kernel that any policy needs."""
    from simulation.runs.replicate import replicate

    replicate(scenario, 0)


def burned_in(scenario: Scenario, repeats: int) -> tuple[list[float], SalesModel]:
    """Milliseconds to make the population and live the burn-in, and a model that stands at week 0."""
    from simulation.world.model import SalesModel

    times = []
    for _ in range(repeats):
        with clock(times.append):
            base = SalesModel(scenario, scenario.baseline)
    return times, base


def policy_runs(base: SalesModel, repeats: int) -> tuple[dict[str, list[float]], list[float]]:
    """Milliseconds of all weeks under each policy from the same week 0, and of the forks that precede them."""
    runs: dict[str, list[float]] = {policy: [] for policy in base.scenario.policies}
    forks: list[float] = []
    for _ in range(repeats):
        for policy, times in runs.items():
            with clock(forks.append):
                model = base.fork(policy)
            with clock(times.append):
                model.run_until(base.setting.weeks)
    return runs, forks


def by_phase(base: SalesModel, repeats: int) -> dict[str, float]:
    """Milliseconds of each phase in a run, mean over policies, median over repeats. The clocks cost a little too."""
    from simulation.world import model as home

    phases, policies = home.PHASES, list(base.scenario.policies)
    spent: list[Counter[str]] = []

    def timed(phase: Callable[[Any], None]) -> Callable[[Any], None]:
        @functools.wraps(phase)
        def call(model: Any) -> None:
            began = time.perf_counter()
            phase(model)
            spent[-1][phase.__name__] += 1e3 * (time.perf_counter() - began)  # type: ignore[assignment]

        return call

    home.PHASES = tuple(map(timed, phases))
    try:
        for _ in range(repeats):
            spent.append(Counter())
            for policy in policies:
                base.fork(policy).run_until(base.setting.weeks)
    finally:
        home.PHASES = phases
    return {
        phase.__name__: round(median(s[phase.__name__] for s in spent) / len(policies), 4) for phase in phases
    }


def start_ups(repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds of whole processes that do little; "python" does nothing and is in the others as well."""
    times: dict[str, list[float]] = {name: [] for name in START_UPS}
    for _ in range(repeats):
        for name, words in START_UPS.items():
            with clock(times[name].append):
                subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    return {name: summary(taken) for name, taken in times.items()}


def whole_compare(overrides: Sequence[str], replications: int, fresh: bool = False) -> dict[str, Any]:
    """Seconds of `compare` from the shell to the report, every policy, in a fresh directory.

    `fresh`: as on a fresh install, where nothing has been compiled yet.
    """
    changes = [word for override in overrides for word in ("--set", override)]
    with tempfile.TemporaryDirectory() as folder:
        words = ["run.py", "compare", str(SCENARIO), "--quiet", "--workers", str(COMPARE_WORKERS), *changes]
        words += ["--replications", str(replications), "--out", str(Path(folder) / "run")]
        compiled = {"SALESPOLICY_CACHE_DIR": str(Path(folder) / "compiled")} if fresh else {}
        times: list[float] = []
        with clock(times.append):
            subprocess.run(
                [sys.executable, *words], cwd=ROOT, check=True, capture_output=True, env=os.environ | compiled
            )
    return {"seconds": round(times[0] / 1e3, 2), "replications": replications, "workers": COMPARE_WORKERS}


@contextmanager
def clock(keep: Callable[[float], object]) -> Iterator[None]:
    """Hand the milliseconds of the block to `keep`. Rubbish of what came before is collected first."""
    gc.collect()
    began = time.perf_counter()
    yield
    keep(1e3 * (time.perf_counter() - began))


def summary(times: Sequence[float]) -> dict[str, float]:
    return {"median": round(median(times), 3), "min": round(min(times), 3)}


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    names = ("numpy", "numba", "mesa", "pydantic")
    return {
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    world = figures["world"]
    lines = [
        f"{world['reps']} reps, {world['customers']} customers, weeks 0-{world['weeks'] - 1}; "
        + ", ".join(f"{key} {value}" for key, value in figures["machine"].items()),
        "",
        f"{'milliseconds':<28}{'median':>10}{'smallest':>10}",
    ]

    def row(name: str, cell: dict[str, float]) -> None:
        lines.append(f"{name:<28}{cell['median']:>10.1f}{cell['min']:>10.1f}")

    for policy, cell in figures["run_ms"].items():
        row(f"run, {policy}", cell)
    row("fork", figures["fork_ms"])
    row(f"burn-in of {world['burn_in_weeks']} weeks", figures["burn_in_ms"])
    for name, cell in figures["start_up_ms"].items():
        row(f"start, {name}", cell)
    whole = sum(figures["phase_ms"].values()) or 1.0
    lines += ["", f"{'phase, mean of policies':<28}{'ms a run':>10}{'share':>10}"]
    lines += [f"{name:<28}{ms:>10.2f}{ms / whole:>10.0%}" for name, ms in figures["phase_ms"].items()]
    lines += ["", f"state: {figures['bytes_per_customer']} bytes a customer"]
    if "compare_s" in figures:
        done = figures["compare_s"]
        lines.append(
            f"compare: {done['seconds']} s for {len(world['policies'])} policies x {done['replications']} worlds "
            f"with plots and report on {done['workers']} workers"
        )
    return "\n".join(lines)


def keep(figures: Any, path: Path | None) -> None:
    """Write the figures as JSON, if somewhere is given; what was there stays until all is written."""
    if path:
        new = path.with_name(f"{path.name}.new")
        new.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        new.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.flagship", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    parser.add_argument("--repeats", type=int, default=7, help="how often each thing is timed (default 7)")
    parser.add_argument("--compare", action="store_true", help="also time `compare` with plots and report")
    parser.add_argument("--replications", type=int, help="worlds of --compare (default: the scenario's)")
    parser.add_argument("--short", action="store_true", help="a small world, two repeats")
    options = parser.parse_args(arguments)
    if options.repeats < 1 or (options.replications is not None and options.replications < 1):
        parser.error("--repeats and --replications are at least 1")
    figures = measure(
        SHORT if options.short else (),
        2 if options.short else options.repeats,
        options.compare,
        options.replications,
    )
    print(table(figures))
    keep(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
