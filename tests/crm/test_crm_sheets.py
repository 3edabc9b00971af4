"""The text of a sheet, as other programs than Excel write it: cells by kind, readings of names, and what no sheet holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, read, refusal, workbook

from analysis.crm.sheet import Sheet
from analysis.crm.table import DataError

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINES: list[list[object]] = [list(line.split(",")) for line in (HEAD, *GOOD)]


def serial(number: float) -> datetime | date | time:
    """A day of Excel's by its number; below one it is a time of day."""
    if number < 1:
        return (datetime(2000, 1, 1) + timedelta(days=number)).time()
    return datetime(1899, 12, 30) + timedelta(days=number)


def made() -> Sheet:
    """A sheet in which style 1 is a date."""
    return Sheet("f.xlsx", ["青山"], {1}.__contains__, serial)


def cells(sheet: Sheet, *lines: str, above: str = "") -> list[tuple[int, list[str]]]:
    text = f'{above}<worksheet xmlns="{SPACE}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    return [(line, cells) for line, cells, _ in sheet.rows(io.BytesIO(text.encode()))]


def test_cells_of_every_kind() -> None:
    kinds = (
        '<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>', '<c t="s"><v>0</v></c>', '<c><v>12.0</v></c>',
        '<c t="d"><v>2026-03-01T10:00</v></c>', '<c s="1"><v>46082</v></c>', '<c s="1"><v>46082.5</v></c>',
        '<c s="1"><v>0.75</v></c>', '<c s="1"><v>1e99</v></c>', '<c t="str"><f>""</f><v></v></c>',
    )  # fmt: skip
    assert cells(made(), f"<row>{''.join(kinds)}</row>") == [
        (1, ["true", "false", "青山", "12", "2026-03-01 10:00", "2026-03-01", "2026-03-01 12:00:00", "18:00:00", "1e99", ""])
    ]  # fmt: skip


def test_how_a_name_is_spoken_is_no_part_of_it_nor_is_space_between_cells() -> None:
    """A reading comes in marks of its own, and what follows it counts again."""
    spoken = "<is><r><t>青</t></r><rPh><t>qing</t></rPh><r><t>山</t></r></is>"
    assert cells(made(), f'\n <row r="3">\n  <c r="B3" t="inlineStr">{spoken}</c> x </row>\n') == [
        (3, ["", "青山"])
    ]


def test_days_are_remembered_up_to_a_bound() -> None:
    """A sheet of ever new times of day would else fill the memory; the days beyond it are read all the same."""
    sheet = made()
    lines = [f'<row><c s="1"><v>{46082 + n / 1000:.3f}</v></c></row>' for n in range(3)]
    sheet._days.update((f"x{n}", "") for n in range(99_998))
    days = [row[0] for _, row in cells(sheet, *lines, *lines)]
    assert days == ["2026-03-01", "2026-03-01 00:01:26", "2026-03-01 00:02:52"] * 2
    assert len(sheet._days) == 100_000


@pytest.mark.parametrize(
    ("lines", "above", "told"),
    [
        (
            ['<row r="1048577"><c/></row>'], "",
            "f.xlsx: a row numbered 1048577: a sheet has no so many rows",
        ),
        (['<row><c r="XFE1"><v>1</v></c></row>'], "", "f.xlsx: a column called XFE: a sheet has no such column"),
        (
            ["<row><c><v>&x;</v></c></row>"], '<!DOCTYPE x [<!ENTITY x "y">]>',
            "f.xlsx: the sheet holds definitions of its own, which no table needs (save it again)",
        ),
    ],
)  # fmt: skip
def test_what_no_sheet_has_is_refused(lines: Sequence[str], above: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        cells(made(), *lines, above=above)
    assert str(caught.value) == told


def test_the_last_row_and_the_last_column_of_a_sheet_are_read() -> None:
    number, last = cells(made(), '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')[0]
    assert (number, len(last), last[-1]) == (1_048_576, 16_384, "7")


def rewritten(path: Path, old: str, new: str) -> Path:
    """A workbook whose first sheet says something else."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old.encode() in parts[name]
    parts[name] = parts[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    return path


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Deals": LINES})
    assert read(path).rows.read == 2
    assert refusal(rewritten(path, '<row r="3"', '<row r="2"')) == (
        "f.xlsx:2: rows of the sheet are out of order (open it in Excel and save it again)"
    )


def test_rows_that_are_left_out_are_empty(tmp_path: Path) -> None:
    path = rewritten(workbook(tmp_path / "f.xlsx", {"Deals": LINES}), '<row r="3"', '<row r="5"')
    crm = read(path)
    assert (crm.rows.read, crm.rows.used) == (4, 2)
    assert crm.rows.set_aside == {"the row holds nothing": 2}
    assert crm.rows.first["the row holds nothing"] == "f.xlsx:3"


def test_an_archive_with_a_password_is_told_from_a_torn_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Deals": LINES})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of a part: bit 0 says encrypted
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(bytes(content))
    assert refusal(path) == (
        "f.xlsx: an archive with a password (save it as .xlsx without a password, or as CSV)"
    )
