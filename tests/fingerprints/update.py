"""Exact fingerprints of the flagship in small: what no change may move unnoticed.

    python -m tests.fingerprints.update            # rewrite fingerprints.json and print what changed
    python -m tests.fingerprints.update --check    # write nothing; exit 1 if anything changed

A change that is meant to move results is followed by an update, and the differences it prints belong into the
description of the change. A change that is not meant to must leave the file as it is.

The fingerprints are the same on Python 3.11 to 3.13, with any allowed numpy, numba and Mesa, and on any x86-64 CPU:

- luck is integer arithmetic (simulation/luck.py);
- kernels use float operations that IEEE 754 fixes to the bit, in the order written: `fastmath` is off, so nothing is
  reordered or fused (simulation/compiled.py), and exp, log and power are our own (simulation/elementary.py), because
  those of the C library and of numpy depend on the CPU;
- outside the kernels numpy sorts, counts, and adds in an order that its own C code fixes, whatever the vector width;
- nan is written in one way only, and numbers as little-endian 64 bits.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulation.luck import Purpose, bits, exponential, normal, stream_key, uniform, world_key
from simulation.outcomes import OUTCOMES
from simulation.runs.record import RunRecord
from simulation.runs.replicate import replicate
from simulation.spec import load_scenario

FILE = Path(__file__).with_name("fingerprints.json")
SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "industry_focus.yaml"
SMALL = ("world.reps=12", "world.managers=2", "world.customers=600", "weeks=40", "burn_in_weeks=20")
IDS = (0, 1, 599, 1 << 27, 2**32 - 1)

Fingerprints = dict[str, Any]
"""{"luck": hash, "policies": {policy: {"decisions": hash, outcome: [hash, two hex digits for each week]}}}"""


def fingerprints() -> Fingerprints:
    """The fingerprints of the code as it is."""
    records = replicate(load_scenario(SCENARIO, SMALL), 0)
    return {"luck": luck(), "policies": {record.policy: of_record(record) for record in records}}


def of_record(record: RunRecord) -> dict[str, Any]:
    """The leader's log as one hash, each weekly outcome as one for all weeks and a short one for each."""
    log = json.dumps(record.decisions, sort_keys=True, default=float)
    prints: dict[str, Any] = {"decisions": short(log.encode())}
    for outcome in (o.name for o in OUTCOMES.values() if o.weekly):
        column = canonical(record.periods[outcome])
        weeks = "".join(hashlib.sha256(week.tobytes()).hexdigest()[:2] for week in column)
        prints[outcome] = [short(column.tobytes()), weeks]
    return prints


def canonical(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The column as little-endian int64 or float64 with one kind of nan; TypeError for any other type."""
    if column.dtype == np.int64:
        return column.astype("<i8")
    if column.dtype != np.float64:
        raise TypeError(f"weekly outcomes are int64 or float64, not {column.dtype}")
    return np.where(np.isnan(column), np.nan, column).astype("<f8")


def luck() -> str:
    """One hash of words and variates of every purpose in a few worlds, weeks and ids."""
    words, variates = [], []
    for world in ((0, 0), (1, 7), (2**63 - 1, 2**63 - 1)):
        for purpose in Purpose:
            for week in (-104, 0, 13):
                key = stream_key(world_key(*world), purpose, week)
                for identity in IDS:
                    pair = bits(*key, np.uint32(identity), np.uint32(week & 3))
                    words += pair
                    variates += [draw(np.uint32(w)) for w in pair for draw in (uniform, exponential, normal)]
    return short(np.array(words, "<u4").tobytes() + np.array(variates, "<f4").tobytes())


def short(content: bytes) -> str:
    """SHA-256, cut to 128 bits."""
    return hashlib.sha256(content).hexdigest()[:32]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs, one line each: the first week and column of each policy, and which other columns follow."""
    found = (
        []
        if before["luck"] == after["luck"]
        else ["luck: other words; everything that follows moves with it"]
    )
    old, new = before["policies"], after["policies"]
    found += [f"{policy}: gone" for policy in old if policy not in new]
    found += [f"{policy}: new" for policy in new if policy not in old]
    for policy in (name for name in new if name in old):
        found += policy_differences(policy, old[policy], new[policy])
    return found


def policy_differences(policy: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    found = [f"{policy}: outcome {name} is gone" for name in old if name not in new]
    found += [f"{policy}: outcome {name} is new" for name in new if name not in old]
    changed = {
        name: first_week(old[name][1], new[name][1])
        for name in new
        if name in old and name != "decisions" and old[name][0] != new[name][0]
    }
    if changed:
        first = min(
            changed, key=lambda name: changed[name]
        )  # of equal weeks the first in the list of outcomes
        also = [name for name in changed if name != first and changed[name] == changed[first]]
        later = len(changed) - 1 - len(also)
        text = f"{policy}: first in week {changed[first]}, {first}"
        text += f"; in the same week {', '.join(also)}" if also else ""
        found.append(text + (f"; {later} more later" if later else ""))
    if old["decisions"] != new["decisions"]:
        found.append(f"{policy}: the leader's log")
    return found


def first_week(old: str, new: str) -> int:
    """The first week whose digits differ. One difference in 256 goes unseen there, then a later week is named."""
    weeks = min(len(old), len(new)) // 2
    return next((week for week in range(weeks) if old[2 * week :][:2] != new[2 * week :][:2]), weeks)


def written(prints: Fingerprints) -> str:
    """JSON with one line for each column, so that a diff shows what moved."""
    policies = ",\n".join(
        f"  {json.dumps(policy)}: {{\n"
        + ",\n".join(f"   {json.dumps(name)}: {json.dumps(value)}" for name, value in columns.items())
        + "\n  }"
        for policy, columns in prints["policies"].items()
    )
    return f'{{\n "luck": {json.dumps(prints["luck"])},\n "policies": {{\n{policies}\n }}\n}}\n'


def main(arguments: Sequence[str] | None = None) -> int:
    """Update or check the file. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fingerprints.update", description="exact fingerprints"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything changed")
    check = parser.parse_args(arguments).check
    new = fingerprints()
    if FILE.is_file():
        changed = differences(json.loads(FILE.read_text(encoding="utf-8")), new)
    else:
        changed = ["there were no fingerprints before"]
    if changed and not check:
        FILE.write_text(written(new), encoding="utf-8", newline="\n")
    sys.stdout.write("\n".join(changed or ["nothing changed"]) + "\n")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
