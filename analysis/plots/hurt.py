"""The ten most hurt, one by one, and what groups of people lose or gain over many worlds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.language import mark, say, told
from analysis.plots import fonts, looks, style
from analysis.units import MONEY, plain, scale, spelled

LONG = 0.3
"""Of the longest bar; a shorter one has its figure beside it."""
Data = Mapping[str, Any]
GROUPS = {"tenure": mark("tenure"), "talent": mark("talent"), "segment": mark("industry")}
TIMES = {
    "first year": mark("less than a year"),
    "1 to 3 years": mark("1 to 3 years"),
    "over 3 years": mark("over 3 years"),
}
HOW = {"resigned": mark("resigned in week {week}"), "dismissed": mark("dismissed in week {week}")}


def hurt(who: Data, known: looks.Looks) -> style.Chart | None:
    """The ten who lose most, in one world; None where nobody loses. `who` is what `explain --who --json` prints."""
    people = list(who["hurt"])
    if not people:
        return None
    with style.rules():
        note = say(
            "Money a person wins after the start, growth of contracts they hold included, under '{policy}' less under "
            "'{base}': the same people in the same world. One world has no interval, and who stands here is partly "
            "chance; groups over many worlds stand below.",
            policy=who["policy"], base=who["baseline"],
        )  # fmt: skip
        figure, (ax,) = style.grid(
            title(who), note, 1, 1, None, 0.3 * len(people) + 0.1, left=2.75, key=-0.35, width=style.NARROW
        )
        divisor, unit = scale(MONEY, max(abs(100 * p["gain"]) for p in people))
        colour = looks.colour_of(who["policy"], known)
        for row, person in enumerate(people):
            size = 100 * person["gain"] / divisor
            ax.barh(row, size, height=0.7, color=colour, linewidth=0)
            inside = person["gain"] < LONG * people[0]["gain"]  # both are negative
            ax.annotate(
                plain(100 * person["gain"], MONEY, signed=True), (size, row), xytext=(4 if inside else -4, 0),
                textcoords="offset points", size=7.6, va="center", ha="left" if inside else "right",
                color="white" if inside else style.INK,
            )  # fmt: skip
        ax.set_yticks(range(len(people)), [_person(p) for p in people], size=7.2)
        ax.tick_params(axis="y", labelcolor=style.INK)
        _finish(ax, len(people), unit)
        return figure


def groups(who: Data, known: looks.Looks) -> style.Chart | None:
    """All people by group, mean over worlds with 95 % intervals; None without intervals."""
    rows = [g for g in who["groups"] if g["won"]["ci_low"] is not None]
    if not rows:
        return None
    with style.rules():
        note = say(
            "Money a person wins in contracts after the start, under '{policy}' less under '{base}', mean of {worlds} "
            "worlds. "
            "Lines: 95 % intervals. Pale: not clear of zero. Growth of contracts they hold is counted too.",
            policy=who["policy"], base=who["baseline"], worlds=who["worlds"],
        )  # fmt: skip
        figure, (ax,) = style.grid(
            title(who), note, 1, 1, None, 0.3 * len(rows) + 0.2, left=3.2, right=0.5, key=-0.3
        )
        ends = [abs(100 * v) for g in rows for v in g["won"].values() if v is not None]
        divisor, unit = scale(MONEY, max(ends, default=1.0))
        ours = looks.colour_of(who["policy"], known)
        for row, group in enumerate(rows):
            mean, low, high = (100 * group["won"][k] / divisor for k in ("mean", "ci_low", "ci_high"))
            colour = ours if high < 0 or low > 0 else style.FAINT
            ax.plot([low, high], [row, row], color=colour, linewidth=3, solid_capstyle="butt")
            ax.plot([mean], [row], "o", color=colour, markersize=5.5)
        ax.axvline(0, color=style.BASELINE, linewidth=1.0)
        ax.set_yticks(range(len(rows)), [group_in_words(g) for g in rows], size=8.8)
        ax.tick_params(axis="y", labelcolor=style.INK)
        ax.margins(x=0.08)
        _finish(ax, len(rows), unit)
        return figure


def _person(person: Mapping[str, Any]) -> str:
    gone = left_in_words(person["left"][1])
    years = person["tenure"] / 52
    text = say(
        "rep {seat}, {years:.0f} years, {segment}, {given} accounts given up: {gone}",
        seat=person["seat"], years=years, segment=style.shortened(person["segment"], 14),
        given=person["given"][1], gone=gone,
    )  # fmt: skip
    return "\n".join(fonts.wrapped(text, 44, 2))


def left_in_words(left: Any) -> str:
    """E.g. "resigned in week 30"; `left` is week and how, None for who stayed."""
    return say("stayed") if left is None else told(HOW[left[1]]).format(week=left[0])


def group_in_words(group: Mapping[str, Any]) -> str:
    """E.g. "talent: lowest third"."""
    if group["kind"] == "all":
        return say("everybody")
    name = style.shortened(group["name"], 18) if group["kind"] == "segment" else told(group["name"])
    return say("{kind}: {name}", kind=told(GROUPS[group["kind"]]), name=name)


def _finish(ax: Any, rows: int, unit: str) -> None:
    ax.set_ylim(max(rows, 1) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(say("money a person, {unit}", unit=spelled(unit)))


def title(who: Data) -> str:
    """How many are hurt beyond what groups lose, and what the worst group loses."""
    groups = [g for g in who["groups"] if g["kind"] != "all" and g["won"]["ci_high"] is not None]
    losing = [g for g in groups if g["won"]["ci_high"] < 0]
    if not losing:
        return say(
            "Under '{policy}' no group of people clearly loses money against '{base}'",
            policy=who["policy"],
            base=who["baseline"],
        )
    worst = min(losing, key=lambda g: g["won"]["mean"])
    size = plain(-100 * worst["won"]["mean"], MONEY)
    return say(
        "Under '{policy}' {people} lose most: {size} a person, growth of contracts they hold included; {number} of {all} "
        "groups clearly lose",
        policy=who["policy"], people=_people_of(worst), size=size, number=len(losing), all=len(groups),
    )  # fmt: skip


def _people_of(group: Data) -> str:
    """The group in a sentence, e.g. "reps in the lowest third of talent"."""
    if group["kind"] == "tenure":
        return say(
            "reps who have been there {time}", time=told(TIMES.get(str(group["name"]), str(group["name"])))
        )
    if group["kind"] == "talent":
        return say("reps in the {third} of talent", third=told(group["name"]))
    return say("reps of {industry}", industry=style.shortened(group["name"], 18))
