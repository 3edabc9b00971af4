"""Crossovers and troughs of curves whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.crossover import crossing_words, crossover, not_behind, trough
from analysis.paired import t_interval


def worlds(mean: list[float] | np.ndarray, n: int = 12, noise: float = 0.01) -> np.ndarray:
    """Worlds around a mean curve whose deviations cancel exactly."""
    rng = np.random.default_rng(1)
    deviations = rng.normal(0, noise, (n, len(mean)))
    return np.asarray(mean) + deviations - deviations.mean(axis=0)


def test_overtakes_once() -> None:
    found = crossover(worlds([-1, -2, -1, 1, 2, 3]), start_week=13)
    assert (found.week, found.turn, found.crossings) == (16, "overtakes", 1)
    assert (found.low, found.high) == (16, 16)
    assert found.share == 1.0


def test_falls_behind() -> None:
    found = crossover(worlds([1, 2, 1, -1, -2]), start_week=0)
    assert (found.week, found.turn) == (3, "falls behind")


def test_less_is_better_turns_the_sign() -> None:
    found = crossover(worlds([-1, -2, 1, 2]), start_week=0, sign=-1)
    assert (found.week, found.turn) == (2, "falls behind")


def test_of_several_crossings_the_last_counts() -> None:
    found = crossover(worlds([-1, 1, -1, -1, 1, 1]), start_week=0)
    assert (found.week, found.turn, found.crossings) == (4, "overtakes", 3)


def test_back_on_its_first_side_it_crossed_for_good_at_the_end() -> None:
    found = crossover(worlds([-1, 1, 1, -1, -1]), start_week=0)
    assert (found.week, found.turn, found.crossings) == (3, "falls behind", 2)


@pytest.mark.parametrize(
    ("curve", "reason"),
    [
        ([1, 2, 3], "ahead throughout"),
        ([-1, -2, -3], "behind throughout"),
        ([-0.001, 1, 2], "ahead throughout"),
        ([0.001, -1, -2], "behind throughout"),
        ([0.001, -0.001, 0.001], "never clearly apart"),
    ],
)
def test_never_crosses(curve: list[float], reason: str) -> None:
    found = crossover(worlds(curve), 0)
    assert (found.week, found.low, found.high, found.reason) == (None, None, None, reason)


def test_equal_worlds_never_cross() -> None:
    assert crossover(np.zeros((5, 4)), 0).reason == "never clearly apart"


def test_an_early_side_within_chance_does_not_count() -> None:
    curve = np.concatenate([[-0.001], np.linspace(0.5, 5, 20)])
    found = crossover(worlds(curve, noise=0.5), 0)
    assert found.week is None
    assert found.reason == "ahead throughout"


@pytest.mark.parametrize("worlds_run", [4, 6])
def test_few_worlds_seldom_make_a_crossing_of_noise(worlds_run: int) -> None:
    """Of pure noise, added up: the side before the last stretch is clear by chance in few cases."""
    found = 0
    for seed in range(200):
        gap = np.cumsum(np.random.default_rng([4, seed]).normal(0, 1, (worlds_run, 60)), axis=1)
        found += crossover(gap, 0).week is not None
    assert found / 200 <= 0.09


def test_shortfall_and_crossing_never_contradict_each_other() -> None:
    """Overtaking needs a clear shortfall before; ahead throughout and never apart exclude one; behind has one."""
    seen = set()
    for seed in range(300):
        rng = np.random.default_rng([5, seed])
        steps = rng.normal(rng.normal(0, 0.3), 1, (rng.integers(4, 12), 40))
        gap = np.cumsum(steps + rng.normal(0, 0.6, (1, 40)) * (np.arange(40) < 20), axis=1)
        one, depth = crossover(gap, 0), trough(gap, 0)
        word = one.turn or one.reason
        seen.add(word)
        behind = not not_behind(depth.mean, depth.low, depth.week)
        assert behind == (depth.low > 0)
        if word == "overtakes" or word.startswith("behind"):
            assert behind
        if word == "never clearly apart" or word.startswith("ahead"):
            assert not behind
        if one.week is None and word != "never clearly apart":
            assert t_interval(gap[:, -1]).clear == word.endswith("throughout")
        if t_interval(gap[:, -1]).clear:
            assert word != "never clearly apart"
    assert seen >= {
        "overtakes",
        "falls behind",
        "ahead throughout",
        "behind throughout",
        "behind, but not clearly at the end",
        "ahead, but not clearly at the end",
        "never clearly apart",
    }


def test_words_of_a_crossing() -> None:
    assert crossing_words(85, 74, 99, "overtakes", "") == "overtakes in week 85 [74, 99]"
    assert crossing_words(85, 74, None, "falls behind", "") == "falls behind in week 85 [74, after the end]"
    assert crossing_words(None, None, None, "", "ahead throughout") == "ahead throughout"
    assert not_behind(103.0, 0.0, 160) == "not clearly behind"
    assert not_behind(0.0, 0.0, None) == "never behind"
    assert not_behind(103.0, 5.0, 160) == ""


def test_an_uncertain_crossing_is_open_to_the_right() -> None:
    rng = np.random.default_rng(2)
    slope = rng.normal(0, 1.0, (30, 1))
    slope -= slope.mean()
    gap = np.linspace(-3, 0.05, 40) + slope * np.linspace(0, 1, 40)
    found = crossover(gap, 0)
    assert found.week is not None
    assert found.low is not None
    assert found.low <= found.week
    assert found.high is None
    assert found.share is not None
    assert 0.3 < found.share < 0.9


def test_too_few_worlds_cross_nothing_clearly() -> None:
    found = crossover(worlds([-1, 1], n=2), 5)
    assert (found.week, found.low, found.high) == (None, None, None)
    assert "at least 3" in found.reason
    assert crossover(np.empty((0, 4)), 0).week is None
    assert crossover(np.full((4, 4), np.nan), 0).reason


def test_trough_of_a_known_curve() -> None:
    found = trough(worlds([-1, -3, -2, 1]), start_week=13)
    assert found.week == 14
    assert found.mean == pytest.approx(3.0)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 3.0 <= found.high
    assert (found.week_low, found.week_high) == (14, 14)
    assert not found.at_horizon


def test_trough_at_the_horizon_says_so() -> None:
    assert trough(worlds([-1, -2, -3]), 0).at_horizon


def test_never_behind_is_no_trough() -> None:
    found = trough(worlds([1, 2, 3]), 0)
    assert (found.mean, found.week) == (0.0, None)
    assert found.low == 0.0


def test_worlds_with_undefined_weeks_are_left_out() -> None:
    gap = worlds([-1, -3, -2, 1])
    broken = np.vstack([gap, [[np.nan, 5, 5, 5]]])
    assert trough(broken, 0) == trough(gap, 0)
    assert crossover(broken, 0) == crossover(gap, 0)
