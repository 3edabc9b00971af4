"""Numbers as people read them: money in currency units, digits that match the uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.language import language, mark, say, told
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo

_STEPS = {
    "en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")),
    "zh": ((1e8, "\u4ebf"), (1e4, "\u4e07")),  # a hundred million, ten thousand
}
NO_CURRENCY = mark("currency units")
POINTS = OutcomeInfo("points", "", 1, False, "", "")
"""Of what is told without a unit: points of percent, or of morale."""
MONEY = OutcomeInfo("money", "cents", 1, False, "", "")
"""Of sums that are no outcome: what a person wins, what a pilot is worth. Their files have currency units: times 100."""
_WORDS = {"bn": "billion", "M": "million", "k": "thousand"}


def scale(info: OutcomeInfo, magnitude: float) -> tuple[float, str]:
    """Divisor and unit text for values of about this magnitude, e.g.

    (1e8, "M EUR") for cents in the millions.
    """
    if not info.money:
        return 1.0, unit_text(info)
    for step, letter in _STEPS[language()]:
        if magnitude / 100 >= step:
            return 100 * step, f"{letter} {info.currency}".strip()
    return 100.0, info.currency or NO_CURRENCY


def unit_text(info: OutcomeInfo) -> str:
    """The unit for people: "reps", "scale 0 to 1", the currency for money."""
    if info.money:
        return info.currency or told(NO_CURRENCY)
    if language() == "en" and info.unit in ("0-1", "-1..1"):
        return f"scale {info.unit.replace('..', ' to ').replace('0-1', '0 to 1')}"
    return told(info.unit)


def spelled(unit: str) -> str:
    """The unit of an axis in words: "M EUR" -> "million EUR"."""
    if unit == NO_CURRENCY:
        return told(unit)
    head, _, tail = unit.partition(" ")
    return f"{_WORDS.get(head, head)} {tail}".strip()


def axis_label(info: OutcomeInfo, unit: str, per: str = "") -> str:
    """Text of an axis: label, unit and time base, e.g. "New ARR per 4 weeks, million"."""
    return (
        say("{what}, {unit}", what=f"{info.said}{per}", unit=spelled(unit)) if unit else f"{info.said}{per}"
    )


def decimals(spread: float) -> int:
    """Digits after the point that show a spread of this size with one figure."""
    if not math.isfinite(spread) or spread <= 0:
        return 0
    return max(0, min(4, -math.floor(math.log10(spread))))


def _digits(mean: float, low: float | None, high: float | None) -> int:
    """Digits that show the half width with one figure (two if it starts with 1), the mean with up to three.

    An end close to zero gets up to two more: rounded to zero it would hide its sign.
    """
    spread = abs(mean) / 20 if low is None or high is None or low == high else (high - low) / 2
    cap = max(0, 2 - math.floor(math.log10(abs(mean)))) if mean else 4
    digits = min(decimals(spread / 2), cap)
    if mean and round(mean, digits) == 0 != round(mean, digits + 1):
        digits = min(digits + 1, 4)  # not "0 M [-2, 2]" of 0.2
    for _ in range(2):
        if any(end and round(end, digits) == 0 for end in (low, high)):
            digits = min(digits + 1, 4)
    return digits


def _common_digits(beside: Sequence[Estimate], divisor: float) -> int:
    """Digits for all of a column: as many as its finest needs, but not more than four figures of its largest mean."""
    shown = [[None if v is None else v / divisor for v in (e.mean, e.low, e.high)] for e in beside]
    finest = max(_digits(mean or 0.0, low, high) for mean, low, high in shown)
    largest = max(abs(mean or 0.0) for mean, _, _ in shown)
    if len(beside) < 2 or not largest:
        return finest
    return min(finest, max(0, 3 - math.floor(math.log10(largest))))


def fixed(value: float, digits: int, signed: bool = False) -> str:
    """A number with so many digits, thousands separated, never a negative zero."""
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text.lstrip("+-") if not any(c in "123456789" for c in text) else text


def plain(value: float | None, info: OutcomeInfo, signed: bool = False) -> str:
    """One number with three significant figures and its unit's letter: "12.3 M", "0.61"; "n/a" for none."""
    if value is None or not math.isfinite(value):
        return say("n/a")
    divisor, unit = scale(info, abs(value))
    shown = value / divisor
    digits = 0 if shown == 0 else max(0, min(4, 2 - math.floor(math.log10(abs(shown)))))
    text = fixed(shown, digits, signed)
    return f"{text} {unit}" if info.money and unit != NO_CURRENCY else text


def measured(
    estimate: Estimate,
    info: OutcomeInfo,
    signed: bool = True,
    flip: bool = False,
    brief: bool = False,
    column: Sequence[Estimate] = (),
) -> str:
    """A mean with its interval and unit: "+1.2 M [0.4, 2.0]"; `brief` leaves the unit of non-money out.

    All of a `column` of a table get the same unit and decimals.
    """
    if estimate.mean is None:
        return say("n/a")
    mean, low, high = _flipped(estimate, flip)
    beside = [e for e in (*column, estimate) if e.mean is not None]
    divisor, unit = scale(info, max(abs(v) for e in beside for v in (e.mean, e.low, e.high) if v is not None))
    digits = _common_digits(beside, divisor)
    if info.money:
        suffix = "" if unit == NO_CURRENCY else f" {unit}"
    else:
        suffix = (
            "" if brief or not info.unit or info.unit in ("0-1", "-1..1", "ratio") else f" {told(info.unit)}"
        )
    text = fixed(mean / divisor, digits, signed) + suffix
    return text + _bracket(low, high, divisor, digits)


def percent(
    estimate: Estimate, signed: bool = True, flip: bool = False, column: Sequence[Estimate] = ()
) -> str:
    """A percentage with its interval: "+38 % [33, 43]", or "n/a". All of a `column` get the same decimals."""
    if estimate.mean is None:
        return say("n/a")
    mean, low, high = _flipped(estimate, flip)
    digits = min(_common_digits([e for e in (*column, estimate) if e.mean is not None], 1.0), 2)
    return f"{fixed(mean, digits, signed)} %" + _bracket(low, high, 1.0, digits)


def share(one: Estimate) -> str:
    """A share, 0-1, in whole percent with its interval: "41 % [28, 55]", or "n/a"."""
    if one.mean is None:
        return say("n/a")
    return f"{100 * one.mean:.0f} %" + _bracket(one.low, one.high, 0.01, 0)


def _flipped(estimate: Estimate, flip: bool) -> tuple[float, float | None, float | None]:
    mean = estimate.mean
    assert mean is not None
    low, high = estimate.low, estimate.high
    if not flip:
        return mean, low, high
    return -mean, None if high is None else -high, None if low is None else -low


def _bracket(low: float | None, high: float | None, divisor: float, digits: int) -> str:
    if low is None or high is None:
        return ""
    return f" [{fixed(low / divisor, digits)}, {fixed(high / divisor, digits)}]"


def chance(value: float | None) -> str:
    """A probability as text that never claims certainty: "0.93", "over 0.99"."""
    if value is None:
        return say("unknown")
    if value > 0.99:
        return say("over {value}", value=0.99)
    return say("under {value}", value=0.01) if value < 0.01 else f"{value:.2f}"


def name_in_text(label: str) -> str:
    """A label inside a sentence: "New ARR" -> "new ARR", "ARR" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
