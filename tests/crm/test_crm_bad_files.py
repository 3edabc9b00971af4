"""Files that cannot be used: the message names file, row and column, and says what to do."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, workbook

TEXT = "\n".join((HEAD, *GOOD)) + "\n"
NOT_UTF8 = (
    "is not UTF-8 (say what it is: --encoding gb18030 (Chinese Excel) or --encoding cp1252 (Western Excel))"
)

BAD = {
    "empty": (b"", "f.csv: the file is empty (export the table again)"),
    "blank": (b"\n \n", "f.csv: the file is empty (export the table again)"),
    "only names": (
        HEAD.encode(), "f.csv: the file has names of columns, but no rows (export the table again)",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0",
        "f.csv:3: this is not a table in text: it holds binary data (export the table as CSV, .xlsx or Parquet)",
    ),
    "Latin-1": (TEXT.encode() + b"3,2026-01-01,,open,\xa35\n", f"f.csv:4: the byte 0xA3 in this line {NOT_UTF8}"),
    "GB18030": ("编号,金额\n1,赢单\n".encode("gb18030"), f"f.csv:1: the byte 0xB1 in this line {NOT_UTF8}"),
    "two encodings": (
        TEXT.encode() + "3,2026-01-01,,é,\n".encode() + b"4,2026-01-01,,\xe9,\n",
        f"f.csv:5: the byte 0xE9 in this line {NOT_UTF8}",
    ),
    "a short row": (
        TEXT.encode() + b"3,x\n", "f.csv:4: 2 cells where the header has 5 (mend or remove the line)",
    ),
    "a short row below a line break in a cell": (
        TEXT.encode() + b'3,2026-01-01,,open,"1\n"\n\n4\n',
        "f.csv:7: 1 cells where the header has 5 (mend or remove the line)",
    ),
    "a quotation mark that is not closed": (
        TEXT.encode() + b'3,2026-01-01,,open,"1\n4,2026-01-01,,open,1\n',
        "f.csv:4: a quotation mark is opened here and never closed",
    ),
    "a quotation mark that swallows cells": (
        TEXT.encode() + b'3,2026-01-01,,"open,1\n4,2026-01-01,,open,1\n',
        "f.csv:4: 4 cells where the header has 5 (a quotation mark may be missing)",
    ),
    "no header": (
        "\n".join(GOOD).encode(),
        "f.csv:1: the first line holds values (1), not names of columns (add a first line with a name for each column)",
    ),
    "one column": (
        b"Report\n1\n",
        "f.csv:1: only one column: no comma, semicolon, tab or | separates cells (the file needs a line with the names of "
        "the columns)",
    ),
    "no date": (
        b"id,outcome,amount\n1,won,3\n",
        "f.csv: no column says when opportunities began (name it: created=COLUMN, one of id, outcome, amount)",
    ),
    "nothing known": (
        b"a,b\nx,y\n",
        "f.csv: no opportunities: no column with dates of creation, outcomes or stages is known (name them: "
        "created=COLUMN, outcome=COLUMN, of a, b)",
    ),
    "no outcome": (
        b"id,created,closed\n1,2026-01-01,2026-01-02\n",
        "f.csv: no column says what was won and what was lost (name it: outcome=COLUMN, or won_on=COLUMN for the dates of "
        "winning)",
    ),
    "an unknown outcome": (
        TEXT.encode() + b"3,2026-01-01,,gewonnen,5\n",
        "f.csv:4:outcome: 'gewonnen' is no outcome that is known (say in a file for --mapping "
        "what each means: words: {gewonnen: won}, or lost, "
        "undecided, open)",
    ),
    "a formula": (
        TEXT.encode() + b'3,2026-01-01,,open,"=HYPERLINK(""x"",""y"")"\n',
        'f.csv:4:amount: a formula instead of a value: =HYPERLINK("x","y") (save the file with values only, then import it '
        "again)",
    ),
    "two currencies": (
        (HEAD + "\n1,2026-01-01,2026-02-01,won,$100\n2,2026-01-05,,open,€200\n").encode(),
        "f.csv:3:amount: EUR where the rows above are in USD (convert all amounts to one currency first)",
    ),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...." + "EncryptedPackage".encode("utf-16-le"),
        "f.csv: a workbook with a password (open it in Excel and save it as .xlsx without a password)",
    ),
    "an old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....",
        "f.csv: a file of an old kind, such as .xls (open it in Excel and save it as .xlsx without a password)",
    ),
    "a broken workbook": (
        b"PK\x03\x04....",
        "f.csv: the workbook cannot be opened (BadZipFile) (save it as .xlsx without a password, or as CSV)",
    ),
    "nothing left": (
        (HEAD + "\n1,2026-03-01,2026-02-01,won,100\n").encode(),
        "f.csv:2: no row can be used: ended before it was created (1) (check which columns were taken for the dates)",
    ),
    "weeks and dates": (
        b"id,WeekCreated,closed,outcome\n1,3,2026-02-01,won\n",
        "f.csv:closed: numbers of weeks or days here, but dates in other columns (use one kind)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_refused_by_name(tmp_path: Path, case: str) -> None:
    content, told = BAD[case]
    (tmp_path / "f.csv").write_bytes(content)
    assert refusal(tmp_path / "f.csv") == told
    assert [path.name for path in tmp_path.iterdir()] == ["f.csv"]  # nothing written


def test_an_endless_line_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(TEXT.encode())
        file.seek(2 << 30)  # a hole: 2 GB of nothing take no disk
        file.write(b"x\n")
    assert "long.csv:4: this is not a table in text" in refusal(path)
    with path.open("wb") as file:
        file.write(TEXT.encode() + b"x" * (64 << 20))
    tracemalloc.start()
    told = refusal(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told == (
        "long.csv:4: a line of more than 1 MiB (check that the file is a table, and that rows end in line breaks)"
    )
    assert most < 16 << 20


def test_wrong_encodings_are_named(tmp_path: Path) -> None:
    path = csv(tmp_path, *GOOD)
    assert refusal(path, encoding="klingon") == (
        "deals.csv: no such encoding: klingon (for example utf-8, gb18030, cp1252)"
    )
    path.write_bytes(TEXT.encode() + b"3\xff,,,,\n")
    assert refusal(path, encoding="gb18030") == (
        "deals.csv:4: the byte 0xFF in this line is not gb18030 (another encoding, or a file put together from several: "
        "save it anew as UTF-8)"
    )
    path.write_bytes(TEXT.encode("utf-8-sig"))
    assert refusal(path, encoding="gb18030") == (
        "deals.csv: its first bytes say utf-8, not gb18030 (leave out --encoding)"
    )


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == "none.csv: there is no such file"
    assert refusal(tmp_path).endswith("this is a folder (name the files themselves)")
    (tmp_path / "deals.xlsx").write_text("id,created\n")
    assert (
        refusal(tmp_path / "deals.xlsx") == "deals.xlsx: the file is no .xlsx inside (export the table again)"
    )
    (tmp_path / "deals.parquet").write_bytes(b"PAR1....")
    assert refusal(tmp_path / "deals.parquet").startswith("deals.parquet: the Parquet file cannot be read")


@pytest.mark.parametrize("at", [2, 30_000])
def test_formula_without_a_value_is_refused_with_its_cell(tmp_path: Path, at: int) -> None:
    lines: list[list[object]] = [HEAD.split(","), *([1, "2026-01-01", "", "open", 5] for _ in range(at - 2))]
    lines.append([2, "2026-01-01", "", "open", '=HYPERLINK("x","y")'])
    path = workbook(tmp_path / "f.xlsx", {"Deals": lines})
    assert refusal(path) == (
        f'f.xlsx:{at}:E: the cell E{at} holds a formula without a value: =HYPERLINK("x","y") (open it in Excel and save it '
        "with values only)"
    )


def test_formula_as_text_in_a_workbook_is_refused(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append([1, "2026-01-01", "", "open", 5])
    book.active["E2"].value, book.active["E2"].data_type = "=A1", "s"
    book.save(tmp_path / "f.xlsx")
    assert refusal(tmp_path / "f.xlsx").startswith("f.xlsx:2:amount: a formula instead of a value: =A1")


def test_formulas_in_columns_nobody_needs_are_let_be(tmp_path: Path) -> None:
    path = csv(tmp_path, *(f"{line},=== notes ===" for line in GOOD), head=f"{HEAD},remarks")
    assert read(path).rows.used == 2


def test_empty_workbooks_are_refused(tmp_path: Path) -> None:
    for sheets in ({"a": []}, {"a": [HEAD.split(",")]}):
        assert refusal(workbook(tmp_path / "f.xlsx", sheets)) == (
            "f.xlsx: the file is empty (no sheet holds a table with a header and rows)"
        )


def test_cells_beyond_the_last_name_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"a": [HEAD.split(","), [1, "2026-01-01", "", "open", 5, 6]]})
    assert refusal(path).startswith("f.xlsx:2: cells to the right of the last column that has a name")


@pytest.mark.parametrize("offset", [0, 700_000])
def test_the_longest_line_that_is_read(tmp_path: Path, offset: int) -> None:
    # With an offset the line lies across two pieces of the file.
    path, head = tmp_path / "long.csv", f"{HEAD},remarks\n1,2026-01-01,,open,5,{'x' * offset}\n"
    start = "2,2026-01-01,,open,5,"
    path.write_text(head + start + "x" * ((1 << 20) - len(start)) + "\n")
    assert read(path).rows.used == 2
    path.write_text(head + start + "x" * ((1 << 20) - len(start) + 1) + "\n")
    assert refusal(path).startswith("long.csv:3: a line of more than 1 MiB")


def test_lines_are_counted_through_breaks_in_cells_and_blank_lines(tmp_path: Path) -> None:
    lines = ('1,2026-01-01,,open,1,"two\nlines"', "", "2,2026-01-01,,open,1,", "3,2026-01-01,,gewonnen,1,")
    path = csv(tmp_path, *lines, head=f'{HEAD},"remarks"')
    assert refusal(path).startswith("deals.csv:6:outcome: 'gewonnen'")
