"""An explanation in sentences: the gap, what most of it is, and what else it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.units import fixed, measured, name_in_text, percent

if TYPE_CHECKING:
    from analysis.explain import Explanation, Part

BOOKED = "new_arr"
"""Money that a team is said to book; all else it has."""
MOST_TOLD = 3
WORTH_A_WORD = 25.0
"""Percent of the gap from which on a part is named beside the gap itself."""


def sentences(e: Explanation) -> list[str]:
    """The gap and most of what it is in one sentence, and what it is made of in another, empty where nothing differs."""
    when = f"By week {e.weeks if e.at is None else e.at}"
    label = name_in_text(e.info.label)
    gap = e.gap.mean or 0.0
    if e.gap.low == e.gap.high == 0:
        both = f"'{e.policy}' and '{e.baseline}' have the same {label} {when[:1].lower()}{when[1:]}"
        return [f"No difference can be seen: {both}, in each of {_worlds(e)}.", ""]
    if e.gap.low is None:
        few = (
            f"{e.draws} draws are"
            if e.draws is not None
            else f"{e.lived} world{'s are' if e.lived > 1 else ' is'}"
        )
        size = measured(e.gap, e.info)
        return [
            f"{few} too few to say what '{e.policy}' makes of {label} ({size} against '{e.baseline}'): 3 are needed.",
            "",
        ]
    if not e.gap.clear:
        first = (
            f"{when} '{e.policy}' and '{e.baseline}' cannot be told apart in {label}: "
            f"{measured(e.gap, e.info)}{_share(e, True)} in {_worlds(e)}."
        )
        clear = sorted((p for p in e.every if p.effect.clear), key=lambda p: -abs(p.effect.mean or 0.0))
        if not clear:
            return [first, "More worlds would tell (--replications)."]
        several = [_told(p, e) for p in clear[:MOST_TOLD]]
        return [first, f"What is clear within it: {'; '.join(several)}."]
    side = "more" if gap > 0 else "less"
    same = e.ahead if gap * e.info.sign > 0 else e.behind
    verb = "books" if e.info.name == BOOKED else "has"
    size = measured(e.gap, e.info, signed=False, flip=gap < 0, brief=True)
    if e.info.money and e.percent.low is not None:
        money = "" if e.assumed else f" ({measured(e.gap, e.info, signed=False, flip=gap < 0)})"
        size = f"{percent(e.percent, signed=False, flip=gap < 0)}{money}"
    first = f"{when} '{e.policy}' {verb} {size} {side} {label} than '{e.baseline}', in {same} of {_worlds(e)}{_mostly(e)}."
    return [first, _made_of(e)]


def _worlds(e: Explanation) -> str:
    text = f"{e.lived} paired world{'s' * (e.lived != 1)}"
    return text if e.draws is None else f"{text} ({e.draws} draws)"


def _share(e: Explanation, signed: bool) -> str:
    return f" ({percent(e.percent, signed)})" if e.info.money and e.percent.low is not None else ""


def _mostly(e: Explanation) -> str:
    """E.g. "; over half of the gap is morale that moves effort", only where that is sure."""
    same = [p for p in e.every if p.effect.clear and (p.effect.mean or 0.0) * (e.gap.mean or 0.0) > 0]
    if not same:
        return ""
    most = max(same, key=lambda p: abs(p.effect.mean or 0.0))
    share, low = most.share.mean or 0.0, most.share.low
    if low is not None and low > 100:
        return f"; {most.words} would make more than all of it, and other parts take some of it back"
    if low is not None and low > 50:
        return f"; over half of the gap is {most.words}"
    if share >= WORTH_A_WORD:
        return f"; the largest clear part is {most.words} ({percent(most.share, signed=False)} of it)"
    return ""


def share_of(part: Part, e: Explanation) -> str:
    """A part as a percentage of the gap; empty where the gap itself is not clear of zero."""
    if not e.gap.clear or not e.gap.mean:
        return ""
    return f"{fixed(100 * (part.effect.mean or 0.0) / e.gap.mean, 0)} %"


def _made_of(e: Explanation) -> str:
    clear = [part for part in e.every if part.effect.clear]
    if not clear:
        return "No part of it is clear of zero: more worlds would tell."
    told = [_told(part, e) for part in sorted(clear, key=lambda p: -abs(p.effect.mean or 0.0))[:MOST_TOLD]]
    if (more := len(clear) - MOST_TOLD) > 0:
        told.append(f"{more} smaller part{'s' * (more > 1)}")
    idle = sum(part.effect.low == part.effect.high == 0 for part in e.every)
    rest = len(e.every) - len(clear) - idle
    tail = f" {rest} of {len(e.every)} parts cannot be told from nothing." if rest else ""
    return f"It is made of {'; '.join(told)}.{tail}"


def _told(part: Part, e: Explanation) -> str:
    """E.g. "learning in the field (-3.0 M [-3.1, -2.9], 75 % of the gap)"."""
    size = (
        "" if e.assumed else measured(part.effect, e.info, brief=True, column=[one.effect for one in e.every])
    )
    share = f"{share_of(part, e)} of the gap" if e.gap.clear else ""
    return f"{part.words} ({', '.join(filter(None, (size, share))) or 'beyond chance'})"
