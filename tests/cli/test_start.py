"""The program as it is started: how quickly, and what it loads."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest


def start(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=root, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_imports_only_what_it_needs(root: Path) -> None:
    done = start(root, "-X", "importtime", "run.py", "--help")
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    heavy = (
        "simulation",
        "analysis",
        "numpy",
        "yaml",
        "pydantic",
        "rich",
        "pandas",
        "mesa",
        "app.commands.compare",
    )
    assert not [name for name in heavy if name in loaded]
    assert "app.cli" in loaded


@pytest.mark.parametrize(("words", "limit"), [(["--help"], 0.2), (["compare", "--help"], 0.5)], ids=str)
def test_help_is_quick(root: Path, words: list[str], limit: float) -> None:
    best = min(timed(root, "run.py", *words) for _ in range(5))
    assert best - min(timed(root, "-c", "pass") for _ in range(3)) < limit


def timed(root: Path, *words: str) -> float:
    began = time.perf_counter()
    assert start(root, *words).returncode == 0
    return time.perf_counter() - began


def test_validate_is_quick_and_light(root: Path) -> None:
    words = ["run.py", "validate", "scenarios/industry_focus.yaml"]
    assert min(timed(root, *words) for _ in range(3)) < 0.8
    done = start(root, "-X", "importtime", *words)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & {"pandas", "pyarrow", "numba", "mesa", "matplotlib", "scipy", "rich"}


def test_version_and_plain_output(root: Path) -> None:
    assert start(root, "run.py", "--version").stdout.startswith("sales-policy-lab")
    listed = start(root, "run.py", "list", "levers", NO_COLOR="1", COLUMNS="80", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0
    assert "\x1b" not in listed.stdout
