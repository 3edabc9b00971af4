"""From a path to tables of text: CSV and its kin, Excel workbooks, Parquet. What a file is, its first bytes say."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.crm.cell_errors import without_errors
from analysis.crm.columnar import read_parquet
from analysis.crm.delimited import read_delimited
from analysis.crm.raw import Raw
from analysis.crm.table import DataError
from analysis.crm.workbook import read_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIRECTORY = 64 << 20


def read_files(paths: Sequence[str | os.PathLike[str]], encoding: str | None = None) -> list[Raw]:
    """All tables of these files, without rows below the last that holds anything. Raises DataError."""
    if not paths:
        raise DataError("no file was given", "name the exports of the CRM")
    names = [Path(path).name or str(path) for path in paths]
    tables: list[Raw] = []
    for path, name in zip(paths, names, strict=True):
        file = name if names.count(name) == 1 else str(path)
        tables += [_without_tail(without_errors(table)) for table in _read(Path(path), file, encoding)]
    return tables


def _read(path: Path, file: str, encoding: str | None) -> list[Raw]:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
            raise DataError(f"this is {what}", "name the files themselves", file=file)
        with path.open("rb") as stream:
            start = stream.read(8)
        if start == _OLE:
            raise _old_kind(path, file)
        if start[:4] == b"PK\x03\x04":
            return read_workbook(path, file)
        if start[:4] == b"PAR1":
            return [read_parquet(path, file)]
        if path.suffix.lower() in {".xlsx", ".xlsm", ".parquet"} and start:
            raise DataError(
                f"the file is no {path.suffix.lower()} inside", "export the table again", file=file
            )
        return [read_delimited(path, file, encoding)]
    except FileNotFoundError:
        raise DataError("there is no such file", file=file) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"the file cannot be read: {reason}", file=file) from None


def _old_kind(path: Path, file: str) -> DataError:
    """What Microsoft's old container holds: its directory, in the first megabytes, names the parts."""
    with path.open("rb") as stream:
        locked = "EncryptedPackage".encode("utf-16-le") in stream.read(_DIRECTORY)
    what = "a workbook with a password" if locked else "a file of an old kind, such as .xls"
    return DataError(what, "open it in Excel and save it as .xlsx without a password", file=file)


def _without_tail(table: Raw) -> Raw:
    """Without the empty rows at its end, which spreadsheets write by the thousand: they are not rows of the table."""
    empty = table.empty_rows()
    last = int((~empty).nonzero()[0][-1]) + 1 if not empty.all() else 0
    if not last:
        raise DataError(
            "the file has names of columns, but no rows", "export the table again", file=table.file
        )
    columns, errors = (
        {name: values.slice(0, last) for name, values in part.items()}
        for part in (table.columns, table.errors)
    )
    return replace(table, columns=columns, lines=table.lines[:last], errors=errors)
