"""Parts: the immutable Parquet files of a batch, one for each table, and how they become tables again.

A file appears under its final name only when all of it is on disk: written to `*.tmp`, fsync, rename, fsync
of the directory. Its SHA-256 goes into the ledger. The same records give the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.columns import wrong_columns, wrong_values
from simulation.runs.errors import DirectoryRefusedError, WriteFailedError
from simulation.runs.ledger import Part
from simulation.runs.links import refuse_folder
from simulation.runs.record import RunRecord
from simulation.spec.memory import machine_memory, table

if TYPE_CHECKING:
    import pyarrow as pa

KEYS = ("scenario", "policy", "replication", "week")
_REDONE = "delete this file and run the command again: only it is redone"


def to_arrow(records: Sequence[RunRecord], weeks: int) -> dict[str, pa.Table]:
    """The three tables of some runs, in the order given: `runs`, `periods` (weeks within runs) and
    `decisions`.
    """
    import numpy as np
    import pyarrow as pa

    def keys(repeat: Sequence[int]) -> dict[str, Any]:
        return {
            "scenario": pa.array(
                [r.scenario for r, n in zip(records, repeat, strict=True) for _ in range(n)], pa.string()
            ),
            "policy": pa.array(
                [r.policy for r, n in zip(records, repeat, strict=True) for _ in range(n)], pa.string()
            ),
            "replication": pa.array(np.repeat(np.array([r.replication for r in records], np.int64), repeat)),
        }

    once, weekly = [1] * len(records), [weeks] * len(records)
    final = {name: np.array([r.final[name] for r in records], np.float64) for name in records[0].final}
    periods = {name: np.concatenate([r.periods[name] for r in records]) for name in records[0].periods}
    log = [decision for record in records for decision in record.decisions]
    decisions = keys([len(record.decisions) for record in records])
    decisions["week"] = pa.array([int(d["week"]) for d in log], pa.int64())
    for column in ("action", "why"):
        decisions[column] = pa.array([str(d[column]) for d in log], pa.string())
    return {
        "runs": pa.table({**keys(once), "seed": pa.array([r.seed for r in records], pa.int64()), **final}),
        "periods": pa.table(
            {**keys(weekly), "week": np.tile(np.arange(weeks, dtype=np.int64), len(records)), **periods}
        ),
        "decisions": pa.table(decisions),
    }


def write_parts(
    directory: Path,
    batch: str,
    tables: Mapping[str, pa.Table],
    replace: Callable[[Path, Path], object] = os.replace,
) -> list[Part]:
    """Write a batch below `directory`. WriteFailedError when the disk is full; nothing half-written is left
    behind then.
    """
    import pyarrow.parquet as pq

    written: list[Part] = []
    temporary: list[Path] = []
    try:
        for kind, table in tables.items():
            buffer = io.BytesIO()
            pq.write_table(table, buffer, compression="zstd", version="2.6", write_statistics=False)
            content = buffer.getvalue()
            name = f"{batch}.{kind}.parquet"
            path = directory / f"{name}.{os.getpid()}.tmp"
            temporary.append(path)
            write_durably(path, content)
            written.append(Part(name, batch, kind, hashlib.sha256(content).hexdigest()))
        for path, part in zip(temporary, written, strict=True):
            replace(path, directory / part.file)
        sync_directory(directory)
    except OSError as error:
        for path in temporary:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise _write_failed(directory, error) from error
    return written


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step: readers see the old content or the new, never a mixture."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        write_durably(temporary, content)
        os.replace(temporary, path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _write_failed(path, error) from error


def _write_failed(path: Path, error: OSError) -> WriteFailedError:
    full = error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
    hint = "free some space" if full else "check the directory and its permissions"
    return WriteFailedError(f"{path}: {error.strerror or error}", f"{hint}, then give the same command again")


def sync_directory(directory: Path) -> None:
    """Make renames in a directory survive a power cut. Windows cannot, and need not, open directories."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def wanted(columns: Sequence[str], outcomes: Collection[str] | None) -> list[str]:
    """Those columns that say which run and week a row is of, and the `outcomes`; None for all outcomes."""
    return [name for name in columns if outcomes is None or name in KEYS or name in outcomes]


def read_part(
    directory: Path, part: Part, outcomes: Collection[str] | None = None, made_by: str = ""
) -> pa.Table:
    """One part, or only some `outcomes` of it, after checking that its bytes are those written, and that they are a table
    as the command `made_by` writes it. DirectoryRefusedError if they are not.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = directory / part.file
    refuse_folder(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DirectoryRefusedError(
            f"{path}: {error.strerror}", "restore the file, or run the command again"
        ) from error
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise tampered(path)
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        names = wanted(file.schema_arrow.names, outcomes)
        _fits(path, file.metadata.num_rows, len(names))
        wrong = wrong_columns(file.schema_arrow, part.kind, made_by)
        table = None if wrong else file.read(names, use_threads=False)  # parts are small
    except (
        pa.ArrowException,
        OSError,
    ) as error:  # its hash is right, so somebody entered it who did not write it
        raise tampered(path) from error
    if problem := wrong or wrong_values(table):
        raise DirectoryRefusedError(f"{path}: not a table of runs this version can read ({problem})", _REDONE)
    return table


def _fits(path: Path, rows: int, columns: int) -> None:
    """Refuse a small file that says it holds more than memory can: it would be believed."""
    memory, needed = machine_memory(), table(rows, columns)
    if memory is not None and needed > memory:
        raise DirectoryRefusedError(
            f"{path}: needs about {needed / 2**30:.1f} GiB; this machine has {memory / 2**30:.1f} GiB",
            "restore the file, or run the command again",
        )


def tampered(path: Path) -> DirectoryRefusedError:
    """The refusal of a part whose content is not what the ledger says."""
    return DirectoryRefusedError(
        f"{path}: changed or damaged since it was written",
        _REDONE,
    )


def intact(path: Path, part: Part) -> bool:
    """Are the bytes on disk those the ledger knows?"""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


def concat(tables: Iterable[pa.Table]) -> pa.Table:
    """Tables of one kind as one table. A column that is integer in one and float in another becomes float."""
    import pyarrow as pa

    try:
        return pa.concat_tables(list(tables), promote_options="permissive")
    except pa.ArrowException as error:
        raise DirectoryRefusedError(f"the parts do not fit together: {error}") from error
