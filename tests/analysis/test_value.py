"""What knowing the world is worth: the closed form against integration, the sample against the closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.value import value_of_knowing, value_of_perfect_information


@pytest.mark.parametrize(("mean", "sd"), [(1, 2), (-1, 2), (0, 3), (4, 1), (0.01, 5)])
def test_closed_form_is_the_expected_gain_over_the_better_mean(mean, sd):
    gain, _ = integrate.quad(
        lambda d: (max(d, 0) - max(mean, 0)) * stats.norm.pdf(d, mean, sd), mean - 12 * sd, mean + 12 * sd,
        points=[0], limit=200,
    )  # fmt: skip
    assert value_of_perfect_information(mean, sd) == pytest.approx(gain, abs=1e-9)


def test_nothing_to_learn_is_worth_nothing():
    assert value_of_perfect_information(3, 0) == value_of_perfect_information(0, 0) == 0
    assert value_of_perfect_information(1e9, 1e-9) == 0
    assert value_of_perfect_information(1, 1e-320) == 0
    assert 0 < value_of_perfect_information(30, 1) < 1e-190


@pytest.mark.parametrize(("mean", "sd"), [(1, -1), (math.nan, 1), (1, math.inf)])
def test_undefined_arguments_are_refused(mean, sd):
    with pytest.raises(ValueError, match="finite"):
        value_of_perfect_information(mean, sd)


def test_interval_from_worlds_holds_the_closed_form():
    """200 experiments of 400 worlds: a 95 % interval that is right misses more than 22 times with a chance below 1e-4."""
    rng = np.random.default_rng(17)
    missed = 0
    for _ in range(200):
        base = rng.normal(50, 10, 400)
        found = value_of_knowing(np.stack([base, base + rng.normal(1, 2, 400)]))
        missed += not found.low < value_of_perfect_information(1, 2) < found.high
    assert missed <= 22


def test_lower_may_be_better_and_worlds_with_a_hole_are_left_out():
    outcomes = np.array([[1.0, 5.0, np.nan, 2.0], [3.0, 1.0, 0.0, 4.0], [9.0, 9.0, 9.0, 9.0]])
    assert value_of_knowing(outcomes).mean == 0  # the third is best everywhere
    found = value_of_knowing(
        outcomes[:2], direction=-1
    )  # both means are 8/3; the best in each world are 1, 1, 2
    assert (found.mean, found.n) == (pytest.approx(8 / 3 - 4 / 3), 3)
    assert value_of_knowing(np.full((2, 3), np.nan)).mean is None
