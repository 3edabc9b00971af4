"""Sorting without numba's own sort, which takes seconds to compile for each type."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel

FEW = 400


@kernel
def ascending(values: Any) -> Any:
    """Sorted copy, nan not allowed. A few are placed by counting how many are smaller, in a loop that the compiler can
    vectorise.
    """
    n = len(values)
    if n > FEW:
        return merged(values)
    padded = np.full((n + 31) // 32 * 32, np.inf)  # whole vectors
    padded[:n] = values
    out, taken = np.empty(n), np.zeros(n, np.bool_)
    for i in range(n):
        place = 0
        for j in range(len(padded)):
            place += padded[j] < values[i]
        while taken[place]:  # by one of the same value
            place += 1
        out[place], taken[place] = values[i], True
    return out


@kernel
def merged(values: Any) -> Any:
    """Sorted copy: runs of 1, 2, 4 ... are merged two by two."""
    n, width = len(values), 1
    old, new = values.copy(), values.copy()
    while width < n:
        for begin in range(0, n, 2 * width):
            middle, end = min(begin + width, n), min(begin + 2 * width, n)
            a, b = begin, middle
            for k in range(begin, end):
                if a < middle and (b == end or old[a] <= old[b]):
                    new[k] = old[a]
                    a += 1
                else:
                    new[k] = old[b]
                    b += 1
        old, new = new, old
        width *= 2
    return old
