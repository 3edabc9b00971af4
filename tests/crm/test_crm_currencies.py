"""Amounts as numbers and as text in one file, the currencies in which cells are shown, and units in the names of columns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from crm_files import HEAD, read, refusal, workbook

from analysis.crm.currencies import Currencies, of_format, of_name
from analysis.crm.raw import Column
from analysis.crm.table import Crm
from analysis.crm.workbook import read_workbook

NAMES = HEAD.split(",")


def deals(*amounts: object) -> list[list[object]]:
    return [[n, "2026-01-01", "2026-02-01", "won", amount] for n, amount in enumerate(amounts, start=1)]


def shown(path: Path, forms: list[str], *amounts: object, name: str = "amount") -> Path:
    """A workbook whose amounts have these number formats."""
    workbook(path, {"Deals": [[*NAMES[:4], name], *deals(*amounts)]})
    book = openpyxl.load_workbook(path)
    for line, form in enumerate(forms, start=2):
        book["Deals"].cell(line, 5).number_format = form
    book.save(path)
    return path


def values(crm: Crm) -> list[float]:
    return [float(value) for value in crm.deals["value"]]


def why(crm: Crm) -> str:
    return next(line.why for line in crm.understood if line.role == "value")


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_amounts_that_are_text_are_read_as_in_csv(tmp_path: Path, kind: str) -> None:
    """`9.924` as text was taken for a number, a thousandth of what a German export means."""
    path = tmp_path / f"f.{kind}"
    lines = deals("9.924", "88.422")
    if kind == "xlsx":
        workbook(path, {"Deals": [NAMES, *lines]})
    else:
        pq.write_table(pa.table(dict(zip(NAMES, zip(*lines, strict=True), strict=True))), path)
    assert refusal(path) == (
        f"f.{kind}:{2 if kind == 'xlsx' else 1}:amount: '9.924' may be thousands or a fraction, and no value of the column "
        "decides (say which sign is the decimal one: decimal=comma or decimal=point)"
    )
    assert values(read(path, mapping={"decimal": "comma"})) == [9_924.0, 88_422.0]
    assert values(read(path, mapping={"decimal": "point"})) == [9.924, 88.422]


def test_numbers_do_not_say_what_text_beside_them_means(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Deals": [NAMES, *deals(9.924, 1234.5, "9.924")]})
    assert refusal(path) == (
        "f.xlsx:4:amount: '9.924' is text, which may be thousands or a fraction, and no other text of the column decides "
        "(say which sign is the decimal one: decimal=comma or decimal=point)"
    )
    # What is told of the text leaves the numbers alone.
    assert values(read(path, mapping={"decimal": "comma"})) == [9.924, 1234.5, 9_924.0]
    decided = workbook(tmp_path / "g.xlsx", {"Deals": [NAMES, *deals(9.924, 1234.5, "9.924", "1.234,50")]})
    crm = read(decided)
    assert (values(crm), why(crm)) == ([9.924, 1234.5, 9_924.0, 1234.5], "by its name; decimal comma")


def test_numbers_of_every_type_of_parquet_are_numbers(tmp_path: Path) -> None:
    wide = [9.924, 88.422]
    columns = (
        pa.array(wide), pa.array(wide, pa.float32()), pa.array([Decimal("9.924"), Decimal("88.422")]),
        pa.array(wide).dictionary_encode(),
    )  # fmt: skip
    for column in columns:
        table = dict(zip(NAMES[:4], zip(*[line[:4] for line in deals(*wide)], strict=True), strict=True))
        pq.write_table(pa.table({**table, "amount": column}), tmp_path / "f.parquet")
        assert values(read(tmp_path / "f.parquet")) == pytest.approx(wide)


def test_which_cells_are_numbers_is_known_row_by_row(tmp_path: Path) -> None:
    """Cells and rows that are left out, a title, and cells beyond a piece of the sheet do not shift it."""
    lines: list[list[object]] = [
        ["Deals of 2026"],
        NAMES,
        *deals(1.5, None, "2.5"),
        [],
        *deals(*[3.5] * 20_001),
    ]
    (table,) = read_workbook(workbook(tmp_path / "f.xlsx", {"Deals": lines}), "f.xlsx")
    assert sorted(table.typed) == ["amount", "id"]
    assert table.typed["amount"].tolist() == [1, 0, 0, 0, *[1] * 20_001]
    part = table.column("amount").values.slice(0, 2)
    assert Column(table, "amount", part).typed().tolist() == [1, 0]
    assert table.column("created").typed().tolist() == [0] * 20_005


def test_currencies_of_number_formats(tmp_path: Path) -> None:
    euros = shown(tmp_path / "f.xlsx", ['#,##0.00 "€"', "[$€-407] #,##0", "General"], 1.5, 2, 3)
    crm = read(euros)
    assert (crm.currency, values(crm)) == ("EUR", [1.5, 2.0, 3.0])
    assert why(crm) == "by its name; cells shown in EUR"
    two = shown(tmp_path / "f.xlsx", ['"€"#,##0', "[$$-409]#,##0"], 5, 5)
    told = "(convert all amounts to one currency first)"
    assert refusal(two) == f"f.xlsx:3:amount: USD where the rows above are in EUR {told}"
    text = shown(tmp_path / "f.xlsx", ["General", '"€"#,##0'], "$5", 5)
    assert refusal(text) == f"f.xlsx:3:amount: EUR where the rows above are in USD {told}"
    named = shown(tmp_path / "f.xlsx", ['"€"#,##0'], 5, name="amount (USD)")
    assert refusal(named) == (f"f.xlsx:2:amount (USD): EUR where the name of the column says USD {told}")


@pytest.mark.parametrize(
    ("code", "forms"),
    {
        "EUR": ['"€"#,##0', "[$€-407] #,##0", '#,##0.00\\ "€"', "[$€-2]\\ #,##0"],
        "SGD": ["[$$-4809]#,##0.00"],
        "USD": ["[$$-409]#,##0", '#,##0 "USD"'],
        "$": ['_("$"* #,##0_)', "$0"],
        "AUD": ["[$$-C09]0", '"A$"0'],
        "JPY": ["[$¥-ja-JP]#,##0", "[$¥-411]0"],
        "CNY": ["[$￥-804]0"],
        "¥": ["¥#,##0"],
        "CHF": ["[$CHF-807] 0"],
        "NOK": ["[$kr-414] 0"],
        "PLN": ["[$zł-415] 0"],
        "ARS": ["[$ARS] 0"],
        "": ["[$$-9999]0", "General", "0.00", "[Red]-0", '0,"k"', "[$-409]d-mmm", "0%", '0 "pcs"', ""],
    }.items(),
)
def test_currency_of_a_number_format(code: str, forms: list[str]) -> None:
    assert [of_format(form) for form in forms] == [code] * len(forms)


def test_a_style_that_the_workbook_does_not_describe_is_plain() -> None:
    book = Currencies(openpyxl.Workbook())
    assert (book.kind(0), book.kind(999)) == (1, 1)


def test_ever_new_currencies_stay_within_a_byte() -> None:
    book = openpyxl.Workbook()
    currencies = Currencies(book)
    for n in range(300):
        cell = book.active.cell(1, 1)
        cell.number_format = f'"{chr(97 + n // 26)}{chr(97 + n % 26)}Q$"0'
        assert 1 <= currencies.kind(cell.style_id) <= 255


@pytest.mark.parametrize(
    ("code", "factor", "names"),
    [
        ("EUR", 1e3, "k€|TEUR|T EUR|Tsd. €|in 1.000 €|1000 EUR|in k€, net"),
        ("USD", 1e3, "kUSD|USD k|USD '000|USD’000|US$000s|ACV, k USD|USD k/month"),
        ("CNY", 1e4, "万元人民币|万元含税|单位：万元|万元RMB|人民币:万元|万元、含税|万元整"),
        ("EUR", 1.0, "EUR, T&M|EUR - B"),
        ("", 1e3, "K|in thousands|'000|千"),
        ("EUR", 1e6, "€m|Mio. €|EUR mn"),
        ("USD", 1e6, "USD millions|US$M|in USD, mn|million USD"),
        ("", 1e6, "million|M|in mio."),
        ("EUR", 1e9, "Mrd. EUR|€ bn"),
        ("USD", 1e9, "USD bn"),
        ("$", 1e9, "$B"),
        ("CNY", 1e4, "万元|人民币万元"),
        ("CNY", 1e6, "百万元"),
        ("CNY", 1e7, "千万元"),
        ("", 1e8, "亿"),
        ("USD", 1, "USD|USD/m|USD per month|US$"),
        ("EUR", 1, "2,000 EUR"),
        ("KRW", 1, "KRW"),
        ("", 1, "|net|monthly|12 m|12m|m/o/m|T|b|1000|MRR|local|USD or EUR"),
    ],
)
def test_unit_of_a_name(code: str, factor: float, names: str) -> None:
    for name in names.split("|"):
        found, units = of_name(f"Amount ({name})")
        assert (name, found, list(units.values()) or [1]) == (name, code, [factor])


def test_a_sign_that_several_currencies_share_is_the_one_that_is_told(tmp_path: Path) -> None:
    """Dollars of other countries are shown with the same sign; beside nothing it is the American one."""
    path = shown(tmp_path / "f.xlsx", ['"$"#,##0', "$0"], 5, "$7")
    assert read(path).currency == "USD"
    assert read(path, mapping={"currency_code": "CAD"}).currency == "CAD"
    named = shown(tmp_path / "g.xlsx", ['"$"#,##0', "$0"], 5, "$7", name="Amount (AUD)")
    assert read(named).currency == "AUD"
    yen = shown(tmp_path / "h.xlsx", ["¥0"], 5, name="Amount (¥)")
    assert [read(yen, mapping={"currency_code": code}).currency for code in ("JPY", "")] == ["JPY", "CNY"]
    assert refusal(path, mapping={"currency_code": "EUR"}) == (
        "f.xlsx:amount: amounts in USD, but the currency is said to be EUR"
    )
    sure = shown(tmp_path / "i.xlsx", ["[$$-409]0", '"$"0'], 5, 6)
    assert read(sure).currency == "USD"
    said = read(sure, mapping={"currency_code": "CAD"})  # how a cell looks counts less than what is said
    assert said.currency == "CAD"
    assert "shown" not in why(said)


def test_amounts_in_the_unit_of_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Deals": [[*NAMES[:4], "Amount (k€)"], *deals(9.924, 5, "7k")]})
    crm = read(path)
    assert (values(crm), crm.currency) == ([9_924.0, 5_000.0, 7_000.0], "EUR")
    assert why(crm) == "by its name; the name says k = 1,000, k = 1,000"


def test_a_name_with_two_units_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Deals": [[*NAMES[:4], "Amount (k€, million)"], *deals(5)]})
    assert refusal(path) == (
        "f.xlsx:Amount (k€, million): the name of the column says k and million (keep one unit in it)"
    )
