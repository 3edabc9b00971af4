"""The weekly outcomes of a run: a column for each, kept week by week in two blocks, so that a week is written at once."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.outcomes import OUTCOMES

WEEKLY = [o for o in OUTCOMES.values() if o.weekly]
CENTS = [o.name for o in WEEKLY if o.unit == "cents"]
FIGURES = [o.name for o in WEEKLY if o.unit != "cents"]
_cents, _figures = itemgetter(*CENTS), itemgetter(*FIGURES)
# Packed: to make arrays of fifty numbers of Python takes numpy ten times as long.
_row_of_cents, _row_of_figures = Struct(f"{len(CENTS)}q"), Struct(f"{len(FIGURES)}d")


class History(dict[str, Any]):
    """Column of each weekly outcome by name: int64 for cents, float64 for all else. They are columns of two blocks."""

    def __init__(self, cents: NDArray[np.int64], figures: NDArray[np.float64]) -> None:
        columns = dict(zip(CENTS, cents.T, strict=True)) | dict(zip(FIGURES, figures.T, strict=True))
        super().__init__((o.name, columns[o.name]) for o in WEEKLY)
        self.cents, self.figures = cents, figures
        self._cents, self._figures = memoryview(cents), memoryview(figures)  # type: ignore[arg-type]

    @classmethod
    def of(cls, weeks: int) -> History:
        """All zeros."""
        return cls(np.zeros((weeks, len(CENTS)), np.int64), np.zeros((weeks, len(FIGURES))))

    def write(self, week: int, values: Mapping[str, float]) -> None:
        """Enter the outcomes of a week; KeyError if one is missing. Cents must be whole numbers of Python."""
        _row_of_cents.pack_into(self._cents, week * _row_of_cents.size, *_cents(values))
        _row_of_figures.pack_into(self._figures, week * _row_of_figures.size, *_figures(values))

    def copy(self) -> History:
        return History(self.cents.copy(), self.figures.copy())

    def columns(self) -> dict[str, NDArray[Any]]:
        """Independent columns, each in one piece."""
        return {name: column.copy() for name, column in self.items()}

    def __reduce__(self) -> Any:  # copied or pickled column by column, columns and blocks would part
        return History, (self.cents, self.figures)
