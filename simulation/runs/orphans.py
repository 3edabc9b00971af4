"""Processes of our own do not outlive the one that started them."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """From now on this process ends, at once, when its parent has gone. For processes started by `multiprocessing`.

    A killed parent cannot tell them, and they hold each other's pipes open, so that none would ever read an end.
    """
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_wait, args=(parent,), daemon=True).start()


def _wait(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)  # the main thread may be in the middle of a world
