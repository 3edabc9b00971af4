"""What a hand-over costs (S9), from worlds in which the same accounts are moved and not moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from analysis.facts.estimates import Figure
from analysis.panel import Array


def hand_over(worlds: Sequence[Any]) -> tuple[Figure, Figure, Figure]:
    """Cost with a typical receiver and with a similar one, as shares of the sales of accounts not moved, and the second
    over the first. Over all worlds together, with standard errors by jackknife over them.

    A world is any object with the attribute `sales` of `simulation.facts.twins.Twins`.
    """
    totals = np.array([t.sales.sum(axis=(1, 2)) for t in worlds])
    return _jackknife(totals, _plain), _jackknife(totals, _saved), _jackknife(totals, _ratio)


def _plain(total: Array) -> float:
    return float(1 - total[1] / total[0])


def _saved(total: Array) -> float:
    return float(1 - total[2] / total[0])


def _ratio(total: Array) -> float:
    return float((total[0] - total[2]) / (total[0] - total[1]))


def _jackknife(totals: Array, of: Callable[[Array], float]) -> Figure:
    n, everything = len(totals), totals.sum(axis=0)
    without = np.array([of(everything - row) for row in totals])
    return of(everything), float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
