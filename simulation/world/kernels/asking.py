"""Who is asked next: the highest `rank` among many, in loops that vectorise."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.luck import rank

U32 = np.uint32
WHOLE = 32  # whole vectors: the rest of a loop, one by one, takes as long as all before it


@kernel
def next_lot(draw: Any, names: Any, n: Any, bound: Any) -> Any:
    """The highest `rank` of the first n names (whole vectors, see `fill_up`) below `bound`, or 0; `bound` 0 is above all.

    The loop keeps nothing but the maximum, so that it vectorises; who it was follows from that.
    """
    highest, last = U32(0), U32(bound - U32(1))
    for k in range((n + WHOLE - 1) // WHOLE * WHOLE):
        lot = rank(draw, names[k])
        highest = max(highest, lot if lot <= last else U32(0))
    return highest


@kernel
def place_of(names: Any, n: Any, name: Any) -> Any:
    """Where `name` stands among the first n; the last place if it is there twice."""
    place = U32(0)
    for k in range(n):
        place = max(place, U32(k) if names[k] == name else U32(0))
    return np.int64(place)


@inlined
def fill_up(names: Any, n: Any) -> None:
    """Repeat the first of n names behind the last, up to whole vectors: who is asked twice has no better chance."""
    for k in range(n, (n + WHOLE - 1) // WHOLE * WHOLE):
        names[k] = names[0]


@kernel
def inside(allowed: Any, s: Any, seats: Any, names: Any, n: Any, team: Any, team_names: Any) -> Any:
    """Those of the first n claimants who may develop segment s, into `team` and `team_names`; returns how many."""
    size = 0
    for k in range(n):
        team[size], team_names[size] = seats[k], names[k]
        size += allowed[seats[k], s]
    fill_up(team_names, size)
    return size
