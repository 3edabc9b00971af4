"""The posterior by simulated moments, on toy models whose answer is known: its place, width, coverage, and honesty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.crm.finding import Floats
from analysis.crm.simulated import Posterior, Trials, distances, everywhere, first_guess, posterior
from analysis.crm.surrogate import fit, nearby, terms

TRIALS, WORLDS, FRESH = 160, 4, 60
NOISE = 0.2
Model = Callable[[Floats], Floats]


def answered(
    model: Model, many: int, truth: Floats, seed: int, noise: float = NOISE, off: Floats | float = 0.0
) -> Posterior:
    """A fit to data of `model` at `truth` (plus `off`, which the model cannot make): trials share their luck."""
    rng = np.random.default_rng(seed)
    moments = len(model(truth[None])[0])
    places = everywhere(TRIALS, many, 94)
    luck = noise * rng.standard_normal((WORLDS, moments))
    own = (
        0.3 * noise * rng.standard_normal((TRIALS, WORLDS, moments))
    )  # the same luck acts a little differently
    trials = Trials(places, model(places)[:, None] + luck + own)
    data = model(truth[None])[0] + noise * rng.standard_normal(moments) + off
    error = np.full(moments, noise)
    guess = first_guess(trials, data, error)
    fresh = model(guess.mean[None]) + noise * rng.standard_normal((FRESH, moments))
    return posterior(trials, data, error, fresh, guess.mean, guess)


def linear(places: Floats) -> Floats:
    return places @ np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -0.5]])


def curved(places: Floats) -> Floats:
    x, y = places.T
    return np.column_stack((np.exp(x), x + y, y - 0.3 * x * y, x**2))


def deaf(places: Floats) -> Floats:
    return np.zeros((len(places), 4))


def test_a_linear_model_has_the_posterior_of_least_squares() -> None:
    """Mean of many fits at the truth, and the width of the textbook, 3 standard errors wide."""
    truth, many = np.array([0.2, -0.1]), 40
    found = [answered(linear, 2, truth, seed) for seed in range(many)]
    design = linear(np.eye(2)).T
    known = NOISE * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    means = np.array([one.mean for one in found])
    assert np.all(np.abs(means.mean(axis=0) - truth) < 3 * known / many**0.5)
    widths = np.mean([np.sqrt(np.diag(one.covariance)) for one in found], axis=0)
    assert widths == pytest.approx(
        known, rel=0.12
    )  # the t form and the corrected surrogate make it a little wider
    assert np.mean([one.widened > 1 for one in found]) < 0.1
    for one in found[:5]:
        assert one.draws.std(axis=0) == pytest.approx(np.sqrt(np.diag(one.covariance)), rel=0.15)
        assert np.all((one.low < one.mean) & (one.mean < one.high))


@pytest.mark.parametrize("model", [linear, curved])
def test_intervals_hold_the_truth_as_often_as_they_say(model: Model) -> None:
    """60 worlds from the whole range, two parameters each: a two-sided test at .1 %."""
    rng, held, many = np.random.default_rng(3), 0, 60
    for seed in range(many):
        truth = rng.uniform(-1, 1, 2)
        found = answered(model, 2, truth, 100 + seed)
        held += int(((found.low <= truth) & (truth <= found.high)).sum())
    assert binomtest(held, 2 * many, 0.95).pvalue > 0.001, held


def test_data_that_say_nothing_leave_the_whole_range() -> None:
    for seed in range(20):
        found = answered(deaf, 3, np.array([0.9, -0.9, 0.0]), seed)
        assert np.all(found.kept > 0.9)
        assert np.all(found.high - found.low > 0.85 * 2)


def test_a_sum_that_is_known_ties_its_parts() -> None:
    found = answered(
        lambda p: np.column_stack((p.sum(axis=1), 2 * p.sum(axis=1))), 2, np.array([0.3, -0.3]), 5
    )
    assert np.all(found.kept > 0.5)
    assert found.draws.sum(axis=1).std() < 0.3 * found.draws.std(axis=0).min()


def test_what_no_place_can_make_widens_all_errors() -> None:
    truth, off = np.zeros(2), np.array([2.0, 2.0, -2.0])
    plain, wrong = (answered(linear, 2, truth, 8, off=by) for by in (0.0, off))
    assert plain.widened == 1
    assert wrong.widened > 4
    assert wrong.kept.min() > 1.5 * plain.kept.min()
    assert np.abs(wrong.misses).max() > 3


def test_less_noise_tells_more() -> None:
    wide, narrow = (answered(curved, 2, np.array([0.1, 0.4]), 9, noise=noise) for noise in (0.4, 0.1))
    assert np.all(narrow.kept < 0.6 * wide.kept)


def test_a_quadratic_is_found_exactly_and_few_trials_are_refused() -> None:
    rng = np.random.default_rng(1)
    places = rng.uniform(-1, 1, (60, 3))
    truth = rng.normal(size=(10, 2))
    model = fit(places, terms(places, full=True) @ truth)
    assert model.full
    assert model.coefficients == pytest.approx(truth)
    assert not fit(places[:20], places[:20, :2]).full
    with pytest.raises(ValueError, match="too few"):
        fit(places[:10], places[:10, :2])


def test_trials_nearby_count_by_place() -> None:
    places = everywhere(400, 2, 1)
    weight = nearby(places, np.array([0.5, 0.5]), 0.02 * np.eye(2))
    assert weight is not None
    away = np.hypot(*(places - 0.5).T)
    assert np.all(np.diff(weight[np.argsort(away)]) <= 1e-12)
    assert nearby(places[:16], np.zeros(2), 1e-6 * np.eye(2)) is None


def test_distance_is_in_standard_errors() -> None:
    worlds = np.array([[1.0, 5.0], [3.0, 5.0]])
    error, noise = np.array([1.0, 2.0]), np.array([2.0, 0.0])
    assert distances(worlds, np.array([2.0, 5.0]), error, noise) == 0
    assert distances(worlds, np.array([2.0, 7.0]), error, noise) == pytest.approx(0.5**0.5)
    assert distances(worlds + np.array([np.nan, 0.0]), np.array([2.0, 5.0]), error, noise) > 5
