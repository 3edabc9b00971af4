"""Until when: planted crossings and reviews with known answers, worlds that share a draw, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.panel import OutcomeInfo, Panel
from analysis.shares import share_of
from analysis.until_when import reviews, until_when
from analysis.until_when_text import render_until_when, sentence, until_when_data

START, WEEKS = 13, 104
INFO = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")
EXITS = replace(INFO, name="exits", unit="reps", direction=-1, label="Exits")


def panel(gain: np.ndarray, outcome: OutcomeInfo = INFO, **more: np.ndarray) -> Panel:
    """Two policies; `gain` (worlds, weeks) is what the second brings more in each week."""
    worlds = len(gain)
    values = {
        outcome.name: np.stack([np.zeros_like(gain), gain]),
        **{k: np.stack([0 * v, v]) for k, v in more.items()},
    }
    infos = {outcome.name: outcome, **({"exits": EXITS} if "exits" in more else {})}
    present = np.ones((2, worlds), bool)
    return Panel(
        ("open", "lockdown"), "open", tuple(range(worlds)), WEEKS, START, infos, present,
        {name: v[:, :, START:].sum(axis=2) for name, v in values.items()}, values,
    )  # fmt: skip


def falls_and_rises(worlds: int, turn: int, noise: float = 0.0) -> np.ndarray:
    """Loses 1 a week in the first half of the weeks up to `turn`, gains 1 a week from then on: level again at `turn`."""
    gain = np.zeros((worlds, WEEKS))
    gain[:, START : (START + turn) // 2] = -1
    gain[:, (START + turn) // 2 :] = 1
    return gain + noise * np.random.default_rng(1).normal(0, 1, (worlds, 1)) * (np.arange(WEEKS) >= START)


def test_a_planted_crossing_and_the_review_before_it_in_one_sentence() -> None:
    worlds = panel(falls_and_rises(50, 71, 0.1))
    found = until_when(worlds, worlds, "lockdown", "new_arr")
    told = sentence(found, START)
    assert told.startswith("On average 'lockdown' trails 'open' on new ARR until week 7")
    assert (
        "then leads: a review 26 weeks after the start (week 39) would reject it in 100 % [93, 100] of worlds"
        in told
    )
    assert "that would be wrong, as it is ahead by week 104" in told
    second = found.reviews["new_arr"][1]
    assert second.wrongly.mean == second.wrong.mean > 0.9


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (-np.ones((5, WEEKS)), "On average 'lockdown' is behind 'open' on new ARR throughout: a review"),
        (np.ones((5, WEEKS)), "On average 'lockdown' is ahead of 'open' on new ARR throughout: a review"),
        (-falls_and_rises(9, 61), "On average 'lockdown' leads 'open' on new ARR until week 6"),
        (
            np.zeros((5, WEEKS)),
            "No difference can be seen: 'lockdown' and 'open' have the same new ARR in every week.",
        ),
        (
            np.random.default_rng(2).normal(0, 1, (9, WEEKS)),
            "'lockdown' and 'open' are never clearly apart on new ARR",
        ),
        (np.ones((2, WEEKS)), "is not known (needs at least 3 replications)"),
        (np.full((4, WEEKS), np.nan), "is not known (no pair with a number in every week)"),
    ],
)
def test_what_is_said_where_nothing_turns(gain, words) -> None:
    worlds = panel(gain)
    found = until_when(worlds, worlds, "lockdown", "new_arr")
    assert words in sentence(found, START)
    assert until_when_data(found, START)["sentence"] == sentence(found, START)


def test_a_review_before_anything_differs_is_no_review() -> None:
    """Nothing differs for 30 weeks; the sentence tells of the review after 52, the table says so."""
    gain = np.zeros((20, WEEKS))
    gain[:, START + 30 :] = 1.0
    worlds = panel(gain)
    found = until_when(worlds, worlds, "lockdown", "new_arr")
    assert [one.same for one in found.reviews["new_arr"]] == [True, True, False]
    assert "a review 52 weeks after the start (week 65) would reject it in 0 %" in sentence(found, START)
    assert [one["no_difference"] for one in until_when_data(found, START)["reviews"]] == [True, True, False]


def test_a_crossing_that_may_not_come_is_told_as_that() -> None:
    gain = falls_and_rises(12, 101, 0.35)
    worlds = panel(gain)
    found = until_when(worlds, worlds, "lockdown", "new_arr")
    assert found.crossings["new_arr"].high is None
    assert "after the end]; that it leads then is not clear: a review" in sentence(found, START)


def test_less_is_better_where_the_outcome_says_so() -> None:
    worlds = panel(np.ones((5, WEEKS)), exits=np.ones((5, WEEKS)))
    found = until_when(worlds, worlds, "lockdown", "new_arr")
    assert list(found.crossings) == ["new_arr", "exits"]
    assert found.crossings["exits"].reason == "behind throughout"
    assert found.reviews["exits"][0].rejects.mean == 1
    assert len(render_until_when(found)) == 4


def test_an_outcome_without_weeks_has_no_sentence() -> None:
    worlds = panel(np.ones((5, WEEKS)))
    assert sentence(until_when(worlds, worlds, "lockdown", "commit_correct"), START) == ""


def test_a_review_is_wrong_where_the_sign_turns_later() -> None:
    gap = np.array(
        [[-1.0, -1.0, 2.0], [-1.0, -2.0, -3.0], [1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [np.nan, 1.0, 1.0]]
    )
    first, second = reviews(gap, 10, [1, 2, 4])
    assert (first.week, first.wrong.mean, first.rejects.mean, first.wrongly.mean) == (11, 0.5, 0.5, 0.25)
    assert (second.wrong.mean, second.rejects.mean, second.wrongly.mean) == (0.25, 0.75, 0.25)


def test_worlds_of_one_draw_are_one_observation() -> None:
    """Two worlds alike in each of 40 draws: the interval is that of 40, and holds a share of .3 as often as it says."""
    rng = np.random.default_rng(3)
    draws = np.repeat(np.arange(40), 2)
    held = {True: 0, False: 0}
    for _ in range(400):
        values = np.repeat((rng.random(40) < 0.3).astype(float), 2)
        for grouped in held:
            share = share_of(values, draws if grouped else None)
            held[grouped] += share.low <= 0.3 <= share.high
    assert held[True] / 400 >= 0.93
    assert held[False] / 400 < 0.92
    gap = np.repeat(np.where(np.arange(40) % 2, 1.0, -1.0), 2)[:, None] * np.ones(20)
    wide, narrow = reviews(gap, 0, [13], draws)[0].rejects, reviews(gap, 0, [13])[0].rejects
    assert (wide.mean, narrow.mean) == (0.5, 0.5)
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_worlds_that_share_nothing_count_as_so_many() -> None:
    """Draws that make no difference leave the interval nearly as it is; few of them leave none."""
    values = (np.random.default_rng(4).random(400) < 0.3).astype(float)
    grouped, alone = share_of(values, np.repeat(np.arange(200), 2)), share_of(values)
    assert grouped.high - grouped.low == pytest.approx(alone.high - alone.low, rel=0.12)
    assert share_of(values[:4], np.array([0, 0, 1, 1])).low is None
    assert share_of(np.zeros(80), np.repeat(np.arange(40), 2)).high > share_of(np.zeros(80)).high
