"""A table as it stands in a file: names of columns, cells as text, the line of each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.crm.table import DataError, Understood

UNREAD = "not read:"
"""How the note on a column begins whose type is none of those that are read."""
EXCEL_ZERO = -25_569.0
"""Day 0 of Excel's numbers of days, from 1970-01-01; workbooks that count from 1904 have another."""


@dataclass
class Raw:
    """`columns`: name -> pyarrow string array, no nulls, one entry a row. `lines`: line of the file (1 is the first).

    `delimiter`: of a text file, else "". `notes`: column -> remark on how it was read. `unread`: what of the file was left
    out, as lines of the table of what was understood. `zero`: the day of Excel's number 0, from 1970-01-01. `made`: names
    that are not the file's. `hints`: column -> what to do if it is refused. `errors`: columns that hold errors of Excel, as
    they were before these were made empty.

    `typed`: column -> one byte a row, 0 where the file holds text (or a date), else n for a number, in which a point is the
    decimal one, shown in `currencies[n - 1]`. A column without numbers is left out.
    """

    file: str
    columns: dict[str, Any]
    lines: npt.NDArray[np.int64]
    delimiter: str
    notes: dict[str, str]
    unread: list[Understood] = field(default_factory=list)
    zero: float = EXCEL_ZERO
    typed: dict[str, npt.NDArray[np.uint8]] = field(default_factory=dict)
    currencies: tuple[str, ...] = ("",)
    made: frozenset[str] = frozenset()
    hints: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> Column:
        """One column with its place, for messages."""
        return Column(self, name, self.columns[name])

    def empty_rows(self) -> npt.NDArray[np.bool_]:
        """Rows in which no cell holds anything."""
        import pyarrow.compute as pc

        empty = np.ones(len(self), dtype=bool)
        for values in self.columns.values():
            if not empty.any():
                break
            empty &= pc.equal(pc.utf8_trim_whitespace(values), "").to_numpy(zero_copy_only=False)
        return empty


@dataclass
class Column:
    """One column of a file."""

    table: Raw
    name: str
    values: Any  # pyarrow string array

    def error(self, message: str, hint: str = "", *, at: int | None = None) -> DataError:
        """A refusal that names file, column and, for the row with index `at`, its line."""
        row = None if at is None else int(self.table.lines[at])
        hint = "; ".join(text for text in (hint, self.table.hints.get(self.name, "")) if text)
        return DataError(message, hint, file=self.table.file, row=row, column=self.name)

    def distinct(self) -> tuple[Any, npt.NDArray[np.int64]]:
        """The distinct values (pyarrow string array) and, for each row, which of them it has."""
        encoded = self.values.dictionary_encode()
        return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)

    def typed(self) -> npt.NDArray[np.uint8]:
        """For each row, what `Raw.typed` says of it."""
        count = len(self.values)
        kinds = self.table.typed.get(self.name)
        return np.zeros(count, np.uint8) if kinds is None else kinds[:count]

    def examples(self, most: int = 3) -> tuple[str, ...]:
        """A few of its values that hold something."""
        seen: dict[str, None] = {}
        for value in self.values.slice(0, 2000).to_pylist():
            if value.strip():
                seen[value.strip()[:40]] = None
            if len(seen) == most:
                break
        return tuple(seen)

    def check_formulas(self) -> None:
        """Raises DataError at the first cell that holds a formula instead of a value."""
        import pyarrow.compute as pc

        found = pc.index(pc.starts_with(pc.utf8_ltrim_whitespace(self.values), "="), True).as_py()
        if found >= 0:
            formula = self.values[found].as_py().strip()[:40]
            raise self.error(
                f"a formula instead of a value: {formula}",
                "save the file with values only, then import it again",
                at=found,
            )


def unique_names(names: list[str]) -> tuple[list[str], frozenset[str]]:
    """Names of columns, each once: empty ones are numbered, repeated ones get "(2)". Also which of them were made so."""
    own = [name.strip().strip("\ufeff") for name in names]
    theirs, given, made = set(own), set[str](), set[str]()
    last: dict[str, int] = {}
    result = []
    for place, name in enumerate(own, start=1):
        plain = called = name or f"column {place}"
        number = last.get(plain, 1)
        while called in given or (called != name and called in theirs):
            number += 1
            called = f"{plain} ({number})"
        last[plain] = number
        given.add(called)
        result.append(called)
        if called != name:
            made.add(called)
    return result, frozenset(made)
