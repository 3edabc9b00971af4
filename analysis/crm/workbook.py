"""Excel workbooks (.xlsx): every sheet that holds a table, cells as text with ISO dates."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from analysis.crm.raw import Raw, unique_names
from analysis.crm.sheet import Sheet
from analysis.crm.table import DataError

MAX_UNPACKED = 8 << 30
_PIECE = 20_000
_OPENABLE = "save it as .xlsx without a password, or as CSV"


def read_workbook(path: Path, file: str) -> list[Raw]:
    """One table a visible sheet that holds more than one row. Raises DataError."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as packed, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drawings, which no table needs
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise DataError(
                    "the workbook unpacks to more than 8 GiB", "export it as CSV or Parquet", file=file
                )
            tables = list(_tables(stream, file))
    except DataError:
        raise
    except Exception as error:  # a damaged workbook fails in many ways, all of them the file's fault
        raise DataError(
            f"the workbook cannot be opened ({type(error).__name__})", _OPENABLE, file=file
        ) from None
    if not tables:
        raise DataError("the file is empty", "no sheet holds a table with a header and rows", file=file)
    return tables


def _tables(stream: IO[bytes], file: str) -> Iterator[Raw]:
    """The library's steps one by one: all at once it would look through every sheet for its size, half a minute for a
    million rows.
    """
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet
    from openpyxl.utils.datetime import from_excel

    reader: Any = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
    with closing(reader.archive):
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        sheets = [
            (sheet, rel.target)
            for sheet, rel in reader.parser.find_sheets()
            if sheet.state == "visible" and "chartsheet" not in rel.Type and rel.target in reader.valid_files
        ]
        dated, from_serial = reader.wb._date_formats, partial(from_excel, epoch=reader.wb.epoch)
        for sheet, part in sheets:
            name = file if len(sheets) == 1 else f"{file}[{sheet.name}]"
            cells = Sheet(name, reader.shared_strings, dated.__contains__, from_serial)
            with reader.archive.open(part) as text:
                if table := _read_sheet(cells.rows(text), name):
                    yield table


def _read_sheet(rows: Iterator[tuple[int, list[str]]], name: str) -> Raw | None:
    header = next((row for row in rows if any(row[1])), None)
    if header is None:
        return None
    above, cells = header
    width = max(n for n, cell in enumerate(cells, start=1) if cell)
    names = unique_names(cells[:width])
    pieces: list[list[Any]] = [[] for _ in names]
    buffer: list[list[str]] = []
    empty = [""] * width
    expected = above + 1
    for number, cells in rows:
        if any(cells[width:]):
            raise DataError(
                "cells to the right of the last column that has a name",
                "name the column, or empty the cells",
                file=name,
                row=number,
            )
        if number < expected:
            raise DataError("rows of the sheet are out of order", _OPENABLE, file=name, row=number)
        buffer.extend([empty] * (number - expected))  # rows that are left out are empty
        buffer.append(cells[:width] + empty[len(cells) :])
        expected = number + 1
        if len(buffer) >= _PIECE:
            _store(buffer, pieces)
    _store(buffer, pieces)
    if expected == above + 1:
        return None
    import pyarrow as pa

    columns = {
        title: pa.chunked_array(piece, pa.string()).combine_chunks()
        for title, piece in zip(names, pieces, strict=True)
    }
    return Raw(name, columns, np.arange(above + 1, expected, dtype=np.int64), True, "", {})


def _store(buffer: list[list[str]], pieces: list[list[Any]]) -> None:
    """Rows so far become arrow arrays: as Python strings a million rows would not fit."""
    import pyarrow as pa

    if buffer:
        for column, values in zip(pieces, zip(*buffer, strict=True), strict=True):
            column.append(pa.array(values, pa.string()))
        buffer.clear()
