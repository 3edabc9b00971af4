"""Money in text: signs and units taken off and named, decimal comma or point decided by the column's values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.crm.raw import Column
from analysis.crm.values import Bools, Distinct, Floats, flags, matching, numbers_in
from analysis.crm.vocabulary import unit_of

# Sign -> code. ¥ is taken for the yuan, as its users here write it; a column of currencies may say otherwise.
_SIGNS = {
    "¥": "CNY", "元": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP", "英镑": "GBP", "jpy": "JPY", "日元": "JPY",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "chf": "CHF",
    "inr": "INR", "₹": "INR", "sgd": "SGD", "brl": "BRL", "r$": "BRL",
}  # fmt: skip
_UNITS = {"万": 1e4, "亿": 1e8, "千": 1e3, "k": 1e3, "m": 1e6}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
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


def currency_of(text: str) -> str:
    """The code of a sign, name or code of a currency; any three letters are taken as a code."""
    plain = text.strip().lower()
    return _SIGNS.get(plain, text.strip().upper())


def read_money(column: Column, decimal: str = "") -> Money:
    """The amounts of a column. `decimal` (comma, point) is told by the user.

    Raises DataError for two currencies, where nothing decides between decimal and thousands, or where more than a few values
    are no amounts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column.check_formulas()
    found = Distinct.of(column)
    plain = matching(found.text, _MONEY) & found.holds
    currency, factor, told = _header_unit(column.name)
    text = pc.if_else(pa.array(plain), pc.utf8_lower(found.text), None)
    negative = flags(pc.match_substring_regex(text, pattern=r"^\D*[-−]|^\("))  # 1.5e-3 is not
    for sign in sorted(_SIGNS, key=len, reverse=True):
        has = flags(pc.match_substring(text, pattern=sign))
        if not has.any():
            continue
        code = _SIGNS[sign]
        if currency not in {"", code}:
            row = found.first(has)
            raise column.error(f"{code} where the rows above are in {currency}", ONE_CURRENCY, at=row)
        currency = code
        text = pc.replace_substring(text, pattern=sign, replacement="")
    factors = np.full(len(plain), factor)
    for unit, times in _UNITS.items():
        has = flags(pc.match_substring(text, pattern=unit))
        if has.any():
            factors[has] *= times
            told.append(f"{unit} = {times:,.0f}")
            text = pc.replace_substring(text, pattern=unit, replacement="")
    text = pc.replace_substring_regex(text, pattern=r"[()+' \x{2019}−]|^ *-", replacement="")
    comma = _decimal_comma(column, found, text, decimal)
    if comma is not None:
        told.insert(0, "decimal comma" if comma else "decimal point")
    text = pc.replace_substring(text, pattern="." if comma else ",", replacement="")
    text = pc.replace_substring(text, pattern=",", replacement=".")
    sound = plain & matching(text, r"\d+(?:\.\d*)?(?:e[-+]?\d+)?")
    text = pc.if_else(pa.array(sound), text, None)
    number = numbers_in(text)
    with np.errstate(over="ignore"):  # 1e308 in millions
        amounts = np.where(negative, -number, number) * factors
    # Such as 1e400, which is infinite to a computer.
    unreadable = found.bear(found.holds & ~np.isfinite(amounts), "an amount of money", _HINT)
    amounts[np.isinf(amounts)] = np.nan
    return Money(found.rows(amounts), unreadable, currency, ", ".join(told))


def _header_unit(name: str) -> tuple[str, float, list[str]]:
    """Currency, factor and what to tell of the brackets in a column's name: `(USD)`, `(万元)`."""
    unit = unit_of(name).strip().lower()
    factor, told = 1.0, []
    for sign in ("万", "亿", "千"):
        if unit.startswith(sign):
            factor, unit = _UNITS[sign], unit[1:]
            told.append(f"the name says {sign} = {factor:,.0f}")
    return _SIGNS.get(unit, ""), factor, told


def _decimal_comma(column: Column, found: Distinct, text: Any, told: str) -> bool | None:
    """Is the comma the decimal sign? None where no value has a comma or a point. Raises DataError."""
    if told:
        return told == "comma"
    comma = _shows(text, ",", ".")
    point = _shows(text, ".", ",")
    if column.table.exact:
        point |= matching(text, r"-?\d+\.\d+(e[-+]?\d+)?")
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
    raise column.error(
        f"'{found.shown(row)}' may be thousands or a fraction, and no value of the column decides",
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
