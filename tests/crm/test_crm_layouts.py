"""Tables that do not begin in the first line, sheets that are not shown, workbooks that count from 1904, weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, rows, workbook
from hypothesis import given
from hypothesis import strategies as st

from analysis.crm.dates import read_days
from analysis.crm.raw import Raw
from analysis.crm.table import Crm
from analysis.crm.titles import header_place

COLUMNS = ("deal", "created", "ended", "outcome", "value")
WANTED = [("1", 0.0, 31.0, "won", 100.0), ("2", 4.0, None, "open", 200.0)]
TEXT = "\n".join((HEAD, *GOOD)) + "\n"
LINES: list[list[object]] = [list(line.split(",")) for line in TEXT.splitlines()]


def unread(crm: Crm) -> list[tuple[str, str, tuple[str, ...], str]]:
    """What of the files was left out: file, place, its texts, why."""
    return [
        (line.file, line.column, line.examples, line.why)
        for line in crm.understood
        if line.column.startswith("(")
    ]


@pytest.mark.parametrize(
    ("above", "where", "texts"),
    [
        ("Report of deals\n", "(line 1)", ("Report of deals",)),
        ("\nReport of deals\n\n", "(line 2)", ("Report of deals",)),
        ("Report,,,,\nMade on,2026-03-01,,,\n\n", "(lines 1 to 2)", ("Report", "Made on", "2026-03-01")),
        ("All deals; all teams\nof the North\n", "(lines 1 to 2)", ("All deals; all teams", "of the North")),
        ('Created,"by whom"\n', "(line 1)", ('Created,"by whom"',)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_titles_of_a_text(
    tmp_path: Path, above: str, where: str, texts: tuple[str, ...], encoding: str
) -> None:
    (tmp_path / "deals.csv").write_bytes((above + TEXT).encode(encoding))
    crm = read(tmp_path / "deals.csv")
    assert rows(crm, *COLUMNS) == WANTED
    found = unread(crm)
    assert [line[:2] for line in found] == [("deals.csv", where)]
    assert found[0][3] == "above the names of the columns: not read"
    assert "".join(found[0][2]).replace(",", "") == "".join(texts).replace(",", "")


def test_lines_below_a_title_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("Report\n\n" + TEXT + "3,2026-01-01,,gewonnen,5\n")
    assert refusal(tmp_path / "deals.csv").startswith("deals.csv:6:outcome: 'gewonnen'")
    (tmp_path / "deals.csv").write_text(
        "sep=;\nReport\n" + (TEXT + "3,2026-01-01,,gewonnen,5\n").replace(",", ";")
    )
    assert refusal(tmp_path / "deals.csv").startswith("deals.csv:6:outcome: 'gewonnen'")


def test_titles_of_a_sheet(tmp_path: Path) -> None:
    titles: list[list[object]] = [["Report of deals"], [], ["Region", "North"]]
    path = workbook(
        tmp_path / "deals.xlsx", {"Deals": [*titles, *LINES, [3, "2026-01-01", "", "gewonnen", 5]]}
    )
    assert refusal(path).startswith("deals.xlsx:7:outcome: 'gewonnen'")
    crm = read(workbook(path, {"Deals": [*titles, *LINES]}))
    assert rows(crm, *COLUMNS) == WANTED
    why = "above the names of the columns: not read"
    assert unread(crm) == [("deals.xlsx", "(lines 1 to 3)", ("Report of deals", "Region", "North"), why)]


def test_a_first_line_of_unknown_names_is_a_header_all_the_same(tmp_path: Path) -> None:
    # The second row holds words that are names of columns elsewhere: it is as wide, so it is data.
    lines = ("won,open,2026-01-01,,stage", "lost,owner,2026-01-02,,amount")
    mapping = {"created": "c", "stage": "e", "words": {"stage": "open", "amount": "open"}}
    crm = read(csv(tmp_path, *lines, head="a,b,c,d,e"), mapping=mapping)
    assert crm.rows.read == 2
    assert unread(crm) == []


WEEK_FORMS = [
    "{y}-W{w:02}", "{y}W{w:02}", "{y} W{w}", "{y} Week {w}", "W{w:02}-{y}", "W{w}/{y}", "KW {w}/{y}", "Week {w}, {y}",
    "CW{w} {y}", "{y}年第{w}周", "{y}年{w}周", "{y}-W{w:02}-{d}",
]  # fmt: skip
CELL = st.sampled_from(["", "x", "Created Date", "Owner", "Stage", "2026-01-01", "17", "won"])


@given(st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=6))
def test_no_row_as_wide_as_the_first_is_taken_for_a_header(table: list[list[str]]) -> None:
    full = ["name", "of", "a", "column"]
    assert header_place([full, *table]) == 0


def test_hidden_and_empty_sheets_are_told_not_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "crm.xlsx",
        {"Old": [*LINES, [3, "2026-01-01", "", "open", 5]], "Deals": LINES, "Empty": []},
    )
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    crm = read(path)
    assert rows(crm, *COLUMNS) == WANTED
    assert unread(crm) == [
        ("crm.xlsx[Old]", "(the sheet)", (), "a hidden sheet: not read (show it in Excel to have it read)"),
        ("crm.xlsx[Empty]", "(the sheet)", (), "no rows below a header: not read"),
    ]
    assert {line.file for line in crm.understood if line.role} == {"crm.xlsx[Deals]"}
    book.remove(book["Deals"])
    book.save(path)
    assert refusal(path) == (
        "crm.xlsx: no sheet that is shown holds a table with a header and rows (hidden ones are not read: show it)"
    )


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_workbooks_that_count_from_1904(tmp_path: Path, epoch: int) -> None:
    """Days as dates and as plain numbers, in a workbook of either kind: the same days."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, to_excel

    zero = MAC_EPOCH if epoch == 1904 else WINDOWS_EPOCH
    book = openpyxl.Workbook()
    book.epoch = zero
    sheet = book.active
    sheet.append(HEAD.split(","))
    begun, ended = datetime(2026, 1, 1), datetime(2026, 2, 1)
    sheet.append(["1", to_excel(begun, zero), ended, "won", 100])
    sheet.append(["2", to_excel(begun, zero) + 4, None, "open", 200])
    book.save(tmp_path / "deals.xlsx")
    crm = read(tmp_path / "deals.xlsx")
    assert crm.origin == date(2026, 1, 1)
    assert rows(crm, *COLUMNS) == WANTED
    said = next(line.why for line in crm.understood if line.column == "created")
    assert said.endswith("Excel's day numbers" + (", counted from 1904" if epoch == 1904 else ""))


@given(
    st.lists(st.dates(date(1950, 1, 1), date(2150, 12, 31)), min_size=1, max_size=9),
    st.sampled_from(WEEK_FORMS),
)
def test_no_week_is_ever_read_wrong(many: list[date], form: str) -> None:
    parts = [day.isocalendar() for day in many]
    texts = pa.array([form.format(y=part.year, w=part.week, d=part.weekday) for part in parts])
    table = Raw("f.csv", {"x": texts}, np.arange(len(many)) + 2, ",", {})
    found = read_days(table.column("x"), None, set())
    wanted = [
        date.fromisocalendar(part.year, part.week, part.weekday if "{d}" in form else 1) for part in parts
    ]
    assert [date(1970, 1, 1) + timedelta(days=int(day)) for day in found.days] == wanted
    assert found.unit == (1.0 if "{d}" in form else 7.0)


def test_an_export_with_weeks(tmp_path: Path) -> None:
    lines = ("1,2026-W01,2026-W05,won,100", "2,2026-W02,,open,200", "3,2026-W02,2026-W01,lost,5")
    crm = read(csv(tmp_path, *lines))
    assert (crm.origin, crm.unit_days) == (date(2025, 12, 29), 7.0)
    assert rows(crm, *COLUMNS) == [("1", 0.0, 28.0, "won", 100.0), ("2", 7.0, None, "open", 200.0)]
    assert crm.rows.set_aside == {"ended before it was created": 1}
    # A month in Chinese is no week.
    assert "is not a date" in refusal(
        csv(tmp_path, "1,2026年12,2026-W05,won,100"), mapping={"created": "created"}
    )


def test_numbers_of_weeks_have_an_end(tmp_path: Path) -> None:
    lines = [f"{n},1,3,won" for n in range(40)]
    crm = read(csv(tmp_path, *lines, "x,9999999,9999999,won", head="id,WeekCreated,WeekClosed,outcome"))
    assert crm.rows.set_aside == {"a date cannot be read": 1}
    assert crm.last_day == 21.0
