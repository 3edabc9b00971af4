"""A command stopped while it works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def interrupted(
    desk: Path,
    words: list[str],
    parts: str,
    enough: int = 6,
    delay: float = 0.05,
    signalled: signal.Signals = signal.SIGINT,
) -> tuple[int, str, str]:
    """Exit code, output and messages of a slow command that is stopped once so many files match `parts`.

    As a terminal sends Ctrl-C, it goes to the workers too; any other signal goes to the command alone.
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
        if signalled == signal.SIGINT:
            os.killpg(process.pid, signalled)
        else:
            process.send_signal(signalled)
        out, err = process.communicate(timeout=20)
    return process.returncode, out, err
