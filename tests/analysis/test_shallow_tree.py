"""The small tree: known questions are asked, none in noise."""

from __future__ import annotations

import numpy as np
import pytest
from known_boxes import axes

from analysis.conditions import inside
from analysis.shallow_tree import grow_tree


def test_known_questions_are_asked() -> None:
    columns = axes(400, 1)
    classes = np.where(columns[0].values < 0.4, 0, np.where(columns[2].values == 1, 1, 2))
    tree = grow_tree(columns, classes)
    assert tree.depth == 2
    assert [leaf.names for leaf in tree.leaves] == [0, 1, 2]
    assert tree.right > 0.98
    assert tree.usual == pytest.approx(np.bincount(classes).max() / 400)
    assert tree.leaves[0].limits[0].high == pytest.approx(0.4, abs=0.02)
    assert tree.leaves[1].limits[2].kept == (1,)


def test_leaves_part_the_cases() -> None:
    columns = axes(300, 2)
    rng = np.random.default_rng(3)
    classes = np.where(rng.random(300) < columns[0].values, 1, 2 * (columns[3].values > 5))
    tree = grow_tree(columns, classes)
    held = np.array([inside(columns, leaf.limits) for leaf in tree.leaves])
    assert len(held) > 1
    assert (held.sum(axis=0) == 1).all()
    assert [int(row.sum()) for row in held] == [leaf.cases for leaf in tree.leaves]
    for row, leaf in zip(held, tree.leaves, strict=True):
        assert (classes[row] == leaf.names).mean() == pytest.approx(leaf.share)


def test_in_noise_one_tree_of_twenty_asks_anything() -> None:
    asked = sum(
        grow_tree(axes(150, seed), np.random.default_rng([seed, 4]).integers(0, 2 + seed % 2, 150)).depth > 0
        for seed in range(60)
    )
    assert asked <= 7  # 7 of 200 were measured; at 5 % more than seven of 60 come up in 1 of 100 tries


def test_what_is_right_is_of_cases_not_seen() -> None:
    right, fresh_right = [], []
    for seed in range(8):
        columns, fresh = axes(200, seed), axes(5000, 100 + seed)
        chances = [np.where(c[0].values < 0.5, 0.8, 0.2) for c in (columns, fresh)]
        rng = np.random.default_rng([seed, 7])
        classes, new = ((rng.random(len(chance)) < chance).astype(int) for chance in chances)
        tree = grow_tree(columns, classes)
        named = np.zeros(5000, dtype=int)
        for leaf in tree.leaves:
            named[inside(fresh, leaf.limits)] = leaf.names
        right.append(tree.right)
        fresh_right.append((named == new).mean())
    error = np.std(np.subtract(right, fresh_right), ddof=1) / np.sqrt(8)
    assert abs(np.mean(right) - np.mean(fresh_right)) < 3 * error + 0.005


def test_one_class_or_few_cases_have_no_questions() -> None:
    assert grow_tree(axes(100, 1), np.zeros(100, dtype=int)).depth == 0
    assert grow_tree(axes(12, 1), np.arange(12) % 2).depth == 0
