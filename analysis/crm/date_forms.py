"""The forms in which dates are written, and the calendar."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.crm.raw import Column
from analysis.crm.values import Bools, Distinct, Floats, groups, matching, numbers_in

MOST = 0.9
"""A column of which less than this reads as dates is none."""
_CLOCK = (
    r"(?:[T ]+(?:上午|下午|早上|中午|晚上|凌晨)? ?\d{1,2}[:时点](?:\d{1,2}(?:[:分](?:\d{1,2}(?:[.,]\d+)?秒?)?)?)?"
    r" ?(?:[AaPp]\.?[Mm]\.?)? ?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
YEAR_FIRST = rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_CLOCK}"
PACKED = rf"(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_CLOCK}"
CHINESE = rf"(?P<y>\d{{4}}) ?年 ?(?P<m>\d{{1,2}}) ?月 ?(?P<d>\d{{1,2}}) ?[日号]?{_CLOCK}"
YEAR_LAST = rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}),?{_CLOCK}"
SHORT = rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<c>\d{{2}}),?{_CLOCK}"
NAMED = (
    rf"(?P<d>\d{{1,2}})[- .]*(?P<m>[A-Za-z]{{3,9}})[-., ]+(?P<y>\d{{4}}),?{_CLOCK}",
    rf"(?P<m>[A-Za-z]{{3,9}})[. ]+(?P<d>\d{{1,2}}),? +(?P<y>\d{{4}}),?{_CLOCK}",
)
_WEEK = r"(?:[KC]?W|[kc]?w|[Ww]eek)"
WEEKS = (
    rf"(?P<y>\d{{4}})[-/ ]?{_WEEK} ?(?P<w>\d{{1,2}})(?:-?(?P<d>[1-7]))?",
    r"(?P<y>\d{4}) ?年 ?第? ?(?P<w>\d{1,2}) ?周(?P<d>)",
    rf"{_WEEK} ?(?P<w>\d{{1,2}})[-/,. ]+(?P<y>\d{{4}})(?P<d>)",
)
NUMBER = r"[-+]?\d{1,7}(?:\.\d+)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def shares(column: Column) -> tuple[float, float]:
    """Which shares of the first values that hold anything are dates and plain numbers."""
    found = Distinct.of(Column(column.table, column.name, column.values.slice(0, 5000)))
    counts = found.counts() * found.holds
    dated = _dated(found)
    counted = matching(found.text, NUMBER) & ~dated
    held = max(counts.sum(), 1)
    return float(counts[dated].sum() / held), float(counts[counted].sum() / held)


def undated(column: Column) -> int:
    """The row of the first value that holds something and is no date; the first row that holds something, if all are."""
    found = Distinct.of(column)
    strange = found.holds & ~_dated(found)
    return found.first(strange if strange.any() else found.holds)


def _dated(found: Distinct) -> Bools:
    patterns = (YEAR_FIRST, PACKED, CHINESE, YEAR_LAST, SHORT, *NAMED, *WEEKS)
    either: Bools = np.logical_or.reduce([matching(found.text, pattern) for pattern in patterns])
    return either


def looks_dated(column: Column) -> bool:
    """Are most of the first values that hold anything dates?"""
    return shares(column)[0] > MOST


def orders(column: Column) -> set[str]:
    """Which orders (dmy, mdy) the values of a column show: a number over 12 is a day. Empty: they show none."""
    parts = groups(Distinct.of(column).text, YEAR_LAST)
    return {
        order for order, here in decided(numbers_in(parts["a"]), numbers_in(parts["b"])).items() if here.any()
    }


def decided(first: Floats, second: Floats) -> dict[str, Bools]:
    """Which dates can only be day-month (dmy), and which month-day (mdy), by their first two numbers."""
    with np.errstate(invalid="ignore"):
        return {"dmy": (first > 12) & (second <= 12), "mdy": (second > 12) & (first <= 12)}


def civil(year: Floats, month: Floats, day: Floats) -> Floats:
    """Days from 1970-01-01 of days of the calendar; nan for one that does not exist, or lies before 1900 or after 2199."""
    with np.errstate(invalid="ignore"):
        sound = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    month_number = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = month_number.astype("datetime64[D]") + np.where(sound, day - 1, 0).astype(np.int64)
    sound &= days.astype("datetime64[M]") == month_number
    return np.where(sound, days.astype(np.float64), np.nan)


def months(names: Any) -> Floats:
    """The numbers of months by name, nan where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.index_in(pc.utf8_slice_codeunits(pc.utf8_lower(names), 0, 3), value_set=pa.array(_MONTHS))
    return np.asarray(pc.add(places.cast(pa.float64()), 1.0).to_numpy(zero_copy_only=False), dtype=np.float64)
