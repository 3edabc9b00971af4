"""The parts of the audit, as one list: each is asked with a size, and gives lines of a table and whether a promise broke."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import supply
from .app_checks import checks
from .fuzz import fuzz, told
from .table import TABLE
from .targets import TARGETS
from .threat import ROOT, SLOW, Threat, run, wrong

AREAS = tuple(TABLE)
Lines = tuple[list[str], bool]
INVARIANTS = ["test_world_properties.py", "test_world_invariants.py", "test_world_money.py"]


@dataclass(frozen=True)
class Asked:
    """What was said on the command line beside sizes."""

    seed: int
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """`size` names the option that says how much of it; `usual` and `full` are what it is without one."""

    name: str
    asked: Callable[[int, Asked], Lines]
    size: str = ""
    usual: int = 0
    full: int = 0


def threats(_: int, asked: Asked) -> Lines:
    """The threats of these areas, each tried."""
    lines, bad = [], False
    for area in asked.areas:
        every = TABLE[area]()
        ends = {threat.name: tried(threat) for threat in every}
        broken = {name: faults for name, (faults, _) in ends.items() if faults}
        _print_faults(area, broken)
        bad |= bool(broken)
        longest = max(seconds for _, seconds in ends.values())
        lines.append(f"{area:<18}{_kept(len(every), len(broken))}, longest {longest:.2f} s")
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


def app(_: int, asked: Asked) -> Lines:
    """Strangers at the port of a real server."""
    found = checks()
    broken = {name: faults for name, faults in found.items() if faults}
    _print_faults("app", broken)
    return [_kept(len(found), len(broken))], bool(broken)


def fuzzing(inputs: int, asked: Asked) -> Lines:
    """So many inputs of each target."""
    found = {target: fuzz(target, inputs, asked.seed) for target in TARGETS}
    lines = [line for target, one in found.items() for line in told(target, one)]
    return lines, any(one.broken for one in found.values())


def invariants(_: int, asked: Asked) -> Lines:
    """What holds in every world: properties over random specs and policies."""
    return _command(
        ["pytest", "-q", "--durations=0", "-n", "0", *(f"tests/world/{name}" for name in INVARIANTS)]
    )


def reference(worlds: int, asked: Asked) -> Lines:
    """Random worlds in which the engine and the model of one object an agent live the same history."""
    return _command(["benchmarks.reference.search", "--examples", str(worlds)])


def honesty(experiments: int, asked: Asked) -> Lines:
    """How often something is found where there is nothing."""
    return _command(["benchmarks.false_alarms", "--trials", str(experiments)], last=12)


def made_of(_: int, asked: Asked) -> Lines:
    """What the product is made of."""
    found = {name: check() for name, check in supply.CHECKS.items()}
    _print_faults("supply", {name: faults for name, faults in found.items() if faults})
    return [f"{'WRONG' if faults else 'sound'}: {name}" for name, faults in found.items()], any(
        found.values()
    )


def kills(number: int, asked: Asked) -> Lines:
    """A sweep killed so often."""
    return _command(["benchmarks.kills", "--kills", str(number), "--seed", str(asked.seed)], last=4)


def soak(minutes: int, asked: Asked) -> Lines:
    """Commands and the app, with random kills."""
    return _command(["tests.audit.soak", "--minutes", str(minutes), "--seed", str(asked.seed)], last=11)


def mutation(sample: int, asked: Asked) -> Lines:
    """Faults put into kernels and statistics: how many the tests notice. A score below 85 % is a broken promise."""
    if not sample:
        return ["not asked: --mutants N (needs cosmic-ray)"], False
    lines, bad = [], False
    for kind in ("kernels", "statistics"):
        said, failed = _command(
            ["tests.audit.mutation", kind, "--sample", str(sample), "--seed", str(asked.seed)]
        )
        percent = said[-1].partition(": ")[2].partition(" %")[0]
        bad |= failed or not percent.isdigit() or int(percent) < LEAST_NOTICED
        lines.append(f"{kind}: {said[-1]}")
    return lines, bad


LEAST_NOTICED = 85


def coverage(asked_for: int, asked: Asked) -> Lines:
    """Branches that the tests reach, kernels uncompiled."""
    if not asked_for:
        return ["not asked: --measured 1"], False
    return _command(["tests.audit.covered"], last=4)


PARTS = (
    Part("threats", threats),
    Part("app", app),
    Part("fuzz", fuzzing, "inputs", 2_000, 100_000),
    Part("invariants", invariants),
    Part("reference", reference, "worlds", 50, 1_000),
    Part("honesty", honesty, "experiments", 500, 2_000),
    Part("supply", made_of),
    Part("kills", kills, "kills", 50, 500),
    Part("soak", soak, "minutes", 10, 120),
    Part("mutation", mutation, "mutants", 0, 200),
    Part("coverage", coverage, "measured", 0, 1),
)


def _kept(number: int, broken: int) -> str:
    return f"{number:>5} threats, {broken} otherwise than promised"


def _print_faults(where: str, faults: dict[str, list[str]]) -> None:
    for name, lines in faults.items():
        print(f"{where}: {name}", *lines, sep="\n    ", flush=True)


def _command(words: list[str], last: int = 1) -> Lines:
    """Another command of the project: its last lines, and whether it failed."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    lines = [line.strip("= ") for line in done.stdout.strip().splitlines()] or ["nothing said"]
    if done.returncode:
        print(*lines[-60:], sep="\n", flush=True)
    return lines[-last:], bool(done.returncode)
