"""Ctrl-C reaches a command wherever it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IN_A_CALLBACK = """
import signal, time, weakref
{heed}
class Lock: pass
lock = Lock()
watched = weakref.ref(lock, lambda gone: signal.raise_signal(signal.{signal}))
try:
    del lock
    time.sleep({seconds})
    print("slept on")
except KeyboardInterrupt:
    print("stopped")
"""
HEED = "from app.stopping import heed; heed()"


def lived(text: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip(), done.stderr


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_one_that_python_swallows_comes_again(signal: str) -> None:
    assert lived(IN_A_CALLBACK.format(heed=HEED, signal=signal, seconds=30)) == ("stopped", "")


def test_one_of_the_system_comes_again_where_ctrl_c_is_ignored() -> None:
    """As in a command that a script has begun with `&`."""
    ignored = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {HEED}"
    assert lived(IN_A_CALLBACK.format(heed=ignored, signal="SIGTERM", seconds=30)) == ("stopped", "")


def test_without_us_it_is_lost() -> None:
    said, errors = lived(IN_A_CALLBACK.format(heed="", signal="SIGINT", seconds=0.1))
    assert said == "slept on"
    assert "Exception ignored" in errors


def test_other_errors_in_a_callback_are_still_told() -> None:
    text = f"{HEED}\nclass Odd:\n    def __del__(self): raise ValueError('told')\nOdd()"
    assert "ValueError: told" in lived(text)[1]
