"""Rows to which something applies, as a list: where few do, a loop over the list is shorter than one over all."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined

EIGHT = 8


@inlined
def room_for(n: Any) -> Any:
    """Room for a mask of n rows, in whole words of eight."""
    mask = np.empty((n + EIGHT - 1) // EIGHT * EIGHT, np.uint8)
    mask[n:] = 0
    return mask


@inlined
def rows_where(mask: Any, n: Any) -> Any:
    """Rows, ascending, of the first n where `mask` (from `room_for`) is not 0.

    Eight rows of which none is listed are passed over as one word. Of others each is written, and counted where it
    holds: no branch to guess wrong.
    """
    words = mask.view(np.uint64)
    rows, k = np.empty(n + EIGHT, np.uint32), np.uint64(0)
    for w in range(len(words)):
        if words[w] == 0:
            continue
        for i in range(EIGHT * w, EIGHT * w + EIGHT):
            rows[k] = i
            k += np.uint64(mask[i] != 0)
    return rows[:k]
