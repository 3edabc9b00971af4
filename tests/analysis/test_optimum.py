"""Tails, fronts and scores of a search, against sorting and counting by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.optimum import Judge, pareto, tail_values
from analysis.panel import OutcomeInfo
from analysis.spread import bounded, expanded_tail

UP = OutcomeInfo("new_arr", "cents", 1, True, "sum", "New ARR")
DOWN = OutcomeInfo("exits", "reps", -1, True, "sum", "Exits")


def test_a_tail_is_the_mean_of_the_lowest() -> None:
    values = np.random.default_rng(1).normal(size=(40, 2))
    assert np.allclose(tail_values(values).mean(axis=0), np.sort(values, axis=0)[:4].mean(axis=0))
    # of 15 values a tenth is one and a half
    low = np.sort(values[:15], axis=0)
    assert np.allclose(tail_values(values[:15]).mean(axis=0), (low[0] + 0.5 * low[1]) / 1.5)


@pytest.mark.slow
@pytest.mark.parametrize(("worlds", "least"), [(20, 0.87), (64, 0.90)])
def test_intervals_of_tails_cover(worlds: int, least: float) -> None:
    # 1000 experiments: the standard error of .92 is .009. Resampling covers .54 and .85 here. The tail of a normal
    # variable is at -phi(1.2816) / .1 = -1.755.
    judge = Judge((UP,), "worst_tenth")
    drawn = np.random.default_rng(6).normal(size=(1000, worlds, 1))
    found = [judge.interval(judge.parts(one)) for one in drawn]
    covered = np.mean([(one.low[0] <= -1.755) & (one.high[0] >= -1.755) for one in found])
    print(worlds, covered)
    assert least < covered < 0.99


def test_a_front_is_what_nothing_beats() -> None:
    good = np.random.default_rng(2).integers(0, 6, (60, 3)).astype(float)
    expected = [
        not any(all(o >= s for o, s in zip(other, row, strict=True)) and any(o > s for o, s in zip(other, row, strict=True))
                for other in good)
        for row in good
    ]  # fmt: skip
    assert pareto(good).tolist() == expected
    assert 0 < sum(expected) < 60


def test_scores_know_which_side_is_better() -> None:
    base = np.zeros((20, 2))
    values = np.random.default_rng(3).normal(size=(5, 20, 2))
    mean = Judge((UP, DOWN)).scores(values, base)
    assert np.allclose(mean, values.mean(axis=1))
    assert Judge((UP, DOWN)).directions == ["maximize", "minimize"]
    tail = Judge((UP, DOWN), "worst_tenth").scores(values, base)
    assert np.allclose(tail[:, 0], np.sort(values[:, :, 0], axis=1)[:, :2].mean(axis=1))
    assert np.allclose(
        tail[:, 1], np.sort(values[:, :, 1], axis=1)[:, -2:].mean(axis=1)
    )  # most exits are worst
    regret = Judge((UP, DOWN), "regret")
    assert regret.directions == ["minimize", "minimize"]
    mine = np.maximum((-values[:, :, 1]).max(axis=0), 0) + values[:, :, 1]
    assert np.allclose(regret.scores(values, base)[:, 1], np.sort(mine, axis=1)[:, -2:].mean(axis=1))
    # a constant added to a world moves all alike, and no regret
    luck = np.random.default_rng(4).normal(size=(20, 1))
    assert np.allclose(regret.scores(values + luck, base + luck), regret.scores(values, base))


def test_finalists_are_the_best_or_spread_over_the_front() -> None:
    base = np.zeros((4, 1))
    values = np.array([3.0, 9.0, 1.0, 7.0])[:, None, None] + np.zeros((4, 4, 1))
    assert Judge((UP,), most=2).finalists(values, base) == [1, 3]
    assert Judge((DOWN,), most=2).finalists(values, base) == [2, 0]
    x = np.linspace(0, 1, 11)
    line = np.stack([x, x], axis=1)[:, None, :] + np.zeros((11, 4, 2))
    assert Judge((UP, DOWN), most=3).finalists(line, np.zeros((4, 2))) == [10, 5, 0]


def test_intervals_of_a_mean_are_as_wide_as_students() -> None:
    # By 1000 resamples the half width has an error of about 4 %.
    values = np.random.default_rng(5).normal(size=12)
    found = bounded(lambda w, _: np.array([w @ values]), 12)
    half = 2.201 * values.std(ddof=1) / np.sqrt(12)
    assert found.high[0] - found.low[0] == pytest.approx(2 * half, rel=0.12)
    assert expanded_tail(10**6) == pytest.approx(0.025, rel=1e-3)
    assert expanded_tail(5) < 0.002
    assert np.isnan(bounded(lambda w, _: np.array([w @ values[:2]]), 2).low).all()
