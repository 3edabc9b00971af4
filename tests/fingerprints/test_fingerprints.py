"""The small flagship gives the bytes it gave before; see update.py for what to do when it should not."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fingerprints import update

KEPT: dict[str, Any] = json.loads(update.FILE.read_text(encoding="utf-8"))


def test_results_are_the_same_to_the_last_bit() -> None:
    changed = update.differences(KEPT, update.fingerprints())
    assert not changed, "\n".join([*changed, "If this is meant: python -m tests.fingerprints.update"])


OTHER_WAYS = {
    # As numba and numpy compute on a CPU from before AVX and FMA.
    "oldest cpu": {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX X86_V3 X86_V4",
    },
    "interpreted": {"NUMBA_DISABLE_JIT": "1"},
}


@pytest.mark.slow
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_they_are_the_same_however_they_are_computed(root: Path, way: str) -> None:
    # The cache keeps machine code by CPU, so the old one's is beside that of this machine.
    environment = {**os.environ, **OTHER_WAYS[way]}
    command = [sys.executable, "-W", "ignore", "-m", "tests.fingerprints.update", "--check"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "nothing changed\n"), done.stderr


def test_the_policies_are_lived_differently() -> None:
    """Fingerprints of worlds in which nothing happens would be worth little."""
    policies = KEPT["policies"]
    lives = {(prints["new_arr"][0], prints["decisions"]) for prints in policies.values()}
    assert len(lives) == len(policies) == 9
    weeks = {
        name: len(set(map("".join, zip(*[iter(prints[1])] * 2, strict=True))))
        for name, prints in policies["open"].items()
        if name != "decisions"
    }
    assert weeks["new_arr"] > 10
    assert weeks["morale_mean"] > 20


def test_the_file_is_written_as_it_is_read() -> None:
    assert update.written(KEPT) == update.FILE.read_text(encoding="utf-8")


def test_a_difference_is_named_by_policy_week_and_column() -> None:
    moved = copy.deepcopy(KEPT)
    column, weeks = moved["policies"]["lockdown"]["morale_mean"]
    digits = "00" if weeks[34:36] != "00" else "11"
    moved["policies"]["lockdown"]["morale_mean"] = ["0" * len(column), weeks[:34] + digits + weeks[36:]]
    assert update.differences(KEPT, moved) == ["lockdown: first in week 17, morale_mean"]
    other = moved["policies"]["lockdown"]["new_arr"]
    other[:] = ["0" * len(other[0]), "".join("1" if c == "0" else "0" for c in other[1])]
    assert update.differences(KEPT, moved) == ["lockdown: first in week 0, new_arr; 1 more later"]
    moved["policies"]["lockdown"]["decisions"] = "0"
    del moved["policies"]["open"]
    moved["luck"] = "0"
    assert [line.split(":")[0] for line in update.differences(KEPT, moved)] == [
        "luck",
        "open",
        "lockdown",
        "lockdown",
    ]
    assert update.differences(KEPT, copy.deepcopy(KEPT)) == []


def test_canonical_bytes() -> None:
    nans = np.array([0x7FF8000000000000, 0xFFF8000000000001], np.uint64).view(np.float64)
    assert len({update.canonical(nans)[i : i + 1].tobytes() for i in (0, 1)}) == 1
    assert update.canonical(np.array([-0.0])).tobytes() != update.canonical(np.array([0.0])).tobytes()
    assert update.canonical(np.array([3])).tobytes() == b"\x03" + bytes(7)
    with pytest.raises(TypeError, match="float32"):
        update.canonical(np.zeros(1, np.float32))
