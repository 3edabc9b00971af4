"""Effect surfaces over made-up worlds: what was planted is found, what was not is not, and the share is right."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.claims_text import _holds, _turned
from analysis.hypotheses import Margin, Sides
from analysis.reach import MIN_WORLDS, _beyond_chance, reach
from analysis.surface import EXPLAINS, _path, features, fit, predictions

PARAMETERS, WORLDS = 67, 128
PLANTED = 20


USUAL = Sides(np.array([90.0, 110.0, 105.0]), np.array([90.0, 110.0, 100.0]))
"""Default worlds, for those who do not look at them: the comparison has a standard deviation of 10."""


def cube(rng: np.random.Generator, worlds: int = WORLDS) -> np.ndarray:
    return rng.random((worlds, PARAMETERS))


def truth(points: np.ndarray) -> np.ndarray:
    """Mean 2; parameter 20 takes it from -7 to +11, parameter 3 bends it a little, parameter 40 less."""
    z = features(points)
    return 2 + 5.2 * z[:, 2 * PLANTED] + 1.5 * z[:, 2 * 3 + 1] + 1.0 * z[:, 2 * 40]


def sides(effect: np.ndarray, noise: np.ndarray) -> Sides:
    return Sides(100 + effect + noise, np.full(len(effect), 100.0))


def test_features_have_mean_0_and_variance_1():
    z = features((np.arange(20_000)[:, None] + 0.5) / 20_000)
    assert np.allclose(z.mean(axis=0), 0, atol=1e-6)
    assert np.allclose(z.var(axis=0), 1, atol=1e-6)


def test_the_planted_parameter_turns_the_claim():
    """Noise of the size of the signal: the parameter is named in 40 of 40 samples, the share is right on average."""
    fresh = np.random.default_rng(1).random((20_000, PARAMETERS))
    share = float((truth(fresh) > 3).mean())
    shares, covered = [], 0
    for seed in range(40):
        rng = np.random.default_rng([2, seed])
        points = cube(rng)
        found = reach(
            points, [(sides(truth(points), rng.normal(0, 5.5, WORLDS)), Margin(1, 3.0, "absolute"), USUAL)]
        )
        assert found.turned_by == PLANTED
        assert found.slope == pytest.approx(5.2, abs=2.1)
        assert found.at_low < 3 < found.at_high
        assert 0.2 < found.surfaces[0].r2 < 0.75
        shares.append(found.holds_in)
        covered += found.low <= share <= found.high
    assert np.mean(shares) == pytest.approx(share, abs=0.03)
    assert covered >= 28  # of 40: terms, penalty and stretch stay as they are, so about 80 % and not 95


def test_less_and_percent_are_the_same_claim_mirrored():
    rng = np.random.default_rng(3)
    points, noise = cube(rng), rng.normal(0, 3, WORLDS)
    more = reach(points, [(sides(truth(points), noise), Margin(1, 3.0, "percent"), USUAL)])
    less = reach(points, [(sides(-truth(points), -noise), Margin(-1, 3.0, "percent"), USUAL)])
    assert (more.turned_by, more.holds_in) == (less.turned_by, less.holds_in)
    assert more.slope == pytest.approx(-less.slope)


def test_terms_are_selected_as_least_squares_would():
    """Each term is the one that leaves the smallest sum of squares, and predictions are those of least squares."""
    rng = np.random.default_rng(9)
    x, new = features(rng.random((60, 8))), features(rng.random((7, 8)))
    y = x[:, 4] + 0.6 * x[:, 5] + 0.5 * x[:, 10] + rng.normal(0, 1, 60)

    def least_squares(terms):
        design = [np.column_stack([np.ones(len(z)), z[:, terms]]) for z in (x, new)]
        solution = np.linalg.lstsq(design[0], y, rcond=None)[0]
        return ((y - design[0] @ solution) ** 2).sum(), design[1] @ solution

    chosen, predicted = _path(x, y, new, 5)
    assert chosen[0] == 4
    for k, best in enumerate(chosen):
        taken = chosen[:k]
        np.testing.assert_allclose(predicted[k], least_squares(taken)[1])
        free = [j for j in range(16) if j not in taken and (j % 2 == 0 or j - 1 in taken)]
        assert best == min(free, key=lambda j, taken=taken: least_squares([*taken, j])[0])
    np.testing.assert_allclose(predicted[5], least_squares(chosen)[1])


def test_several_surfaces_predict_as_each_does():
    rng = np.random.default_rng(10)
    points = cube(rng)
    surfaces = [fit(points, truth(points) + rng.normal(0, noise, WORLDS)) for noise in (1, 3)]
    x = features(cube(rng))
    together = predictions(x, surfaces)
    for k, surface in enumerate(surfaces):
        np.testing.assert_allclose(together[:, k], surface.predict(x))


def test_nothing_is_found_where_there_is_nothing():
    """Noise alone passes for an explanation in at most 5 % of 200 samples of 67 parameters (8 % allowed: two errors)."""
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng([4, seed])
        surface = fit(cube(rng), rng.standard_t(5, WORLDS))
        hits += surface.explains
        assert surface.explains == bool(surface.coefficients.any()) == (surface.r2 >= EXPLAINS)
    assert hits / 200 <= 0.08


def test_an_effect_without_causes_holds_everywhere_or_nowhere():
    rng = np.random.default_rng(5)
    points = cube(rng)
    for level, share in ((10.0, 1.0), (0.0, 0.0)):
        found = reach(
            points,
            [(sides(np.full(WORLDS, level), rng.normal(0, 5, WORLDS)), Margin(1, 3.0, "absolute"), USUAL)],
        )
        assert (found.holds_in, found.turned_by) == (share, None)


def test_all_parts_must_hold_and_the_one_that_turns_is_named():
    rng = np.random.default_rng(6)
    points = cube(rng)
    z = features(points)
    first = (sides(10 + 0 * z[:, 0], rng.normal(0, 1, WORLDS)), Margin(1, 3.0, "absolute"), USUAL)
    second = (sides(4 * z[:, 2 * 7], rng.normal(0, 1, WORLDS)), Margin(1, 0.0, "absolute"), USUAL)
    found = reach(points, [first, second])
    assert (found.part, found.turned_by) == (1, 7)
    assert found.holds_in == pytest.approx(0.5, abs=0.05)


def test_a_parameter_is_named_by_chance_in_5_samples_of_100_at_most():
    """Noise of 200 samples: 10 expected, 17 is 2.5 standard errors more. What explains a quarter is always named."""
    rng, by_chance = np.random.default_rng(8), 0
    for _ in range(200):
        x, noise = features(cube(rng)), rng.standard_t(5, WORLDS)
        by_chance += _beyond_chance(x, noise, 0.05).any()
        assert _beyond_chance(x, noise + 0.9 * x[:, 2 * PLANTED], 0.05)[PLANTED]
    assert by_chance <= 17


def test_sd_units_are_those_of_the_default_worlds():
    rng = np.random.default_rng(7)
    points = cube(rng)
    found = reach(points, [(sides(truth(points), rng.normal(0, 1, WORLDS)), Margin(1, 0.5, "sd"), USUAL)])
    assert found.slope == pytest.approx(0.52, abs=0.05)


def test_too_few_worlds_give_no_share():
    rng = np.random.default_rng(8)
    points = cube(rng, MIN_WORLDS)
    effect = truth(points)
    effect[0] = np.nan
    found = reach(points, [(sides(effect, np.zeros(MIN_WORLDS)), Margin(1, 0.0, "absolute"), USUAL)])
    assert (found.worlds, found.holds_in) == (MIN_WORLDS - 1, None)


def test_the_part_of_luck_is_that_of_worlds_as_they_are():
    rng = np.random.default_rng(9)
    points = cube(rng, 2000)
    noise = rng.normal(0, 5.5, 2000)
    default = sides(np.full(2000, 2.0), rng.normal(0, 5.5, 2000))
    found = reach(points, [(sides(truth(points), noise), Margin(1, 3.0, "absolute"), default)])
    assert found.luck[0] == pytest.approx(0.5, abs=0.05)
    assert found.surfaces[0].r2 == pytest.approx(1 - found.luck[0], abs=0.05)


def test_where_nothing_turns_a_claim_one_word_says_so() -> None:
    """The share in brackets tells whether parameters explain the effect at all."""
    cells = [
        (_holds(row), _turned(row))
        for r2 in (0.0, 0.5)
        if (
            row := {
                "holds_in": 0.0,
                "holds_in_low": 0.0,
                "holds_in_high": 1.0,
                "turned_by": None,
                "parts": [{"r2": r2}],
            }
        )
    ]
    assert cells == [("(0 % [0, 100])", "none found"), ("0 % [0, 100]", "none found")]
