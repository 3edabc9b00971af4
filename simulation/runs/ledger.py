"""The ledger of a run directory: one SQLite file in WAL mode that says which runs are done, and in which
parts.

A run counts when its row is committed, not before. Batches (the policies of one replication) are committed
whole.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.runs.databases import ACTING
from simulation.runs.errors import DirectoryRefusedError, WriteFailedError
from simulation.runs.identity import batch_hash
from simulation.runs.manifest import WORD
from simulation.runs.record import Failure

APPLICATION_ID = 0x53504C31  # "SPL1": tells our ledgers from other SQLite files
OWNER_DIGITS = 7  # SQLite keeps a number of 31 bits for whoever made the file
RUNS = "runs"
KINDS = (RUNS, "periods", "decisions")
_BATCH = re.compile("[0-9a-f]{16}")
_SCHEMA = """
CREATE TABLE parts (file TEXT PRIMARY KEY, batch TEXT NOT NULL, kind TEXT NOT NULL,
                    sha256 TEXT NOT NULL) STRICT;
CREATE TABLE runs (run TEXT PRIMARY KEY, policy TEXT NOT NULL, replication INTEGER NOT NULL,
                   batch TEXT NOT NULL, status TEXT NOT NULL CHECK (status = 'done')) STRICT;
CREATE TABLE failures (run TEXT PRIMARY KEY, policy TEXT NOT NULL, replication INTEGER NOT NULL,
                       phase TEXT NOT NULL, week INTEGER, error TEXT NOT NULL,
                       traceback TEXT NOT NULL, world TEXT NOT NULL) STRICT;
"""
_TABLES = frozenset(" ".join(text.split()) for text in _SCHEMA.split(";") if text.strip())
_OLDER = frozenset(
    text.replace(", world TEXT NOT NULL", "") for text in _TABLES
)  # where no sweep was kept yet
_OURS = "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"  # the rest is SQLite's own
_MISREAD = (None, sqlite3.SQLITE_ERROR)
"""Codes of errors that come of what is in the file (text that is none, a table that is not there), not of the disk."""


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable file below `parts/`: its name, the batch it belongs to, its table, and its SHA-256 in
    hex.
    """

    file: str
    batch: str
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DoneRun:
    """A committed run and the batch that holds it."""

    run: str
    policy: str
    replication: int
    batch: str


def _failure(row: Sequence[Any], world: str) -> Failure:
    """A failed run. ValueError, KeyError or TypeError if its world is none of a sweep."""
    place: dict[str, Any] = json.loads(world) if world else {"point": 0, "settings": []}
    policy, replication, phase, week, error, trace = row
    point, settings = place["point"], tuple((name, value) for name, value in place["settings"])
    if (
        type(point) is not int
        or point.bit_length() > WORD
        or not all(isinstance(n, str) for n, _ in settings)
    ):
        raise ValueError(world)
    return Failure(policy, replication, phase, week, error, trace, point, settings)


class Ledger:
    """An open ledger. Use as a context manager; a reader opens it with `readonly=True`.

    A new one remembers whose it is: `owner`, the first digits of its directory's hash.
    """

    def __init__(self, path: Path, *, readonly: bool = False, owner: str = "0") -> None:
        self.path, self._new_owner = path, int(owner[:OWNER_DIGITS], 16)
        try:
            # With no log beside it the ledger is complete in itself, and can be read on read-only media.
            wal = path.with_name(path.name + "-wal")
            at_rest = not wal.exists() or not wal.stat().st_size
            mode = ("ro&immutable=1" if at_rest else "ro") if readonly else "rwc"
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=30
            )
        except sqlite3.Error as error:
            raise DirectoryRefusedError(f"{path}: cannot be opened ({error})") from error
        try:
            with self._translated():
                self._prepare(readonly)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, readonly: bool) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        empty = not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if application != APPLICATION_ID and (readonly or not empty):
            other = "choose another directory with --out"
            if application >> 8 == APPLICATION_ID >> 8 and application > APPLICATION_ID:
                raise DirectoryRefusedError(
                    f"{self.path}: written by a newer version", f"use that version, or {other}"
                )
            raise DirectoryRefusedError(f"{self.path}: not a ledger of runs", other)
        if self._db.execute(ACTING).fetchone():
            raise self._damaged("it holds more than tables")
        if not empty:
            # SQLite takes any row into a table without STRICT, and what reads it believes the kinds.
            tables = {" ".join(str(text).split()) for (text,) in self._db.execute(_OURS)}
            if tables not in (_TABLES, _OLDER):
                raise self._damaged("its tables are not those of a ledger of runs")
        if readonly:
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # a committed run survives a power cut
        if empty:
            with self._transaction():
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {self._new_owner}")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def commit(
        self, runs: Sequence[DoneRun], parts: Sequence[Part], failures: Iterable[tuple[str, Failure]]
    ) -> None:
        """One batch, whole or not at all: its runs, its files, and the runs of it that failed (with their
        hashes).
        """
        with self._translated(), self._transaction():
            files = [(part.file, part.batch, part.kind, part.sha256) for part in parts]
            self._db.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", files)
            self._db.executemany("DELETE FROM failures WHERE run = ?", [(run.run,) for run in runs])
            rows = [(run.run, run.policy, run.replication, run.batch) for run in runs]
            self._db.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, 'done')", rows)
            for run_hash, f in failures:
                world = json.dumps({"point": f.point, "settings": f.settings}) if f.settings else ""
                values = (run_hash, f.policy, f.replication, f.phase, f.week, f.error, f.traceback, world)
                self._db.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def forget(self, batch: str) -> None:
        """Strike a batch whose files are gone, so that it is computed again."""
        with self._translated(), self._transaction():
            self._db.execute("DELETE FROM runs WHERE batch = ?", (batch,))
            self._db.execute("DELETE FROM parts WHERE batch = ?", (batch,))

    def done(self) -> dict[str, DoneRun]:
        """Every committed run by its hash."""
        with self._translated():
            query = "SELECT run, policy, replication, batch FROM runs ORDER BY replication, policy"
            return {row[0]: DoneRun(*row) for row in self._rows(query, str, str, int, str)}

    def hashes(self) -> frozenset[str]:
        """The hash of every committed run: what `done` takes four times the memory for."""
        with self._translated():
            return frozenset(run for (run,) in self._db.execute("SELECT run FROM runs"))

    def parts(self) -> dict[str, list[Part]]:
        """Batch -> its files."""
        found: dict[str, list[Part]] = {}
        with self._translated():
            query = "SELECT file, batch, kind, sha256 FROM parts ORDER BY file"
            for row in self._rows(query, str, str, str, str):
                part = Part(*row)
                # The name becomes a path: it is what we would call the file, or it is not ours.
                named = part.kind in KINDS and part.file == f"{part.batch}.{part.kind}.parquet"
                if not named or not _BATCH.fullmatch(part.batch):
                    raise self._damaged(f"the part '{part.file}' is not as it was entered")
                found.setdefault(part.batch, []).append(part)
        return found

    def failures(self) -> dict[str, Failure]:
        """Hash of each run that failed and has not succeeded since -> what happened."""
        with self._translated():
            columns = {row[1] for row in self._db.execute("PRAGMA table_info(failures)")}
            world = "world" if "world" in columns else "''"  # ledgers of earlier versions have none
            query = f"SELECT run, policy, replication, phase, week, error, traceback, {world} FROM failures ORDER BY run"
            rows = self._rows(query, str, str, int, str, int | None, str, str, str)
            try:
                return {row[0]: _failure(row[1:-1], row[-1]) for row in rows}
            except (ValueError, KeyError, TypeError, RecursionError):
                raise self._damaged("the world of a failed run is not as it was entered") from None

    def _rows(self, query: str, *kinds: Any) -> Iterator[tuple[Any, ...]]:
        """What a query gives. A table may say STRICT and hold rows from before it did."""
        for row in self._db.execute(query):
            if not all(map(isinstance, row, kinds)):
                raise self._damaged("a row is not as it was entered")
            yield row

    def _damaged(self, problem: str) -> DirectoryRefusedError:
        return DirectoryRefusedError(
            f"{self.path}: damaged ({problem})", "restore it, or choose another directory with --out"
        )

    def is_of(self, owner: str) -> bool:
        """Whether it was made for the directory with this hash. Ledgers of earlier versions do not say."""
        with self._translated():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return bool(version) and version == int(owner[:OWNER_DIGITS], 16)

    def damage(self) -> str:
        """What SQLite finds wrong with its own file, or what the names of batches tell; empty when all is well.

        A batch is named after its runs, so that a bit turned within a hash, which is sound SQLite, is seen too.
        """
        batches: dict[str, list[str]] = {}
        with self._translated(), self._one_moment():  # a writer may be at work
            (answer,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
            if answer != "ok":
                return str(answer)
            for run, batch in self._db.execute("SELECT run, batch FROM runs"):
                batches.setdefault(batch, []).append(run)
            parts = self.parts()
        wrong = batches.keys() ^ parts.keys()
        wrong |= {batch for batch, runs in batches.items() if batch_hash(runs) != batch}
        return f"batch {min(wrong)} is not as it was entered" if wrong else ""

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """All that is read within is of one moment."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's errors in our words: a full disk is not a damaged ledger."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)  # those of Python itself have none
            if isinstance(error, sqlite3.OperationalError) and code not in _MISREAD:
                raise WriteFailedError(
                    f"{self.path}: {error}", "free some space, then give the same command again"
                ) from error
            message = f"{self.path}: damaged or changed by something else ({error})"
            raise DirectoryRefusedError(
                message, "restore it, or choose another directory with --out"
            ) from error
        except UnicodeDecodeError as error:  # Python's, where SQLite quotes what is no text
            raise self._damaged("it holds bytes that are no text") from error
