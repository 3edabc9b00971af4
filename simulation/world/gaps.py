"""How far the best are ahead of the rest: in knowledge, and in what they book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.columns import PAYMENTS
from simulation.world.kernels.developing import lead_of_the_best

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

OUTPUT_WEEKS = 26


def gaps(model: SalesModel) -> tuple[float, float]:
    """Top fifth against the median rep: knowledge applied (difference), and money of deals won in 26 weeks (ratio less 1).

    Output counts persons who have sold for 26 weeks or more, and is nan where the median is nothing.
    """
    reps, row = model.state.reps, model.week + model.setting.burn_in
    lately = model.state.records[PAYMENTS, max(0, row + 1 - OUTPUT_WEEKS) : row + 1]
    knowledge, output = lead_of_the_best(reps.selling, OUTPUT_WEEKS, reps.tenure, reps.applied, lately)
    return knowledge, output
