"""What a source shows of each segment: observations of fit with their error, one function per source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.levers.points import Reading, ReadingState
from simulation.levers.weighing import against_all, blend

if TYPE_CHECKING:
    from simulation.levers.points.choices import Floats


def payments(state: ReadingState) -> Reading:
    """Money won per touch against all segments together; "paying is true love"."""
    return _per_touch(state, state.paid)


def reports(state: ReadingState) -> Reading:
    """The stated pipeline per touch, as it reached the leader."""
    return _per_touch(state, state.stated)


def usage(state: ReadingState) -> Reading:
    """How deeply new customers use the product; a customer's fit varies by one sd around the segment's."""
    return against_all(state.usage, state.users, 1.0, least=1e-9)


def interviews(state: ReadingState) -> Reading:
    """What customers tell when asked: their fit with an error."""
    return against_all(state.heard, state.interviews, 1.0 + state.noise**2, least=1.0)


def _per_touch(state: ReadingState, money: Floats) -> Reading:
    import numpy as np

    from simulation.elementary import log_array

    wins, won, touches = float(state.wins.sum()), float(money.sum()), float(state.touches.sum())
    if wins == 0 or won <= 0:
        return Reading(np.zeros(len(money)), np.full(len(money), np.inf))
    # As many touches as one win takes, at the common rate, are added: no win yet is not a rate of nought.
    usual, extra = won / touches, touches / wins
    pairs = zip(money.tolist(), state.touches.tolist(), strict=True)  # few: quicker than arrays
    logs = log_array([(paid + usual * extra) / (n + extra) / usual for paid, n in pairs]).tolist()
    variances = zip(state.value_variance.tolist(), state.wins.tolist(), strict=True)
    return Reading(
        np.array([log / state.slope for log in logs]),
        np.array([(1.0 + variance) / (n + 1.0) / state.slope**2 for variance, n in variances]),
    )


SOURCES = {
    "activity": (payments, usage),
    "payments": (payments,),
    "reports": (reports,),
    "usage": (usage,),
    "interviews": (interviews,),
    "usage_and_interviews": (usage, interviews),
    "blend": (payments, usage, interviews),
}


def read(source: str, state: ReadingState) -> Reading:
    """All that the source shows, each part weighted by its precision."""
    return blend(*(part(state) for part in SOURCES[source]))
