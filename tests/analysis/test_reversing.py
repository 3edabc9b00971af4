"""Which of several policies is cheaper to reverse: by accounts moved, never by name; and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo, Panel
from analysis.reversing import MOVED, reversing, sentence
from analysis.until_text import Until, _lead

MONEY = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")


def panel(*moved: np.ndarray, name: str = MOVED) -> Panel:
    values = np.stack(moved)
    policies = tuple(f"p{k}" for k in range(len(values)))
    info = OutcomeInfo(name, "accounts", -1, True, "sum_from_start", "Hand-overs")
    present = np.isfinite(values)
    return Panel(
        policies, "p0", tuple(range(values.shape[1])), 2, 0, {name: info}, present, {name: values}, {}
    )


def around(mean: float, seed: int, spread: float = 5.0, worlds: int = 20) -> np.ndarray:
    return mean + np.random.default_rng(seed).normal(0, spread, worlds)


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        (
            (np.zeros(20), around(100, 1)),
            "Take 'p0', which is cheaper to reverse: it moves no accounts, 'p1' 100 [",
        ),
        (
            (around(100, 1), np.zeros(20)),
            "Take 'p1', which is cheaper to reverse: it moves no accounts, 'p0' 100 [",
        ),
        (
            (around(50, 1), around(300, 2), around(90, 3)),
            "Take 'p0', the cheapest of these to reverse: it moves 50",
        ),
        ((around(100, 1, 60), around(102, 2, 60)), "Which is cheaper to reverse is not clear either: "),
        ((np.zeros(20), np.zeros(20)), "None of these moves accounts"),
        (
            (np.zeros(20), np.zeros(20), around(9, 1)),
            "Cheapest to reverse are 'p0' and 'p1', which move no accounts.",
        ),
    ],
)
def test_it_goes_by_the_accounts_moved(moved, told) -> None:
    made = panel(*moved)
    assert sentence(reversing(made, made.policies)).startswith(told)


def test_only_the_policies_asked_for_are_compared_in_the_worlds_that_they_share() -> None:
    early = around(200, 2)
    early[10:] = np.nan  # out after ten worlds
    made = panel(around(100, 1), early, np.zeros(20))
    found = reversing(made, ["p0", "p1"])
    assert [name for name, _ in found.moved] == ["p0", "p1"]
    assert (found.clear, found.fewer.n) == (True, 10)


def test_without_hand_overs_nothing_is_said() -> None:
    assert sentence(reversing(panel(np.zeros(5), np.ones(5), name="exits"), ["p0", "p1"])) == ""
    assert reversing(panel(np.zeros(5), np.ones(5)), ["p0"]) is None


@pytest.mark.parametrize(
    ("mean", "percent", "told"),
    [
        (0.6e8, 2.0, "0.6 % [-1.1, 2.3], below your 2 %"),
        (2.2e8, 2.0, "2.2 % [0.5, 3.9]"),
        (0.6e8, None, "+0.6 M [-1.1, 2.3], below your 2.00 M"),
    ],
)
def test_a_lead_is_told_in_the_size_that_matters(mean, percent, told) -> None:
    margin = Estimate(mean, mean - 1.7e8, mean + 1.7e8, 30)
    until = Until(2e8, percent, 0.95, 100, (), {}, 0, None, None)
    assert _lead(margin, until, MONEY) == told
