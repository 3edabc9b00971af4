"""`python -m tests.audit`: the whole audit. Prints a line for each threat that ends otherwise than promised, and a summary.

--inputs N      inputs of each fuzz target (100,000 take hours; without it 2,000)
--examples N    random worlds in which engine and reference are compared (default 50)
--area NAME     only this area of the table, and nothing else

Exit code 0 if all is as promised, 1 if not. The tests run the same in short: the table without what other tests ask, a
hundred inputs of each target, the invariants in a few random worlds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from . import supply
from .app_checks import checks
from .fuzz import fuzz, told
from .table import TABLE
from .targets import TARGETS
from .threat import ROOT, SLOW, Threat, run, wrong

INVARIANTS = [
    "tests/world/test_world_properties.py",
    "tests/world/test_world_invariants.py",
    "tests/world/test_world_money.py",
]


def table(areas: list[str]) -> tuple[list[str], bool]:
    """The threats of these areas, each tried: lines of a summary, and whether any ended otherwise than promised."""
    lines, bad = [], False
    for area in areas:
        threats = TABLE[area]()
        broken, longest = 0, 0.0
        for threat in threats:
            faults, seconds = tried(threat)
            longest = max(longest, seconds)
            if faults:
                broken += 1
                print(f"{area}: {threat.name}", *faults, sep="\n    ", flush=True)
        bad |= bool(broken)
        lines.append(
            f"{area:<18}{len(threats):>7} threats  {broken:>4} otherwise than promised, longest {longest:.2f} s"
        )
    return lines, bad


def tried(threat: Threat) -> tuple[list[str], float]:
    """What is wrong with its end, and how long it took; a slow one once more, since the first loads libraries."""
    for attempt in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            ended = run(threat, Path(folder))
        faults = wrong(threat, ended)
        if faults or ended.seconds <= SLOW or attempt == 2:
            break
    if ended.seconds > SLOW:
        faults = [*faults, f"took {ended.seconds:.1f} s"]
    return faults, ended.seconds


def of_tests(title: str, command: list[str]) -> tuple[str, bool]:
    """Another command of the project: a line with its last words, and whether it failed."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip() or done.stderr.strip() or "nothing said").splitlines()[-1].strip("= ")
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-1000:], sep="\n")
    return f"{title:<18}{last}", bool(done.returncode)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", action="append", choices=list(TABLE))
    chosen = parser.parse_args()
    lines, bad = table(chosen.area or list(TABLE))
    if not chosen.area:
        asked = checks()
        broken = {name: faults for name, faults in asked.items() if faults}
        lines.append(f"{'app':<18}{len(asked):>7} threats  {len(broken):>4} otherwise than promised")
        for name, faults in broken.items():
            print(f"app: {name}", *faults, sep="\n    ", flush=True)
        bad |= bool(broken)
        for target in TARGETS:
            found = fuzz(target, chosen.inputs, chosen.seed)
            lines += told(target, found)
            bad |= bool(found.broken)
        for title, command in (
            ("invariants", ["-m", "pytest", "-q", "--durations=0", *INVARIANTS]),
            ("reference", ["-m", "benchmarks.reference.search", "--examples", str(chosen.examples)]),
        ):
            line, failed = of_tests(title, command)
            lines.append(line)
            bad |= failed
        for name, check in supply.CHECKS.items():
            faults = check()
            lines.append(f"{'supply chain':<18}{'sound' if not faults else 'WRONG'}: {name}")
            print(*faults, sep="\n", end="\n" if faults else "")
            bad |= bool(faults)
    print(*lines, sep="\n")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
