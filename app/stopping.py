"""Ctrl-C, and how a system ends a command: both reach it, wherever it is."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from typing import Any

SOON = 0.01
"""Seconds until a lost Ctrl-C comes again: long enough for what swallowed it to have ended."""


def heed() -> None:
    """From now on SIGTERM is as Ctrl-C: a command says what is kept and takes its workers with it.

    And none is lost: in a callback of Python's own, as when a module's lock goes after an import, an exception cannot
    be raised, so Python prints it and goes on. Ctrl-C then comes once more instead.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if sys.unraisablehook is sys.__unraisablehook__:  # else somebody else listens
            sys.unraisablehook = _unraised


def _unraised(lost: Any) -> None:
    if isinstance(lost.exc_value, KeyboardInterrupt):
        _thread.start_new_thread(_once_more, ())
    else:
        sys.__unraisablehook__(lost)


def _once_more() -> None:
    time.sleep(SOON)
    # SIGTERM, which is as Ctrl-C by now: whoever began us in the background may have had SIGINT ignored.
    if hasattr(signal, "pthread_kill"):  # wakes the main thread too, if it waits
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        _thread.interrupt_main(signal.SIGTERM)
