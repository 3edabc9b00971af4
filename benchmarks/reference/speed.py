"""How much faster the engine is than the same model written the ordinary Mesa way, in one command.

    python -m benchmarks.reference.speed                          # the flagship: minutes, nearly all of them the reference's
    python -m benchmarks.reference.speed --policies open --repeats 3
    python -m benchmarks.reference.speed --short                  # a small world: whether it works, not how fast it is
    python -m benchmarks.reference.speed --json figures.json

The reference counts in Python's own numbers and draws from Mesa's `model.random`, so nothing slows it down that a user of
Mesa would not write. A life is the making of the world, the burn-in and all weeks, in one process. The engine is warm:
kernels are compiled and each policy has been lived once before the clock starts. Figures are the shortest of the repeats,
since a machine that does other things only adds to them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "industry_focus.yaml"
SHORT = ("world.reps=12", "world.managers=2", "world.customers=600", "weeks=30", "burn_in_weeks=8")
POLICIES = ("open", "lockdown", "adaptive")
WATCHED = ("opportunities", "deals_won", "exits", "expansion")
Verbatim = argparse.RawDescriptionHelpFormatter


def shortest(live: Callable[[int], Any], repeats: int) -> tuple[float, list[Any]]:
    """Seconds of the shortest life, and all histories."""
    taken, histories = [], []
    for replication in range(repeats):
        began = time.perf_counter()
        histories.append(live(replication))
        taken.append(time.perf_counter() - began)
    return min(taken), histories


def measure(overrides: Sequence[str], policies: Sequence[str], repeats: int) -> list[dict[str, Any]]:
    """For each policy the seconds of a life in either model, their ratio, and what was lived in total."""
    from benchmarks.reference.model import ReferenceModel
    from simulation.spec import load_scenario
    from simulation.world.model import SalesModel

    scenario = load_scenario(SCENARIO, overrides)
    figures = []
    for policy in policies:

        def engine(replication: int, policy: str = policy) -> Any:
            return SalesModel(scenario, policy, replication=replication).run_until(scenario.weeks).history

        def reference(replication: int, policy: str = policy) -> Any:
            model = ReferenceModel(scenario, policy, replication=replication, plain=True)
            return model.run_until(scenario.weeks).history

        engine(0)  # compiles what this policy needs
        fast, theirs = shortest(engine, max(5, repeats))
        slow, ours = shortest(reference, repeats)
        lived = {
            name: [
                sum(float(sum(history[name])) for history in lives) / len(lives) for lives in (theirs, ours)
            ]
            for name in WATCHED
        }
        figures.append(
            {"policy": policy, "engine_s": fast, "reference_s": slow, "ratio": slow / fast, "lived": lived}
        )
    return figures


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Verbatim)
    parser.add_argument("--policies", nargs="+", default=POLICIES)
    parser.add_argument("--repeats", type=int, default=1, help="lives of the reference for each policy")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    if options.repeats < 1:
        parser.error("--repeats: at least 1")
    figures = measure(SHORT if options.short else (), options.policies, options.repeats)
    print(f"{'policy':20} {'engine':>10} {'reference':>10} {'ratio':>7}   lived, engine and reference")
    for row in figures:
        lived = ", ".join(f"{name} {a:,.0f} {b:,.0f}" for name, (a, b) in row["lived"].items())
        times = f"{row['engine_s'] * 1e3:7.0f} ms {row['reference_s']:8.2f} s {row['ratio']:7.0f}"
        print(f"{row['policy']:20} {times}   {lived}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
