"""Text tables: which sign separates the cells, and the cells themselves as columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from analysis.crm.raw import Raw, unique_names
from analysis.crm.scan import HEAD, scan
from analysis.crm.table import DataError
from analysis.crm.titles import above_header, header_place

_DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 16 << 20
_NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_OTHER_KINDS = re.compile(
    r"\ufeff?\s*(?:<(?:!doctype|html|head|meta|table|style|\?xml)\b|(\{|\[\s*\{|\[\s*$))", re.I
)
_LOOKED_AT = 50


def read_delimited(path: Path, file: str, encoding: str | None) -> Raw:
    """A table in text. Raises DataError."""
    scanned = scan(path, file, encoding)
    lines = _LINE_END.split(scanned.head)
    top = next((n for n, line in enumerate(lines) if line.strip().strip("\ufeff")), None)
    if top is None:
        raise DataError("the file is empty", "export the table again", file=file)
    _refuse_other_kinds(lines[top], file)
    delimiter, above, names = _header(lines, top, file)
    if above + 1 == len(lines) and len(scanned.head) == HEAD:
        raise DataError(
            "the names of the columns take more than 65,536 characters",
            "export fewer columns",
            file=file,
            row=above + 1,
        )
    unique, made = unique_names(names)
    table = _parse(path, file, scanned.encoding, delimiter, above, unique, scanned.paired)
    table.made = made
    table.unread = above_header(file, [(n + 1, [line]) for n, line in enumerate(lines[:above])])
    return table


def _refuse_other_kinds(line: str, file: str) -> None:
    if found := _OTHER_KINDS.match(line):
        what, hint = (
            ("JSON", "export the table as CSV, .xlsx or Parquet")
            if found[1]
            else ("a web page under another name", "open it in Excel and save it as .xlsx or CSV")
        )
        raise DataError(f"this is {what}", hint, file=file, row=1)


def _header(lines: list[str], top: int, file: str) -> tuple[str, int, list[str]]:
    """The separator, the number of lines above the names of the columns, and the names.

    The separator is what a line `sep=;` says, else the one that cuts the header into most cells of its own. The cells of the
    lines below count too: in `a,b;c,d` both would cut the header, but only one cuts every line alike.
    """
    told = re.fullmatch(r"\ufeff?sep=(.)\s*", lines[top])
    if told:
        _check_sign(told[1], file, top + 1)
    first = top + 1 if told else top
    best: tuple[str, int, list[str]] | None = None
    most = (0, 0)
    for sign in told[1] if told else _DELIMITERS:
        records = _records(lines[first : first + _LOOKED_AT], sign)
        place = header_place([cells for _, cells in records])
        if place < len(records):
            line, names = records[place]
            alike = sum(len(cells) == len(names) for _, cells in records[place : place + 20])
            if (len(names) > 1 or told) and (alike, len(names)) > most:
                best, most = (sign, first + line, names), (alike, len(names))
    if best is None:
        raise DataError(
            "only one column: no comma, semicolon, tab or | separates cells",
            "the file needs a line with the names of the columns",
            file=file,
            row=top + 1,
        )
    numbers = [name for name in best[2] if _NUMBER.fullmatch(name.strip())]
    if len(numbers) * 2 >= len(best[2]):
        raise DataError(
            f"the first line holds values ({numbers[0].strip()}), not names of columns",
            "add a first line with a name for each column",
            file=file,
            row=best[1] + 1,
        )
    return best


def _check_sign(sign: str, file: str, row: int) -> None:
    """Raises DataError for what cannot separate cells: the parser takes bytes, and these stand within values."""
    if not sign.isascii() or sign.isalnum() or sign in ' "':
        raise DataError(
            f"'sep={sign}': a separator is one ASCII sign, and no letter, digit, space or quotation mark",
            "write the sign that the lines use, as sep=; or leave the line out",
            file=file,
            row=row,
        )


def _records(lines: list[str], sign: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the number of lines above it."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=sign)
    found, line = [], 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            found.append((line, cells))
        line = reader.line_num
    return found


def _parse(
    path: Path, file: str, encoding: str, delimiter: str, above: int, names: list[str], paired: bool
) -> Raw:
    import pyarrow as pa
    from pyarrow import csv as arrow

    wrong: list[tuple[int, int, str]] = []  # number of the record, its cells, its text

    def odd(row: Any) -> str:
        if not wrong:
            wrong.append((row.number, row.actual_columns, row.text))
        return "skip"

    plain = encoding in {"utf-8", "utf-8-sig"}
    options: dict[str, Any] = {
        "read_options": arrow.ReadOptions(
            # One thread: only then does the parser number the lines it objects to.
            use_threads=False,
            block_size=_BLOCK,
            skip_rows=above,
            column_names=[str(n) for n in range(len(names))],
        ),
        "parse_options": arrow.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=odd
        ),
        "convert_options": arrow.ConvertOptions(
            column_types={str(n): pa.string() for n in range(len(names))}, strings_can_be_null=False
        ),
    }
    try:
        # pyarrow's own recoding cuts some encodings between two bytes of a character.
        source: Any = path if plain else pa.PythonFile(_Recoded(path, encoding), mode="r")
        table = arrow.read_csv(source, **options)
    except pa.ArrowInvalid as error:
        if not wrong:
            raise DataError(
                f"the rows cannot be told apart ({str(error).splitlines()[0][:120]})",
                "a quotation mark may be missing",
                file=file,
            ) from None
        table = None
    if wrong:
        number, cells, text = wrong[0]
        raise DataError(
            f"{cells} cells where the header has {len(names)}",
            "a quotation mark may be missing" if "\n" in text or not paired else "mend or remove the line",
            file=file,
            row=None if table is None else _line(number, table, above),
        )
    arrays = [column.combine_chunks() for column in table.columns]
    breaks = sum(_breaks(array) for array in arrays)
    lines = np.arange(len(arrays[0]), dtype=np.int64) + above + 1
    lines[1:] += np.cumsum(breaks)[:-1]
    if not paired and breaks[-1]:
        raise DataError("a quotation mark is opened here and never closed", file=file, row=int(lines[-1]))
    columns = {name: array.slice(1) for name, array in zip(names, arrays, strict=True)}
    return Raw(file, columns, lines[1:], delimiter, {})


def _line(number: int, table: Any, above: int) -> int:
    """The line of the first record that was skipped: line breaks within cells before it take a line each."""
    before = (column.slice(0, number - above - 1).combine_chunks() for column in table.columns)
    return number + int(sum(_breaks(array).sum() for array in before))


def _breaks(array: Any) -> Any:
    import pyarrow.compute as pc

    return pc.count_substring(array, "\n").to_numpy(zero_copy_only=False).astype(np.int64)


class _Recoded(io.RawIOBase):
    """A file in another encoding, read as UTF-8."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._stream = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, none at the end."""
        while not self._rest:
            chunk = self._stream.read(1 << 20)
            self._rest = self._decoder.decode(chunk, final=not chunk).encode("utf-8")
            if not chunk:
                break
        size = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def close(self) -> None:
        self._stream.close()
        super().close()
