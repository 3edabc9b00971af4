"""Input that `calibrate` refuses, each with its message, and odd input that it uses: tables of the tests."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from crm_files import GOOD, HEAD, workbook

TEXT = "\n".join((HEAD, *GOOD)) + "\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROLES = (
    "roles are deal, account, segment, rep, former_rep, manager, office, kind, product, created, ended, won_on, lost_on, "
    "outcome, stage, value, currency, moved, touched, stated"
)
THERE = "there are id, created, closed, outcome, amount"
FORMS = "write dates as 2026-03-01, weeks as 2026-W12, from 1900 to 2199"
SAY_WHICH = "say which: --dates dmy or --dates mdy"
NO_PLACE = "check which columns were taken for the dates"


def table(*lines: str, head: str = HEAD) -> bytes:
    return "".join(f"{line}\n" for line in (head, *lines)).encode()


def sheets(**tables: list[list[object]]) -> Callable[[Path], object]:
    return lambda path: workbook(path, tables)


def archive(**parts: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in parts.items():
                packed.writestr(name, content)

    return write


def bomb(part: str, start: str, end: str) -> Callable[[Path], None]:
    """A small workbook with a part that unpacks to 300 MiB."""

    def write(path: Path) -> None:
        workbook(path, {"Deals": [line.split(",") for line in TEXT.splitlines()]})
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in parts.items():
                if name != part:
                    packed.writestr(name, content)
            with packed.open(part, "w") as stream:
                stream.write(start.encode())
                for _ in range(300):
                    stream.write(b"x" * (1 << 20))
                stream.write(end.encode())
        assert path.stat().st_size < 1 << 20

    return write


def cut_short(path: Path) -> None:
    import pandas as pd

    pd.DataFrame({"id": range(1000), "created": "2026-01-01"}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def in_latin_1(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, *lines = DEALS
    columns = dict(zip(names, zip(*lines, strict=True), strict=True))
    raw = pa.array([b"won", "gagné".encode("latin-1")], pa.binary())
    pq.write_table(pa.table({**columns, "outcome": raw.view(pa.string())}), path)


def in_two_currencies(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(
        workbook(path, {"Deals": [*DEALS[:1], *([*line[:4], 5] for line in DEALS[1:])]})
    )
    for cell, form in (("E2", '#,##0 "€"'), ("E3", "[$$-409]#,##0")):
        book["Deals"][cell].number_format = form
    book.save(path)


def of_type(column: str, make: Callable[[object], object]) -> Callable[[Path], None]:
    """A Parquet file with a column of another type: `make` is given its values."""

    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        names, *lines = DEALS
        columns: dict[str, object] = dict(zip(names, zip(*lines, strict=True), strict=True))
        pq.write_table(pa.table({**columns, column: make(columns[column])}), path)

    return write


def groups(values: object) -> object:
    return [{"day": value} for value in values]  # type: ignore[attr-defined]


def in_zone(zone: str) -> Callable[[object], object]:
    def make(values: object) -> object:
        import pyarrow as pa

        return pa.array([0] * len(values), pa.timestamp("s", zone))  # type: ignore[arg-type]

    return make


def of_columns(columns: dict[str, list[object]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), path)

    return write


def with_a_strange_name(path: Path) -> None:
    of_columns({"stranger": [1], "id": [2]})(path)
    path.write_bytes(path.read_bytes().replace(b"stranger", b"stran\xffer"))


def edited(old: str, new: str, part: str = "xl/worksheets/sheet1.xml") -> Callable[[Path], None]:
    """A workbook of the deals with one text of its parts replaced."""

    def write(path: Path) -> None:
        workbook(path, {"Deals": DEALS})
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode())
        with zipfile.ZipFile(path, "w") as packed:
            for name, content in parts.items():
                packed.writestr(name, content)

    return write


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DEALS = [line.split(",") for line in TEXT.splitlines()]
Content = bytes | Callable[[Path], object]

# Content of deals.csv -> the message. Another name of the file stands before the content.
FILES: dict[str, tuple[Content, str] | tuple[str, Content, str]] = {
    "nothing in it": (b"", "deals.csv: the file is empty (export the table again)"),
    "blanks": (b" \n\n", "deals.csv: the file is empty (export the table again)"),
    "names only": (HEAD.encode(), "deals.csv: the file has names of columns, but no rows (export the table again)"),
    "names and empty rows": (
        table(",,,,", ",,,,"), "deals.csv: the file has names of columns, but no rows (export the table again)",
    ),
    "a NUL in a cell": (
        table(*GOOD, "3,2026-01-01,,op\0en,5"),
        "deals.csv:4: this is not a table in text: it holds binary data (export the table as CSV, .xlsx or Parquet)",
    ),
    "UTF-16 without its mark": (
        TEXT.encode("utf-16-le"),
        "deals.csv:1: this is not a table in text: it holds binary data (if it is text in UTF-16: --encoding utf-16-le)",
    ),
    "GB18030": (
        table("1,2026-01-01,2026-02-01,输单,5").decode().encode("gb18030"),
        "deals.csv:2: the byte 0xCA in this line is not UTF-8 (say what it is: --encoding gb18030 (Chinese Excel) or "
        "--encoding cp1252 (Western Excel))",
    ),
    "two encodings": (
        table(*GOOD, "3,2026-01-01,,输单,5") + "4,2026-01-01,,输单,5\n".encode("gb18030"),
        "deals.csv:5: the byte 0xCA in this line is not UTF-8 (say what it is: --encoding gb18030 (Chinese Excel) or "
        "--encoding cp1252 (Western Excel))",
    ),
    "a web page called .xls": (
        "deals.xls", b"<html><table><tr><td>id</td></tr></table></html>",
        "deals.xls:1: this is a web page under another name (open it in Excel and save it as .xlsx or CSV)",
    ),
    "JSON": (
        b'[{"id": 1, "created": "2026-01-01"}]',
        "deals.csv:1: this is JSON (export the table as CSV, .xlsx or Parquet)",
    ),
    "an old workbook": (
        "deals.xls", OLE + b"....",
        "deals.xls: a file of an old kind, such as .xls (open it in Excel and save it as .xlsx without a password)",
    ),
    "a workbook with a password": (
        "deals.xlsx", OLE + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"),
        "deals.xlsx: a workbook with a password (open it in Excel and save it as .xlsx without a password)",
    ),
    "a text called .xlsx": (
        "deals.xlsx", TEXT.encode(), "deals.xlsx: the file is no .xlsx inside (export the table again)",
    ),
    "a zip of tables": (
        "deals.zip", archive(**{"deals.csv": TEXT.encode()}),
        "deals.zip: a zip archive, and no workbook (unpack it and name the tables in it)",
    ),
    "an OpenDocument": (
        "deals.ods", archive(**{"content.xml": b"<x/>"}),
        "deals.ods: an OpenDocument file (save it as .xlsx without a password, or as CSV)",
    ),
    "a binary workbook": (
        "deals.xlsb", archive(**{"xl/workbook.bin": b"x"}),
        "deals.xlsb: a workbook of the binary kind (.xlsb) (save it as .xlsx without a password, or as CSV)",
    ),
    "a torn workbook": (
        "deals.xlsx", b"PK\x03\x04....",
        "deals.xlsx: the workbook cannot be opened (BadZipFile) (save it as .xlsx without a password, or as CSV)",
    ),
    "a workbook that unpacks to a huge cell": (
        "deals.xlsx",
        bomb(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>',
            "</t></is></c></row></sheetData></worksheet>",
        ),
        "deals.xlsx:1: a cell of more than 1 MiB (check that the file is a table)",
    ),
    "a workbook that unpacks to huge texts": (
        "deals.xlsx", bomb("xl/sharedStrings.xml", f'<sst xmlns="{SPREADSHEET}"><si><t>', "</t></si></sst>"),
        "deals.xlsx: the workbook unpacks to more than can be read (export it as CSV or Parquet)",
    ),
    "a workbook whose cells go beyond the names": (
        "deals.xlsx", sheets(Deals=DEALS, Notes=[["Notes"], ["Costs of", "2025"]]),
        "deals.xlsx[Notes]:2: cells to the right of the last column that has a name: row 1 was taken for the names (name "
        "the column, or empty the cells; hide or delete a sheet that holds no table)",
    ),
    "a workbook whose rows stand in no order": (
        "deals.xlsx", edited('<row r="3"', '<row r="2"'),
        "deals.xlsx:2: rows of the sheet are out of order (open it in Excel and save it again)",
    ),
    "a workbook whose row has no number": (
        "deals.xlsx", edited('<row r="3"', '<row r="three"'),
        "deals.xlsx:2: the row below has 'three' for its number (open it in Excel and save it again)",
    ),
    "a number in a workbook that is none": (
        "deals.xlsx", edited('t="inlineStr"><is><t>200</t></is>', "><v>9,5</v>"),
        "deals.xlsx:3: the cell E3 cannot be read: it holds '9,5' (open it in Excel and save it again)",
    ),
    "a text that the workbook does not hold": (
        "deals.xlsx", edited('t="inlineStr"><is><t>200</t></is>', 't="s"><v>-1</v>'),
        "deals.xlsx:3: the cell E3 cannot be read: it holds '-1' (open it in Excel and save it again)",
    ),
    "a sheet cut short": (
        "deals.xlsx", edited('<row r="3"', "<"),
        "deals.xlsx:2: the sheet is damaged or cut short here (open it in Excel and save it again)",
    ),
    "a workbook all of whose sheets are hidden": (
        "deals.xlsx", edited('state="visible"', 'state="hidden"', "xl/workbook.xml"),
        "deals.xlsx: no sheet that is shown holds a table with a header and rows (hidden ones are not read: show it)",
    ),
    "a Parquet file without columns": (
        "deals.parquet", of_columns({}), "deals.parquet: the file has no columns (export the table again)",
    ),
    "a Parquet file with a name that is no text": (
        "deals.parquet", with_a_strange_name,
        "deals.parquet: the name of a column is no text in UTF-8 (export the table again)",
    ),
    "a workbook without rows": (
        "deals.xlsx", sheets(Deals=[HEAD.split(",")]),
        "deals.xlsx: the file is empty (no sheet holds a table with a header and rows)",
    ),
    "a formula in a workbook": (
        "deals.xlsx", sheets(Deals=[*DEALS, [3, "2026-01-01", "", "open", '=HYPERLINK("x","y")']]),
        'deals.xlsx:4:E: the cell E4 holds a formula without a value: =HYPERLINK("x","y") (open it in Excel and save it '
        "with values only)",
    ),
    "a formula in a text": (
        table(*GOOD, '3,2026-01-01,,open,"=HYPERLINK(""x"",""y"")"'),
        'deals.csv:4:amount: a formula instead of a value: =HYPERLINK("x","y") (save the file with values only, then import '
        "it again)",
    ),
    "a rep whose name is a formula": (
        table("1,2026-01-01,2026-02-01,won,5,=cmd()", head=f"{HEAD},owner"),
        "deals.csv:2:owner: a formula instead of a value: =cmd() (save the file with values only, then import it again)",
    ),
    "a Parquet file cut short": (
        "deals.parquet", cut_short,
        "deals.parquet: the Parquet file cannot be read: it is damaged or cut short (export the table again)",
    ),
    "a Parquet file whose text is not UTF-8": (
        "deals.parquet", in_latin_1,
        "deals.parquet:2:outcome: bytes that are no text in UTF-8 (export the table again)",
    ),
    "a Parquet file whose days are groups": (
        "deals.parquet", of_type("created", groups),
        "deals.parquet: no column says when opportunities began: 'created' is there, but not read: its type is struct<day: "
        f"string> (name it: created=COLUMN, one of {THERE.removeprefix('there are ')})",
    ),
    "a Parquet file of a time zone nobody knows": (
        "deals.parquet", of_type("created", in_zone("Pacific Standard Time")),
        "deals.parquet: no column says when opportunities began: 'created' is there, but not read: its time zone, Pacific "
        f"Standard Time, is not known (name it: created=COLUMN, one of {THERE.removeprefix('there are ')})",
    ),
    "a Parquet file whose outcomes are groups": (
        "deals.parquet", of_type("outcome", groups),
        "deals.parquet: no column says what was won and what was lost: 'outcome' is there, but not read: its type is "
        "struct<day: string> (name it: outcome=COLUMN, or won_on=COLUMN for the dates of winning)",
    ),
    "a row too short": (
        table(*GOOD, "3,2026-01-01"), "deals.csv:4: 2 cells where the header has 5 (mend or remove the line)",
    ),
    "a row too long": (
        table("1,2026-01-01,2026-02-01,won,1,5"),
        "deals.csv:2: 6 cells where the header has 5 (mend or remove the line)",
    ),
    "a quotation mark left open": (
        table(*GOOD, '3,2026-01-01,,open,"1', "4,2026-01-01,,open,1"),
        "deals.csv:4: a quotation mark is opened here and never closed",
    ),
    "no header": (
        "\n".join(GOOD).encode(),
        "deals.csv:1: the first line holds values (1), not names of columns (add a first line with a name for each column)",
    ),
    "an endless header": (
        (",".join(f"c{n}" for n in range(20_000)) + "\n" + ",".join("x" * 20_000) + "\n").encode(),
        "deals.csv:1: the names of the columns take more than 65,536 characters (export fewer columns)",
    ),
    "no date": (
        table("1,won,3", head="id,outcome,amount"),
        "deals.csv: no column says when opportunities began (name it: created=COLUMN, one of id, outcome, amount)",
    ),
    "accounts alone": (
        table("Acme,retail", head="account,industry"),
        "deals.csv: no opportunities: no column with dates of creation, outcomes or stages is known (name them: "
        "created=COLUMN, outcome=COLUMN, of account, industry)",
    ),
    "no outcome": (
        table("1,2026-01-01,2026-01-02", head="id,created,closed"),
        "deals.csv: no column says what was won and what was lost (name it: outcome=COLUMN, or won_on=COLUMN for the dates "
        "of winning)",
    ),
    "an outcome nobody knows": (
        table(*GOOD, "3,2026-01-01,,gewonnen,5"),
        "deals.csv:4:outcome: 'gewonnen' is no outcome that is known (say in a file for --mapping "
        "what each means: words: {gewonnen: won}, or lost, "
        "undecided, open)",
    ),
    "an outcome that is an error of Excel": (
        table(*GOOD, "3,2026-01-01,,#REF!,5"),
        "deals.csv:4:outcome: an error of Excel: #REF! (mend its formula, or empty the cell)",
    ),
    "a deal that is an error of Excel": (
        "deals.xlsx", sheets(Deals=[*DEALS, ["#DIV/0!", "2026-01-01", "", "open", 5]]),
        "deals.xlsx:4:id: an error of Excel: #DIV/0! (mend its formula, or empty the cell)",
    ),
    "outcomes nobody knows, all at once": (
        table(*GOOD, "3,2026-01-01,,gewonnen,5", "4,2026-01-01,,verloren,5", "5,2026-01-01,,gewonnen,5"),
        "deals.csv:4:outcome: 2 words are no outcomes that are known: 'gewonnen', 'verloren' (say in a file for --mapping "
        "what each means: words: {gewonnen: won, ...}, or lost, undecided, open)",
    ),
    "an outcome that would drive the terminal": (
        table(*GOOD, "3,2026-01-01,,\x1b[31mwon,5"),
        r"deals.csv:4:outcome: '\x1b[31mwon' is no outcome that is known (say in a file for --mapping "
        r"what each means: words: {\x1b[31mwon: won}, or "
        "lost, undecided, open)",
    ),
    "dates that are none": (
        table("1,soon,2026-02-01,won,5"),
        "deals.csv:2:created: 'soon': the name of the column says when the opportunity began, but its values are no dates "
        "(write them as 2026-03-01, or name another column: created=COLUMN)",
    ),
    "a date of two lines": (
        table('1,"so\non",2026-02-01,won,5'),
        r"deals.csv:2:created: 'so\non': the name of the column says when the opportunity began, but its values are no "
        "dates (write them as 2026-03-01, or name another column: created=COLUMN)",
    ),
    "the year 0020": (
        table("1,0020-01-01,2026-02-01,won,3", *GOOD), f"deals.csv:2:created: '0020-01-01' is not a date ({FORMS})",
    ),
    "the year 9999": (
        table("1,2026-01-01,9999-12-31,open,3"), f"deals.csv:2:closed: '9999-12-31' is not a date ({FORMS})",
    ),
    "a week that its year does not have": (
        table("1,2025-W01,2025-W53,won,3"), f"deals.csv:2:closed: '2025-W53' is not a date ({FORMS})",
    ),
    "a certainty that is no date": (
        table("1,2026-01-01,2026-02-01,won,5,2026-01-20", "2,2026-01-01,,open,5,0020-01-20", head=f"{HEAD},Commit-80"),
        f"deals.csv:3:Commit-80: '0020-01-20' is not a date ({FORMS}; its name is read as a certainty of 80%: "
        '--map "ignore=Commit-80" leaves it out)',
    ),
    "day or month": (
        table("1,01/02/2026,03/02/2026,won,1"),
        f"deals.csv:2:created: '01/02/2026' may be day-month or month-day, and no date of the file decides ({SAY_WHICH})",
    ),
    "day and month in turn": (
        table("1,13/02/2026,02/14/2026,won,1", "2,02/13/2026,02/14/2026,won,1"),
        "deals.csv:2:created: day and month change places: '13/02/2026', but '02/13/2026' in line 3 (write all dates in one "
        "form, or say which with --dates dmy or --dates mdy)",
    ),
    "weeks and dates": (
        table("1,3,2026-02-01,won", head="id,WeekCreated,closed,outcome"),
        "deals.csv:closed: numbers of weeks or days here, but dates in other columns (use one kind)",
    ),
    "numbers of what": (
        table("1,3,5,won", head="id,created,closed,outcome"),
        "deals.csv:2:created: '3' is a plain number: weeks or days? (say it in the name of the column, or with "
        "numbers=weeks or numbers=days)",
    ),
    "amounts of two kinds": (
        table("1,2026-01-01,2026-02-01,won,1.5", '2,2026-01-01,2026-02-01,won,"1,5"'),
        "deals.csv:3:amount: '1,5' has a decimal comma, but '1.5' in line 2 a decimal point (write all amounts in one form, "
        "or say which with decimal=comma or decimal=point)",
    ),
    "two currencies": (
        table("1,2026-01-01,2026-02-01,won,$3", "2,2026-01-01,2026-02-01,won,€3"),
        "deals.csv:3:amount: EUR where the rows above are in USD (convert all amounts to one currency first)",
    ),
    "amounts of a workbook that are text": (
        "deals.xlsx", sheets(Deals=[DEALS[0], [*DEALS[1][:4], "9.924"]]),
        "deals.xlsx:2:amount: '9.924' may be thousands or a fraction, and no value of the column decides (say which sign is "
        "the decimal one: decimal=comma or decimal=point)",
    ),
    "text among the numbers of a workbook": (
        "deals.xlsx", sheets(Deals=[DEALS[0], [*DEALS[1][:4], 5.5], [*DEALS[2][:4], "9.924"]]),
        "deals.xlsx:3:amount: '9.924' is text, which may be thousands or a fraction, and no other text of the column "
        "decides (say which sign is the decimal one: decimal=comma or decimal=point)",
    ),
    "two currencies in the formats of cells": (
        "deals.xlsx", in_two_currencies,
        "deals.xlsx:3:amount: USD where the rows above are in EUR (convert all amounts to one currency first)",
    ),
    "two units in a name": (
        table("1,2026-01-01,2026-02-01,won,5", head="id,created,closed,outcome,amount (k€; million)"),
        "deals.csv:amount (k€; million): the name of the column says k and million (keep one unit in it)",
    ),
    "ended before it began": (
        table("1,2026-02-01,2026-01-01,won,5"),
        f"deals.csv:2: no row can be used: ended before it was created (1) ({NO_PLACE})",
    ),
    "deals whose numbers lost their last digits": (
        table(*(f"{n // 30},2026-01-01,2026-02-01,won,{n}" for n in range(40))),
        "deals.csv:2: only 2 of 40 rows can be used: the deal comes again further down with other contents: the last row "
        "counts (38) (keep one row a deal, its latest, and no rows of products; numbers of more than 15 digits must be "
        "text)",
    ),
    "most ended before they began": (
        table(*(f"{n},2026-02-01,2026-01-01,won,{n + 1}" for n in range(40)), *GOOD),
        f"deals.csv:2: only 2 of 42 rows can be used: ended before it was created (40) ({NO_PLACE})",
    ),
    "all of it in the future": (
        table("1,2190-01-01,,open,5"),
        f"deals.csv:2: no row can be used: created after the last day (1) ({NO_PLACE})",
    ),
}  # fmt: skip

# Words of the command and files beside a sound deals.csv -> the message.
WORDS: dict[str, tuple[list[str], dict[str, bytes], str]] = {
    "a column that is not there": (["--map", "rep=Owner"], {}, f"no column 'Owner' in deals.csv ({THERE})"),
    "no role": (["--map", "boss=id"], {}, f"'boss' is no role ({ROLES})"),
    "no pair": (["--map", "rep"], {}, "'rep' is not role=column (for example rep=Owner, words: {Signed: won})"),
    "a role twice": (
        ["--map", "rep=id", "--map", "rep=amount"], {},
        "'rep' is given 2 columns (name the file of each: deals.csv:Owner)",
    ),
    "a role twice in one file": (
        ["--map", "rep=deals.csv:id", "--map", "rep=deals.csv:amount"], {},
        "'rep' is given two columns of deals.csv, id and amount (keep one)",
    ),
    "a column twice": (
        ["--map", "rep=id", "--map", "account=id"], {}, "the column 'id' is given two roles, rep and account (keep one)",
    ),
    "both ways": (
        ["--map", "rep=id", "--mapping", "m.yaml"], {"m.yaml": b"rep: id\n"},
        "--map and --mapping cannot be given together (put the lines into the file)",
    ),
    "a mapping that is not there": (["--mapping", "m.yaml"], {}, "m.yaml: there is no such file"),
    "a mapping that is a folder": (["--mapping", "."], {}, ".: the file cannot be read: Is a directory"),
    "a mapping with a tab": (
        ["--mapping", "m.yaml"], {"m.yaml": b"words:\n\twon: won\n"},
        r"m.yaml:2:1: not valid YAML: found character '\t' that cannot start any token (lines of role: column)",
    ),
    "a mapping indented wrongly": (
        ["--mapping", "m.yaml"], {"m.yaml": b"rep: Owner\n  deal: id\n"},
        "m.yaml:2:7: not valid YAML: mapping values are not allowed here (lines of role: column)",
    ),
    "a mapping that calls": (
        ["--mapping", "m.yaml"], {"m.yaml": b"rep: !!python/object/apply:os.system [ls]\n"},
        "m.yaml:1:6: anchors, aliases, merges and tags are not supported (write the names out)",
    ),
    "a mapping that is a list": (
        ["--mapping", "m.yaml"], {"m.yaml": b"- rep\n"},
        "m.yaml: no lines of role: column (for example rep=Owner, words: {Signed: won})",
    ),
    "a mapping with endless brackets": (
        ["--mapping", "m.yaml"], {"m.yaml": b"[" * 5000},
        "m.yaml: not valid YAML: too many brackets (lines of role: column)",
    ),
    "a mapping in GB18030": (
        ["--mapping", "m.yaml"], {"m.yaml": "deal: id\nrep: 负责人\n".encode("gb18030")},
        "m.yaml:2: the byte 0xB8 in this line is not UTF-8 (save it as UTF-8)",
    ),
    "a mapping that says a thing twice": (
        ["--mapping", "m.yaml"], {"m.yaml": b"rep: id\ndeal: amount\nrep: amount\n"},
        "m.yaml:3:1: 'rep' stands here and in line 1 (keep one of them)",
    ),
    "a mapping with an unknown role": (
        ["--mapping", "m.yaml"], {"m.yaml": b"deal: id\nboss: id\n"}, f"m.yaml:2:1: 'boss' is no role ({ROLES})",
    ),
    "a mapping with a column that is not there": (
        ["--mapping", "m.yaml"], {"m.yaml": b"deal: id\nrep: Owner\n"},
        f"m.yaml:2:1: no column 'Owner' in deals.csv ({THERE})",
    ),
    "a mapping with a word of no meaning": (
        ["--mapping", "m.yaml"], {"m.yaml": b"words:\n  won: won\n  ok: maybe\n"},
        "m.yaml:3:3: 'ok' cannot mean 'maybe' (one of won, lost, undecided, open)",
    ),
    "no encoding": (
        ["--encoding", "klingon"], {}, "deals.csv: no such encoding: klingon (for example utf-8, gb18030, cp1252)",
    ),
    "an encoding of bytes": (
        ["--encoding", "base64"], {}, "deals.csv: no such encoding: base64 (for example utf-8, gb18030, cp1252)",
    ),
    "UTF-16 of neither kind": (
        ["--encoding", "utf-16"], {},
        "deals.csv: nothing at its beginning says in which order utf-16 has its bytes (--encoding utf-16-le or --encoding "
        "utf-16-be)",
    ),
    "no order of dates": (["--dates", "xyz"], {}, "dates are dmy, mdy, ymd, not 'xyz'"),
    "no day": (["--today", "30.6."], {}, "--today: '30.6.' is no day (write it like 2026-06-30)"),
    "a last day before all data": (
        ["--today", "2020-01-01"], {},
        f"deals.csv:2: no row can be used: created after the last day (2) ({NO_PLACE}, and --today, 2020-01-01)",
    ),
    "a last day centuries later": (
        ["--today", "2999-01-01"], {},
        "deals.csv:2: no row can be used: created more than 40 years before the last day (2) "
        f"({NO_PLACE}, and --today, 2999-01-01)",
    ),
    "a file to write into": (["--out", "file"], {"file": b""}, "--out: file is a file, not a directory"),
    "a place below a file": (["--out", "file/x/y"], {"file": b""}, "--out: file is a file, not a directory"),
    "a name with a way out": (
        ["--name", "../evil"], {},
        "--name: '../evil' cannot be the name of files (letters, digits, - and _, at most 60 of them: evil)",
    ),
    "no name": (
        ["--name", ""], {}, "--name: '' cannot be the name of files (letters, digits, - and _, at most 60 of them: crm)",
    ),
    "a second file that is not there": (["more.csv"], {}, "more.csv: there is no such file"),
    "a second file that is a folder": (["."], {}, ".: this is a folder (name the files themselves)"),
    "a closed deal of nobody": (
        ["won.csv"], {"won.csv": b"id,won date\n9,2026-02-01\n"},
        "won.csv: none of its deals is among the opportunities (name the column that joins the files: deal=won.csv:COLUMN)",
    ),
    "changes by weeks beside dates": (
        ["c.csv"], {"c.csv": b"deal id,old owner,new owner,Week moved\n1,a,b,3\n"},
        "c.csv: some files count weeks or days, others have dates (use files of one kind)",
    ),
}  # fmt: skip

LONG = "L" * 300
ODD = {  # what is used all the same, and what is said of it
    "one row": (table("1,2026-01-01,2026-02-01,won,3"), "1 rows of opportunities read, 1 used"),
    "all open": (table("1,2026-01-01,,open,3", "2,2026-01-03,,open,3"), "2 rows of opportunities read, 2 used"),
    "all won": (
        table(*(f"{n},2026-01-01,2026-02-01,won,{n + 1}" for n in range(40))), "40 rows of opportunities read, 40 used",
    ),
    "all lost": (
        table(*(f"{n},2026-01-01,2026-02-01,lost,{n + 1}" for n in range(40))), "40 rows of opportunities read, 40 used",
    ),
    "all at once": (
        table(*(f"{n},2026-01-01,2026-01-01,{'won' if n % 2 else 'lost'},5" for n in range(40))),
        "40 rows of opportunities read, 40 used",
    ),
    "Excel's days": (table("1,46023,46054,won,3", "2,46030,,open,3"), "Excel's day numbers"),
    "amounts that are words": (
        table("1,2026-01-01,2026-02-01,won,many", "2,2026-01-01,2026-02-01,won,few"),
        "its name says value, but its values are no amounts",
    ),
    "the first day of Excel": (
        table(*GOOD, "3,1900-01-01,2026-02-01,won,5"),
        "created more than 40 years before the last day (1, first at deals.csv:4)",
    ),
    "one year of 9999": (
        table(*(f"{n},2026-01-01,2026-02-01,won,5" for n in range(30)), "99,2026-01-01,9999-12-31,open,3"),
        "set aside: a date cannot be read (1, first at deals.csv:32)",
    ),
    "a name twice": (
        table("1,2026-01-01,2026-01-03,2026-02-01,won,1", head="id,created,created,closed,outcome,amount"),
        "could be created too, but created fits better: not used",
    ),
    "a column of dates without a name": (
        table(*(f"{line},2026-01-20" for line in GOOD), head=f"{HEAD},"), "its name is not known: not used",
    ),
    "names of 300 characters": (
        table(f"1,2026-01-01,2026-02-01,won,3,{LONG},{LONG},x", head=f"{HEAD},owner,industry,{LONG}"), LONG,
    ),
    "a rep called +1": (table("1,2026-01-01,2026-02-01,won,3,+1", head=f"{HEAD},owner"), "+1"),
    "a title": (b"Report of deals,,,,\n\n" + TEXT.encode(), "above the names of the columns: not read"),
    "the same file twice": (TEXT.encode(), "set aside: a copy of a row further down (2, first at deals.csv:2)"),
    "two reps": (
        table(*(f"{n},2026-01-01,2026-02-{1 + n % 9:02},won,5,r{n % 2}" for n in range(30)), head=f"{HEAD},owner"),
        "30 rows of opportunities read, 30 used",
    ),
}  # fmt: skip
