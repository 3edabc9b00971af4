"""The ten most hurt, one by one, beside what groups of people lose or gain over many worlds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.language import mark, say, told
from analysis.panel import OutcomeInfo
from analysis.plots import style
from analysis.units import plain, scale, spelled

MONEY = OutcomeInfo("won", "cents", 1, False, "", mark("Money won"))
GROUPS = {"tenure": mark("tenure"), "talent": mark("talent"), "segment": mark("industry")}
HOW = {"resigned": mark("resigned in week {week}"), "dismissed": mark("dismissed in week {week}")}


def hurt(who: Mapping[str, Any]) -> style.Chart:
    """Left single people of one world, right groups with 95 % intervals. `who` is what `explain --who --json` prints."""
    with style.rules():
        people, groups = list(who["hurt"]), [g for g in who["groups"] if g["won"]["ci_low"] is not None]
        note = say(
            "Money won in contracts after the start, under '{policy}' less under '{base}', the same people in both. Left: those "
            "of one world who lose most; who they are is partly chance. Right: all people by group, mean of {worlds} worlds with "
            "95 % intervals: that is not.",
            policy=who["policy"], base=who["baseline"], worlds=who["worlds"],
        )  # fmt: skip
        rows = max(len(people), len(groups), 3)
        figure, (left, right) = style.grid(
            title(who), note, 2, 2, None, 0.34 * rows + 0.3, (3.3, 0.6), left=2.9, share_y=False, right=0.3
        )
        _people(left, people)
        _groups(right, groups)
        return figure


def _people(ax: Any, people: list[Mapping[str, Any]]) -> None:
    divisor, unit = scale(MONEY, max([abs(100 * p["gain"]) for p in people], default=1.0))
    for row, person in enumerate(people):
        size = 100 * person["gain"] / divisor
        ax.barh(row, size, height=0.62, color=style.COLOURS[1], linewidth=0)
        ax.annotate(
            plain(100 * person["gain"], MONEY, signed=True), (size, row), xytext=(4, 0), textcoords="offset points", size=8,
            va="center", color="white", ha="left",
        )  # fmt: skip
    ax.set_yticks(range(len(people)), [_person(p) for p in people], size=8.2)
    ax.tick_params(axis="y", labelcolor=style.INK)
    _finish(ax, len(people), say("The most hurt of one world"), unit)


def _person(person: Mapping[str, Any]) -> str:
    left = person["left"][1]
    gone = say("stayed") if left is None else told(HOW[left[1]]).format(week=left[0])
    years = person["tenure"] / 52
    return say(
        "rep {seat}: {years:.0f} years there, {segment}; {given} accounts given up, {gone}",
        seat=person["seat"], years=years, segment=style.shortened(person["segment"], 14), given=person["given"][1], gone=gone,
    )  # fmt: skip


def _groups(ax: Any, groups: list[Mapping[str, Any]]) -> None:
    ends = [abs(100 * v) for g in groups for v in g["won"].values() if v is not None]
    divisor, unit = scale(MONEY, max(ends, default=1.0))
    for row, group in enumerate(groups):
        mean, low, high = (100 * group["won"][k] / divisor for k in ("mean", "ci_low", "ci_high"))
        colour = style.COLOURS[1] if high < 0 else style.COLOURS[0] if low > 0 else style.QUIET
        ax.plot([low, high], [row, row], color=colour, linewidth=3, solid_capstyle="butt")
        ax.plot([mean], [row], "o", color=colour, markersize=5.5)
    ax.axvline(0, color=style.BASELINE, linewidth=1.0)
    ax.set_yticks(range(len(groups)), [_group(g) for g in groups], size=8.6)
    ax.tick_params(axis="y", labelcolor=style.INK)
    _finish(ax, len(groups), say("All people, by group"), unit)
    ax.margins(x=0.08)


def _group(group: Mapping[str, Any]) -> str:
    if group["kind"] == "all":
        return say("everybody")
    name = style.shortened(group["name"], 18) if group["kind"] == "segment" else told(group["name"])
    return say("{kind}: {name}", kind=told(GROUPS[group["kind"]]), name=name)


def _finish(ax: Any, rows: int, heading: str, unit: str) -> None:
    ax.set_ylim(max(rows, 1) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(say("money a person, {unit}", unit=spelled(unit)))
    style.heading(ax, heading)


def title(who: Mapping[str, Any]) -> str:
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
        "Under '{policy}' hurt most: {group}, {size} a person; {number} of {all} groups clearly lose",
        policy=who["policy"], group=_group(worst), size=size, number=len(losing), all=len(groups),
    )  # fmt: skip
