"""Currencies and units of money as they are named: in a word, in the brackets of a column's name, in the form of a cell."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# Sign -> code. ¥ is taken for the yuan, as its users here write it; `_SHARED` has what it may mean where that is told.
SIGNS = {
    "¥": "CNY", "元": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP", "英镑": "GBP", "jpy": "JPY", "日元": "JPY",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "chf": "CHF",
    "inr": "INR", "₹": "INR", "sgd": "SGD", "brl": "BRL", "r$": "BRL",
}  # fmt: skip
_SHARED = {
    "$": ("AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"),
    "¥": ("JPY",),
}
UNITS = {"万": 1e4, "亿": 1e8, "千": 1e3, "k": 1e3, "m": 1e6}
"""Units behind a number."""

# What a name of a column or the form of a cell may name besides.
_NAMED = {
    **SIGNS, **{sign: sign for sign in _SHARED},
    "aud": "AUD", "cad": "CAD", "nzd": "NZD", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK",
    "huf": "HUF", "zar": "ZAR", "mxn": "MXN", "krw": "KRW", "twd": "TWD", "thb": "THB", "myr": "MYR", "idr": "IDR",
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "yuan": "CNY",
    "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "s$": "SGD", "nt$": "TWD",
}  # fmt: skip
_CURRENCY = "|".join(re.escape(name) for name in sorted(_NAMED, key=len, reverse=True))
_FACTORS = {
    1e3: "k, thousand, thousands, thous, thsd, ths, tsd, '000, '000s, 000, 000s, 千",
    1e4: "万",
    1e5: "lakh, lakhs, 十万",
    1e6: "m, mm, mn, mln, mio, mill, million, millions, 百万",
    1e7: "crore, crores, 千万",
    1e8: "亿",
    1e9: "bn, mrd, billion, billions",
}
_FACTOR = {word: factor for factor, words in _FACTORS.items() for word in words.split(", ")}
_WITH_CURRENCY = {"t": 1e3, "b": 1e9, "1000": 1e3, "1,000": 1e3, "1.000": 1e3}
"""Units only beside a currency: T EUR, $B, 1000 EUR."""
_SHORT = {"k", "m", "mm", *_WITH_CURRENCY}  # not among other words: `12 m` is a year
_UNIT = "|".join(re.escape(word) for word in sorted({**_FACTOR, **_WITH_CURRENCY}, key=len, reverse=True))
_PART = re.compile(
    rf"({_CURRENCY})?({_UNIT})?({_CURRENCY})?(?:(?<=[万亿千元币])(?:{_CURRENCY}|[^\W\da-z_]+))?"
)  # 万元含税
_APART = "|"
"""Stands where what is on one side says nothing of the other: `EUR - B`."""
_BRACKETS = re.compile(r"[(\[](.*?)[)\]]")
_RATE = re.compile(rf"(?:/|\bper\b) ?(?!(?:{_CURRENCY})\b)\w+")

# The country of a dollar or a yen, by the number Windows gives its language, or its tag.
_PLACES: dict[str, dict[str, str]] = {
    "$": {
        "409": "USD", "c09": "AUD", "1009": "CAD", "c0c": "CAD", "1409": "NZD", "c04": "HKD", "1004": "SGD", "404": "TWD",
        "80a": "MXN", "4809": "SGD", "2c0a": "ARS", "340a": "CLP", "240a": "COP",
        "en-us": "USD", "en-au": "AUD", "en-ca": "CAD", "fr-ca": "CAD", "en-nz": "NZD", "en-sg": "SGD", "es-mx": "MXN",
        "zh-hk": "HKD", "zh-tw": "TWD",
    },
    "¥": {"411": "JPY", "804": "CNY", "ja-jp": "JPY", "zh-cn": "CNY"}, "kr": {"414": "NOK", "41d": "SEK", "406": "DKK"},
}  # fmt: skip
_SIGNS_SHOWN = {
    "zł": "PLN", "kč": "CZK", "₺": "TRY", "₽": "RUB", "₩": "KRW", "฿": "THB", "₪": "ILS", "₫": "VND",
}  # fmt: skip
_SHOWN = re.compile(r"\[\$([^\]-]*)(?:-([^\],]*))?[^\]]*\]")
_MOST = 250  # kinds are bytes
_WORDS = re.compile(r"[a-z]*\$|[a-zčł]+|[€£¥₹₺₽₩฿₪₫]|元|人民币|美元|欧元|英镑|日元|港币")


def currency_of(text: str) -> str:
    """The code of a sign, name or code of a currency; any three letters are taken as a code."""
    plain = text.strip().lower()
    return SIGNS.get(plain, text.strip().upper())


def meant(sign: str, told: str) -> str:
    """The code of a sign (codes stay as they are); of one that several currencies share, the code told if among these."""
    return told if told in _SHARED.get(sign, ()) else SIGNS.get(sign, sign)


def of_format(form: str) -> str:
    """The currency in which cells of a number format are shown, such as `#,##0 "€"` or `[$$-409]#,##0`; "" if in none.

    A sign that says no more (see `meant`) stays one.
    """
    plain = unicodedata.normalize("NFKC", form).lower()
    for sign, place in _SHOWN.findall(plain):
        bare = sign.strip(' ".')
        if place.lstrip("0") in _PLACES.get(bare, {}):
            return _PLACES[bare][place.lstrip("0")]
        if place and bare in _SHARED:
            return ""  # of a country that is not known here
        if re.fullmatch("[a-z]{3}", bare):
            return str(bare.upper())
        plain += f" {bare}"
    rest = re.sub(r'[\\"]', "", re.sub(r"\[[^\]]*\]", " ", plain))
    known = _NAMED | _SIGNS_SHOWN
    codes = [
        known.get(word, word.upper()) for word in _WORDS.findall(rest) if word in known or word[-1] == "$"
    ]
    return codes[0] if codes else ""


def of_name(name: str) -> tuple[str, dict[str, float]]:
    """Currency and units (as written -> factor) in the brackets of a column's name: `(USD)`, `(万元)`, `(in thousands)`.

    No currency where there are several: `(USD or EUR)`. A sign that says no more (see `meant`) stays one.
    """
    currencies: dict[str, None] = {}
    units: dict[str, float] = {}
    for inside in _BRACKETS.findall(unicodedata.normalize("NFKC", name)):
        plain = _RATE.sub(" ", re.sub("[’‘`]", "'", inside.lower()))
        plain = re.sub(r"[/|+-]+", f" {_APART} ", plain)
        words = [word for word in re.split(r"[\s:、;]+|[.,](?!\d)|\b(?:in|of)\b", plain) if word]
        alone = words[0] if len(words) == 1 and plain.strip() == inside.lower().strip() else ""
        for place, word in enumerate(words):
            before, unit, after = _parts(word)
            currencies |= dict.fromkeys(_NAMED[sign] for sign in (before, after) if sign)
            beside = any(other in _NAMED for other in words[max(place - 1, 0) : place + 2])
            sure = unit not in _SHORT or (unit == alone and unit not in _WITH_CURRENCY)
            if unit and (sure or before or after or beside):
                units[unit] = {**_FACTOR, **_WITH_CURRENCY}[unit]
    return next(iter(currencies)) if len(currencies) == 1 else "", units


def _parts(word: str) -> tuple[str, str, str]:
    """Currency, unit and currency of a word such as `k€`, `€m` or `usd`; empty where the word is another one."""
    found = _PART.fullmatch(word)
    return (found[1] or "", found[2] or "", found[3] or "") if found else ("", "", "")


class Currencies:
    """The currencies of a workbook's number formats, found as its cells are read."""

    def __init__(self, book: Any) -> None:
        self.codes = [""]
        self._book = book
        self._kinds: dict[int, int] = {}

    def kind(self, style: int) -> int:
        """What `Raw.typed` says of a number in a cell of this style."""
        kind = self._kinds.get(style)
        if kind is None:
            code = of_format(self._format(style))
            if code not in self.codes and len(self.codes) < _MOST:
                self.codes.append(code)
            kind = self._kinds[style] = self.codes.index(code) + 1 if code in self.codes else 1
        return kind

    def _format(self, style: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE

        try:
            own = self._book._cell_styles[style].numFmtId - BUILTIN_FORMATS_MAX_SIZE
            # Those that are built in show the currency of whoever looks.
            return "General" if own < 0 else str(self._book._number_formats[own])
        except IndexError:  # a style that the workbook does not describe
            return "General"
