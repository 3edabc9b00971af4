"""Reading a small file, and saying why not."""

from __future__ import annotations

import stat
from pathlib import Path

from simulation.spec.problems import Problem, SpecError, did_you_mean

MAX_BYTES = 1_000_000


def read_bytes(path: Path, file: str) -> bytes:
    """The bytes of an ordinary file of at most `MAX_BYTES`, called `file` in messages. Raises `SpecError`."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise SpecError([Problem(file, 1, 1, "this is a folder, not a file")])
        if not stat.S_ISREG(mode):
            raise SpecError([Problem(file, 1, 1, "this is not an ordinary file")])
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = _similar(path)
        raise SpecError([Problem(file, 1, 1, "there is no such file", hint)]) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not valid"
        raise SpecError([Problem(file, 1, 1, f"the file cannot be read: {reason}")]) from None
    if len(raw) > MAX_BYTES:
        raise SpecError([Problem(file, 1, 1, f"the file is larger than {MAX_BYTES // 1_000_000} MB")])
    return raw


def is_file(path: Path) -> bool:
    """Whether there is such a file: no for a name that none can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long; a NUL in it
        return False


def _similar(path: Path) -> str:
    try:
        names = [
            entry.name
            for entry in path.parent.iterdir()
            if entry.suffix in {".yaml", ".yml"} and entry.name[0] != "."
        ]
    except OSError:
        return "its folder does not exist either"
    near = did_you_mean(path.name, names)  # a list of all would offer files of any kind
    return near if near.startswith("did") else ""
