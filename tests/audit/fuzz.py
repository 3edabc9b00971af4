"""`python -m tests.audit.fuzz TARGET --inputs 100000`: many inputs, each a result or our own error, and soon.

Inputs are made by grammars, from a seed: the same seed makes the same inputs. With `--guided` the grammars take their
choices from atheris, which looks for bytes that reach new code (extra `audit`; that run cannot be repeated exactly).
The inputs are tried in a process of their own: one that dies of a signal or does not come back is a finding too.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .choices import Guided, Seeded
from .sizes import at_least_one
from .targets import TARGETS
from .threat import SLOW

LOST = 120.0
"""Seconds by the clock after which an input counts as never coming back."""
KEPT = 20
"""Findings told in full; the rest are counted."""


OURS = ("simulation.spec", "simulation.runs", "analysis", "app", "yaml")
"""What is fuzzed, and so watched by `--guided`. No kernels: what is compiled cannot be watched."""
WARM = 100
"""Inputs tried beforehand, so that what they load is loaded."""


@dataclass
class Found:
    """What came of some inputs: how many were tried, what broke by its last lines, and the longest time of one."""

    inputs: int = 0
    broken: dict[str, list[int]] = field(default_factory=dict)
    longest: float = 0.0

    def note(self, number: int, seconds: float, broken: str) -> None:
        """An input, how long it took and what broke."""
        self.longest = max(self.longest, seconds)
        if broken:
            self.broken.setdefault(broken, []).append(number)


def tried(
    target: str, seed: int, first: int, last: int, *, timed: bool = True, at: Any = None, told: Any = None
) -> Found:
    """The inputs of these numbers, in this process. `at.value` follows the number being tried.

    `told` hears at once, as `Found.note` does, of what breaks and of what takes longer than all before.
    """
    before = logging.root.manager.disable
    logging.disable()
    found = Found()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(first, last):
                if at is not None:
                    at.value = number
                seconds, broken = _one(target, seed, number, Path(folder))
                if timed and seconds > SLOW:  # once more: the first of its kind loads libraries
                    seconds, _ = _one(target, seed, number, Path(folder))
                    broken = broken or (f"more than {SLOW:g} s" if seconds > SLOW else "")
                if told is not None and (broken or seconds > found.longest):
                    told(number, seconds, broken)
                found.note(number, seconds, broken)
                found.inputs += 1
    finally:
        logging.disable(before)
    return found


def _one(target: str, seed: int, number: int, folder: Path) -> tuple[float, str]:
    """An input tried: seconds, and what broke."""
    began, broken = time.process_time(), ""  # of this process: others may be busy
    try:
        TARGETS[target](Seeded(seed, number), folder)
    except Exception as error:
        broken = _signature(error)
    return time.process_time() - began, broken


def _signature(error: Exception) -> str:
    """Where and what, without what differs from input to input."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).name}:{f.lineno}" for f in frames if "site-packages" not in f.filename][-2:]
    return f"{type(error).__name__} at {' > '.join(ours)}: {str(error)[:160]!r}"


def _child(target: str, seed: int, first: int, last: int, at: Any, pipe: Any) -> None:
    tried(target, seed, first, last, at=at, told=lambda *noted: pipe.send(noted))
    pipe.send(None)


def fuzz(target: str, inputs: int, seed: int = 1, batch: int = 5_000, child: Any = _child) -> Found:
    """Try so many inputs, a batch in a process of its own. What was found before a process ended stays found."""
    context = multiprocessing.get_context("spawn")
    found, first = Found(), 0
    while first < inputs:
        last = min(first + batch, inputs)
        at: Any = context.Value("q", first - 1)
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=child, args=(target, seed, first, last, at, theirs))
        process.start()
        theirs.close()
        ended = _awaited(process, ours, at, found)
        if ended:  # the next batch begins behind the input that ended this one
            found.note(at.value, 0.0, ended)
            last = at.value + 1
        found.inputs += last - first
        if last == first:
            break  # nothing was tried: neither would the next batch be
        first = last
        print(
            f"{target}: {first:,} of {inputs:,}, {len(found.broken)} kinds of findings",
            file=sys.stderr,
            flush=True,
        )
    return found


def _awaited(process: Any, pipe: Any, at: Any, found: Found) -> str:
    """Note what a batch tells until it is through; else how its process ended."""
    last, since = at.value, time.monotonic()
    while True:
        if pipe.poll(0.5):
            try:
                noted = pipe.recv()
            except EOFError:
                process.join()
                return _ended(process, at)
            if noted is None:
                process.join()
                return ""
            found.note(*noted)
        elif not process.is_alive() and not pipe.poll(0):
            return _ended(process, at)
        elif at.value != last:
            last, since = at.value, time.monotonic()
        elif time.monotonic() - since > LOST:
            process.kill()
            process.join()
            return f"not back after {LOST:g} s"


def _ended(process: Any, at: Any) -> str:
    began = "" if at.value >= 0 else " before its first input"
    return f"the process ended with code {process.exitcode}{began}"


def guided(target: str, inputs: int, seed: int = 1) -> None:
    """The same under atheris: coverage decides which bytes are tried next. Ends at the first finding, not with code 0."""
    import atheris

    if early := [name for name in sys.modules if f"{name}.".startswith(tuple(f"{one}." for one in OURS))]:
        raise RuntimeError(f"loaded before it could be watched: {', '.join(early)}")
    logging.disable()
    folder = Path(tempfile.mkdtemp(prefix="salespolicy-fuzz-"))
    with atheris.instrument_imports(include=list(OURS)):
        for number in range(WARM):
            TARGETS[target](Seeded(seed, number), folder)

    def one(data: bytes) -> None:
        for _ in range(2):  # once more where it took long: the first of its kind loads libraries
            began = time.process_time()
            TARGETS[target](Guided(atheris.FuzzedDataProvider(data)), folder)
            seconds = time.process_time() - began
            if seconds <= SLOW:
                return
        raise AssertionError(f"more than {SLOW:g} s: {seconds:.1f}")

    corpus, luck = folder / "corpus", random.Random(seed)
    corpus.mkdir()
    for number in range(WARM):  # long enough to be varied: what begins with nothing stays short for long
        (corpus / str(number)).write_bytes(luck.randbytes(1024))
    options = {
        "runs": inputs,
        "timeout": f"{LOST:g}",
        "artifact_prefix": f"{folder}/",
        "max_len": 2048,
        "seed": seed,
    }
    atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)], one)
    atheris.Fuzz()


def told(target: str, found: Found) -> list[str]:
    """Lines about it."""
    lines = [
        f"{target}: {found.inputs:,} inputs, {sum(map(len, found.broken.values()))} broke the promise, "
        f"longest {found.longest:.2f} s"
    ]
    for text, numbers in list(found.broken.items())[:KEPT]:
        lines.append(f"  {len(numbers)} times, first input {numbers[0]}: {text}")
    return lines


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit.fuzz", description=__doc__.split("\n", maxsplit=1)[0]
    )
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--inputs", type=at_least_one, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true", help="coverage-guided, by atheris")
    chosen = parser.parse_args()
    if chosen.guided:
        if chosen.target == "all":
            parser.error("--guided is of one target")
        guided(chosen.target, chosen.inputs, chosen.seed)
        return 0
    broken = False
    for target in TARGETS if chosen.target == "all" else [chosen.target]:
        found = fuzz(target, chosen.inputs, chosen.seed)
        print("\n".join(told(target, found)), flush=True)
        broken |= bool(found.broken)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
