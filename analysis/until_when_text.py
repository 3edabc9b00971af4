"""Until when, and what the first weeks tell, in sentences, tables of 80 columns and plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.crossover import (
    AHEAD,
    AHEAD_ONCE,
    BEHIND,
    BEHIND_ONCE,
    LEVEL_AT_THE_END,
    NEVER_APART,
    OVERTAKES,
    Crossover,
    crossing_words,
)  # fmt: skip
from analysis.language import listed
from analysis.leading import LEAST_OF_A_KIND, Indicator, Leading
from analysis.price import PRICE
from analysis.tables import titled
from analysis.units import name_in_text, share
from analysis.until_when import Review, UntilWhen

if TYPE_CHECKING:
    from rich.console import RenderableType

SIDES = (AHEAD, AHEAD_ONCE, BEHIND, BEHIND_ONCE)
TOLD_REVIEW = 26
"""Weeks after the start of the review that the sentence tells of, or the last one before."""
NAMED = 2


def sentence(found: UntilWhen, start_week: int) -> str:
    """When the policy turns on the headline outcome, and what a review half a year after the start would do to it."""
    crossing = found.crossings.get(found.headline)
    if crossing is None:
        return ""
    label = name_in_text(found.infos[found.headline].label)
    if found.headline in found.same:
        return f"No difference can be seen: '{found.policy}' and '{found.baseline}' have the same {label} in every week."
    text = _turns(found, crossing, label)
    told = [one for one in found.reviews[found.headline] if not one.same]
    early = [one for one in told if one.week - start_week <= TOLD_REVIEW] or told[:1]
    return f"{text}: {_reviewed(early[-1], start_week, found.weeks)}." if early else f"{text}."


def _turns(found: UntilWhen, crossing: Crossover, label: str) -> str:
    who, base = f"On average '{found.policy}'", f"'{found.baseline}'"
    if crossing.week is not None:
        span = (
            ""
            if crossing.low is None
            else f" [{crossing.low}, {'after the end' if crossing.high is None else crossing.high}]"
        )
        before, after = ("trails", "leads") if crossing.turn == OVERTAKES else ("leads", "trails")
        text = f"{who} {before} {base} on {label} until week {crossing.week}{span}"
        return (
            f"{text}, then {after}"
            if crossing.high is not None
            else f"{text}; that it {after} then is not clear"
        )
    if crossing.reason == NEVER_APART:
        return f"'{found.policy}' and {base} are never clearly apart on {label}"
    if crossing.reason == LEVEL_AT_THE_END:
        return (
            f"'{found.policy}' and {base} were clearly apart on {label} either way, and are level at the end"
        )
    side, of = ("ahead", " of") if crossing.reason in (AHEAD, AHEAD_ONCE) else ("behind", "")
    how = " throughout" if crossing.reason in (AHEAD, BEHIND) else ", but not clearly at the end"
    if crossing.reason in SIDES:
        return f"{who} is {side}{of} {base} on {label}{how}"
    return f"When '{found.policy}' turns against {base} on {label} is not known ({crossing.reason})"


def _reviewed(review: Review, start_week: int, weeks: int) -> str:
    """E.g. "a review 26 weeks after the start would reject it in 94 % of worlds, and in 41 % that would be wrong"."""
    text = f"a review {review.week - start_week} weeks after the start (week {review.week}) would"
    if (review.rejects.mean or 0.0) >= 0.5:
        text += f" reject it in {share(review.rejects)} of worlds"
        if not review.wrongly.mean:
            return f"{text}, and in none of them is it ahead by week {weeks}"
        return f"{text}, and in {share(review.wrongly)} that would be wrong, as it is ahead by week {weeks}"
    return (
        f"{text} reject it in {share(review.rejects)} of worlds, and pick the side that is behind by week {weeks} in "
        f"{share(review.wrong)}"
    )


def leading_sentence(found: Leading, policy: str, weeks: int, words: Mapping[str, str], units: str) -> str:
    """What the signals of one week tell of the end, or that none tells more than chance."""
    if not found.indicators and found.same:
        return ""  # that nothing differs is said already
    if not found.indicators:
        return f"What week {found.week} after the start tells of week {weeks} cannot be asked: {found.why} ({units})."
    telling = [one for one in found.indicators if one.tells]
    many = len(found.indicators)
    if not found.by_sign:
        kind = "behind" if 2 * found.behind > found.units else "ahead"
        few = min(found.behind, found.units - found.behind)
        start = (
            f"'{policy}' ends {kind} in {found.units - few} of {found.units} {units}, so no signal can show whether "
            f"(fewer than {LEAST_OF_A_KIND} of the other kind)"
        )
        if not telling:
            return f"{start}; how far, none of {many} in week {found.week} after the start tells more than chance."
        told = listed([f"{words[one.signal]} ({_rank(one)})" for one in telling[:NAMED]])
        return f"{start}; how far is told best by {told}, by rank correlation in week {found.week} after the start."
    if not telling:
        best = found.indicators[0]
        return (
            f"None of {many} signals of week {found.week} after the start tells more than chance whether '{policy}' is "
            f"ahead in week {weeks}: the best, {words[best.signal]}, is right in {_pairs(best)} of pairs, chance in 50 %."
        )
    first = telling[0]
    way = "more" if first.way > 0 else "fewer"
    return (
        f"Of {many} signals of week {found.week} after the start {words[first.signal]} tell best whether '{policy}' is "
        f"ahead in week {weeks}: of two {units}, one of either kind, the one with {way} of them is ahead in "
        f"{_pairs(first)} of cases (chance: 50 %); {len(telling)} of {many} tell more than chance."
    )


def _pairs(one: Indicator) -> str:
    return share(one.sign or one.size)


def _rank(one: Indicator) -> str:
    size = one.size
    text = f"{size.mean or 0.0:+.2f}"
    return text if size.low is None or size.high is None else f"{text} [{size.low:.2f}, {size.high:.2f}]"


def render_until_when(found: UntilWhen) -> list[RenderableType]:
    """A table of crossings and one of reviews, each for the headline outcome and the others that are watched."""
    from rich.text import Text

    names = _shown(found)
    if not names:
        return []
    table = titled(
        f"Until when: {found.policy} against {found.baseline}, {found.worlds} worlds",
        ("outcome", "week of the run"),
    )
    for name in names:
        table.add_row(Text(found.infos[name].label), Text(_crossed(found, name)))
    table.caption, table.caption_justify = (
        Text("Sums count from the start on; levels as they stand in a week."),
        "left",
    )
    parts: list[RenderableType] = [Text(""), table]
    if not found.reviews[names[0]]:
        return parts
    table = titled(
        "A review that could see both worlds: how often it picks the wrong side by the end",
        ("outcome", *(f"week {one.week}" for one in found.reviews[names[0]])),
    )
    for name in names:
        cells = [
            "no difference" if one.same else share(one.wrong).replace(" [", "\n[")
            for one in found.reviews[name]
        ]
        table.add_row(Text(found.infos[name].label), *map(Text, cells))
    first = found.reviews[names[0]]
    told = "; ".join(
        f"week {one.week}: {share(one.rejects)}, wrongly {share(one.wrongly)}"
        for one in first
        if not one.same
    )
    table.caption = Text(
        f"It rejects the policy, by {name_in_text(found.infos[names[0]].label)}, of all worlds in {told}."
    )
    table.caption_justify = "left"
    return [*parts, Text(""), table]


def _shown(found: UntilWhen) -> list[str]:
    return [
        name
        for name in dict.fromkeys((found.headline, *(name for name, _ in PRICE)))
        if name in found.crossings
    ]


def _crossed(found: UntilWhen, name: str) -> str:
    c = found.crossings[name]
    if name in found.same:
        return "no difference can be seen"
    return crossing_words(c.week, c.low, c.high, c.turn, c.reason)


def render_leading(found: Leading, words: Mapping[str, str], weeks: int, units: str) -> list[RenderableType]:
    """The ranking as a table; nothing where there is none."""
    from rich.text import Text

    if not found.indicators:
        return []
    table = titled(
        f"What week {found.week} after the start tells of week {weeks}, best first",
        ("signal", "who is ahead", "rank correlation with the gap", "more than chance"),
    )
    for one in found.indicators:
        right = "n/a" if one.sign is None else share(one.sign)
        cells = (words[one.signal], right, _rank(one), "yes" if one.tells else "no")
        table.add_row(*map(Text, cells))
    told = (
        f"Who is ahead: of two {units}, one of either kind, how often the signal picks the right one (chance: 50 %). "
        "Brackets hold for all signals together; more than chance: at 5 % for the best of all of them."
    )
    table.caption, table.caption_justify = Text(told), "left"
    return [Text(""), table]


def until_when_data(found: UntilWhen, start_week: int) -> dict[str, Any]:
    """For `--json`: every outcome with a better side. Weeks are weeks of the run, shares 0-1."""
    return {
        "sentence": sentence(found, start_week), "worlds": found.worlds,
        "crossovers": [
            {"outcome": name, "week": c.week, "ci_low": c.low, "ci_high": c.high, "turn": c.turn, "share": c.share,
             "reason": "no difference can be seen" if name in found.same else c.reason}
            for name, c in found.crossings.items()
        ],
        "reviews": [
            {"outcome": name, **review_data(one)} for name, rows in found.reviews.items() for one in rows
        ],
    }  # fmt: skip


def review_data(one: Review) -> dict[str, Any]:
    """One review as `--json` has it."""
    return {
        "week": one.week, "wrong": one.wrong.data(), "rejects": one.rejects.data(), "wrongly_rejects": one.wrongly.data(),
        "no_difference": one.same
    }  # fmt: skip


def leading_data(found: Sequence[Leading], told: str, words: Mapping[str, str]) -> dict[str, Any]:
    """For `--json`: the sentence, and every week of signals; `sign` is the share of pairs told right."""
    return {
        "sentence": told,
        "weeks": [
            {"week": one.week, "units": one.units, "behind": one.behind, "why": one.why,
             "signals": [
                 {**asdict(row), "label": words[row.signal], "sign": None if row.sign is None else row.sign.data(),
                  "size": row.size.data(), "more_than_chance": row.tells}
                 for row in one.indicators
             ]}
            for one in found
        ],
    }  # fmt: skip
