"""A verdict in other worlds: the share in which it holds, what it hangs on, and the sentence that closes an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic import make_tables

from analysis import compare
from analysis.elsewhere import elsewhere, ending, fits, rivals_of
from analysis.until import Rule

WORLDS, NAMES = 64, [f"p{n}" for n in range(60)]
ROWS = [
    {"name": name, "description": f"what {name} does", "confidence": "assumption", "source": "assumption",
     "low": 0.0, "high": 1.0, "unit": "share"}
    for name in NAMES
]  # fmt: skip


@pytest.fixture(scope="module")
def answer():
    return compare(make_tables(24))


def found_in(answer, lead, points):
    base = np.full(WORLDS, 100e8)
    values = {answer.decision.best: base + lead} | dict.fromkeys(rivals_of(answer), base)
    return elsewhere(answer, values, points, ROWS)


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(5).random((WORLDS, len(NAMES)))


def test_the_rivals_are_the_closest_and_the_baseline(answer) -> None:
    assert answer.decision.best == "adaptive"
    assert rivals_of(answer) == tuple(dict.fromkeys((answer.decision.rival, "open")))


def test_a_share_with_wilsons_interval_and_the_worlds_as_assumed(answer, points) -> None:
    lead = np.where(np.arange(WORLDS) < 48, 1e8, -1e8)
    found = found_in(answer, lead, points)
    assert (found["holds_in"], found["worlds"], found["asked"]) == (0.75, 64, 64)
    # Wilson (1927): (p + z^2/2n +- z sqrt(p q/n + z^2/4n^2)) / (1 + z^2/n) at p = .75, n = 64
    assert found["ci_low"] == pytest.approx(0.6318, abs=5e-4)
    assert found["ci_high"] == pytest.approx(0.8399, abs=5e-4)
    ours, *theirs = (answer.worlds.run("new_arr", p) for p in ("adaptive", *rivals_of(answer)))
    assumed = np.mean(
        [all(mine > other for other in others) for mine, *others in zip(ours, *theirs, strict=True)]
    )
    assert found["as_assumed"] == pytest.approx(assumed)
    assert "on new ARR in 75 % [63, 84] of 64 worlds" in ending(found)
    assert f"(in {100 * assumed:.0f} % of the scenario's own worlds)" in ending(found)


@pytest.mark.parametrize(("sign", "where"), [(1, "low"), (-1, "high")])
def test_a_planted_assumption_is_found_and_which_way_it_works(answer, points, sign, where) -> None:
    noise = np.random.default_rng(6).normal(0, 0.1, WORLDS)
    found = found_in(answer, 1e8 * (sign * (points[:, 17] - 0.5) + noise), points)
    assert (found["weakest"]["name"], found["moving"][0], len(found["moving"])) == ("p17", "p17", 6)
    assert found["weakest"]["stands_out"]
    said = ending(found)
    assert said.startswith("A model result, not a forecast; world by world, 'adaptive' is ahead of ")
    assert said.endswith(
        f"weakest assumption: p17 (what p17 does; no source): the lead shrinks where it is {where}."
    )


def test_luck_alone_makes_an_assumption_stand_out_in_a_twentieth(answer, points) -> None:
    """400 leads of luck alone: .05 x 400 = 20 expected; more than 32 with a chance of .4 % (the seed is fixed)."""
    luck = np.random.default_rng(7)
    out = sum(
        found_in(answer, 1e8 * luck.normal(0, 1, WORLDS), points)["weakest"]["stands_out"] for _ in range(400)
    )
    assert 4 <= out <= 32


def test_an_assumption_that_does_not_stand_out_is_not_named(answer, points) -> None:
    found = found_in(answer, 1e8 * np.random.default_rng(8).normal(0, 1, WORLDS), points)
    assert not found["weakest"]["stands_out"]
    assert ending(found).endswith("; no single one of them stands out as the weakest.")


def test_after_until_decided_what_does_not_matter_counts_as_level(points) -> None:
    tables = make_tables(24)
    tables.meta["until"] = {
        "rule": Rule(matters=0.02).data(),
        "worlds": dict.fromkeys(tables.meta["policies"], 24),
    }
    given = compare(tables)
    lead = np.where(
        np.arange(WORLDS) < 16, -1e8, np.where(np.arange(WORLDS) < 32, -3e8, 1e8)
    )  # -1, -3 and 1 %
    found = found_in(given, lead, points)
    assert found["holds_in"] == 48 / 64
    assert "or behind by less than matters, in 75 %" in ending(found)


def test_failed_worlds_are_left_out_and_counted(answer, points) -> None:
    lead = np.full(WORLDS, 1e8)
    lead[:10] = np.nan
    found = found_in(answer, lead, points)
    assert (found["asked"], found["worlds"], found["holds_in"], found["weakest"]) == (64, 54, 1.0, None)


def test_nothing_tried_and_too_few_worlds_are_said(answer, points) -> None:
    lead = np.full(WORLDS, np.nan)
    lead[:8] = 1e8
    for found in (None, found_in(answer, lead, points)):
        assert "was not tried" in ending(found)
    assert "was not tried" in answer.verdict["ending"]


def test_what_was_found_for_another_verdict_is_not_told(answer, points) -> None:
    found = found_in(answer, np.full(WORLDS, 1e8), points)
    assert fits(found, answer)
    assert not fits({**found, "best": "open"}, answer)
    told = replace(answer, elsewhere=found)
    assert told.summary()["elsewhere"]["holds_in"] == 1.0
    assert told.verdict["ending"] == ending(found)


def test_an_answer_about_others_does_not_borrow_what_was_found_of_the_verdict(answer, points) -> None:
    found = found_in(answer, np.full(WORLDS, 1e8), points)
    best, rival = answer.decision.best, rivals_of(answer)[0]
    for pair, outcome in (((best, rival), "new_arr"), ((rival, best), None), ((), "new_arr")):
        assert ending(found, pair, outcome) == ending(found)
    for pair, outcome in (
        (("lockdown_all", best), None),
        (("lockdown_all", rival), None),
        ((best, rival), "exits"),
    ):
        assert f"was not tried, only whether '{best}' is ahead of" in ending(found, pair, outcome)
