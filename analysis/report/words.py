"""Small words of the report: the side of an effect, its name, signs that stay together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.language import mark, say, told
from analysis.paired import Estimate
from analysis.units import fixed

if TYPE_CHECKING:
    from markupsafe import Markup

SIDES = {
    "better": mark("better"),
    "worse": mark("worse"),
    "unclear": mark("unclear"),
    "none": mark("alike"),
}
LARGEST = 10_000  # gains of pairing above it are where a policy hardly differs from the baseline
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT = re.compile(rf"{_RIGHT}+(?:[ _-]+{_RIGHT}+)*")
_SPLIT = re.compile(r"\[[^\[\]\s]+, [^\[\]\s]+\]|\d (?:%|bn|M|k|\u4ebf|\u4e07)(?!\w)")


def side(effect: Estimate, direction: int) -> str:
    """The words "better", "worse" or "unclear" for an effect; colours in the report only repeat them."""
    if not effect.clear or direction == 0:
        return "unclear"
    return "better" if (effect.mean or 0.0) * direction > 0 else "worse"


def shows(size: str) -> bool:
    """Whether any figure of an effect as printed differs from zero; one that shows none is neither better nor worse."""
    return any(c in "123456789" for c in size)


def factor(ratio: float) -> str:
    """E.g. "3.8x"; "over 10,000x" for what nobody reads as a figure."""
    if ratio > LARGEST:
        return say("over {times}x", times=fixed(LARGEST, 0))
    return f"{fixed(ratio, 1)}x"


def side_in_words(name: str) -> str:
    """The side in the language of the block."""
    return told(SIDES[name])


def whole(text: str) -> str:
    """The text with no-break spaces inside intervals and between a number and its unit."""
    return _SPLIT.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def isolated(value: object) -> object:
    """What a page shows, with isolates around words written from right to left, so that figures beside them stay."""
    if not isinstance(value, str):
        return value
    return type(value)(_RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", value))


def commands(text: str) -> Markup:
    """Text as HTML in which `commands` are set as such."""
    from markupsafe import Markup, escape

    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts)
    )


def breakable(name: str) -> Markup:
    """A name as HTML that may break after an underscore, and so need not make a table too wide."""
    from markupsafe import Markup, escape

    return Markup("_<wbr>").join(escape(part) for part in name.split("_"))
