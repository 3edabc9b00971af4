"""How much faster the engine is than the same model written the ordinary Mesa way, in one command.

    python -m benchmarks.reference.speed                          # the flagship: minutes, nearly all of them the reference's
    python -m benchmarks.reference.speed --policies open --repeats 9
    python -m benchmarks.reference.speed --short                  # a small world: whether it works, not how fast it is
    python -m benchmarks.reference.speed --json figures.json

The reference counts in Python's own numbers and draws from Mesa's `model.random`, so nothing slows it down that a user of
Mesa would not write. A life is the making of the world, the burn-in and all weeks; "weeks" is from week 0 on. The engine
is warm: kernels are compiled and each policy has been lived once before the clock starts. Both live the same number of
lives in turn, in the same worlds. A ratio is that of the medians; beside it stand the least and the largest ratio of two
lives that followed each other.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.flagship import SCENARIO, SHORT, keep
from benchmarks.plainly import plainly

POLICIES = ("open", "lockdown", "adaptive")
REPEATS = 5
WATCHED = ("opportunities", "deals_won", "exits", "expansion")
OTHER_LUCK = (
    "What was lived differs: this reference draws other luck (Mesa's), so counts agree in the mean of many worlds only.\n"
    "With the same luck both live the same history to the last bit, as benchmarks.reference.compare shows."
)
Verbatim = argparse.RawDescriptionHelpFormatter


class Stopwatch:
    """Times lives of one model, and their weeks from week 0 on."""

    def __init__(self, begin: Callable[[int], Any], weeks: int) -> None:
        self.begin, self.weeks = begin, weeks
        self.lives: list[float] = []
        self.runs: list[float] = []
        self.histories: dict[int, Any] = {}

    def live(self, replication: int) -> None:
        gc.collect()  # what the other model left is not this one's to clear away
        began = time.perf_counter()
        model = self.begin(replication).run_until(0)
        at_start = time.perf_counter()
        self.histories[replication] = model.run_until(self.weeks).history
        end = time.perf_counter()
        self.lives.append(end - began)
        self.runs.append(end - at_start)

    def mean_sum(self, outcome: str) -> float:
        """Sum over weeks, mean of worlds."""
        return sum(float(sum(history[outcome])) for history in self.histories.values()) / len(self.histories)


def measure_policy(scenario: Any, policy: str, repeats: int) -> dict[str, Any]:
    """The seconds of a life and of its weeks in either model, the ratios, and what was lived in total."""
    from benchmarks.reference.model import ReferenceModel
    from simulation.world.model import SalesModel

    engine = Stopwatch(lambda n: SalesModel(scenario, policy, replication=n), scenario.weeks)
    reference = Stopwatch(
        lambda n: ReferenceModel(scenario, policy, replication=n, plain=True), scenario.weeks
    )
    engine.begin(0).run_until(scenario.weeks)  # compiles what this policy needs
    for replication in range(repeats):
        engine.live(replication)  # in turn, so that a busy moment does not fall on one of them
        reference.live(replication)
    parts = {
        "life": compared(engine.lives, reference.lives),
        "weeks": compared(engine.runs, reference.runs),
    }
    lived = {name: [engine.mean_sum(name), reference.mean_sum(name)] for name in WATCHED}
    return {"policy": policy, **parts, "lived": lived}


def compared(fast: Sequence[float], slow: Sequence[float]) -> dict[str, float]:
    """Medians in seconds and their ratio; the least and the largest ratio of two that followed each other."""
    pairs = [other / one for one, other in zip(fast, slow, strict=True)]
    engine, reference = median(fast), median(slow)
    ratio = reference / engine
    return {
        "engine_s": engine,
        "reference_s": reference,
        "ratio": ratio,
        "least": min(pairs),
        "largest": max(pairs),
    }


def measure(overrides: Sequence[str], policies: Sequence[str], repeats: int) -> list[dict[str, Any]]:
    """The figures of each policy, see `measure_policy`."""
    from simulation.runs import choose_policies
    from simulation.spec import load_scenario

    scenario = load_scenario(SCENARIO, overrides)
    return [measure_policy(scenario, policy, repeats) for policy in choose_policies(scenario, policies)]


def table(figures: Sequence[dict[str, Any]]) -> str:
    """The figures for people."""
    lines = []
    for row in figures:
        lines.append(row["policy"])
        for part in ("life", "weeks"):
            engine, reference, ratio, least, largest = row[part].values()
            lines.append(
                f"  {part:6} engine {engine * 1e3:6.0f} ms   reference {reference:6.2f} s   ratio {ratio:4.0f}"
                f" ({least:.0f} to {largest:.0f})"
            )
        for name, (theirs, ours) in row["lived"].items():
            lines.append(f"  {name:14} engine {theirs:16,.0f}   reference {ours:16,.0f}")
    lines.append(OTHER_LUCK)
    return "\n".join(lines)


@plainly
def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Verbatim)
    parser.add_argument("--policies", nargs="+", default=POLICIES)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="lives of either model for each policy")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    if options.repeats < 1:
        parser.error("--repeats: at least 1")
    repeats = 2 if options.short else options.repeats
    figures = measure(SHORT if options.short else (), options.policies, repeats)
    print(table(figures))
    keep(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
