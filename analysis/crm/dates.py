"""Dates in many forms, as numbers of days. One column, one order of day and month: decided by its values, never assumed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analysis.crm.date_forms import (
    CHINESE,
    NAMED,
    NUMBER,
    PACKED,
    SHORT,
    WEEKS,
    YEAR_FIRST,
    YEAR_LAST,
    civil,
    decided,
    months,
)
from analysis.crm.raw import EXCEL_ZERO, Column
from analysis.crm.values import Bools, Distinct, Floats, groups, matching, numbers_in
from analysis.crm.vocabulary import counts_in

ORDERS = ("dmy", "mdy", "ymd")
_FORMS = "write dates as 2026-03-01, weeks as 2026-W12, from 1900 to 2199"
LONGEST = 14_610.0
"""Days, 40 years: no deal is older. An earlier day, such as 1900-01-01, stands for none."""
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119 as Excel counts days


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


def read_days(column: Column, order: str | None, others: set[str], numbers: str = "") -> Days:
    """The days of a column. `order` (dmy, mdy, ymd) is told by the user; `others` is what the file's other columns of dates
    show; `numbers` (weeks, days) is what plain numbers count. Raises DataError where nothing decides, or no form fits.
    """
    column.check_formulas()
    found = Distinct.of(column)
    at = _Dates(column, found, np.full(len(found.holds), np.nan), found.holds.copy())
    for pattern, form in ((YEAR_FIRST, "year-month-day"), (PACKED, "yyyymmdd"), (CHINESE, "年月日")):
        parts = groups(found.text, pattern)
        at.put(numbers_in(parts["y"]), numbers_in(parts["m"]), numbers_in(parts["d"]), form)
    for pattern in NAMED:
        parts = groups(found.text, pattern)
        month = months(parts["m"])
        year = np.where(np.isnan(month), np.nan, numbers_in(parts["y"]))  # "Week 5, 2026" is written alike
        at.put(year, month, numbers_in(parts["d"]), "name of the month")
    _year_last(at, order, others)
    _short(at, order)
    _weeks(at)
    counted = _numbers(at, numbers)
    unreadable = found.bear(found.holds & np.isnan(at.days) & ~counted[1], "a date", _FORMS)
    return Days(found.rows(at.days), unreadable, counted[0], at.unit, ", ".join(at.forms) or "empty")


def _year_last(at: _Dates, order: str | None, others: set[str]) -> None:
    parts = groups(at.found.text, YEAR_LAST)
    first, second, year = (numbers_in(parts[name]) for name in "aby")
    here = at.open & ~np.isnan(year)
    if not here.any():
        return
    dmy, mdy = (here & only for only in decided(first, second).values())
    unclear = here & (first != second)
    why = "as told"
    if order not in {"dmy", "mdy"}:
        if dmy.any() and mdy.any():
            one, other = at.found.first(dmy), at.found.first(mdy)
            raise at.column.error(
                f"day and month change places: '{at.found.shown(one)[:40]}', but '{at.found.shown(other)[:40]}' in line "
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
                f"'{at.found.shown(row)[:40]}' may be day-month or month-day, and no date of the file decides",
                "say which: --dates dmy or --dates mdy",
                at=row,
            )
        order = next(iter(shown), "dmy")
    day, month = (first, second) if order == "dmy" else (second, first)
    form = "day-month-year" if order == "dmy" else "month-day-year"
    at.put(year, month, day, f"{form}, {why}")


def _short(at: _Dates, order: str | None) -> None:
    parts = groups(at.found.text, SHORT)
    numbers = [numbers_in(parts[name]) for name in "abc"]
    here = at.open & ~np.isnan(numbers[0])
    if not here.any():
        return
    if order is None:
        row = at.found.first(here)
        raise at.column.error(
            f"the year of '{at.found.shown(row)[:40]}' has two digits: nothing says which part it is",
            "say it with --dates dmy, mdy or ymd",
            at=row,
        )
    year, month, day = (numbers[order.index(part)] for part in "ymd")
    at.put(np.where(year < 70, 2000, 1900) + year, month, day, f"two-digit years, {order} as told")


def _weeks(at: _Dates) -> None:
    for pattern in WEEKS:
        parts = groups(at.found.text, pattern)
        year, week, day = (numbers_in(parts[name]) for name in "ywd")
        here = at.open & ~np.isnan(year)
        if not here.any():
            continue
        one = np.ones_like(year)
        fourth = civil(year, one, 4 * one)  # 4 January is always in week 1
        monday = fourth - np.mod(fourth + 3, 7) + 7 * (week - 1)  # 1970-01-01 was a Thursday
        with np.errstate(invalid="ignore"):
            # A week belongs to the year of its Thursday, so that few years have a week 53.
            sound = (week >= 1) & (week <= 53) & (monday + 3 < civil(year, 12 * one, 31 * one) + 1)
        at.days[here] = np.where(sound, monday + np.where(np.isnan(day), 0.0, day - 1), np.nan)[here]
        at.open &= ~here
        if np.isnan(day[here]).any():
            at.unit = 7.0
            at.forms["ISO weeks, from their Monday"] = None
        else:
            at.forms["ISO weeks with their day"] = None


def _numbers(at: _Dates, numbers: str) -> tuple[bool, Bools]:
    """Plain numbers: Excel's days, or weeks or days counted from an unknown start. Also which of them mean "never"."""
    import pyarrow as pa
    import pyarrow.compute as pc

    never = np.zeros(len(at.open), dtype=bool)
    here = at.open & matching(at.found.text, NUMBER)
    if not here.any():
        return False, never
    number = numbers_in(pc.if_else(pa.array(here), at.found.text, None))
    with np.errstate(invalid="ignore"):
        serial = here & (number >= _SERIALS[0]) & (number <= _SERIALS[1])
        whole = here & (number == np.floor(number))
        never = here & (number < 0)
    if serial.any() and (serial | never)[here].all():
        zero = at.column.table.zero
        at.days[serial] = np.floor(number[serial]) + zero
        at.open &= ~here
        at.forms["Excel's day numbers" + (", counted from 1904" if zero != EXCEL_ZERO else "")] = None
        return False, never
    if at.forms or not whole[here].all():
        return False, never & False
    unit = numbers or counts_in(at.column.name)
    if not unit:
        row = at.found.first(here)
        raise at.column.error(
            f"'{at.found.shown(row)[:40]}' is a plain number: weeks or days?",
            "say it in the name of the column, or with numbers=weeks or numbers=days",
            at=row,
        )
    at.unit = 7.0 if unit == "weeks" else 1.0
    sound = here & ~never & (number * at.unit <= LONGEST)
    at.days[sound] = number[sound] * at.unit
    at.open &= ~here
    at.forms[f"numbers of {unit}, below 0 is never"] = None
    return True, never
