"""The rules of choice and belief: chances, limits, ties; the published models are in tests/patterns/published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation import choosing
from simulation.compiled import kernel
from simulation.luck import Purpose, stream_key, world_key
from simulation.world.kernels.luck_arrays import uniforms

SHARES = st.floats(0, 1, width=32)
KEY = stream_key(world_key(11, 0), Purpose.CHOICE)


def softmax(values, temperature):
    weight = np.exp((np.array(values) - max(values)) / temperature)
    return weight / weight.sum()


def chosen(values, temperature, draws):
    values = np.array(values, np.float32)
    return np.array([choosing.softmax_choice(values, np.float32(temperature), row) for row in draws])


@pytest.mark.parametrize("temperature", [0.05, 0.5, 5.0])
def test_softmax_has_its_chances(temperature):
    """Chi-squared over 50,000 choices: right chances fail 1 time in 1,000."""
    values = [0.3, 0.1, 0.35, 0.3]
    counts = np.bincount(chosen(values, temperature, uniforms(*KEY, 50_000, 4)), minlength=4)
    assert stats.chisquare(counts, 50_000 * softmax(values, temperature)).pvalue > 0.001


def test_one_alternative_more_moves_choices_only_to_itself():
    draws = uniforms(*KEY, 20_000, 5)
    before, after = chosen([1, 2, 3, 4], 1, draws[:, :4]), chosen([1, 2, 3, 4, 3], 1, draws)
    moved = before != after
    assert 0.1 < moved.mean() < 0.3
    assert (after[moved] == 4).all()


def test_at_temperature_zero_the_best_and_of_equals_the_first():
    draws = uniforms(*KEY, 200, 4)
    assert set(chosen([1, 7, 7, 2], 0, draws)) == {1}
    assert choosing.best_of(np.array([1.0, 7.0, 7.0])) == 1
    assert choosing.best_of(np.zeros(0)) == -1
    barred = np.array([-np.inf, 0.0, -np.inf], np.float32)
    assert set(chosen(barred, 3, draws[:, :3])) == {choosing.best_of(barred)} == {1}
    assert choosing.best_of(np.full(2, -np.inf)) == 0


def test_thompson_chooses_by_the_chance_to_be_best():
    """Two beliefs: P(first) = Phi(gap / sd of the difference); 50,000 draws, |z| < 3.3 once in 1,000."""
    means, sds = np.array([0.4, 0.0], np.float32), np.array([1.0, 0.5], np.float32)
    normals = np.random.default_rng(3).standard_normal((50_000, 2)).astype(np.float32)
    share = np.mean([choosing.thompson_choice(means, sds, row) == 0 for row in normals])
    expected = stats.norm.cdf(0.4 / np.hypot(1, 0.5))
    assert abs(share - expected) < 3.3 * np.sqrt(expected * (1 - expected) / 50_000)
    assert choosing.thompson_choice(np.zeros(3), np.zeros(3), normals[0].repeat(2)[:3]) == 0


def test_explore_then_commit_tries_in_turn_and_then_takes_the_best():
    means = np.array([0.1, 0.9, 0.9])
    counts, tried = np.zeros(3, np.int64), []
    for _ in range(8):
        tried.append(choosing.explore_or_commit(counts, means, 2))
        counts[tried[-1]] += 1
    assert tried == [0, 1, 2, 0, 1, 2, 1, 1]


@given(SHARES, SHARES, st.booleans())
def test_propensity_stays_a_propensity(propensity, speed, success):
    p = np.float32(propensity)
    after = choosing.propensity_after(p, np.float32(success), np.float32(0.5), np.float32(speed))
    assert 0 <= after <= 1
    assert after >= p if success else after <= p
    assert choosing.propensity_after(p, np.float32(success), np.float32(0.5), np.float32(0)) == p


def test_pay_equal_to_the_aspiration_is_a_failure():
    assert choosing.propensity_after(0.4, 10.0, 10.0, 0.5) == pytest.approx(0.2)
    assert choosing.propensity_after(0.4, 10.1, 10.0, 0.5) == pytest.approx(0.7)


@kernel
def every_number(x):
    """All that the rules answer with, in the one type that holds them all."""
    mean, variance = choosing.normal_posterior(x, x, x, x)
    return np.array(
        (
            choosing.propensity_after(x, x, x, x), choosing.aspiration_after(x, x, x), choosing.estimate_after(x, 3, x),
            mean, variance, choosing.road_after(x, x, x), choosing.road_after_exposure(x, x, x),
        )
    )  # fmt: skip


def test_float32_stays_float32():
    assert every_number(np.float32(0.3)).dtype == np.float32


@given(st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=30), st.floats(-100, 100, width=32))
def test_running_mean_weighs_the_prior_once(pays, prior):
    estimate = prior
    for count, pay in enumerate(pays, start=1):
        estimate = choosing.estimate_after(estimate, count, pay)
    assert estimate == pytest.approx(np.mean([prior, *pays]), abs=1e-3)


def test_kalman_update_is_the_posterior_of_repeated_looks():
    rng = np.random.default_rng(4)
    seen = rng.normal(3, 2, 50)
    mean, variance = 1.0, 9.0
    for x in seen:
        mean, variance = choosing.normal_posterior(mean, variance, x, 4.0)
    precision = 1 / 9 + 50 / 4
    assert variance == pytest.approx(1 / precision)
    assert mean == pytest.approx((1 / 9 + seen.sum() / 4) / precision)
    assert choosing.normal_posterior(1.0, 0.0, 5.0, 0.0) == (1.0, 0.0)
    assert choosing.normal_posterior(1.0, 2.0, 5.0, np.inf) == (1.0, 2.0)
    assert choosing.normal_posterior(1.0, 2.0, 5.0, 0.0) == (5.0, 0.0)


@given(SHARES, st.floats(0, 3), st.floats(0, 3))
def test_fruitless_effort_only_lowers_hope(chance, hazard, effort):
    for rule in (choosing.road_after, choosing.road_after_exposure):
        after = rule(chance, hazard, effort)
        assert 0 <= after <= chance * (1 + 1e-6)
        assert rule(chance, hazard, 0.0) == pytest.approx(chance, rel=1e-6)
        assert rule(chance, hazard, -effort) == pytest.approx(chance, rel=1e-6)


def test_only_the_sum_of_exposure_counts_and_small_periods_agree():
    whole = choosing.road_after_exposure(0.3, 0.2, 5.0)
    parts = discrete = 0.3
    for _ in range(1000):
        parts = choosing.road_after_exposure(parts, 0.2, 0.005)
        discrete = choosing.road_after(discrete, 0.2, 0.005)
    assert parts == pytest.approx(whole, rel=1e-3)  # exp is float32
    assert discrete == pytest.approx(whole, rel=1e-3)
    assert choosing.road_after(0.3, 0.2, 50.0) == 0  # a sure find that did not come
    assert 0 < choosing.road_after_exposure(0.3, 0.2, 50.0) < 1e-4
    assert choosing.road_after(1.0, 1.0, 1.0) == 0
