"""The weekly outcomes of a run: a column for each, in two blocks, so that a week is written by two assignments."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.outcomes import OUTCOMES

WEEKLY = [o for o in OUTCOMES.values() if o.weekly]
CENTS = [o.name for o in WEEKLY if o.unit == "cents"]
FIGURES = [o.name for o in WEEKLY if o.unit != "cents"]
_cents, _figures = itemgetter(*CENTS), itemgetter(*FIGURES)


class History(dict[str, Any]):
    """Column of each weekly outcome by name: int64 for cents, float64 for all else. Columns are rows of two blocks."""

    def __init__(self, cents: NDArray[np.int64], figures: NDArray[np.float64]) -> None:
        rows = dict(zip(CENTS, cents, strict=True)) | dict(zip(FIGURES, figures, strict=True))
        super().__init__((o.name, rows[o.name]) for o in WEEKLY)
        self.cents, self.figures = cents, figures

    @classmethod
    def of(cls, weeks: int) -> History:
        """All zeros."""
        return cls(np.zeros((len(CENTS), weeks), np.int64), np.zeros((len(FIGURES), weeks)))

    def write(self, week: int, values: Mapping[str, float]) -> None:
        """Enter the outcomes of a week; KeyError if one is missing."""
        self.cents[:, week] = _cents(values)
        self.figures[:, week] = _figures(values)

    def copy(self) -> History:
        return History(self.cents.copy(), self.figures.copy())

    def __reduce__(self) -> Any:  # copied or pickled column by column, columns and blocks would part
        return History, (self.cents, self.figures)
