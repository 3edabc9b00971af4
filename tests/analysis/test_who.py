"""Who gains and who loses: made-up lives with known sums."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from analysis.paired import Estimate
from analysis.panel import AnalysisError
from analysis.who import account_events, departure, extremes, groups, people, rep_events
from analysis.who_text import Who, account_data, rep_data, rep_sentence, sentence, who_data

WEEKS, SEATS = 30, 6
SEGMENTS = ("steel", "toys")


@dataclass
class Life:
    """What `analysis` reads of `Lives`."""

    policy: str
    weeks: np.ndarray = field(default_factory=lambda: np.arange(5, 5 + WEEKS))
    segments: tuple[str, ...] = SEGMENTS
    reps: dict = field(default_factory=dict)
    start: dict = field(default_factory=dict)
    known: np.ndarray = field(default_factory=lambda: np.zeros((2, SEATS, 2)))
    accounts: dict = field(default_factory=dict)
    account_segments: dict = field(default_factory=dict)
    stages: tuple[str, ...] = ("prospect", "lead", "qualified", "proposal", "customer")


def life(policy: str, won: float) -> Life:
    """Everybody wins so much a week; knowledge grows by .01 a week, morale is .5."""
    shape = (WEEKS, SEATS)
    steady = {
        name: np.zeros(shape, int)
        for name in ("person", "left", "taken", "given", "contracts", "deals", "prospects")
    }
    knowledge = np.tile(0.01 * np.arange(1, WEEKS + 1)[:, None], SEATS)
    reps = {
        **steady, "present": np.ones(shape, bool), "won": np.full(shape, won), "morale": np.full(shape, 0.5),
        "attainment": np.full(shape, 0.8), "knowledge": knowledge,
    }  # fmt: skip
    start = {
        "tenure": np.array([10, 60, 200, 51, 155, 156]), "talent": np.array([0.0, -1.0, 1.0, 2.0, -2.0, 0.5]),
        "manager": np.zeros(SEATS, int), "segment": np.array([0, 1, 0, 1, 0, 1]), "present": np.ones(SEATS, bool),
    }  # fmt: skip
    return Life(policy, reps=reps, start=start)


def leave(one: Life, seat: int, week: int, how: int = 1) -> None:
    """The person leaves in the week with this place; a newcomer comes five weeks later and wins ten times as much."""
    one.reps["left"][week, seat] = how
    one.reps["person"][week + 5 :, seat] = 1
    one.reps["won"][week + 1 :, seat] *= 10
    one.reps["morale"][week + 1 :, seat] = 1.0


def test_sums_are_those_of_the_person_until_they_leave() -> None:
    base, policy = life("open", 100.0), life("lockdown", 150.0)
    leave(policy, 2, 9)
    found = people(base, policy)
    assert [p.seat for p in found] == list(range(SEATS))
    assert (found[0].won, found[0].gain) == ((3000.0, 4500.0), 1500.0)
    gone = found[2]
    assert gone.won == (3000.0, 1500.0)  # ten weeks, the one of leaving with them
    assert gone.morale == (0.5, 0.5)
    assert gone.left == (None, (14, "resigned"))
    assert gone.learned == pytest.approx((0.3, 0.1))
    assert departure(policy, 2) == (14, "resigned")


def test_seats_that_were_empty_take_no_part_and_two_worlds_are_refused() -> None:
    base, policy = life("open", 1.0), life("lockdown", 1.0)
    for one in (base, policy):
        one.start["present"][3] = False
    assert [p.seat for p in people(base, policy)] == [0, 1, 2, 4, 5]
    policy.start["talent"] = policy.start["talent"] + 1
    with pytest.raises(AnalysisError, match="two worlds"):
        people(base, policy)


def test_extremes_are_only_those_who_lose_or_gain() -> None:
    base, policy = life("open", 100.0), life("lockdown", 100.0)
    policy.reps["won"][:, 1] = 50.0
    policy.reps["won"][:, 4] = 10.0
    policy.reps["won"][:, 5] = 300.0
    hurt, helped = extremes(people(base, policy))
    assert [p.seat for p in hurt] == [4, 1]
    assert [p.seat for p in helped] == [5]


def test_groups_are_means_over_worlds_with_t_intervals() -> None:
    rng = np.random.default_rng(1)
    worlds = []
    for gain in rng.normal(20, 5, 12):
        base, policy = life("open", 100.0), life("lockdown", 100.0 + gain)
        policy.reps["won"][:, [0, 3]] -= 30.0  # the first year
        leave(policy, 4, WEEKS - 1, 2)
        worlds.append(people(base, policy))
    found = {(g.kind, g.name): g for g in groups(worlds)}
    everybody = found["", "everybody"]
    gains = [np.mean([p.gain for p in world]) for world in worlds]
    assert everybody.won.mean == pytest.approx(np.mean(gains))
    assert (everybody.won.high - everybody.won.mean) == pytest.approx(
        2.201 * np.std(gains, ddof=1) / 12**0.5, rel=1e-3
    )
    assert everybody.left.mean == pytest.approx(1 / 6)
    assert everybody.percent.mean == pytest.approx(100 * np.mean(gains) / 3000)
    assert ("tenure", "first year") not in found  # two people a world are no group
    assert found["segment", "steel"].people == 3
    many = groups([[replace(p, seat=p.seat + 6 * k) for p in world for k in range(3)] for world in worlds])
    first = next(g for g in many if g.name == "first year")
    assert first.won.mean < 0 < everybody.won.mean
    assert [g.people for g in many if g.kind == "talent"] == [6, 6, 6]
    who = Who("lockdown", "open", 12, 0, many, worlds[0])
    assert "worst off: first year" in sentence(who)
    assert re.match(
        r"Under 'lockdown' a person wins [\d.]+ .* more than under 'open', what customers add", sentence(who)
    )
    less = replace(everybody, won=Estimate(-4e5, -5e5, -3e5, 12), percent=Estimate(-40.0, -50.0, -30.0, 12))
    assert sentence(replace(who, groups=[less])).startswith(
        "Under 'lockdown' a person wins 400 k [300, 500] (40 % [30, 50]) less than under 'open', "
    )
    assert who_data(who)["groups"][0]["kind"] == "all"
    alone = sentence(replace(who, worlds=1, groups=groups(worlds[:1])))
    assert alone.endswith("How sure that is one world does not say: 3 or more are needed (--replications).")


def test_worlds_of_one_draw_are_one_observation() -> None:
    rng = np.random.default_rng(2)
    worlds = []
    for gain in rng.normal(20, 5, 6):
        world = people(life("open", 100.0), life("lockdown", 100.0 + gain))
        worlds += [world, world]
    together, apart = groups(worlds, 2)[0], groups(worlds)[0]
    assert (together.won.n, apart.won.n, together.people) == (6, 12, 6)
    assert together.won.mean == pytest.approx(apart.won.mean)
    assert together.won.low < apart.won.low


def test_what_happened_is_told_by_week() -> None:
    base, policy = life("open", 100.0), life("lockdown", 150.0)
    policy.reps["given"][0, 2], policy.reps["taken"][0, 2], policy.reps["given"][4, 2] = 20, 3, 4
    leave(policy, 2, 9)
    events = [(e.week, e.where, e.text) for e in rep_events((base, policy), 2, 5)]
    assert events == [
        (5, 1, "20 accounts given away"),
        (14, 1, "resigned: morale 0.50, 80% of quota of late, 24 accounts lost in 13 weeks"),
        (19, 1, "a newcomer takes the seat"),
    ]
    person = people(base, policy)[2]
    assert "under 'open' they stay, and under 'lockdown' they resign in week 14" in rep_sentence(
        person, ("open", "lockdown")
    )
    assert len(rep_data((base, policy), person)["series"]["open"]["won"]) == WEEKS


def test_an_account_is_told_where_something_changes() -> None:
    base, policy = life("open", 1.0), life("lockdown", 1.0)
    for one in (base, policy):
        rows = {
            name: np.zeros(WEEKS, int)
            for name in ("stage", "owner", "person", "value", "relationship", "usage")
        }
        rows["owner"][:] = -1
        one.accounts, one.account_segments = {7: rows}, {7: "toys"}
    won = policy.accounts[7]
    won["owner"][3:], won["stage"][3:] = 4, 2
    won["stage"][10:], won["value"][3:], won["person"][20:] = 4, 1_234_500, 1
    assert [(e.week, e.where, e.text) for e in account_events((base, policy), 7)] == [
        (5, 0, "prospect of nobody"),
        (5, 1, "prospect of nobody"),
        (8, 1, "qualified of rep 4, 12,345 a year"),
        (15, 1, "customer of rep 4, 12,345 a year"),
        (25, 1, "customer of rep 4 (person 2 there), 12,345 a year"),
    ]
    assert account_data((base, policy), 7)["segment"] == "toys"
