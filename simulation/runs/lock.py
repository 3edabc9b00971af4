"""One writer for a run directory: a lock of the operating system, which goes when its process is killed."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simulation.runs.errors import DirectoryBusyError, WriteFailedError

_PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
A_LOOK = 0.05  # seconds, far longer than `is_held` takes
_held: set[int] = set()  # descriptors of the locks this process holds


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Hold `directory/.lock` for the block. DirectoryBusyError names another holder's process and host."""
    path = directory / ".lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _PLAIN, 0o644)
    except OSError as error:
        raise WriteFailedError(f"{path}: {error.strerror}", "check the directory's permissions") from error
    try:
        if not _taken(descriptor):
            time.sleep(A_LOOK)  # somebody may only have looked whether it is held
            if not _taken(descriptor):
                raise DirectoryBusyError(
                    f"{directory} is being written by {_holder(descriptor)}",
                    "wait for it to end, or stop it, and try again",
                )
        _held.add(descriptor)
        with suppress(OSError):  # who holds it: a courtesy, so a full disk is no reason to stop here
            if os.fstat(descriptor).st_nlink == 1:  # else it is another file's content too
                os.ftruncate(descriptor, 0)
                os.write(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
        yield
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def is_held(directory: Path) -> bool:
    """Whether somebody is writing the directory just now. Never waits; a writer who comes while we look tries again."""
    try:
        descriptor = os.open(directory / ".lock", os.O_RDWR | _PLAIN)
    except OSError:  # nobody has ever written here, or we could not either
        return False
    try:
        return not _taken(descriptor)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True


def _holder(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        holder = json.loads(os.read(descriptor, 4096))
        return f"process {int(holder['pid'])} on host {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Locked bytes cannot be read by others, so the lock lies far behind the text.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _let_go() -> None:
        # A forked worker inherits the descriptor, and would keep the lock after its parent was killed.
        for descriptor in _held:
            with suppress(OSError):
                os.close(descriptor)
        _held.clear()

    os.register_at_fork(after_in_child=_let_go)
