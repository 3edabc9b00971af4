"""All benchmarks in one command: a table for people, JSON for programs.

    python -m benchmarks.run                                  # a quarter of an hour, half of it `hypotheses`
    python -m benchmarks.run --json figures.json
    python -m benchmarks.run --peers peers/bin/python         # other libraries too, see benchmarks/peers.py
    python -m benchmarks.run --only flagship throughput
    python -m benchmarks.run --short        # small worlds, minutes: do all parts but `hypotheses` work?

Parts: `equality` (engine and reference live the same history under every policy of the flagship in small), `flagship`
(a run, phase by phase, start-up, a whole `compare`), `throughput` (1,000 runs on two workers), `reference` (the engine
against the same model written the ordinary Mesa way), `growth` (customers, reps, memory), `first_compare`, `first_result`
and `hypotheses` (whole commands) and `peers`. What is compared takes turns in one process or side by side; figures are
medians. At the end each figure that was asked for stands beside what was asked. The JSON is written after every part, so
that a run that is stopped keeps what it had. The exit code is 1 where engine and reference part; no time makes it fail.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import asked, commands, flagship, growth, throughput
from benchmarks.flagship import ROOT, SCENARIO, SHORT, keep, machine
from benchmarks.reference import speed

Part = tuple[Any, str]
"""The figures, and the same for people."""


def equality() -> Part:
    """Where engine and reference first differ under each policy of the flagship in small; "" where nowhere."""
    from benchmarks.reference.side_by_side import same_history
    from simulation.spec import load_scenario

    scenario = load_scenario(SCENARIO, SHORT)
    found = {policy: str(same_history(scenario, policy) or "") for policy in scenario.policies}
    return found, "\n".join(f"{policy}: {where or 'the same history'}" for policy, where in found.items())


def parts(short: bool, peers: str | None) -> dict[str, Callable[[], Part]]:
    """What there is to measure, by name, in this order."""
    small = SHORT if short else ()

    def measured(home: Any, *arguments: Any) -> Part:
        figures = home.measure(*arguments)
        return figures, home.table(figures)

    def commanded(command: Callable[..., Any], *arguments: Any) -> Part:
        figures = command(*arguments)
        return figures, commands.table(figures)

    found: dict[str, Callable[[], Part]] = {
        "equality": equality,
        "flagship": lambda: measured(flagship, small, 2 if short else 7, True, 2 if short else None),
        "throughput": lambda: measured(throughput, small, *((20, 1) if short else ())),
        "reference": lambda: measured(speed, small, speed.POLICIES, 1 if short else speed.REPEATS),
        "growth": lambda: measured(growth, short),
        "first_compare": lambda: commanded(commands.first_compare, small),
        "first_result": lambda: commanded(commands.first_result, small, *((1,) if short else ())),
    }
    if not short:
        found["hypotheses"] = lambda: commanded(commands.hypotheses)
    if peers:
        found["peers"] = lambda: of_peers(peers, short)
    return found


def of_peers(python: str, short: bool) -> Part:
    """`benchmarks/peers.py` in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "peers.json"
        words = [python, "benchmarks/peers.py", "--json", str(file)]
        words += ["--customers", "500", "--weeks", "4", "--repeats", "1"] if short else []
        done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
        return json.loads(file.read_text(encoding="utf-8")), done.stdout.strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON if asked. 1 if engine and reference part, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    parser.add_argument("--peers", metavar="PYTHON", help="the Python of an environment with other libraries")
    parser.add_argument(
        "--short", action="store_true", help="small worlds, all parts but `hypotheses`: whether it works"
    )
    parser.add_argument("--only", nargs="+", metavar="PART", help="these parts alone")
    options = parser.parse_args(arguments)
    chosen = parts(options.short, options.peers)
    if unknown := sorted(set(options.only or ()) - set(chosen)):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(chosen)}")
    figures: dict[str, Any] = {"machine": machine()}
    for name, measure in chosen.items():
        if options.only and name not in options.only:
            continue
        figures[name], text = measure()
        print(f"== {name}\n{text}\n", flush=True)
        keep(figures, options.json)
    if not options.short:
        figures["asked"] = asked.compared(figures)
        print(f"== asked and found\n{asked.table(figures['asked'])}")
        keep(figures, options.json)
    return int(any(figures.get("equality", {}).values()))


if __name__ == "__main__":
    sys.exit(main())
