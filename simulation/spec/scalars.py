"""Plain YAML scalars as YAML 1.2's core schema reads them, and advice where YAML 1.1 readers would differ.

Only `null`, `true`, `false` and decimal numbers are special. `no`, `on`, `12:30:45`, `0777` and `1_000` are
text: what looks like a number to one reader and not to another is never guessed at.
"""

from __future__ import annotations

import math
import re
import unicodedata

Scalar = str | int | float | bool | None

MAX_DIGITS = 40

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class ScalarError(ValueError):
    """A number that no setting can hold."""


def read_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises `ScalarError` for numbers too long, too large or not finite."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if len(text) > MAX_DIGITS and _FLOAT.fullmatch(text):
        raise ScalarError(f"a number of {len(text)} characters is too long")
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise ScalarError(f"the number {text} is too large")
        return number + 0.0  # -0.0 becomes 0.0, so that equal scenarios have equal hashes
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError(f"{text} is not a number that can be used")
    return text


def number_hint(text: str) -> str:
    """How to write a text that was probably meant as a number or as true or false; empty if it was not."""
    word = text.strip()
    if word.casefold() in {"no", "off", "n"}:
        return "write false; only true and false are logical values"
    if word.casefold() in {"yes", "on", "y"}:
        return "write true; only true and false are logical values"
    if word.casefold() in {"nan", "inf", "-inf", "+inf", "infinity"}:
        return "every number must be finite"
    if re.fullmatch(r"[0-9]+(:[0-9]+)+", word):
        return "a time of day is text here, not a number"
    if re.fullmatch(r"[-+]?[0-9][0-9.,]*\s?[%％]", word):
        return "write a share as a decimal, 10 % as 0.1"
    if re.fullmatch(r"[-+]?[0-9]+,([0-9]{1,2}|[0-9]{4,})", word):  # three digits would be thousands
        return f"write {word.replace(',', '.')}: a decimal point, not a comma"
    plain = re.sub(r"(?<=[0-9])[_,' ](?=[0-9])", "", unicodedata.normalize("NFKC", word)).replace("−", "-")
    plain = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", plain)
    if len(plain) <= MAX_DIGITS and _FLOAT.fullmatch(plain):
        if plain == text:
            return f"write {plain} without quotation marks"
        return f"write {plain}: plain digits, no leading zeros, no separators"
    return ""
