"""What the tests of the app share: a server in a directory of its own, with scenarios that fit a test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TINY = """
name: tiny
question: Does <b>it</b> hold?
weeks: 24
start_week: 4
burn_in_weeks: 6
replications: 4
world:
  reps: 8
  managers: 2
  customers: 400
  segments:
    - {name: "<script>alert(1)</script>", share: 0.5, deal_value_median: 9000, deal_value_sigma: 1.2}
    - {name: "=cmd|' /C calc'!A0", share: 0.3, deal_value_median: 9000, deal_value_sigma: 1.2}
    - {name: "[/red] 🦊 עברית", share: 0.2, deal_value_median: 9000, deal_value_sigma: 1.2}
policies:
  open:
    description: "<script>alert(2)</script> [/red]"
  "[red] 🦊 עברית":
    description: "=1+1"
    territory: {mode: lockdown, teams: 2}
    release: {accounts: outside}
"""


def home_in(place: Path) -> Path:
    """A directory with two scenarios: the flagship and the tiny one."""
    (place / "scenarios").mkdir()
    flagship = (ROOT / "scenarios" / "industry_focus.yaml").read_text(encoding="utf-8")
    (place / "scenarios" / "industry_focus.yaml").write_text(flagship, encoding="utf-8")
    (place / "scenarios" / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return place


@contextmanager
def served(
    place: Path, *options: str, port: int = 0, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`serve` in a directory: the process and the address it has printed."""
    command = [sys.executable, str(ROOT / "run.py"), "serve", "--no-open", "--port", str(port), *options]
    process = subprocess.Popen(
        command,
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        lines = []
        while not (found := re.search(r"http://\S+", lines[-1] if lines else "")):
            line = process.stdout.readline() if process.stdout else ""
            assert line, "".join(lines)
            lines.append(line)
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
