"""How far the best are ahead of the rest: in knowledge, and in what they book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.world.columns import PAYMENTS
from simulation.world.kernels.developing import gap

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

OUTPUT_WEEKS = 26


def gaps(model: SalesModel) -> tuple[float, float]:
    """Top fifth against the median rep: knowledge applied (difference), and money of deals won in 26 weeks (ratio less 1).

    Output counts persons who have sold for 26 weeks or more, and is nan where the median is nothing.
    """
    reps = model.state.reps
    known = reps.applied[reps.selling].astype(np.float64)
    top, middle = gap(known, len(known))
    row = model.week + model.setting.burn_in
    there = reps.selling & (reps.tenure >= OUTPUT_WEEKS)
    won = model.state.records[PAYMENTS, max(0, row + 1 - OUTPUT_WEEKS) : row + 1, there]
    output = won.sum(axis=1, dtype=np.float64)
    best, usual = gap(output, len(output))
    return top - middle, best / usual - 1 if usual > 0 else float("nan")
