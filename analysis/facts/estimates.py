"""A mean over worlds and its standard error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Figure = tuple[float, float]
"""A mean over worlds and its standard error."""


def estimate(values: Sequence[float] | NDArray[np.float64]) -> Figure:
    """Mean and standard error of one value per world."""
    x = np.asarray(values, dtype=float)
    return float(x.mean()), float(x.std(ddof=1) / np.sqrt(len(x)))
