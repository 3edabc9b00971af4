"""`python -m tests.audit.fuzz TARGET --inputs 100000`: many inputs, each a result or our own error, and soon.

Inputs are made by grammars, from a seed: the same seed makes the same inputs. With `--guided` the grammars take their
choices from atheris, which looks for bytes that reach new code (extra `audit`; that run cannot be repeated exactly).
The inputs are tried in a process of their own: one that dies of a signal or does not come back is a finding too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .choices import Guided, Seeded
from .targets import TARGETS
from .threat import SLOW

LOST = 120.0
"""Seconds by the clock after which an input counts as never coming back."""
KEPT = 20
"""Findings told in full; the rest are counted."""


@dataclass
class Found:
    """What came of some inputs: how many were tried, what broke by its last lines, and the longest time of one."""

    inputs: int = 0
    broken: dict[str, list[int]] = field(default_factory=dict)
    longest: float = 0.0


def tried(target: str, seed: int, first: int, last: int, *, timed: bool = True, at: Any = None) -> Found:
    """The inputs of these numbers, in this process. `at.value` follows the number being tried."""
    import logging

    logging.disable()
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, last):
            if at is not None:
                at.value = number
            seconds, broken = _one(target, seed, number, Path(folder))
            if timed and seconds > SLOW:  # once more: the first of its kind loads libraries
                seconds, _ = _one(target, seed, number, Path(folder))
                broken = broken or (f"more than {SLOW:g} s" if seconds > SLOW else "")
            found.longest = max(found.longest, seconds)
            if broken:
                found.broken.setdefault(broken, []).append(number)
            found.inputs += 1
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
    pipe.send(tried(target, seed, first, last, at=at))


def fuzz(target: str, inputs: int, seed: int = 1, batch: int = 5_000) -> Found:
    """Try so many inputs, a batch in a process of its own."""
    context = multiprocessing.get_context("spawn")
    found, first = Found(), 0
    while first < inputs:
        last = min(first + batch, inputs)
        at: Any = context.Value("q", first)
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(target, seed, first, last, at, theirs))
        child.start()
        theirs.close()
        result = _awaited(child, ours, at)
        if isinstance(result, Found):
            part, first = result, last
        else:  # the batch goes on behind the input that ended it
            part = Found(at.value - first + 1, {result: [at.value]})
            first = at.value + 1
        found.inputs += part.inputs
        found.longest = max(found.longest, part.longest)
        for text, numbers in part.broken.items():
            found.broken.setdefault(text, []).extend(numbers)
        print(
            f"{target}: {first:,} of {inputs:,}, {len(found.broken)} kinds of findings",
            file=sys.stderr,
            flush=True,
        )
    return found


def _awaited(child: Any, pipe: Any, at: Any) -> Found | str:
    """The result of a batch, or how its process ended without one."""
    last, since = at.value, time.monotonic()
    while not pipe.poll(0.5):
        if not child.is_alive() and not pipe.poll(0):
            return f"the process ended with code {child.exitcode}"
        if at.value != last:
            last, since = at.value, time.monotonic()
        elif time.monotonic() - since > LOST:
            child.kill()
            child.join()
            return f"not back after {LOST:g} s"
    try:
        result: Found = pipe.recv()
    except EOFError:
        child.join()
        return f"the process ended with code {child.exitcode}"
    child.join()
    return result


def guided(target: str, inputs: int) -> None:
    """The same under atheris: coverage decides which bytes are tried next. Ends at the first finding."""
    import atheris

    with atheris.instrument_imports(
        include=["simulation.spec", "simulation.runs", "analysis.crm", "app", "yaml"]
    ):
        import simulation.spec
        import simulation.spec.sweeps  # noqa: F401
    folder = Path(tempfile.mkdtemp(prefix="salespolicy-fuzz-"))
    TARGETS[target](Seeded(0, 0), folder)  # loads libraries, which takes longer than any input

    def one(data: bytes) -> None:
        TARGETS[target](Guided(atheris.FuzzedDataProvider(data)), folder)

    atheris.Setup(
        [
            sys.argv[0],
            f"-runs={inputs}",
            f"-timeout={LOST:g}",
            f"-artifact_prefix={folder}/",
            "-max_len=2048",
        ],
        one,
    )
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
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true", help="coverage-guided, by atheris")
    chosen = parser.parse_args()
    if chosen.guided:
        guided(chosen.target, chosen.inputs)
        return 0
    broken = False
    for target in TARGETS if chosen.target == "all" else [chosen.target]:
        found = fuzz(target, chosen.inputs, chosen.seed)
        print("\n".join(told(target, found)), flush=True)
        broken |= bool(found.broken)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
