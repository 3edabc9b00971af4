"""Dates in many forms, as numbers of days. One column, one order of day and month: decided by its values, never assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.crm.raw import Column
from analysis.crm.values import Bools, Distinct, Floats, groups, integers, matching
from analysis.crm.vocabulary import counts_in

ORDERS = ("dmy", "mdy", "ymd")
_CLOCK = (
    r"(?:[T ]+(?:上午|下午|早上|中午|晚上|凌晨)? ?\d{1,2}[:时点](?:\d{1,2}(?:[:分](?:\d{1,2}(?:[.,]\d+)?秒?)?)?)?"
    r" ?(?:[AaPp]\.?[Mm]\.?)? ?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_CLOCK}"
_PACKED = rf"(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_CLOCK}"
_CHINESE = rf"(?P<y>\d{{4}}) ?年 ?(?P<m>\d{{1,2}}) ?月 ?(?P<d>\d{{1,2}}) ?[日号]?{_CLOCK}"
_YEAR_LAST = rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}),?{_CLOCK}"
_SHORT = rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<c>\d{{2}}),?{_CLOCK}"
_NAMED = (
    rf"(?P<d>\d{{1,2}})[- .]*(?P<m>[A-Za-z]{{3,9}})[-., ]+(?P<y>\d{{4}}),?{_CLOCK}",
    rf"(?P<m>[A-Za-z]{{3,9}})[. ]+(?P<d>\d{{1,2}}),? +(?P<y>\d{{4}}),?{_CLOCK}",
)
_WEEK = r"(?P<y>\d{4}) ?(?:-?[Ww]|-?KW|年第?) ?(?P<w>\d{1,2}) ?周?"
_NUMBER = r"[-+]?\d{1,7}(?:\.\d+)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = "write dates as 2026-03-01, weeks as 2026-W12"
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119 as Excel counts days
_EXCEL_ZERO = -25_569.0  # its day 0, from 1970-01-01


@dataclass
class Days:
    """Days of the rows of a column, nan where it holds nothing or (`unreadable`) cannot be read.

    `counted`: plain week or day numbers from a start nobody knows, else days from 1970-01-01. `unit`: 1, or 7 for weeks.
    """

    days: Floats
    unreadable: Bools
    counted: bool
    unit: float
    why: str


@dataclass
class _Dates:
    column: Column
    found: Distinct
    days: Floats
    open: Bools  # distinct values no form fits so far
    forms: dict[str, None] = field(default_factory=dict)
    unit: float = 1.0

    def put(self, year: Floats, month: Floats, day: Floats, form: str) -> None:
        """Values of one form; those that no calendar knows stay nan."""
        fits = self.open & ~np.isnan(year)
        if fits.any():
            self.days[fits] = civil(year, month, day)[fits]
            self.open &= ~fits
            self.forms[form] = None


def looks_dated(column: Column) -> bool:
    """Do most of the first values that hold anything look like dates (not plain numbers)?"""
    found = Distinct.of(Column(column.table, column.name, column.values.slice(0, 5000)))
    patterns = (_YEAR_FIRST, _PACKED, _CHINESE, _YEAR_LAST, _SHORT, *_NAMED, _WEEK)
    dated = np.logical_or.reduce([matching(found.text, pattern) for pattern in patterns])
    held = found.counts()[found.holds].sum()
    return bool(held and found.counts()[dated & found.holds].sum() > 0.9 * held)


def looks_counted(column: Column) -> bool:
    """Are most of the first values that hold anything plain numbers?"""
    found = Distinct.of(Column(column.table, column.name, column.values.slice(0, 5000)))
    held = found.counts()[found.holds].sum()
    return bool(held and found.counts()[matching(found.text, _NUMBER) & found.holds].sum() > 0.9 * held)


def orders(column: Column) -> set[str]:
    """Which orders (dmy, mdy) the values of a column show: a number over 12 is a day. Empty: they show none."""
    found = Distinct.of(column)
    parts = groups(found.text, _YEAR_LAST)
    with np.errstate(invalid="ignore"):
        first, second = integers(parts["a"]) > 12, integers(parts["b"]) > 12
    shown = set()
    if (first & ~second).any():
        shown.add("dmy")
    if (second & ~first).any():
        shown.add("mdy")
    return shown


def read_days(column: Column, order: str | None, others: set[str], numbers: str = "") -> Days:
    """The days of a column. `order` (dmy, mdy, ymd) is told by the user; `others` is what the file's other columns of dates
    show; `numbers` (weeks, days) is what plain numbers count. Raises DataError where nothing decides, or no form fits.
    """
    column.check_formulas()
    found = Distinct.of(column)
    at = _Dates(column, found, np.full(len(found.holds), np.nan), found.holds.copy())
    for pattern, form in ((_YEAR_FIRST, "year-month-day"), (_PACKED, "yyyymmdd"), (_CHINESE, "年月日")):
        parts = groups(found.text, pattern)
        at.put(integers(parts["y"]), integers(parts["m"]), integers(parts["d"]), form)
    for pattern in _NAMED:
        parts = groups(found.text, pattern)
        at.put(integers(parts["y"]), _months(parts["m"]), integers(parts["d"]), "name of the month")
    _year_last(at, order, others)
    _short(at, order)
    _weeks(at)
    counted = _numbers(at, numbers)
    unreadable = found.bear(found.holds & np.isnan(at.days) & ~counted[1], "a date", _FORMS)
    return Days(found.rows(at.days), unreadable, counted[0], at.unit, ", ".join(at.forms) or "empty")


def _year_last(at: _Dates, order: str | None, others: set[str]) -> None:
    parts = groups(at.found.text, _YEAR_LAST)
    first, second, year = (integers(parts[name]) for name in "aby")
    here = at.open & ~np.isnan(year)
    if not here.any():
        return
    with np.errstate(invalid="ignore"):
        dmy, mdy = here & (first > 12) & (second <= 12), here & (second > 12) & (first <= 12)
        unclear = here & (first != second)
    why = "as told"
    if order not in {"dmy", "mdy"}:
        if dmy.any() and mdy.any():
            one, other = at.found.first(dmy), at.found.first(mdy)
            raise at.column.error(
                f"day and month change places: '{_shown(at, one)}', but '{_shown(at, other)}' in line "
                f"{at.column.table.lines[other]}",
                "write all dates in one form, or say which with --dates dmy or --dates mdy",
                at=one,
            )
        shown = {"dmy"} if dmy.any() else {"mdy"} if mdy.any() else set()
        why = "since a number over 12 is a day"
        if not shown and len(others) == 1:
            shown, why = others, "as in the other columns of the file"
        if not shown and unclear.any():
            row = at.found.first(unclear)
            raise at.column.error(
                f"'{_shown(at, row)}' may be day-month or month-day, and no date of the file decides",
                "say which: --dates dmy or --dates mdy",
                at=row,
            )
        order = next(iter(shown), "dmy")
    day, month = (first, second) if order == "dmy" else (second, first)
    form = "day-month-year" if order == "dmy" else "month-day-year"
    at.put(year, month, day, f"{form}, {why}")


def _short(at: _Dates, order: str | None) -> None:
    parts = groups(at.found.text, _SHORT)
    numbers = [integers(parts[name]) for name in "abc"]
    here = at.open & ~np.isnan(numbers[0])
    if not here.any():
        return
    if order is None:
        row = at.found.first(here)
        raise at.column.error(
            f"the year of '{_shown(at, row)}' has two digits: nothing says which part it is",
            "say it with --dates dmy, mdy or ymd",
            at=row,
        )
    year, month, day = (numbers[order.index(part)] for part in "ymd")
    at.put(np.where(year < 70, 2000, 1900) + year, month, day, f"two-digit years, {order} as told")


def _weeks(at: _Dates) -> None:
    parts = groups(at.found.text, _WEEK)
    year, week = integers(parts["y"]), integers(parts["w"])
    here = at.open & ~np.isnan(year)
    if not here.any():
        return
    fourth = civil(year, np.ones_like(year), np.full_like(year, 4.0))  # 4 January is always in week 1
    monday = fourth - np.mod(fourth + 3, 7)  # 1970-01-01 was a Thursday
    with np.errstate(invalid="ignore"):
        at.days[here] = np.where((week >= 1) & (week <= 53), monday + 7 * (week - 1), np.nan)[here]
    at.open &= ~here
    at.forms["ISO weeks, from their Monday"] = None
    at.unit = 7.0


def _numbers(at: _Dates, numbers: str) -> tuple[bool, Bools]:
    """Plain numbers: Excel's days, or weeks or days counted from an unknown start. Also which of them mean "never"."""
    import pyarrow as pa
    import pyarrow.compute as pc

    never = np.zeros(len(at.open), dtype=bool)
    here = at.open & matching(at.found.text, _NUMBER)
    if not here.any():
        return False, never
    number = integers(pc.if_else(pa.array(here), at.found.text, None))
    with np.errstate(invalid="ignore"):
        serial = here & (number >= _SERIALS[0]) & (number <= _SERIALS[1])
        whole = here & (number == np.floor(number))
        never = here & (number < 0)
    if serial.any() and (serial | never)[here].all():
        at.days[serial] = np.floor(number[serial]) + _EXCEL_ZERO
        at.open &= ~here
        at.forms["Excel's day numbers"] = None
        return False, never
    if at.forms or not whole[here].all():
        return False, never & False
    unit = numbers or counts_in(at.column.name)
    if not unit:
        row = at.found.first(here)
        raise at.column.error(
            f"'{_shown(at, row)}' is a plain number: weeks or days?",
            "say it in the name of the column, or with numbers=weeks or numbers=days",
            at=row,
        )
    at.unit = 7.0 if unit == "weeks" else 1.0
    at.days[here & ~never] = number[here & ~never] * at.unit
    at.open &= ~here
    at.forms[f"numbers of {unit}, below 0 is never"] = None
    return True, never


def civil(year: Floats, month: Floats, day: Floats) -> Floats:
    """Days from 1970-01-01 of days of the calendar; nan for one that does not exist, or lies before 1900 or after 2199."""
    with np.errstate(invalid="ignore"):
        sound = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(sound, day - 1, 0).astype(np.int64)
    sound &= days.astype("datetime64[M]") == months
    return np.where(sound, days.astype(np.float64), np.nan)


def _months(names: Any) -> Floats:
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.index_in(pc.utf8_slice_codeunits(pc.utf8_lower(names), 0, 3), value_set=pa.array(_MONTHS))
    return np.asarray(pc.add(places.cast(pa.float64()), 1.0).to_numpy(zero_copy_only=False), dtype=np.float64)


def _shown(at: _Dates, row: int) -> str:
    return str(at.found.text[at.found.codes[row]].as_py())[:40]
