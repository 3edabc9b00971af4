"""Known answers for paired differences, and what must hold for any numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.paired import (
    paired_difference,
    percent_interval,
    probability_better,
    t_interval,
    told_percent,
    variance_ratio,
)

NUMBERS = st.lists(
    st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9)).map(
        lambda p: (float(p[0]), float(p[1]))
    ),
    min_size=3,
    max_size=30,
)


def test_paired_t_by_hand() -> None:
    # Differences 1 to 5: mean 3, sd sqrt(2.5), t(0.975, 4) = 2.7764; half width 2.7764 * sqrt(2.5 / 5).
    base = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    found = paired_difference(base + np.array([1.0, 2.0, 3.0, 4.0, 5.0]), base, 1).effect
    half = 2.7764451 * math.sqrt(0.5)
    assert found.mean == pytest.approx(3.0)
    assert found.low == pytest.approx(3.0 - half, abs=1e-6)
    assert found.high == pytest.approx(3.0 + half, abs=1e-6)
    assert found.clear


def test_fieller_by_hand() -> None:
    # A baseline without variance: Fieller is the t interval of the difference over the baseline.
    difference = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = percent_interval(difference, np.full(5, 50.0))
    plain = t_interval(difference)
    assert plain.low is not None
    assert found.mean == pytest.approx(6.0)
    assert found.low == pytest.approx(100 * plain.low / 50)


def test_fieller_against_its_definition() -> None:
    # The ends are the ratios r at which mean(d) - r mean(b) is exactly t standard errors from zero.
    rng = np.random.default_rng(3)
    base = rng.lognormal(3, 0.3, 12)
    difference = 0.2 * base + rng.normal(0, 2, 12)
    found = percent_interval(difference, base)
    assert found.low is not None
    assert found.high is not None
    for end in (found.low, found.high):
        z = difference - end / 100 * base
        assert abs(z.mean()) / (z.std(ddof=1) / math.sqrt(12)) == pytest.approx(2.2009852, rel=1e-6)


def test_percent_keeps_the_sign_of_the_difference_under_a_negative_baseline() -> None:
    base = np.array([-50.0, -52.0, -48.0, -51.0])
    found = percent_interval(np.array([5.0, 5.5, 4.5, 5.2]), base)
    assert found.mean == pytest.approx(100 * 5.05 / 50.25)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.mean < found.high


def test_percent_without_bounds_says_so() -> None:
    found = percent_interval(np.array([1.0, 2.0, 1.5]), np.array([-5.0, 4.0, 2.0]))
    assert found.mean is not None
    assert found.low is None
    assert "not clearly different from zero" in found.reason


def test_no_percentage_of_a_mean_that_is_not_known_to_a_third() -> None:
    # Three draws: t(0.975, 2) = 4.3027; the baseline's half width is 4.3027 * 4 / sqrt(3) = 9.94 of 20, and .497 of 20.
    unknown, known = np.array([16.0, 20.0, 24.0]), np.array([19.8, 20.0, 20.2])
    policy = np.array([17.0, 20.5, 25.5])
    assert percent_interval(policy - unknown, unknown).low is not None
    found = told_percent(policy, unknown)
    assert (found.mean, found.low, found.n) == (None, None, 3)
    assert "not known to within a third" in found.reason
    assert told_percent(policy, known) == percent_interval(policy - known, known)
    # Worlds of other sizes in which the policy takes a tenth: the ratio is known, the difference and the mean are not.
    sizes = np.array([25.0, 20.0, 60.0, 30.0, 22.0, 65.0])
    found = told_percent(sizes * np.array([0.9, 0.91, 0.9, 0.89, 0.9, 0.9]), sizes)
    assert found.low is not None
    assert -11.5 < found.low < found.mean < found.high < -8.5  # type: ignore[operator]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=3, max_size=30))
def test_what_is_never_negative_never_falls_by_more_than_all_of_it(pairs: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    found = told_percent(x, y)
    assert found.low is None or found.low >= -100
    assert found.mean is None or found.mean >= -100


def test_a_fall_by_almost_all_ends_at_all() -> None:
    base = np.array([100.0, 101.0, 99.0, 100.0])
    policy = np.array([0.0, 0.0, 1.0, 0.0])
    assert percent_interval(policy - base, base).low < -100  # type: ignore[operator]
    assert told_percent(policy, base).low == -100


def test_variance_ratio_of_constructed_pairs() -> None:
    # Policy = world + noise, baseline = world + noise: independent 2(W + N), paired 2N, ratio 1 + W/N.
    rng = np.random.default_rng(0)
    world = rng.normal(0, 3, 20_000)
    ratio = variance_ratio(world + rng.normal(0, 1, 20_000), world + rng.normal(0, 1, 20_000))
    assert ratio == pytest.approx(10.0, rel=0.05)


def test_variance_ratio_is_undefined_without_variation() -> None:
    base = np.array([1.0, 2.0, 3.0])
    assert variance_ratio(base + 1, base) is None
    assert variance_ratio(base[:2], base[:2] * 2) is None


def test_ties_count_half_and_direction_counts() -> None:
    difference = np.array([1.0, 0.0, -1.0, 2.0])
    assert probability_better(difference, 1) == 0.625
    assert probability_better(difference, -1) == 0.375
    assert probability_better(difference, 0) is None


def test_undefined_and_missing_pairs_are_counted_apart() -> None:
    policy = np.array([1.0, np.nan, 3.0, 4.0, np.nan])
    base = np.array([0.0, 1.0, np.nan, 2.0, 3.0])
    found = paired_difference(policy, base, 1, np.array([True, True, True, True, False]))
    assert (found.effect.n, found.missing, found.undefined) == (2, 1, 2)
    assert found.effect.mean == pytest.approx(1.5)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_pairs_give_no_interval_but_a_reason(n: int) -> None:
    found = paired_difference(np.arange(n) + 1.0, np.arange(n) * 2.0 + 5, 1)
    assert found.effect.low is None
    assert found.effect.high is None
    assert found.effect.reason
    assert not found.effect.clear
    assert found.variance_ratio is None


@given(NUMBERS)
def test_swapping_policy_and_baseline_flips_the_sign(pairs: list[tuple[float, float]]) -> None:
    x, y = (np.array(side) for side in zip(*pairs, strict=True))
    forth, back = paired_difference(x, y, 1), paired_difference(y, x, 1)
    assert forth.effect.mean == -back.effect.mean  # type: ignore[operator]
    assert (forth.effect.low, forth.effect.high) == (-back.effect.high, -back.effect.low)  # type: ignore[operator]
    assert forth.variance_ratio == back.variance_ratio
    assert forth.probability_better == pytest.approx(1 - back.probability_better)  # type: ignore[operator]


@given(NUMBERS, st.sampled_from([0.01, 100.0, 8.0]))
def test_the_unit_of_money_does_not_matter(pairs: list[tuple[float, float]], factor: float) -> None:
    x, y = (np.array(side) for side in zip(*pairs, strict=True))
    one, other = paired_difference(x, y, 1), paired_difference(factor * x, factor * y, 1)
    assert other.effect.mean == pytest.approx(factor * one.effect.mean, rel=1e-9, abs=1e-3)  # type: ignore[operator]
    if one.percent.mean is not None and other.percent.mean is not None:
        assert other.percent.mean == pytest.approx(one.percent.mean, rel=1e-6, abs=1e-6)
