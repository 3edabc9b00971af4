"""Who gains and who loses: the same people in two worlds, one by one and by group.

What a person won is counted from the start week until they leave or the run ends; who comes after them is somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.language import mark
from analysis.paired import Estimate, percent_interval, t_interval
from analysis.panel import AnalysisError, Array

NAMED = 10
"""People named as most hurt and most helped."""
LEAST = 3
"""People a world, on average, that make a group."""
TENURES = ((0, 52, mark("first year")), (52, 156, mark("1 to 3 years")), (156, 10_000, mark("over 3 years")))
THIRDS = (mark("lowest third"), mark("middle third"), mark("highest third"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was there as the policies parted; `won` is money, the first of each pair under the baseline.

    `left` are week and how ("resigned", "dismissed"), None for who stayed; `morale` is the mean while there, `taken` and
    `given` are accounts that changed hands, `learned` is knowledge gained, mean over segments, while there.
    """

    seat: int
    tenure: int
    talent: float
    segment: str
    manager: int
    won: tuple[float, float]
    morale: tuple[float, float]
    left: tuple[tuple[int, str] | None, tuple[int, str] | None]
    taken: tuple[int, int]
    given: tuple[int, int]
    learned: tuple[float, float]

    @property
    def gain(self) -> float:
        """Money won under the policy beyond that under the baseline."""
        return self.won[1] - self.won[0]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people over several worlds: differences to the baseline, each world one observation.

    `won` in money a person, `percent` the same of the baseline's, `morale` on its scale, `left` share of the group that
    left beyond the baseline's. `people` is the mean number a world.
    """

    kind: str
    name: str
    people: float
    won: Estimate
    percent: Estimate
    morale: Estimate
    left: Estimate


def people(base: Any, policy: Any) -> list[Person]:
    """The people of one world, by seat. Arguments have the attributes of `Lives`; AnalysisError if these are two worlds."""
    if not np.array_equal(base.start["talent"], policy.start["talent"]):
        raise AnalysisError("these are two worlds, not one: their people differ before the policies part")
    both = [_sums(life) for life in (base, policy)]
    return [
        Person(
            int(seat), int(base.start["tenure"][seat]), float(base.start["talent"][seat]),
            base.segments[base.start["segment"][seat]],
            int(base.start["manager"][seat]), *(tuple(one[name][seat] for one in both) for name in SUMS),
        )
        for seat in np.flatnonzero(base.start["present"])
    ]  # fmt: skip


SUMS = ("won", "morale", "left", "taken", "given", "learned")


def _sums(life: Any) -> dict[str, list[Any]]:
    """What each seat's person of the start week came to, one list a field of `SUMS`."""
    reps = life.reps
    gone = np.cumsum(reps["left"] > 0, axis=0)
    there = np.vstack([np.ones((1, gone.shape[1]), bool), gone[:-1] == 0])  # the week of leaving is lived
    weeks = there.sum(axis=0)
    last = weeks - 1
    seats = np.arange(gone.shape[1])

    def total(name: str) -> Array:
        return np.asarray(np.where(there, reps[name], 0).sum(axis=0))

    first = life.known[0].mean(axis=1)
    return {
        "won": total("won").tolist(),
        "morale": (total("morale") / weeks).tolist(),
        "left": [departure(life, int(seat)) for seat in seats],
        "taken": total("taken").tolist(),
        "given": total("given").tolist(),
        "learned": (reps["knowledge"][last, seats] - first).tolist(),
    }


def departure(life: Any, seat: int) -> tuple[int, str] | None:
    """Week in which the seat's person of the start week left, and how; None if they stayed."""
    when = np.flatnonzero(life.reps["left"][:, seat])
    if not len(when):
        return None
    return int(life.weeks[when[0]]), HOW[int(life.reps["left"][when[0], seat])]


HOW = {1: "resigned", 2: "dismissed"}


def extremes(found: Sequence[Person]) -> tuple[list[Person], list[Person]]:
    """The most hurt and the most helped, worst and best first; only who lost or gained. Ties by seat."""
    order = sorted(found, key=lambda person: (person.gain, person.seat))
    hurt = [person for person in order[:NAMED] if person.gain < 0]
    return hurt, [person for person in order[::-1][:NAMED] if person.gain > 0]


def groups(worlds: Sequence[Sequence[Person]], worlds_a_draw: int = 1) -> list[Group]:
    """All people, then by tenure, talent (thirds of a world) and segment, over worlds; tiny groups are left out.

    Where worlds share draws of what is uncertain, those of one draw, one after the other, count as one observation.
    """
    worlds = [
        [person for world in worlds[first : first + worlds_a_draw] for person in world]
        for first in range(0, len(worlds), worlds_a_draw)
    ]
    names = sorted({person.segment for world in worlds for person in world})
    kinds = {
        "": ["everybody"],
        "tenure": [name for _, _, name in TENURES],
        "talent": list(THIRDS),
        "segment": names,
    }
    placed = [_placed(world) for world in worlds]
    found = []
    for kind, labels in kinds.items():
        for label in labels:
            members = [
                [person for person, place in zip(world, places, strict=True) if place[kind] == label]
                for world, places in zip(worlds, placed, strict=True)
            ]
            if sum(map(len, members)) >= LEAST * worlds_a_draw * len(worlds):
                found.append(_group(kind, label, members, worlds_a_draw))
    return found


def _placed(world: Sequence[Person]) -> list[dict[str, str]]:
    """The group of each person, by kind."""
    talent = np.array([person.talent for person in world])
    rank = talent.argsort(kind="stable").argsort(kind="stable")
    return [
        {
            "": "everybody",
            "tenure": next(name for low, high, name in TENURES if low <= person.tenure < high),
            "talent": THIRDS[3 * int(place) // len(world)],
            "segment": person.segment,
        }
        for person, place in zip(world, rank, strict=True)
    ]


def _group(kind: str, name: str, worlds: Sequence[Sequence[Person]], worlds_a_draw: int) -> Group:
    some = [world for world in worlds if world]

    def means(of: Any) -> Array:
        return np.array([np.mean([of(person) for person in world]) for world in some])

    won = means(lambda person: person.gain)
    return Group(
        kind, name, float(np.mean([len(world) for world in worlds])) / worlds_a_draw, t_interval(won),
        percent_interval(won, means(lambda person: person.won[0])),
        t_interval(means(lambda person: person.morale[1] - person.morale[0])),
        t_interval(means(lambda person: (person.left[1] is not None) - (person.left[0] is not None))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a rep or an account in a week, in words; `where` is 0 for the baseline, 1 for the policy."""

    week: int
    where: int
    text: str


def rep_events(lives: Sequence[Any], seat: int, least: int) -> list[Event]:
    """Hand-overs of at least so many accounts in a week, leaving and who came after, in both worlds, by week."""
    found = []
    for where, life in enumerate(lives):
        reps = {name: column[:, seat] for name, column in life.reps.items()}
        for i, week in enumerate(life.weeks.tolist()):
            moves = [f"{reps[name][i]} accounts {word}" for name, word in MOVES if reps[name][i] >= least]
            if moves:
                found.append(Event(week, where, " and ".join(moves)))
            if how := HOW.get(int(reps["left"][i])):
                told = f"{how}: morale {reps['morale'][i]:.2f}, {reps['attainment'][i]:.0%} of quota of late"
                lately = int(reps["given"][max(0, i - LATELY + 1) : i + 1].sum())
                found.append(
                    Event(
                        week, where, told + (f", {lately} accounts lost in {LATELY} weeks" if lately else "")
                    )
                )
            if i and reps["person"][i] != reps["person"][i - 1]:
                found.append(Event(week, where, "a newcomer takes the seat"))
    return sorted(found, key=lambda event: (event.week, event.where))


MOVES = (("given", "given away"), ("taken", "taken over"))
LATELY = 13


def account_events(lives: Sequence[Any], account: int) -> list[Event]:
    """Changes of stage, owner and person in both worlds, by week; what stands as the policies part comes first."""
    found = []
    for where, life in enumerate(lives):
        rows = life.accounts[account]
        for i, week in enumerate(life.weeks.tolist()):
            now = _standing(life, rows, i)
            if i == 0 or now != _standing(life, rows, i - 1):
                found.append(Event(week, where, now))
    return sorted(found, key=lambda event: (event.week, event.where))


def _standing(life: Any, rows: dict[str, npt.NDArray[Any]], i: int) -> str:
    """E.g. "customer of rep 17, 12,000 a year"."""
    stage, owner, person = life.stages[rows["stage"][i]], int(rows["owner"][i]), int(rows["person"][i])
    whose = (
        "of nobody" if owner < 0 else f"of rep {owner}" + (f" (person {person + 1} there)" if person else "")
    )
    value = f", {rows['value'][i] / 100:,.0f} a year" if stage in WORTH and rows["value"][i] else ""
    return f"{stage} {whose}{value}"


WORTH = ("qualified", "proposal", "customer")
