"""The split of a gap against games whose parts are known, and the axioms that make it the only one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.shapley import interactions, shapley_values, subsets


def by_orders(values, players):
    """The definition itself: marginal contributions over all orders."""
    parts, orders = np.zeros(players), list(permutations(range(players)))
    for order in orders:
        mask = 0
        for player in order:
            parts[player] += values[mask | 1 << player] - values[mask]
            mask |= 1 << player
    return parts / len(orders)


GAMES = arrays(np.float64, 32, elements=st.floats(-1e6, 1e6, allow_nan=False))


@given(GAMES)
def test_it_is_the_definition_and_adds_up(values) -> None:
    parts = shapley_values(values, 5)
    scale = max(1.0, float(np.abs(values).max()))
    assert parts == pytest.approx(by_orders(values, 5), abs=1e-9 * scale)
    assert parts.sum() == pytest.approx(values[-1] - values[0], abs=1e-9 * scale)


@given(GAMES, st.integers(0, 4))
def test_what_changes_nothing_gets_nothing(values, idle) -> None:
    dull = np.array([values[mask & ~(1 << idle)] for mask in subsets(5)])
    assert shapley_values(dull, 5)[idle] == 0
    assert not interactions(dull, 5)[idle].any()


@given(GAMES)
def test_names_do_not_matter(values) -> None:
    order = [3, 0, 4, 1, 2]  # player i is called order[i] in the other game
    renamed = np.empty_like(values)
    for mask in subsets(5):
        renamed[sum(1 << order[i] for i in range(5) if mask >> i & 1)] = values[mask]
    assert shapley_values(renamed, 5)[order] == pytest.approx(shapley_values(values, 5), abs=1e-6)


def test_known_games() -> None:
    # one left glove, two right ones: a pair is worth 1 (Shapley & Shubik)
    gloves = np.array([float(mask & 1 and mask & 6) > 0 for mask in subsets(3)], float)
    assert shapley_values(gloves, 3) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    # additive effects and one interaction, which its two share
    effects, pair = np.array([1.0, -2.0, 4.0]), 6.0
    values = np.array([
        sum(effects[i] for i in range(3) if mask >> i & 1) + pair * (mask & 3 == 3) for mask in subsets(3)
    ])  # fmt: skip
    assert shapley_values(values, 3) == pytest.approx([4.0, 1.0, 4.0])
    found = interactions(values, 3)
    assert found[0, 1] == pytest.approx(6.0)
    assert found[0, 2] == found[1, 2] == pytest.approx(0.0)


def test_worlds_are_split_each_for_itself() -> None:
    values = np.random.default_rng(1).normal(size=(8, 20))
    parts = shapley_values(values, 3)
    assert parts.shape == (3, 20)
    for world in range(20):
        assert np.array_equal(parts[:, world], shapley_values(values[:, world], 3))
    assert parts.mean(axis=1) == pytest.approx(shapley_values(values.mean(axis=1), 3))


def test_a_wrong_number_of_sets_is_refused() -> None:
    with pytest.raises(ValueError, match="3 mechanisms have 8 sets, not 7"):
        shapley_values(np.zeros(7), 3)
    with pytest.raises(ValueError, match="8 sets"):
        interactions(np.zeros(7), 3)
