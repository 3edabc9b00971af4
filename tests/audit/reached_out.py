"""What a command reaches for beside files: networks and other programs, as Python's own audit events tell (PEP 578)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

EVENTS = {
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen",
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "webbrowser.open", "urllib.Request",
}  # fmt: skip
_hooks: list[list[str]] = []
"""Whoever is watching; an audit hook cannot be taken away again, so that one stays and usually tells nobody."""


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _hooks and event in EVENTS:
        _hooks[-1].append(f"{event} {arguments[:2]!r}"[:120])


@cache
def _install() -> None:
    sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """A list to which everything is added that this process reaches for meanwhile."""
    _install()
    found: list[str] = []
    _hooks.append(found)
    try:
        yield found
    finally:
        _hooks.remove(found)
