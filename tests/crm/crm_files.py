"""What the tests of the import share: tiny files, and the real data where they are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analysis.crm.read import read_crm
from analysis.crm.table import Crm, DataError

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real exports are not beside the project")
TODAY = date(2026, 6, 30)
HEAD = "id,created,closed,outcome,amount"
GOOD = ("1,2026-01-01,2026-02-01,won,100", "2,2026-01-05,,open,200")


def csv(path: Path, *lines: str, head: str = HEAD, name: str = "deals.csv", encoding: str = "utf-8") -> Path:
    """A file of these lines below a header."""
    (path / name).write_bytes("".join(f"{line}\n" for line in (head, *lines)).encode(encoding))
    return path / name


def read(*paths: Path, **options: Any) -> Crm:
    return read_crm(paths, **options)


def refusal(path: Path, **options: Any) -> str:
    """What the import says of a file that it refuses."""
    with pytest.raises(DataError) as caught:
        read_crm([path], **options)
    return str(caught.value)


def rows(crm: Crm, *columns: str) -> list[tuple[Any, ...]]:
    """The deals as tuples; a day or a value that is not known as None."""
    table = crm.deals[list(columns)].astype(object)
    return [tuple(table.where(table.notna(), None).loc[n]) for n in table.index]


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    book.close()
    return path
