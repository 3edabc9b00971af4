"""Excel workbooks (.xlsx): every sheet that holds a table, cells as text with ISO dates."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from analysis.crm.currencies import Currencies
from analysis.crm.raw import Raw, unique_names
from analysis.crm.sheet import SAVE_AGAIN, Sheet
from analysis.crm.table import DataError, Understood
from analysis.crm.titles import MOST_ABOVE, above_header, header_place

MAX_UNPACKED = 8 << 30
MAX_PART = 256 << 20
"""Bytes of any part but the sheets: the library holds these in memory, texts of cells among them."""
_HIDDEN = "a hidden sheet"
_PIECE = 20_000
_OPENABLE = "save it as .xlsx without a password, or as CSV"


def read_workbook(path: Path, file: str) -> list[Raw]:
    """One table a visible sheet that holds more than one row. Raises DataError."""
    parts: list[zipfile.ZipInfo] = []
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as packed, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drawings, which no table needs
            parts = packed.infolist()
            _refuse_large(parts, file)
            unread: list[Understood] = []
            tables = list(_tables(stream, file, unread))
    except DataError:
        raise
    except Exception as error:  # a damaged workbook fails in many ways, all of them the file's fault
        raise _not_opened(parts, error, file) from None
    if not tables:
        hidden = any(_HIDDEN in line.why for line in unread)
        told = "a table with a header and rows"
        raise (
            DataError(f"no sheet that is shown holds {told}", "hidden ones are not read: show it", file=file)
            if hidden
            else DataError("the file is empty", f"no sheet holds {told}", file=file)
        )
    tables[0].unread[:0] = unread
    return tables


def _refuse_large(parts: list[zipfile.ZipInfo], file: str) -> None:
    """A workbook that would not fit: sheets are read bit by bit, all other parts at once."""
    most = max(
        (part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")), default=0
    )
    if most > MAX_PART or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DataError(
            "the workbook unpacks to more than can be read", "export it as CSV or Parquet", file=file
        )


def _not_opened(parts: list[zipfile.ZipInfo], error: Exception, file: str) -> DataError:
    """What the archive is, if it is no workbook that can be read."""
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        return DataError("an archive with a password", _OPENABLE, file=file)
    if "xl/workbook.bin" in names:
        return DataError("a workbook of the binary kind (.xlsb)", _OPENABLE, file=file)
    if "content.xml" in names:
        return DataError("an OpenDocument file", _OPENABLE, file=file)
    if names and not any(name.startswith("xl/") for name in names):
        return DataError("a zip archive, and no workbook", "unpack it and name the tables in it", file=file)
    return DataError(f"the workbook cannot be opened ({type(error).__name__})", _OPENABLE, file=file)


def _tables(stream: IO[bytes], file: str, unread: list[Understood]) -> Iterator[Raw]:
    """The tables of the sheets; `unread` is told of sheets that are none.

    The library's steps one by one: all at once it would look through every sheet for its size, half a minute for a
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
            if "chartsheet" not in rel.Type and rel.target in reader.valid_files
        ]
        dated, from_serial = reader.wb._date_formats, partial(from_excel, epoch=reader.wb.epoch)
        shown = Currencies(reader.wb)
        zero = float((reader.wb.epoch - datetime(1970, 1, 1)).days)
        visible = sum(sheet.state == "visible" for sheet, _ in sheets)
        for sheet, part in sheets:
            name = file if visible == 1 else f"{file}[{sheet.name}]"
            if sheet.state != "visible":
                why = f"{_HIDDEN}: not read (show it in Excel to have it read)"
                unread.append(Understood(f"{file}[{sheet.name}]", "(the sheet)", "", (), why))
                continue
            cells = Sheet(name, reader.shared_strings, dated.__contains__, from_serial, shown.kind)
            with reader.archive.open(part) as text:
                if table := _read_sheet(cells.rows(text), name, visible > 1):
                    table.zero, table.currencies = zero, tuple(shown.codes)
                    yield table
                else:
                    unread.append(Understood(name, "(the sheet)", "", (), "no rows below a header: not read"))


def _read_sheet(rows: Iterator[tuple[int, list[str], bytes]], name: str, several: bool) -> Raw | None:
    first = next((row for row in rows if any(row[1])), None)
    if first is None:
        return None
    top = [first, *islice(rows, MOST_ABOVE)]
    place = header_place([cells for _, cells, _ in top])
    rows = chain(top[place + 1 :], rows)
    above, cells, _ = top[place]
    width = max(n for n, cell in enumerate(cells, start=1) if cell)
    names, made = unique_names(cells[:width])
    pieces: list[list[Any]] = [[] for _ in names]
    buffer: list[list[str]] = []
    kinds = bytearray()
    empty = [""] * width
    expected = above + 1
    for number, cells, typed in rows:
        if any(cells[width:]):
            raise DataError(
                f"cells to the right of the last column that has a name: row {above} was taken for the names",
                "name the column, or empty the cells"
                + ("; hide or delete a sheet that holds no table" if several else ""),
                file=name,
                row=number,
            )
        if number < expected:
            raise DataError("rows of the sheet are out of order", SAVE_AGAIN, file=name, row=number)
        buffer.extend([empty] * (number - expected))  # rows that are left out are empty
        buffer.append(cells[:width] + empty[len(cells) :])
        kinds.extend(bytes(width * (number - expected)) + typed[:width].ljust(width, b"\0"))
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
    lines = np.arange(above + 1, expected, dtype=np.int64)
    by_column = np.frombuffer(kinds, np.uint8).reshape(-1, width)
    numeric = {title: by_column[:, n].copy() for n, title in enumerate(names) if by_column[:, n].any()}
    told = above_header(name, [(line, cells) for line, cells, _ in top[:place]])
    return Raw(name, columns, lines, "", {}, told, typed=numeric, made=made)


def _store(buffer: list[list[str]], pieces: list[list[Any]]) -> None:
    """Rows so far become arrow arrays: as Python strings a million rows would not fit."""
    import pyarrow as pa

    if buffer:
        for column, values in zip(pieces, zip(*buffer, strict=True), strict=True):
            column.append(pa.array(values, pa.string()))
        buffer.clear()
