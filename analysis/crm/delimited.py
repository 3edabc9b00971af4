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
from analysis.crm.scan import scan
from analysis.crm.table import DataError

_DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 16 << 20
_NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")


def read_delimited(path: Path, file: str, encoding: str | None) -> Raw:
    """A table in text. Raises DataError."""
    scanned = scan(path, file, encoding)
    head, above = _first_table_line(scanned.head, file)
    delimiter, above = _delimiter(head, above, file)
    names = _header(scanned.head, above, delimiter, file)
    return _parse(path, file, scanned.encoding, delimiter, above, names, scanned.paired)


def _first_table_line(head: str, file: str) -> tuple[str, int]:
    """The text from the first line that holds anything, and the number of lines above it."""
    lines = head.splitlines()
    above = next((n for n, line in enumerate(lines) if line.strip().strip("\ufeff")), None)
    if above is None:
        raise DataError("the file is empty", "export the table again", file=file)
    return "\n".join(lines[above : above + 20]), above


def _delimiter(head: str, above: int, file: str) -> tuple[str, int]:
    """The separator: what a line `sep=;` says, else the one that cuts the header into most cells of its own.

    The cells of the lines below count too: in `a,b;c,d` both would cut the header, but only one cuts every line alike.
    """
    if told := re.match(r"\ufeff?sep=(.)\s*(\n|$)", head):
        return told[1], above + 1
    best, most = "", (0, 0)
    for sign in _DELIMITERS:
        cells = [len(row) for row in csv.reader(io.StringIO(head), delimiter=sign) if row]
        alike = sum(count == cells[0] for count in cells)
        if cells[0] > 1 and (alike, cells[0]) > most:
            best, most = sign, (alike, cells[0])
    if not best:
        raise DataError(
            "only one column: no comma, semicolon, tab or | separates cells",
            "the names of the columns must stand in the first line of the file",
            file=file,
            row=above + 1,
        )
    return best, above


def _header(head: str, above: int, delimiter: str, file: str) -> list[str]:
    text = "\n".join(head.splitlines()[above:])
    names = next(csv.reader(io.StringIO(text), delimiter=delimiter))
    numbers = [name for name in names if _NUMBER.fullmatch(name.strip())]
    if len(numbers) * 2 >= len(names):
        raise DataError(
            f"the first line holds values ({numbers[0].strip()}), not names of columns",
            "add a first line with a name for each column",
            file=file,
            row=above + 1,
        )
    return unique_names(names)


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
    return Raw(file, columns, lines[1:], False, delimiter, {})


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
