"""A command stopped by Ctrl-C while it works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def interrupted(
    desk: Path, words: list[str], parts: str, enough: int = 6, delay: float = 0.05
) -> tuple[int, str, str]:
    """Exit code, output and messages of a slow command that is stopped once so many files match `parts`.

    As a terminal does, the signal goes to its workers too.
    """
    typed = Path(__file__).with_name("typed.py")
    with subprocess.Popen(
        [sys.executable, typed, str(delay), *words], cwd=desk, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        end = time.monotonic() + 30
        while len(list(desk.glob(parts))) < enough:
            assert time.monotonic() < end
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    return process.returncode, out, err
