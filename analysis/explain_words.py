"""An explanation in sentences: the gap, what most of it is, and what else it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.language import count, say, told
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
    names = {
        "week": e.weeks if e.at is None else e.at, "policy": e.policy, "base": e.baseline,
        "label": name_in_text(e.info.said), "worlds": _worlds(e),
    }  # fmt: skip
    if e.gap.low == e.gap.high == 0:
        same = say(
            "No difference can be seen: '{policy}' and '{base}' have the same {label} by week {week}, in each of {worlds}.",
            **names,
        )
        return [same, ""]
    if e.gap.low is None:
        return [_too_few(e, names), ""]
    clear = sorted((p for p in e.every if p.effect.clear), key=lambda p: -abs(p.effect.mean or 0.0))
    if e.gap.clear:
        return [_first(e, names), _made_of(e, clear)]
    first = say(
        "By week {week} '{policy}' and '{base}' cannot be told apart in {label}: {size} in {worlds}.",
        size=f"{measured(e.gap, e.info)}{_share(e)}", **names,
    )  # fmt: skip
    if not clear:
        return [first, say("More worlds would tell (--replications).")]
    several = say("; ").join(_part(p, e) for p in clear[:MOST_TOLD])
    return [first, say("What is clear within it: {parts}.", parts=several)]


def _too_few(e: Explanation, names: dict[str, object]) -> str:
    few = (
        say("{draws} draws are", draws=e.draws)
        if e.draws is not None
        else count("{n} world is", "{n} worlds are", e.lived)
    )
    return say(
        "{few} too few to say what '{policy}' makes of {label} ({size} against '{base}'): 3 are needed.",
        few=few, size=measured(e.gap, e.info), **names,
    )  # fmt: skip


def _first(e: Explanation, names: dict[str, object]) -> str:
    """The gap, in how many worlds, and what most of it is."""
    gap = e.gap.mean or 0.0
    size = measured(e.gap, e.info, signed=False, flip=gap < 0, brief=True)
    if e.info.money and e.percent.low is not None:
        size = percent(e.percent, signed=False, flip=gap < 0)
        if not e.assumed:
            money = measured(e.gap, e.info, signed=False, flip=gap < 0)
            size = say("{text} ({share})", text=size, share=money)
    same = e.ahead if gap * e.info.sign > 0 else e.behind
    names = {**names, "size": size, "same": same, "mostly": _mostly(e)}
    if e.info.name == BOOKED:
        if gap > 0:
            return say(
                "By week {week} '{policy}' books {size} more {label} than '{base}', in {same} of {worlds}{mostly}.",
                **names,
            )
        return say(
            "By week {week} '{policy}' books {size} less {label} than '{base}', in {same} of {worlds}{mostly}.",
            **names,
        )
    if gap > 0:
        return say(
            "By week {week} '{policy}' has {size} more {label} than '{base}', in {same} of {worlds}{mostly}.",
            **names,
        )
    return say(
        "By week {week} '{policy}' has {size} less {label} than '{base}', in {same} of {worlds}{mostly}.",
        **names,
    )


def _worlds(e: Explanation) -> str:
    text = count("{n} paired world", "{n} paired worlds", e.lived)
    return text if e.draws is None else say("{text} ({draws} draws)", text=text, draws=e.draws)


def _share(e: Explanation) -> str:
    return f" ({percent(e.percent)})" if e.info.money and e.percent.low is not None else ""


def _mostly(e: Explanation) -> str:
    """E.g. "; over half of the gap is morale that moves effort", only where that is sure."""
    same = [p for p in e.every if p.effect.clear and (p.effect.mean or 0.0) * (e.gap.mean or 0.0) > 0]
    if not same:
        return ""
    most = max(same, key=lambda p: abs(p.effect.mean or 0.0))
    share, low, what = most.share.mean or 0.0, most.share.low, told(most.words)
    if low is not None and low > 100:
        return say("; {what} would make more than all of it, and other parts take some of it back", what=what)
    if low is not None and low > 50:
        return say("; over half of the gap is {what}", what=what)
    if share >= WORTH_A_WORD:
        size = percent(most.share, signed=False)
        return say("; the largest clear part is {what} ({share} of it)", what=what, share=size)
    return ""


def share_of(part: Part, e: Explanation) -> str:
    """A part as a percentage of the gap; empty where the gap itself is not clear of zero."""
    if not e.gap.clear or not e.gap.mean:
        return ""
    return f"{fixed(100 * (part.effect.mean or 0.0) / e.gap.mean, 0)} %"


def _made_of(e: Explanation, clear: Sequence[Part]) -> str:
    if not clear:
        return say("No part of it is clear of zero: more worlds would tell.")
    parts = [_part(part, e) for part in clear[:MOST_TOLD]]
    if (more := len(clear) - MOST_TOLD) > 0:
        parts.append(count("{n} smaller part", "{n} smaller parts", more))
    idle = sum(part.effect.low == part.effect.high == 0 for part in e.every)
    rest = len(e.every) - len(clear) - idle
    text = say("It is made of {parts}.", parts=say("; ").join(parts))
    if rest:
        text += say(" {rest} of {all} parts cannot be told from nothing.", rest=rest, all=len(e.every))
    return text


def _part(part: Part, e: Explanation) -> str:
    """E.g. "learning in the field (-3.0 M [-3.1, -2.9], 75 % of the gap)"."""
    column = [one.effect for one in e.every]
    size = "" if e.assumed else measured(part.effect, e.info, brief=True, column=column)
    share = say("{share} of the gap", share=share_of(part, e)) if e.gap.clear else ""
    inside = say(", ").join(filter(None, (size, share))) or say("beyond chance")
    return say("{what} ({size})", what=told(part.words), size=inside)
