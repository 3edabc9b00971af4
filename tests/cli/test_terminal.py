"""In a terminal of 80 columns: nothing is wider, a bar with the time left, colours unless NO_COLOR; none when piped."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|9[0-7])(?:;[0-9]+)*m")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SMALL = [
    word
    for change in ("world.reps=8", "world.managers=2", "world.customers=300", "burn_in_weeks=0", "weeks=30")
    for word in ("--set", change)
]
COMPARE = [
    "compare",
    "industry_focus",
    *SMALL,
    "-p",
    "lockdown,preferred",
    "-n",
    "4",
    "-j",
    "1",
    "--no-plots",
]


def in_terminal(root: Path, here: Path, words: list[str], **settings: str) -> tuple[int, str]:
    """Exit code and all that a terminal of 80 columns gets to see."""
    import fcntl
    import pty
    import struct
    import subprocess
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "LINES")}
    environment = {**kept, "TERM": "xterm-256color", "PYTHONPATH": str(root), **settings}
    command = [sys.executable, "-W", "ignore", str(root / "run.py"), *words]
    with subprocess.Popen(command, cwd=here, stdin=slave, stdout=slave, stderr=slave, env=environment) as run:
        os.close(slave)
        seen = b""
        while True:
            try:
                got = os.read(master, 65536)
            except OSError:  # the other side is closed
                break
            if not got:
                break
            seen += got
        code = run.wait(timeout=120)
    os.close(master)
    return code, seen.decode("utf-8")


def lines_of(seen: str) -> list[str]:
    return [part for line in ESCAPES.sub("", seen).splitlines() for part in line.split("\r")]


@pytest.mark.slow
def test_a_comparison(root: Path, tmp_path: Path) -> None:
    code, seen = in_terminal(root, tmp_path, [*COMPARE, "--no-report", "--out", "runs/small"])
    assert code == 0, seen
    lines = lines_of(seen)
    assert "New ARR against open, 95 % intervals, each for itself" in "\n".join(lines)
    assert max(map(len, lines)) <= 80
    bars = [line for line in lines if "━" in line]
    assert any(re.search(r"\d+/12 +(\d+:\d\d:\d\d|-:--:--)$", line.rstrip()) for line in bars), bars[-3:]
    assert COLOUR.search(seen)
    assert COLOUR.search(in_terminal(root, tmp_path, ["show", "small"])[1])
    code, seen = in_terminal(root, tmp_path, ["show", "small"], NO_COLOR="1")
    assert code == 0
    assert "New ARR against open" in seen
    assert not COLOUR.search(seen)


@pytest.mark.parametrize(
    "words", [["list"], ["list", "levers", "release"], ["list", "facts", "S8"], ["--help"]]
)
def test_lists_fit(root: Path, words: list[str]) -> None:
    code, seen = in_terminal(root, root, words)
    assert code == 0
    assert max(map(len, lines_of(seen))) <= 80
