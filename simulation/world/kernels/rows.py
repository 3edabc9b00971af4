"""Rows to which something applies, as a list: where few do, a loop over the list is shorter than one over all."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined


@inlined
def rows_where(holds: Any) -> Any:
    """Rows, ascending, where `holds` is not 0. Written always, counted where it holds: no branch to guess wrong."""
    rows, n = np.empty(len(holds) + 1, np.uint32), np.uint64(0)
    for i in range(len(holds)):
        rows[n] = i
        n += np.uint64(holds[i] != 0)
    return rows[:n]
