"""Who gains and who loses, in words and tables of 80 columns, and as plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.paired import MIN_PAIRS, Estimate
from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.units import MONEY, measured, percent, plain
from analysis.who import Event, Group, Person, account_events, extremes, rep_events

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

EVERY = 13
"""Weeks from one row of a life to the next."""
MOVED_AT_LEAST = 5
"""Accounts that change hands in a week and are told of."""
SCALE = OutcomeInfo("morale", "0-1", 1, False, "", "Morale")
SHARE = OutcomeInfo("left", "share", -1, False, "", "Left")
WON = (
    "Money won: new contracts and what customers add at renewals, until the person leaves. New ARR has the new contracts "
    "alone, of everybody, so that the two can differ much. People: those who are there as the policies part, so that empty "
    "seats are not counted. Groups of fewer than three are left out."
)
EXAMPLE = (
    "A model result, not a forecast: one world, an example and no estimate; another --world has other luck."
)
"""What closes the life of one rep or account."""


@dataclass(frozen=True)
class Who:
    """Groups over `worlds` worlds, and the people of world `world`."""

    policy: str
    baseline: str
    worlds: int
    world: int
    groups: Sequence[Group]
    people: Sequence[Person]


def money(value: float, signed: bool = False) -> str:
    """An amount in currency units with three figures: "1.2 M"."""
    return plain(100 * value, MONEY, signed)


def render_who(who: Who) -> list[RenderableType]:
    """Groups, then the most hurt and the most helped of one world."""
    from rich.text import Text

    table = titled(
        f"{who.policy} against {who.baseline}: what people win, mean of {who.worlds} world{'s' * (who.worlds != 1)}",
        ("who", "people", "money a person", "percent", "morale", "left, %"),
    )
    kind = who.groups[0].kind
    for group in who.groups:
        if group.kind != kind:
            kind = group.kind
            table.add_row(Text(f"by {kind}", style="bold"))
        cells = (
            f"{group.people:.0f}", measured(_hundredfold(group.won), MONEY), percent(group.percent),
            measured(group.morale, SCALE), measured(_hundredfold(group.left), SHARE, brief=True),
        )  # fmt: skip
        table.add_row(Text(group.name), *(Text(cell.replace(" [", "\n[")) for cell in cells))
    table.caption, table.caption_justify = Text(WON), "left"
    parts: list[RenderableType] = [Text(sentence(who), style="bold"), Text(""), table]
    hurt, helped = extremes(who.people)
    for title, some in (("Most hurt", hurt), ("Most helped", helped)):
        if some:
            parts += [Text(""), _people_table(f"{title} in world {who.world}", some, who)]
    return parts


def sentence(who: Who) -> str:
    """Who gains, who loses, and how unequal that is."""
    everybody = who.groups[0]
    told = [group for group in who.groups[1:] if group.percent.low is not None]
    less = (everybody.won.mean or 0.0) < 0
    text = (
        f"Under '{who.policy}' a person wins {measured(_hundredfold(everybody.won), MONEY, signed=False, flip=less)} "
        f"({percent(everybody.percent, signed=False, flip=less)}) {'less' if less else 'more'} than under "
        f"'{who.baseline}', what customers add at renewals included"
    )
    if not told:
        return f"{text}. {say_few(who.worlds)}" if everybody.won.low is None else f"{text}."
    worst = min(told, key=lambda group: group.percent.mean or 0.0)
    best = max(told, key=lambda group: group.percent.mean or 0.0)
    return f"{text}; worst off: {_spoken(worst)}, {percent(worst.percent)}; best: {_spoken(best)}, {percent(best.percent)}."


def say_few(worlds: int) -> str:
    """That so few worlds do not tell how sure a figure is."""
    return (
        f"How sure that is {'one world does' if worlds == 1 else f'{worlds} worlds do'} not say: "
        f"{MIN_PAIRS} or more are needed (--replications)."
    )


def _spoken(group: Group) -> str:
    return f"{group.kind} {group.name}" if group.kind in ("talent", "segment") else group.name


def _people_table(title: str, some: Sequence[Person], who: Who) -> Table:
    from rich.text import Text

    table = titled(title, ("rep", "weeks", "talent", "contracts in", "money won", "taken, given", "leaves"))
    for person in some:
        cells = (
            str(person.seat), str(person.tenure), f"{person.talent:+.1f}", person.segment,
            f"{money(person.won[1])}\n({money(person.gain, signed=True)})",
            f"{person.taken[1]}, {person.given[1]}", _gone(person.left[1]),
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    told = (
        f"Weeks: there as the policies part. Talent in sd. Brackets: against the same person under '{who.baseline}'. "
        "Who is at the end of the list of one world is partly chance; groups over many worlds are not."
    )
    table.caption, table.caption_justify = Text(told), "left"
    return table


def _gone(left: tuple[int, str] | None) -> str:
    return "stayed" if left is None else f"{left[0]}\n{left[1]}"


def render_rep(lives: Sequence[Any], person: Person) -> list[RenderableType]:
    """One rep in both worlds: a sentence, what happened, and the weeks next to each other."""
    from rich.text import Text

    base, policy = lives
    names = base.policy, policy.policy
    parts: list[RenderableType] = [Text(rep_sentence(person, names), style="bold"), Text("")]
    parts += _event_lines(rep_events(lives, person.seat, MOVED_AT_LEAST), names)
    table = titled(
        f"Rep {person.seat}: {names[0]} / {names[1]}",
        ("week", "contracts", "open deals", "won in between", "morale", "knowledge"),
    )
    begun = 0
    rows = {where: {n: c[:, person.seat] for n, c in life.reps.items()} for where, life in enumerate(lives)}
    for i in [*range(EVERY - 1, len(base.weeks) - 1, EVERY), len(base.weeks) - 1]:
        cells = [
            " / ".join(_cell(rows[where], name, begun, i, person.left[where], base.weeks) for where in (0, 1))
            for name in ("contracts", "deals", "won", "morale", "knowledge")
        ]
        table.add_row(Text(str(base.weeks[i])), *map(Text, cells))
        begun = i + 1
    table.caption, table.caption_justify = Text("-: has left by then."), "left"
    return [*parts, Text(""), table, Text(""), *_learned(lives, person)]


def _cell(
    rows: Mapping[str, Any], name: str, begun: int, i: int, left: tuple[int, str] | None, weeks: Any
) -> str:
    if left is not None and left[0] < weeks[i]:
        return "-"
    if name == "won":
        return money(float(rows[name][begun : i + 1].sum()))
    return f"{rows[name][i]:.2f}" if name in ("morale", "knowledge") else str(rows[name][i])


def rep_sentence(person: Person, names: tuple[str, str]) -> str:
    """What one person came to in both worlds."""
    stayed = [f"under '{name}' they {_leaves(left)}" for name, left in zip(names, person.left, strict=True)]
    wins = [f"{money(won)} under '{name}'" for name, won in zip(names, person.won, strict=True)]
    return (
        f"Rep {person.seat}, {person.tenure} weeks there, talent {person.talent:+.1f} sd, most contracts in "
        f"{person.segment}, team {person.manager}: wins {wins[1]} and {wins[0]} ({money(person.gain, signed=True)}); "
        f"{', and '.join(stayed)}."
    )


def _leaves(left: tuple[int, str] | None) -> str:
    if left is None:
        return "stay"
    return f"are dismissed in week {left[0]}" if left[1] == "dismissed" else f"resign in week {left[0]}"


def _learned(lives: Sequence[Any], person: Person) -> list[RenderableType]:
    """Knowledge by segment as the policies part, and where it stands in the end in both worlds."""
    from rich.text import Text

    base, policy = lives
    table = titled(
        f"What rep {person.seat} knows",
        ("segment", "at the start", f"end, {base.policy}", f"end, {policy.policy}"),
    )
    stays = [left is None for left in person.left]
    for k, name in enumerate(base.segments):
        ends = [
            f"{life.known[1][person.seat, k]:+.2f}" if there else "-"
            for life, there in zip(lives, stays, strict=True)
        ]
        table.add_row(Text(name), Text(f"{base.known[0][person.seat, k]:+.2f}"), *map(Text, ends))
    return [table]


def render_account(lives: Sequence[Any], account: int) -> list[RenderableType]:
    """One account in both worlds: what changed, week by week, next to each other."""
    from rich.text import Text

    base, policy = lives
    head = f"Account {account}, {base.account_segments[account]}: {base.policy} and {policy.policy}"
    table = titled(head, ("week", base.policy, policy.policy))
    by_week: dict[int, list[str]] = {}
    for event in account_events(lives, account):
        by_week.setdefault(event.week, ["", ""])[event.where] = event.text
    for week, cells in by_week.items():
        table.add_row(Text(str(week)), *map(Text, cells))
    ends = [life.accounts[account] for life in lives]
    last = ", ".join(
        f"under '{life.policy}' {life.stages[rows['stage'][-1]]}"
        for life, rows in zip(lives, ends, strict=True)
    )
    return [Text(f"Account {account} in the end: {last}.", style="bold"), Text(""), table]


def _event_lines(events: Sequence[Event], names: tuple[str, str]) -> list[RenderableType]:
    from rich.text import Text

    return [Text(f"week {event.week:>3}  {names[event.where]}: {event.text}") for event in events]


def _hundredfold(estimate: Estimate) -> Estimate:
    """Money in cents, or a share in percent."""
    mean, low, high = (None if v is None else 100 * v for v in (estimate.mean, estimate.low, estimate.high))
    return Estimate(mean, low, high, estimate.n, estimate.reason)


def who_data(who: Who) -> dict[str, Any]:
    """For `--json`: money in currency units, shares of people, weeks."""
    hurt, helped = extremes(who.people)
    return {
        "policy": who.policy, "baseline": who.baseline, "worlds": who.worlds, "world": who.world, "sentence": sentence(who),
        "groups": [
            {"kind": g.kind or "all", "name": g.name, "people": g.people, **{
                name: e.data()
                for name, e in (("won", g.won), ("percent", g.percent), ("morale", g.morale), ("left", g.left))
            }} for g in who.groups
        ],
        "hurt": [person_data(p) for p in hurt], "helped": [person_data(p) for p in helped],
    }  # fmt: skip


def person_data(person: Person) -> dict[str, Any]:
    """One person; pairs are baseline and policy."""
    return {**dataclasses.asdict(person), "gain": person.gain}


def rep_data(lives: Sequence[Any], person: Person) -> dict[str, Any]:
    """One rep, week by week in both worlds, and what happened."""
    names = lives[0].policy, lives[1].policy
    return {
        "rep": person.seat, "baseline": names[0], "policy": names[1], "sentence": rep_sentence(person, names),
        "person": person_data(person), "weeks": lives[0].weeks.tolist(),
        "events": [{"week": e.week, "policy": names[e.where], "text": e.text} for e in rep_events(lives, person.seat, 1)],
        "series": {life.policy: {n: c[:, person.seat].tolist() for n, c in life.reps.items()} for life in lives},
        "knowledge": {
            life.policy: dict(zip(life.segments, life.known[:, person.seat].T.tolist(), strict=True)) for life in lives
        },
    }  # fmt: skip


def account_data(lives: Sequence[Any], account: int) -> dict[str, Any]:
    """One account, week by week in both worlds, and what changed."""
    names = lives[0].policy, lives[1].policy
    return {
        "account": account, "segment": lives[0].account_segments[account], "baseline": names[0], "policy": names[1],
        "weeks": lives[0].weeks.tolist(),
        "events": [{"week": e.week, "policy": names[e.where], "text": e.text} for e in account_events(lives, account)],
        "series": {life.policy: {n: c.tolist() for n, c in life.accounts[account].items()} for life in lives},
    }  # fmt: skip
