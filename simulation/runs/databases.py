"""SQLite files that somebody else may have prepared: opening one touches nothing beside it, and runs nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from simulation.runs.errors import DirectoryRefusedError, WriteFailedError
from simulation.runs.links import unshare
from simulation.runs.manifest import ELSEWHERE

BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite writes into: the file, and what it keeps next to it."""
ACTING = (
    "SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1"
)
"""Views and triggers would do what somebody else has written as soon as a table is read or written."""
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")
_INSTEAD = f"restore it, or {ELSEWHERE}"


def make_own(database: Path) -> None:
    """Before a database is opened to be written: what is written reaches no other file.

    Raises:
        DirectoryRefusedError: a journal names a file that SQLite would delete when it rolls back; ours never do
            (https://www.sqlite.org/fileformat.html, "The Rollback Journal").
        OSError: there is no room for a copy of a file that has another name too.
    """
    journal = database.with_name(f"{database.name}-journal")
    with suppress(FileNotFoundError), journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - len(_NAMES_ANOTHER)))
        if file.read() == _NAMES_ANOTHER:
            raise DirectoryRefusedError(
                f"{journal}: names another file, which would be deleted",
                f"delete the journal, or {ELSEWHERE}",
            )
    for end in BESIDE:
        unshare(database.with_name(f"{database.name}{end}"))


def refuse_acting(database: Path) -> None:
    """DirectoryRefusedError if there is more than tables in it, or it is no database; nothing where there is none.

    It is opened to be written, as a killed command may have left something to be rolled back: `make_own` comes first.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True, timeout=30)) as db:
            acting = db.execute(ACTING).fetchone()
    except sqlite3.OperationalError as error:
        raise WriteFailedError(
            f"{database}: {error}", "wait until nobody else uses it, then give the same command again"
        ) from error
    except sqlite3.DatabaseError as error:
        raise DirectoryRefusedError(f"{database}: cannot be read ({error})", _INSTEAD) from error
    if acting:
        raise DirectoryRefusedError(f"{database}: damaged (it holds more than tables)", _INSTEAD)
