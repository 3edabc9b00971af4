"""A small classification tree (CART; Breiman, Friedman, Olshen & Stone 1984), shallow enough to be read aloud.

Splits lower the Gini impurity most; numeric columns are split at a limit, of others one label is parted from the rest. The
depth, at most three, is the smallest whose error in ten-fold cross-validation is within one standard error of the least.
A tree that is not right beyond chance more often than the commonest class has no splits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.conditions import Bools, Column, Limit, Limits, inside
from analysis.panel import Array

DEPTH, FOLDS, ERROR = 3, 10, 0.05
_KEY = 19_840_101
Classes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Leaf:
    """A leaf: its conditions, the class it names, how many cases it holds and the share of the class among them."""

    limits: Limits
    names: int
    cases: int
    share: float


@dataclass(frozen=True)
class Tree:
    """Leaves from left to right. `right` is the share of held-back cases whose class the tree names, `usual` that of the
    commonest class.
    """

    leaves: tuple[Leaf, ...]
    depth: int
    right: float
    usual: float


def grow_tree(columns: Sequence[Column], classes: Classes) -> Tree:
    """The tree for `classes`, (cases,), numbered from 0, with the depth that cross-validation allows."""
    n, commonest = len(classes), int(np.bincount(classes).argmax())
    usual = classes == commonest
    depth, right = 0, usual
    if columns and n >= 2 * FOLDS and not usual.all():
        held = _held_back(columns, classes)
        rates = held.mean(axis=1)
        top = float(rates.max())
        simplest = int(np.flatnonzero(rates >= top - np.sqrt(top * (1 - top) / n))[0])
        if _beats(held[simplest], usual):
            depth, right = simplest + 1, held[simplest]
    leaves = tuple(_leaves(columns, classes, {}, np.ones(n, dtype=bool), depth))
    return Tree(leaves, depth, float(right.mean()), float(usual.mean()))


def _beats(tree: Bools, usual: Bools) -> bool:
    """Whether a tree is right beyond chance more often than the commonest class (sign test over cases where they differ)."""
    from scipy.stats import binom

    gained, lost = int((tree & ~usual).sum()), int((usual & ~tree).sum())
    return bool(binom.sf(gained - 1, gained + lost, 0.5) < ERROR)


def _held_back(columns: Sequence[Column], classes: Classes) -> Bools:
    """Whether each case, held back, is named rightly, (DEPTH, cases): by trees of depth 1, 2, ..."""
    n = len(classes)
    fold = np.random.Generator(np.random.Philox(key=_KEY + n)).permutation(n) % FOLDS
    right = np.zeros((DEPTH, n), dtype=bool)
    for k in range(FOLDS):
        out = fold == k
        seen, unseen = ([replace(c, values=c.values[part]) for c in columns] for part in (~out, out))
        for depth in range(1, DEPTH + 1):
            named = np.zeros(int(out.sum()), dtype=np.int64)
            for leaf in _leaves(seen, classes[~out], {}, np.ones(int((~out).sum()), dtype=bool), depth):
                named[inside(unseen, leaf.limits)] = leaf.names
            right[depth - 1, out] = named == classes[out]
    return right


def _leaves(
    columns: Sequence[Column], classes: Classes, limits: Limits, here: Bools, depth: int
) -> Iterator[Leaf]:
    """The leaves below a node whose cases are `here`."""
    counts = np.bincount(classes[here])
    split = _best_split(columns, classes, here) if depth and (counts > 0).sum() > 1 else None
    if split is None:
        yield Leaf(limits, int(counts.argmax()), int(here.sum()), float(counts.max() / counts.sum()))
        return
    place, sides = split
    for side in sides:
        both = _both(limits.get(place), side)
        part = here & side.holds(columns[place].values)
        yield from _leaves(columns, classes, {**limits, place: both}, part, depth - 1)


def _both(first: Limit | None, second: Limit) -> Limit:
    """What is left when both limits are to hold."""
    if first is None:
        return second
    if first.kept is not None and second.kept is not None:
        return Limit(kept=tuple(code for code in first.kept if code in second.kept))
    return Limit(max(first.low, second.low), min(first.high, second.high))


def _best_split(
    columns: Sequence[Column], classes: Classes, here: Bools
) -> tuple[int, tuple[Limit, Limit]] | None:
    """The split that lowers the impurity most: its column and the limits of both sides; None where none helps."""
    least = max(5, len(classes) // 25)
    one_hot = np.eye(int(classes.max()) + 1)[classes[here]]
    best, found = 1e-12, None
    for place, column in enumerate(columns):
        values = column.values[here]
        for gain, sides in _splits(column, values, one_hot, least):
            if gain > best:
                best, found = gain, (place, sides)
    return found


def _splits(
    column: Column, values: Array, one_hot: Array, least: int
) -> Iterator[tuple[float, tuple[Limit, Limit]]]:
    """The best split of a numeric column, or every label parted from the rest, with what it gains."""
    whole = _purity(one_hot.sum(axis=0))
    if column.numeric:
        order = np.argsort(values, kind="stable")
        ordered, left = values[order], one_hot[order].cumsum(axis=0)
        may = np.flatnonzero(np.diff(ordered) > 0)
        may = may[(may + 1 >= least) & (len(values) - may - 1 >= least)]
        if len(may):
            gains = _purity(left[may]) + _purity(left[-1] - left[may]) - whole
            at = int(gains.argmax())
            limit = float(ordered[may[at]] + ordered[may[at] + 1]) / 2
            yield float(gains[at]), (Limit(high=limit), Limit(low=limit))
        return
    for code in np.unique(values):
        chosen = values == code
        if least <= chosen.sum() <= len(values) - least:
            gain = _purity(one_hot[chosen].sum(axis=0)) + _purity(one_hot[~chosen].sum(axis=0)) - whole
            rest = tuple(c for c in range(len(column.labels)) if c != code)
            yield float(gain), (Limit(kept=(int(code),)), Limit(kept=rest))


def _purity(counts: Array) -> Array:
    """Cases less their Gini impurity: sum of squared counts over the count, over the last axis."""
    total = counts.sum(axis=-1)
    pure: Array = (counts**2).sum(axis=-1) / np.maximum(total, 1)
    return pure
