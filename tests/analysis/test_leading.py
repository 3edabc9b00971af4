"""Leading indicators: planted signals are found and ranked, noise is told as noise, with known error rates."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.leading import leading
from analysis.until_when_text import leading_data, leading_sentence, render_leading

WORDS = {"strong": "stage moves", "weak": "new meetings", **{f"noise{k}": f"noise {k}" for k in range(8)}}


def noise(rng: np.random.Generator, n: int, many: int = 8) -> dict[str, np.ndarray]:
    return {f"noise{k}": rng.normal(0, 1, n) for k in range(many)}


def test_a_signal_that_is_the_gap_comes_first_and_is_right_in_all_pairs() -> None:
    rng = np.random.default_rng(1)
    lead = rng.normal(0, 1, 100)
    found = leading(lead, {**noise(rng, 100), "strong": -lead, "weak": lead + rng.normal(0, 1.5, 100)}, 6)
    first, second = found.indicators[:2]
    assert (first.signal, first.way, first.sign.mean, first.tells) == ("strong", -1, 1.0, True)
    assert 0.9 < first.sign.low < first.sign.high == 1
    assert (second.signal, second.way, second.tells) == ("weak", 1, True)
    told = leading_sentence(found, "p", 104, WORDS, "worlds")
    assert told.startswith(
        "Of 10 signals of week 6 after the start stage moves tell best whether 'p' is ahead in week 104"
    )
    assert "the one with fewer of them is ahead in 100 % [" in told
    assert len(render_leading(found, WORDS, 104, "worlds")) == 2


def test_noise_is_told_as_noise_in_nineteen_of_twenty_experiments() -> None:
    rng = np.random.default_rng(2)
    told = sum(
        any(one.tells for one in leading(rng.normal(0.5, 1, 40), noise(rng, 40), 6).indicators)
        for _ in range(100)
    )
    assert told <= 10  # 5 expected; 11 or more of 100 at 5 % has a chance of 1 %
    quiet = leading(rng.normal(0.5, 1, 40), noise(rng, 40), 6)
    assert "tells more than chance whether 'p' is ahead" in leading_sentence(quiet, "p", 104, WORDS, "worlds")


def test_intervals_hold_the_truth(monkeypatch) -> None:
    """Signal and lead normal with correlation .5: the orthant of two leads and their signals, and 6 / pi asin(.5 / 2)."""
    pairs = 0.5 + 2 / np.pi * np.arcsin(0.5 / np.sqrt(2))
    monkeypatch.setattr("analysis.leading.PERMUTATIONS", 10)  # not what is asked here
    rng = np.random.default_rng(3)
    right = size = 0
    for _ in range(400):
        lead = rng.normal(0, 1, 60)
        signal = 0.5 * lead + np.sqrt(0.75) * rng.normal(0, 1, 60)
        (one,) = leading(lead, {"strong": signal}, 6).indicators
        right += one.sign.low <= pairs <= one.sign.high
        size += one.size.low <= 6 / np.pi * np.arcsin(0.25) <= one.size.high
    assert right >= 368  # 92 %: below it with a chance of 1 % if they hold 95 %
    assert size >= 368


def test_worlds_of_one_draw_are_one_unit(monkeypatch) -> None:
    """A signal that knows only the draw, two worlds each, tells nothing more than chance; counted by worlds it would."""
    monkeypatch.setattr("analysis.leading.PERMUTATIONS", 400)
    rng = np.random.default_rng(4)
    draws = np.repeat(np.arange(30), 10)
    told = {True: 0, False: 0}
    for _ in range(20):
        lead = np.repeat(rng.normal(0, 1, 30), 10) + rng.normal(0, 0.1, 300)
        signal = {"noise0": np.repeat(rng.normal(0, 1, 30), 10)}
        for grouped in told:
            (one,) = leading(lead, signal, 6, draws if grouped else None).indicators
            told[grouped] += one.tells
    assert told[True] <= 4
    assert told[False] >= 10


def test_where_nearly_all_end_on_one_side_the_size_is_asked() -> None:
    rng = np.random.default_rng(5)
    lead = rng.normal(-5, 1, 60)
    found = leading(lead, {**noise(rng, 60, 2), "strong": lead + rng.normal(0, 0.5, 60)}, 6)
    assert found.indicators[0].sign is None
    told = leading_sentence(found, "p", 104, WORDS, "worlds")
    assert told.startswith("'p' ends behind in 60 of 60 worlds, so no signal can show whether")
    assert "how far is told best by stage moves (+0." in told
    none = leading(lead, noise(rng, 60, 2), 6)
    assert "how far, none of 2 in week 6" in leading_sentence(none, "p", 104, WORDS, "worlds")


@pytest.mark.parametrize(
    ("lead", "signal", "why"),
    [
        (np.arange(19.0), np.arange(19.0), "19 are too few to rank signals: 20 or more are needed"),
        (np.ones(30), np.arange(30.0), "nothing differs between them"),
        (np.arange(30.0), np.ones(30), "nothing differs between them"),
        (np.arange(30.0), np.full(30, np.nan), "nothing differs between them"),
    ],
)
def test_what_cannot_be_ranked_says_why(lead, signal, why) -> None:
    found = leading(lead, {"strong": signal}, 6)
    assert found.indicators == ()
    assert why in leading_sentence(found, "p", 104, WORDS, "worlds")
    assert leading_data([found], "", WORDS)["weeks"][0]["why"].startswith(why)
    assert render_leading(found, WORDS, 104, "worlds") == []


def test_worlds_without_a_number_are_left_out() -> None:
    rng = np.random.default_rng(6)
    lead = rng.normal(0, 1, 60)
    signal = lead.copy()
    signal[:5], lead[5:8] = np.nan, np.nan
    found = leading(lead, {"strong": signal}, 6)
    assert (found.units, found.indicators[0].sign.n) == (57, 52)
