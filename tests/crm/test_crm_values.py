"""Dates and money in the forms in which people write them; what nothing decides is refused, not assumed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from crm_files import GOOD, csv, read, refusal
from hypothesis import given
from hypothesis import strategies as st

from analysis.crm.date_forms import civil
from analysis.crm.dates import Days, read_days
from analysis.crm.money import read_money
from analysis.crm.raw import Column, Raw
from analysis.crm.spelling import near_names
from analysis.crm.table import DataError

EPOCH = date(1970, 1, 1)


def column(values: list[str], name: str = "x", delimiter: str = ",", typed: str = "") -> Column:
    """`typed`: a digit a value, 0 for text, 1 for a number, 2 and 3 for one shown in EUR and USD."""
    table = Raw("f.csv", {name: pa.array(values, pa.string())}, np.arange(2, 2 + len(values)), delimiter, {})
    if typed:
        table.typed, table.currencies = {name: np.array(list(typed), np.uint8)}, ("", "EUR", "USD")
    return table.column(name)


def days(values: list[str], order: str | None = None, others: set[str] | None = None, **kind: str) -> Days:
    return read_days(column(values, **kind), order, others or set())  # type: ignore[arg-type]


def dates(values: list[str], order: str | None = None, others: set[str] | None = None) -> list[date | None]:
    found = days(values, order, others)
    assert not found.counted
    return [None if np.isnan(day) else EPOCH + timedelta(days=int(day)) for day in found.days]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01", "2026/3/1", "2026.03.01", "2026-03-01 12:00", "2026-03-01T12:00:00Z", "2026-03-01 23:59:59.999+08:00",
        "2026年3月1日", "2026年03月01日 下午3:20", "2026年3月1号", "20260301", "1 Mar 2026", "01-Mar-2026", "March 1, 2026",
        "1 March 2026, 3:20 PM", "２０２６－０３－０１", " 2026-03-01 ", "46082", "46082.75",
    ],
)  # fmt: skip
def test_first_of_march(text: str) -> None:
    assert dates([text, "", "-", "NULL", "无", "0000-00-00"]) == [date(2026, 3, 1), *[None] * 5]


def test_order_of_day_and_month_is_shown_by_any_value_of_the_file() -> None:
    assert dates(["01-02-2018", "20-10-2017 19:58"]) == [date(2018, 2, 1), date(2017, 10, 20)]
    assert dates(["01/02/2018", "10/20/2017 1:20 PM"]) == [date(2018, 1, 2), date(2017, 10, 20)]
    assert dates(["01.02.2018"], others={"dmy"}) == [date(2018, 2, 1)]
    assert dates(["01.02.2018"], order="mdy", others={"dmy"}) == [date(2018, 1, 2)]
    assert dates(["3/3/2018"]) == [date(2018, 3, 3)]  # either way


def test_order_that_nothing_shows_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"f\.csv:3:x: '01/02/2018' may be day-month or month-day, and no date"
    ):
        dates(["3/3/2018", "01/02/2018"])
    with pytest.raises(DataError, match=r"f\.csv:2:x: day and month change places: '13/02/2018', but '02/13"):
        dates(["13/02/2018", "02/13/2018"])


def test_two_digit_years_need_to_be_told() -> None:
    assert dates(["26-03-01"], order="ymd") == [date(2026, 3, 1)]
    assert dates(["3/1/26", "3/1/99"], order="mdy") == [date(2026, 3, 1), date(1999, 3, 1)]
    with pytest.raises(DataError, match="the year of '3/1/26' has two digits"):
        dates(["3/1/26"])


def test_one_file_one_order(tmp_path: Path) -> None:
    lines = ("1,01/02/2026,13/02/2026,won,1", "2,02/03/2026,,open,1")
    crm = read(csv(tmp_path, *lines))
    assert crm.origin == date(2026, 2, 1)
    assert "as in the other columns of the file" in crm.understood[1].why
    unclear = csv(tmp_path, "1,01/02/2026,03/02/2026,won,1")
    assert refusal(unclear) == (
        "deals.csv:2:created: '01/02/2026' may be day-month or month-day, and no date of the file decides (say which: "
        "--dates dmy or --dates mdy)"
    )
    assert read(unclear, dates="mdy").origin == date(2026, 1, 2)


def test_weeks() -> None:
    iso = days(["2026-W12", "2026W01", "2026年第12周", "2020-W53"])
    assert (iso.unit, iso.counted) == (7.0, False)
    wanted = [date.fromisocalendar(*week, 1) for week in ((2026, 12), (2026, 1), (2026, 12), (2020, 53))]
    assert [EPOCH + timedelta(days=int(day)) for day in iso.days] == wanted
    plain = days(["12", "-1", "", "35.0"], name="WeekWon")
    assert (plain.unit, plain.counted) == (7.0, True)
    assert plain.days == pytest.approx([84, np.nan, np.nan, 245], nan_ok=True)
    with pytest.raises(DataError, match="'12' is a plain number: weeks or days"):
        days(["12"])


def test_few_unreadable_dates_are_marked_many_refused() -> None:
    found = days(["2026-02-30", *["2026-01-01"] * 30])
    assert found.unreadable.tolist() == [True, *[False] * 30]
    with pytest.raises(DataError, match=r"f\.csv:3:x: 'soon' is not a date"):
        days(["2026-01-01", "soon"])


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_calendar_is_pythons(day: date) -> None:
    parts = (np.array([float(part)]) for part in (day.year, day.month, day.day))
    assert civil(*parts)[0] == (day - EPOCH).days


@given(st.lists(st.dates(date(1971, 1, 1), date(2060, 12, 31)), min_size=1), st.sampled_from(["dmy", "mdy"]))
def test_no_date_is_ever_read_wrong(many: list[date], order: str) -> None:
    form = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    try:
        found = dates([day.strftime(form) for day in many])
    except DataError:
        assert all(day.day <= 12 for day in many)
    else:
        assert found == many


def amounts(values: list[str], **kind: object) -> list[float | None]:
    found = read_money(column(values, **kind))  # type: ignore[arg-type]
    return [None if np.isnan(value) else float(value) for value in found.amounts]


def test_decimal_sign_is_decided_by_the_column() -> None:
    assert amounts(["25000", "44349,03", "4.413,66"]) == [25_000.0, 44_349.03, 4_413.66]
    assert amounts(["1,234", "2,500.5", ""]) == [1_234.0, 2_500.5, None]
    assert amounts(["1.234.567", "1.234"]) == [1_234_567.0, 1_234.0]
    assert amounts(["1 234,5", "1'000", "-5"]) == [1_234.5, 1_000.0, -5.0]
    assert amounts(["1,234"]) == [1_234.0]
    assert amounts(["1.234", "1e+06"], typed="11") == [1.234, 1e6]
    assert amounts(["1.5e-3", "-2.5e-1", "(1.25)", "-$3.50", "7.5e+2"]) == [0.0015, -0.25, -1.25, -3.5, 750.0]
    with pytest.raises(DataError, match=r"f\.csv:2:x: '1\.234' may be thousands or a fraction"):
        amounts(["1.234"])
    with pytest.raises(DataError, match=r"'1,5' has a decimal comma, but '1\.5' in line 3 a decimal point"):
        amounts(["1,5", "1.5"])


def test_signs_and_units_are_taken_off_and_named() -> None:
    found = read_money(column(["¥1,234.50", "￥20", "300元", "1.5万", "RMB 3", "(1.00)"]))
    assert found.amounts.tolist() == [1234.5, 20.0, 300.0, 15_000.0, 3.0, -1.0]
    assert (found.currency, found.why) == ("CNY", "decimal point, 万 = 10,000")
    assert read_money(column(["$ 5k", "7 usd"])).currency == "USD"
    assert read_money(column(["3"], name="金额（万元）")).amounts.tolist() == [30_000.0]
    with pytest.raises(DataError, match=r"f\.csv:3:x: EUR where the rows above are in USD"):
        amounts(["$5", "€6"])
    with pytest.raises(DataError, match=r"f\.csv:2:x: '1\.2\.3,4' is not an amount of money"):
        amounts(["1.2.3,4"])


def test_no_amount_is_infinite() -> None:
    found = read_money(column(["1e400", *["1"] * 30]))
    assert (np.isnan(found.amounts[0]), found.unreadable.sum()) == (True, 1)
    with pytest.raises(DataError, match="'1e400' is not an amount of money"):
        amounts(["1e400", "1"])


def test_a_column_of_currencies(tmp_path: Path) -> None:
    head = "id,created,closed,outcome,amount,currency"
    lines = [f"{line},{code}" for line, code in zip(GOOD, ("EUR", "EUR"), strict=True)]
    assert read(csv(tmp_path, *lines, head=head)).currency == "EUR"
    lines = [f"{line},{code}" for line, code in zip(GOOD, ("EUR", "USD"), strict=True)]
    assert refusal(csv(tmp_path, *lines, head=head)) == (
        "deals.csv:3:currency: USD here, EUR elsewhere (convert all amounts to one currency first)"
    )


@given(
    st.lists(st.decimals(0, 10**9, places=2), min_size=1),
    st.sampled_from(["{:,.2f}", "{:.2f}", "${:,.2f}"]),
    st.booleans(),
)
def test_no_amount_is_ever_read_wrong(many: list[object], form: str, comma: bool) -> None:
    texts = [form.format(value) for value in many]
    if comma:
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    assert amounts(texts) == pytest.approx([float(value) for value in many])  # type: ignore[arg-type]


def test_near_names_are_pointed_out_not_merged(tmp_path: Path) -> None:
    assert near_names(["GTX Pro", "GTXPro", "MG", "technolgy", "technology", "Sales 1", "Sales 2", ""]) == [
        ("GTX Pro", "GTXPro"),
        ("technolgy", "technology"),
    ]
    lines = [f"{line},{name}" for line, name in zip(GOOD, ("technolgy", "technology"), strict=True)]
    crm = read(csv(tmp_path, *lines, head="id,created,closed,outcome,amount,sector"))
    told = "names of segment that may mean the same: left as they are"
    assert (crm.rows.noted[told], crm.rows.first[told]) == (1, "'technolgy' and 'technology'")
    assert crm.deals["segment"].tolist() == ["technolgy", "technology"]
