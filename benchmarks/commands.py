"""How long whole commands take, from the shell on: the first comparison of a fresh install, the first result, all claims.

    python -m benchmarks.run --only first_compare first_result hypotheses

Seconds of the clock, on two workers.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.flagship import COMPARE_WORKERS, ROOT, SCENARIO, whole_compare

FIRST_WORLDS = 5
REPEATS = 5
LOOK_EVERY = 0.005  # seconds


def first_compare(overrides: Sequence[str]) -> dict[str, Any]:
    """`compare` of five worlds of the flagship with plots and report where nothing is compiled yet."""
    return whole_compare(overrides, FIRST_WORLDS, fresh=True)


def first_result(overrides: Sequence[str], repeats: int = REPEATS) -> dict[str, Any]:
    """Seconds until the first result of `compare` lies in the run directory, kernels compiled before; the median."""
    changes = [word for override in overrides for word in ("--set", override)]
    taken = [_until_the_first(changes) for _ in range(repeats + 1)]
    return {"seconds": round(median(taken[1:]), 2), "repeats": repeats}  # the first has warmed the rest


def _until_the_first(changes: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        words = [
            "run.py",
            "compare",
            str(SCENARIO),
            "--quiet",
            "--no-plots",
            "--no-report",
            "--replications",
            "2",
        ]
        words += ["--workers", str(COMPARE_WORKERS), "--out", str(out), *changes]
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as command:
            while not any(out.glob("parts/*.parquet")):
                if command.poll() is not None:
                    raise RuntimeError("`compare` ended without a result")
                time.sleep(LOOK_EVERY)
            found = time.perf_counter() - began
            if command.wait():
                raise RuntimeError("`compare` failed")
    return found


def hypotheses() -> dict[str, Any]:
    """All claims, in a fresh directory."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run.py", "hypotheses", "--quiet", "--workers", str(COMPARE_WORKERS)]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *words, "--out", str(Path(folder) / "run")],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        return {"seconds": round(time.perf_counter() - began, 1), "workers": COMPARE_WORKERS}


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    return ", ".join(f"{name} {value}" for name, value in figures.items())
