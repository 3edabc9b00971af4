"""Excel workbooks (.xlsx): every sheet that holds a table, cells as text with ISO dates."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np

from analysis.crm.raw import Raw, unique_names
from analysis.crm.table import DataError

MAX_UNPACKED = 8 << 30
_PIECE = 20_000
# A formula whose cell has no value beside it: no program has worked it out yet.
_UNSOLVED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[^>]*?(?:/>|>([^<]{0,200})[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_OPENABLE = "save it as .xlsx without a password, or as CSV"


def read_workbook(path: Path, file: str) -> list[Raw]:
    """One table a visible sheet that holds more than one row. Raises DataError."""
    import openpyxl

    with path.open("rb") as stream:
        try:
            with zipfile.ZipFile(stream) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                    raise DataError(
                        "the workbook unpacks to more than 8 GiB", "export it as CSV or Parquet", file=file
                    )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and drawings, which no table needs
                book: Any = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            with closing(book):
                tables = _tables(path, book, file)
        except DataError:
            raise
        except Exception as error:  # a damaged workbook fails in many ways, all of them the file's fault
            raise DataError(
                f"the workbook cannot be opened ({type(error).__name__})", _OPENABLE, file=file
            ) from None
    if not tables:
        raise DataError("the file is empty", "no sheet holds a table with a header and rows", file=file)
    return tables


def _tables(path: Path, book: Any, file: str) -> list[Raw]:
    tables = []
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        name = file if len(sheets) == 1 else f"{file}[{sheet.title}]"
        _refuse_unsolved(path, sheet, name)
        sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
        with closing(sheet.iter_rows(values_only=True)) as cells:
            if table := _read_sheet(cells, name):
                tables.append(table)
    return tables


def _refuse_unsolved(path: Path, sheet: Any, name: str) -> None:
    """Formulas are looked for in the sheet's own text: reading it twice with all its cells would take twice as long."""
    with zipfile.ZipFile(path) as packed, packed.open(sheet._worksheet_path) as stream:
        kept = b""
        while chunk := stream.read(1 << 20):
            text = kept + chunk
            if b"<f" in text and (found := _UNSOLVED.search(text)):
                raise DataError(
                    f"the cell {found[1].decode()}{found[2].decode()} holds a formula without a value: "
                    f"={(found[3] or b'').decode('utf-8', 'replace')[:40]}",
                    "open it in Excel and save it with values only",
                    file=name,
                    row=int(found[2]),
                    column=found[1].decode(),
                )
            kept = text[-16384:]  # a formula has at most 8,192 characters


def _read_sheet(sheet: Iterator[tuple[object, ...]], name: str) -> Raw | None:
    rows = enumerate(sheet, start=1)
    header = next(((n, cells) for n, cells in rows if any(cell is not None for cell in cells)), None)
    if header is None:
        return None
    above, cells = header
    width = max(n for n, cell in enumerate(cells, start=1) if cell is not None)
    names = unique_names([_text(cell) for cell in cells[:width]])
    pieces: list[list[Any]] = [[] for _ in names]
    buffer: list[tuple[str, ...]] = []
    pad = ("",) * width
    count = 0
    for number, cells in rows:
        count += 1
        if any(cell is not None for cell in cells[width:]):
            raise DataError(
                "cells to the right of the last column that has a name",
                "name the column, or empty the cells",
                file=name,
                row=number,
            )
        buffer.append((*map(_text, cells[:width]), *pad[len(cells) :]))
        if len(buffer) == _PIECE:
            _store(buffer, pieces)
    _store(buffer, pieces)
    if not count:
        return None
    import pyarrow as pa

    columns = {
        title: pa.chunked_array(piece, pa.string()) for title, piece in zip(names, pieces, strict=True)
    }
    lines = np.arange(above + 1, above + 1 + count, dtype=np.int64)
    return Raw(name, {t: c.combine_chunks() for t, c in columns.items()}, lines, True, "", {})


def _store(buffer: list[tuple[str, ...]], pieces: list[list[Any]]) -> None:
    """Rows so far become arrow arrays: as Python strings a million rows would not fit."""
    import pyarrow as pa

    if buffer:
        for column, values in zip(pieces, zip(*buffer, strict=True), strict=True):
            column.append(pa.array(values, pa.string()))
        buffer.clear()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
