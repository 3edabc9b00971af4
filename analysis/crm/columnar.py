"""Parquet files: typed columns as text, so that every format is understood by the same rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from analysis.crm.raw import UNREAD, Raw, unique_names
from analysis.crm.table import DataError

_UTC = ("Z", "UTC", "ZULU")
MAX_ROWS = 10_000_000


def read_parquet(path: Path, file: str) -> Raw:
    """The table of a Parquet file. A column of lists or groups is left empty, and its note says so. Raises DataError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        whole = pq.ParquetFile(path)
        if whole.metadata.num_rows > MAX_ROWS:  # a few bytes may say that a value comes a billion times
            raise DataError(f"more than {MAX_ROWS:,} rows", "export fewer years", file=file)
        table = whole.read()
        names, made = unique_names(table.column_names)
    except UnicodeDecodeError:
        raise DataError(
            "the name of a column is no text in UTF-8", "export the table again", file=file
        ) from None
    except (pa.ArrowException, OSError):
        raise DataError(
            "the Parquet file cannot be read: it is damaged or cut short", "export the table again", file=file
        ) from None
    if not names:
        raise DataError("the file has no columns", "export the table again", file=file)
    columns, notes, typed = {}, {}, {}
    for name, column in zip(names, table.columns, strict=True):
        try:
            columns[name] = _text(column)
            if _is_number(column.type):
                typed[name] = np.broadcast_to(np.uint8(1), table.num_rows)
        except (pa.ArrowException, ValueError):
            columns[name] = pa.array([""] * table.num_rows, pa.string())
            notes[name] = f"{UNREAD} {_kind(column.type)}"
        _refuse_no_text(columns[name], name, file)
    lines = np.arange(1, table.num_rows + 1, dtype=np.int64)  # no header line: rows are counted
    return Raw(file, columns, lines, "", notes, typed=typed, made=made)


def _kind(kind: Any) -> str:
    import pyarrow as pa

    if pa.types.is_timestamp(kind) and kind.tz:
        return f"its time zone, {str(kind.tz)[:60]}, is not known"
    return f"its type is {str(kind)[:60]}"


def _refuse_no_text(texts: Any, name: str, file: str) -> None:
    """Nobody holds a writer of Parquet to what the format says of text, which is that it is UTF-8."""
    import pyarrow as pa

    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        row = next(row for row, raw in enumerate(texts.cast(pa.binary()).to_pylist()) if not _is_utf8(raw))
        raise DataError(
            "bytes that are no text in UTF-8", "export the table again", file=file, row=row + 1, column=name
        ) from None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _text(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        if column.type.tz is not None:  # the day as it was where the clock stood
            if column.type.tz.upper() in _UTC:
                column = column.cast(pa.timestamp(column.type.unit, "UTC"))
            column = pc.local_timestamp(column)
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
        column = pc.replace_substring_regex(column, pattern=" 00:00:00$", replacement="")
    elif pa.types.is_duration(column.type):
        raise ValueError("a length of time is no day")
    elif pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
        # A missing number may be stored as "not a number"; whole numbers lose their ".0" as in a workbook.
        column = pc.if_else(pc.is_nan(column), None, column)
        text = column.cast(pa.string())
        column = pc.replace_substring_regex(text, pattern=r"\.0$", replacement="")
    text = column.cast(pa.string())
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return pc.fill_null(text, "")
