"""The parts of the audit, as one list: each is asked with a size, and gives lines of a table and how it ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from . import supply
from .app_checks import checks
from .fuzz import fuzz, told
from .table import TABLE
from .targets import TARGETS
from .threat import ROOT, SLOW, Threat, run, wrong

AREAS = tuple(TABLE)
INVARIANTS = ["test_world_properties.py", "test_world_invariants.py", "test_world_money.py"]


class End(StrEnum):
    """How a part ended. What was not asked is neither kept nor broken."""

    PROMISED = "as promised"
    OTHERWISE = "OTHERWISE"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Answer:
    """Lines of the table, and how it ended."""

    lines: list[str]
    end: End


@dataclass(frozen=True)
class Options:
    """What was said on the command line beside sizes."""

    seed: int
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """`size` names the option that says how much of it; `usual` and `full` are what it is without one, 0 for not asked."""

    name: str
    ask: Callable[[int, Options], Answer]
    size: str = ""
    usual: int = 0
    full: int = 0


def threats(_: int, options: Options) -> Answer:
    """The threats of these areas, each tried."""
    lines, bad = [], False
    for area in options.areas:
        every = TABLE[area]()
        ends = {threat.name: tried(threat) for threat in every}
        broken = {name: faults for name, (faults, _) in ends.items() if faults}
        _print_faults(area, broken)
        bad |= bool(broken)
        longest = max(seconds for _, seconds in ends.values())
        lines.append(f"{area:<18}{_kept(len(every), len(broken))}, longest {longest:.2f} s")
    return _answer(lines, bad)


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


def app(_: int, options: Options) -> Answer:
    """Strangers at the port of a real server."""
    found = checks()
    broken = {name: faults for name, faults in found.items() if faults}
    _print_faults("app", broken)
    return _answer([_kept(len(found), len(broken))], bool(broken))


def fuzzing(inputs: int, options: Options) -> Answer:
    """So many inputs of each target."""
    found = {target: fuzz(target, inputs, options.seed) for target in TARGETS}
    lines = [line for target, one in found.items() for line in told(target, one)]
    return _answer(lines, any(one.broken for one in found.values()))


def guided(inputs: int, options: Options) -> Answer:
    """So many inputs of each target, chosen by the code that they reach."""
    if find_spec("atheris") is None:
        return _not_asked("needs atheris (extra `audit`)")
    if not inputs:
        return _not_asked("--guided-inputs N")
    lines, bad = [], False
    for target in TARGETS:
        words = [target, "--guided", "--inputs", str(inputs), "--seed", str(options.seed)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.audit.fuzz", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )  # fmt: skip
        through = re.search(r"Done (\d+) runs", done.stderr)
        broken = bool(done.returncode) or through is None or int(through[1]) < inputs
        lines.append(
            f"{target}: " + ("broke the promise" if broken else f"{inputs:,} inputs, 0 broke the promise")
        )
        if broken:
            print(
                f"fuzz {target} --guided",
                *(done.stdout + done.stderr).splitlines()[-60:],
                sep="\n    ",
                flush=True,
            )
        bad |= broken
    return _answer(lines, bad)


def invariants(worlds: int, options: Options) -> Answer:
    """What holds in every world: properties over so many random specs and policies each, other ones than on every commit."""
    tests = [f"tests/world/{name}" for name in INVARIANTS]
    return _command(
        ["pytest", "-q", "--durations=0", "-n", "0", f"--hypothesis-seed={options.seed}", *tests],
        environment={"SALESPOLICY_EXAMPLES": str(worlds)},
    )


def reference(worlds: int, options: Options) -> Answer:
    """Random worlds in which the engine and the model of one object an agent live the same history."""
    return _command(["benchmarks.reference.search", "--examples", str(worlds)])


def honesty(experiments: int, options: Options) -> Answer:
    """How often something is found where there is nothing, and how often intervals hold the truth (as on its page)."""
    alarms = _command(["benchmarks.false_alarms", "--trials", str(experiments)], last=11)
    held = _command(["benchmarks.coverage"], last=15)
    return _answer(alarms.lines + held.lines, End.OTHERWISE in (alarms.end, held.end))


def made_of(_: int, options: Options) -> Answer:
    """What the product is made of."""
    found = {name: check() for name, check in supply.CHECKS.items()}
    _print_faults("supply", {name: faults for name, faults in found.items() if faults})
    lines = [f"{'WRONG' if faults else 'sound'}: {name}" for name, faults in found.items()]
    lines.append("not asked: python -m tests.audit.supply --advisories FOLDER")
    return _answer(lines, any(found.values()))


def kills(number: int, options: Options) -> Answer:
    """A sweep killed so often."""
    return _command(["benchmarks.kills", "--kills", str(number), "--seed", str(options.seed)], last=4)


def soak(minutes: int, options: Options) -> Answer:
    """Commands and the app, with random kills."""
    return _command(["tests.audit.soak", "--minutes", str(minutes), "--seed", str(options.seed)], last=11)


def mutation(sample: int, options: Options) -> Answer:
    """Faults put into kernels and statistics: how many the tests notice. A score below 85 % is a broken promise."""
    if not sample:
        return _not_asked("--mutants N (needs cosmic-ray)")
    lines, bad = [], False
    for kind in ("kernels", "statistics"):
        said = _command(["tests.audit.mutation", kind, "--sample", str(sample), "--seed", str(options.seed)])
        percent = said.lines[-1].partition(": ")[2].partition(" %")[0]
        failed = said.end is not End.PROMISED
        bad |= failed or not percent.isdigit() or int(percent) < LEAST_NOTICED
        lines.append(f"{kind}: {said.lines[-1]}")
    return _answer(lines, bad)


LEAST_NOTICED = 85


def coverage(measured: int, options: Options) -> Answer:
    """Branches that the tests reach, kernels uncompiled."""
    if not measured:
        return _not_asked("--measured 1")
    return _command(["tests.audit.covered"], last=4)


PARTS = (
    Part("threats", threats),
    Part("app", app),
    Part("fuzz", fuzzing, "inputs", 2_000, 100_000),
    Part("guided", guided, "guided-inputs", 2_000 if find_spec("atheris") else 0, 20_000),
    Part("invariants", invariants, "examples", 20, 300),
    Part("reference", reference, "worlds", 50, 1_000),
    Part("honesty", honesty, "experiments", 500, 2_000),
    Part("supply", made_of),
    Part("kills", kills, "kills", 50, 500),
    Part("soak", soak, "minutes", 10, 120),
    Part("mutation", mutation, "mutants", 0, 200),
    Part("coverage", coverage, "measured", 0, 1),
)


def _answer(lines: list[str], broken: bool) -> Answer:
    return Answer(lines, End.OTHERWISE if broken else End.PROMISED)


def _not_asked(how: str) -> Answer:
    return Answer([f"not asked: {how}"], End.NOT_ASKED)


def _kept(number: int, broken: int) -> str:
    return f"{number:>5} threats, {broken} otherwise than promised"


def _print_faults(where: str, faults: dict[str, list[str]]) -> None:
    for name, lines in faults.items():
        print(f"{where}: {name}", *lines, sep="\n    ", flush=True)


def _command(words: list[str], last: int = 1, environment: Mapping[str, str] | None = None) -> Answer:
    """Another command of the project: its last lines, and whether it failed."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    lines = [line.strip("= ") for line in done.stdout.strip().splitlines()] or ["nothing said"]
    if done.returncode:
        print(*lines[-60:], sep="\n", flush=True)
    return _answer(lines[-last:], bool(done.returncode))
