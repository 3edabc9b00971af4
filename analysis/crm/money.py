"""Money in text: signs and units taken off and named, decimal comma or point decided by the column's values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.crm.currencies import SIGNS, UNITS, meant, of_name
from analysis.crm.raw import Column
from analysis.crm.values import Bools, Distinct, Floats, flags, matching, numbers_in

_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_MONEY = rf"(?i)\(?[-+−]? ?(?:{_SIGN})? ?[-+−]? ?[\d][\d.,' \x{{2019}}]*(?:[eE][-+]?\d+)? ?(?:万|亿|千|k|m)? ?(?:{_SIGN})?\)?"  # noqa: E501
ONE_CURRENCY = "convert all amounts to one currency first"
_HINT = "write money as digits, for example 1234.50"


@dataclass
class Money:
    """Amounts of the rows of a column, nan where it holds nothing or (`unreadable`) cannot be read; code of the currency."""

    amounts: Floats
    unreadable: Bools
    currency: str
    why: str


def read_money(column: Column, decimal: str = "", currency: str = "") -> Money:
    """The amounts of a column. `decimal` (comma, point) is told by the user; `currency` says what signs such as $ mean.

    Raises DataError for two currencies, where nothing decides between decimal and thousands, or where more than a few values
    are no amounts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column.check_formulas()
    found, typed, shown = _cells(column)
    if currency:
        shown = np.full_like(shown, "")  # how a cell looks counts less than what is said
    plain = matching(found.text, _MONEY) & found.holds
    named, factor, told = _header_unit(column)
    text = pc.if_else(pa.array(plain), pc.utf8_lower(found.text), None)
    negative = flags(pc.match_substring_regex(text, pattern=r"^\D*[-−]|^\("))  # 1.5e-3 is not
    text, currency = _without_signs(found, text, shown, named, currency)
    if (shown != "").any():
        told.append(f"cells shown in {currency}")
    factors = np.full(len(plain), factor)
    for unit, times in UNITS.items():
        has = flags(pc.match_substring(text, pattern=unit))
        if has.any():
            factors[has] = times  # whatever the name says
            told.append(f"{unit} = {times:,.0f}")
            text = pc.replace_substring(text, pattern=unit, replacement="")
    text = pc.replace_substring_regex(text, pattern=r"[()+' \x{2019}−]|^ *-", replacement="")
    comma = _decimal_comma(found, text, typed, decimal)
    if comma is not None:
        told.insert(0, "decimal comma" if comma else "decimal point")
    written = pc.replace_substring(text, pattern="." if comma else ",", replacement="")
    written = pc.replace_substring(written, pattern=",", replacement=".")
    text = pc.if_else(pa.array(typed), text, written)
    sound = plain & matching(text, r"\d+(?:\.\d*)?(?:e[-+]?\d+)?")
    text = pc.if_else(pa.array(sound), text, None)
    number = numbers_in(text)
    with np.errstate(over="ignore"):  # 1e308 in millions
        amounts = np.where(negative, -number, number) * factors
    # Such as 1e400, which is infinite to a computer.
    unreadable = found.bear(found.holds & ~np.isfinite(amounts), "an amount of money", _HINT)
    amounts[np.isinf(amounts)] = np.nan
    return Money(found.rows(amounts), unreadable, currency, ", ".join(told))


def _cells(column: Column) -> tuple[Distinct, Bools, Any]:
    """The distinct values, numbers apart from text; which are numbers, and the currencies these are shown in."""
    found, typed = Distinct.of(column), column.typed()
    if typed.any():
        places, codes = np.unique(found.codes * 256 + typed, return_inverse=True)
        values, kinds = np.divmod(places, 256)
        found = Distinct(column, found.text.take(values), found.holds[values], codes)
    else:
        kinds = np.zeros(len(found.holds), dtype=np.int64)
    return found, kinds > 0, np.array(["", *column.table.currencies])[kinds]


def _without_signs(found: Distinct, text: Any, shown: Any, named: str, told: str) -> tuple[Any, str]:
    """The texts without signs of currencies, and the one currency of all. Raises DataError for a second one."""
    import pyarrow.compute as pc

    told = told or named
    named = meant(named, told)
    seen = [
        (found.first(shown == sign), meant(sign, told)) for sign in np.unique(shown[shown != ""]).tolist()
    ]
    for sign in sorted(SIGNS, key=len, reverse=True):
        has = flags(pc.match_substring(text, pattern=sign))
        if has.any():
            seen.append((found.first(has), meant(sign, told)))
            text = pc.replace_substring(text, pattern=sign, replacement="")
    seen.sort(key=lambda one: one[0])
    currency = named or (seen[0][1] if seen else "")
    for row, code in seen:
        if code != currency:
            where = f"the name of the column says {named}" if named else f"the rows above are in {currency}"
            raise found.column.error(f"{code} where {where}", ONE_CURRENCY, at=row)
    return text, currency


def _header_unit(column: Column) -> tuple[str, float, list[str]]:
    """Currency, factor and what to tell of the brackets in a column's name: `(USD)`, `(万元)`, `(k€)`."""
    currency, units = of_name(column.name)
    if len(set(units.values())) > 1:
        raise column.error(f"the name of the column says {' and '.join(units)}", "keep one unit in it")
    told = [f"the name says {unit} = {factor:,.0f}" for unit, factor in units.items()]
    return currency, next(iter(units.values()), 1.0), told


def _decimal_comma(found: Distinct, text: Any, typed: Bools, told: str) -> bool | None:
    """Is the comma the decimal sign of what is written as text? None where none has a comma or a point. Raises DataError.

    Numbers beside it decide nothing: that 1234.5 is a number does not say what the text 9.924 is.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = found.column
    text = pc.if_else(pa.array(typed), None, text)
    if told:
        return told == "comma"
    comma = _shows(text, ",", ".")
    point = _shows(text, ".", ",")
    if comma.any() and point.any():
        one, other = found.first(comma), found.first(point)
        raise column.error(
            f"'{found.shown(one)}' has a decimal comma, but "
            f"'{found.shown(other)}' in line {column.table.lines[other]} a decimal point",
            "write all amounts in one form, or say which with decimal=comma or decimal=point",
            at=one,
        )
    if comma.any() or point.any():
        return bool(comma.any())
    grouped = matching(text, r"\d{1,3},\d{3}"), matching(text, r"\d{1,3}\.\d{3}")
    if not (grouped[0].any() or grouped[1].any()):
        return None
    if not grouped[1].any() and column.table.delimiter != ";":
        return False  # 1,234 in a file that separates cells by commas or tabs: thousands
    row = found.first(grouped[1] if grouped[1].any() else grouped[0])
    what, rest = (" is text, which", "other text") if typed.any() else ("", "value")
    raise column.error(
        f"'{found.shown(row)}'{what} may be thousands or a fraction, and no {rest} of the column decides",
        "say which sign is the decimal one: decimal=comma or decimal=point",
        at=row,
    )


def _shows(text: Any, sign: str, other: str) -> Bools:
    """Values in which `sign` can only be the decimal sign."""
    s, o = re.escape(sign), re.escape(other)
    return matching(
        text,
        rf"\d*{s}(?:\d{{1,2}}|\d{{4,}})(?:e[-+]?\d+)?"  # not three digits behind it
        rf"|(?:0\d*|\d{{4,}}){s}\d+"  # no group of thousands before it
        rf"|\d{{1,3}}(?:{o}\d{{3}})+{s}\d+"  # groups by the other sign
        rf"|\d{{1,3}}(?:{o}\d{{3}}){{2,}}",  # the other sign twice: it groups, so this one is decimal
    )
