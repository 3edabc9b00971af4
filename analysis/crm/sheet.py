"""The cells of a sheet of a workbook as text, a row at a time.

The library opens the workbook (its strings, styles and sheets); the cells are taken from the sheet's own text, since the
library builds objects for each, and a million rows would take minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any
from xml.parsers import expat

from analysis.crm.scan import MAX_LINE
from analysis.crm.table import DataError

_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TAGS = {
    f"{space} {name}": name for space in _SPACES for name in ("row", "c", "v", "f", "is", "t", "r", "rPh")
}
_DIGITS = "0123456789"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_CHUNK = 1 << 18
SAVE_AGAIN = "open it in Excel and save it again"


class Sheet:
    """`shared`: the strings of the workbook. `dated`: style -> is it a date. `from_serial`: a date's number as a date.
    `shown`: style -> what `Raw.typed` says of a number in it.
    """

    def __init__(
        self,
        file: str,
        shared: Sequence[str],
        dated: Callable[[int], bool],
        from_serial: Callable[[float], Any],
        shown: Callable[[int], int] = lambda _: 1,
    ) -> None:
        self.file, self._shared, self._dated, self._from_serial = file, shared, dated, from_serial
        self._shown = shown
        self._rows: list[tuple[int, list[str], bytes]] = []
        self._number = 0
        self._cells: list[str] = []
        self._typed = bytearray()
        self._kind = 0
        self._places: dict[str, int] = {}
        self._days: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._formula = self._keep = self._spoken = False
        self._text: list[str] = []
        self._length = 0
        self._formula_text = ""

    def rows(self, stream: IO[bytes]) -> Iterator[tuple[int, list[str], bytes]]:
        """Number and cells of each row that is written down, and a byte a cell as in `Raw.typed`; rows and cells may be left
        out. Raises DataError.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype  # entities that grow when they are put in
        while True:
            chunk = stream.read(_CHUNK)
            try:
                parser.Parse(chunk, not chunk)
            except expat.ExpatError:
                raise DataError(
                    "the sheet is damaged or cut short here",
                    SAVE_AGAIN,
                    file=self.file,
                    row=self._number or None,
                ) from None
            yield from self._rows
            self._rows.clear()
            if not chunk:
                return

    def _doctype(self, *_: Any) -> None:
        raise DataError(
            "the sheet holds definitions of its own, which no table needs", "save it again", file=self.file
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _TAGS.get(tag)
        if name == "c":
            self._cell, self._text, self._formula, self._formula_text = attributes, [], False, ""
            self._length = 0
        elif name == "row":
            number = attributes.get("r", str(self._number + 1))
            if not (number.isascii() and number.isdigit()):
                raise DataError(
                    f"the row below has '{number[:20]}' for its number",
                    SAVE_AGAIN,
                    file=self.file,
                    row=self._number or None,
                )
            self._number = int(number[:10])
            if self._number > _MOST_ROWS:
                raise DataError(f"a row numbered {self._number}: a sheet has no so many rows", file=self.file)
            self._cells, self._typed = [], bytearray()
        elif name in {"v", "t"}:
            self._keep = not self._spoken
        elif name == "f":
            self._formula = self._keep = True
        elif name == "rPh":  # how a name is spoken, beside the name
            self._spoken = True

    def _characters(self, text: str) -> None:
        if self._keep:
            self._text.append(text)
            self._length += len(text)
            if self._length > MAX_LINE:
                raise DataError(
                    "a cell of more than 1 MiB",
                    "check that the file is a table",
                    file=self.file,
                    row=self._number,
                )

    def _end(self, tag: str) -> None:
        name = _TAGS.get(tag)
        if name == "c":
            self._put()
        elif name in {"v", "t"}:
            self._keep = False
        elif name == "f":
            self._keep = False
            self._formula_text, self._text = "".join(self._text), []
        elif name == "rPh":
            self._spoken = False
        elif name == "row":
            self._rows.append((self._number, self._cells, bytes(self._typed)))

    def _put(self) -> None:
        reference = self._cell.get("r")
        place = self._place(reference.rstrip(_DIGITS)) if reference else len(self._cells)
        missing = place - len(self._cells)
        if missing > 0:
            self._cells.extend([""] * missing)
            self._typed.extend(bytes(missing))
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        kind = self._cell.get("t", "n")
        if self._formula and not text and kind != "str":  # a formula whose result is "" is of that kind
            column = reference.rstrip(_DIGITS) if reference else ""
            raise DataError(
                f"the cell {column}{self._number} holds a formula without a value: ={self._formula_text[:40]}",
                "open it in Excel and save it with values only",
                file=self.file,
                row=self._number,
                column=column,
            )
        self._kind = 0
        try:
            self._cells.append(self._plain(text, kind) if text else "")
        except (ValueError, IndexError):
            raise DataError(
                f"the cell {reference or len(self._cells) + 1} cannot be read: it holds '{text[:40]}'",
                SAVE_AGAIN,
                file=self.file,
                row=self._number,
            ) from None
        self._typed.append(self._kind)

    def _place(self, letters: str) -> int:
        place = self._places.get(letters)
        if place is None:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            if not 0 < place <= _MOST_COLUMNS:
                raise DataError(f"a column called {letters[:10]}: a sheet has no such column", file=self.file)
            place -= 1
            self._places[letters] = place
        return place

    def _plain(self, text: str, kind: str) -> str:
        if kind == "s":
            return self._shared[int(text) if text.isdigit() else len(self._shared)]
        if kind == "n":
            style = self._cell.get("s")
            if style is not None and self._dated(int(style)):
                return self._day(text)
            self._kind = 1 if style is None else self._shown(int(style))
            return text if text.isdigit() else number(text)
        if kind == "b":
            return "true" if text == "1" else "false"
        return text.replace("T", " ", 1) if kind == "d" else text

    def _day(self, text: str) -> str:
        day = self._days.get(text)
        if day is None:
            try:
                day = iso(self._from_serial(float(text)))
            except (ValueError, OverflowError):
                day = text  # a number that is no date, in a cell that looks like one
            if len(self._days) < 100_000:
                self._days[text] = day
        return day


def number(text: str) -> str:
    """A number as it is written elsewhere: whole ones without a point."""
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def iso(day: object) -> str:
    """A date, or a date with a time if it is not midnight; times alone as they are."""
    if isinstance(day, dt.datetime):
        return day.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return str(day)
