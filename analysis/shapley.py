"""A gap split over mechanisms: Shapley values over every set of those switched on, exact.

`v(S)` is the gap in a world where the mechanisms in S work and the others stay as they were in the start week. A mechanism's
part is its marginal contribution v(S + i) - v(S), averaged over the orders in which mechanisms can be switched on (Shapley
1953): the one split that adds up, gives nothing to what changes nothing, and treats alike what works alike. What remains
with all of them off, v({}), is a part of its own.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from analysis.panel import Array


def subsets(players: int) -> range:
    """All sets of players as bit masks, 0 to 2**players - 1: bit i says that player i is in."""
    return range(1 << players)


def shapley_values(values: Array, players: int) -> Array:
    """The parts, (players, ...), of `values`, (2**players, ...), by mask along the first axis.

    Their sum is values[-1] - values[0] up to rounding. ValueError for another number of sets.
    """
    if len(values) != 1 << players:
        raise ValueError(f"{players} mechanisms have {1 << players} sets, not {len(values)}")
    weights = [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
    parts = np.zeros((players, *values.shape[1:]))
    for mask in subsets(players):
        size = mask.bit_count()
        for player in range(players):
            bit = 1 << player
            if not mask & bit:
                parts[player] += weights[size] * (values[mask | bit] - values[mask])
    return parts


def interactions(values: Array, players: int) -> Array:
    """Shapley interaction indices of pairs, (players, players, ...), symmetric, zero on the diagonal.

    How much more two mechanisms bring together than each alone, averaged over the others (Grabisch & Roubens 1999).
    """
    if len(values) != 1 << players:
        raise ValueError(f"{players} mechanisms have {1 << players} sets, not {len(values)}")
    found = np.zeros((players, players, *values.shape[1:]))
    weights = [
        factorial(s) * factorial(players - s - 2) / factorial(players - 1) for s in range(max(players - 1, 0))
    ]
    for i in range(players):
        for j in range(i + 1, players):
            both = 1 << i | 1 << j
            for mask in subsets(players):
                if not mask & both:
                    # grouped so that one that changes nothing leaves exactly nothing
                    pair = (values[mask | both] - values[mask | 1 << j]) - (
                        values[mask | 1 << i] - values[mask]
                    )
                    found[i, j] += weights[mask.bit_count()] * pair
            found[j, i] = found[i, j]
    return found
