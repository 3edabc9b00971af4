"""Difference-in-differences between reps under the policy and matched others: what levers of evidence measure with."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING

from simulation.levers.points import Evidence, EvidenceState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def records_of(source: str, state: EvidenceState) -> tuple[NDArray[np.float32], ...]:
    """The weekly records per rep, each (rows, reps), that a source of evidence shows."""
    return {
        "activity": (state.stage_moves, state.deals, state.usage),
        "payments": (state.payments,),
        "reports": (state.stated,),
        "usage": (state.usage,),
        "blend": (state.payments, state.usage),
        "conversations": (state.progress, state.deals, state.practices),
        "retrospectives": (state.findings,),
        "interviews": (state.interviews,),
        "usage_and_interviews": (state.usage, state.interviews),
    }[source]


def matched_contrast(
    state: EvidenceState, records: Sequence[NDArray[np.float32]], before_weeks: int, source: str
) -> Evidence:
    """Members against matched others in the mean of these records, each of shape (rows, reps).

    Each member is paired with one of the others (or each of the others with one member, if those are fewer), so that no
    rep serves twice and the records before the member joined are as near as possible over all pairs (the assignment
    problem). A pair's contrast is (after - before) of the member less (after - before) of the other, in units of the
    records' standard deviation over reps before. The error is the standard error of the mean over pairs.
    """
    import numpy as np

    others = np.flatnonzero(~state.members & (state.tenure >= 0))
    change, distance, rows = [], [], []
    for since in np.unique(state.since[state.members & (state.since < state.row)]):
        # Only persons with a record before and since: a newcomer's says nothing about the policy.
        there = state.tenure >= state.row - since + before_weeks
        wave = np.flatnonzero(state.members & (state.since == since) & there)
        first = max(0, int(since) - before_weeks)
        if first == since:  # nothing was recorded before
            continue
        before, after = zip(
            *(_standardised(table, first, int(since), state.row) for table in records), strict=True
        )
        gain = np.mean([a - b for a, b in zip(after, before, strict=True)], axis=0)
        far = sum((b[wave][:, None] - b[others][None, :]) ** 2 for b in before)
        far = np.where(there[others][None, :], far, NO_PAIR)
        rows.append(wave)
        change.append(gain[wave][:, None] - gain[others][None, :])
        distance.append(far)
    if not rows or len(others) == 0:
        return Evidence(0.0, float("inf"), 0, source)
    return _contrast(np.concatenate(change), np.concatenate(distance), source)


NO_PAIR = 1e9
"""Distance between reps that cannot be compared: one of them lacks the record."""


def _contrast(change: NDArray[np.float64], distance: NDArray[np.float64], source: str) -> Evidence:
    """The mean over the best pairs of `change` (members, others), each row and column used once at most."""
    from scipy.optimize import linear_sum_assignment  # only policies that look at evidence need it

    pairs = linear_sum_assignment(distance)
    real = distance[pairs] < NO_PAIR
    contrast = change[pairs][real]
    if len(contrast) < 2:
        return Evidence(0.0, float("inf"), len(contrast), source)
    error = float(contrast.std(ddof=1)) / sqrt(len(contrast))
    return Evidence(float(contrast.mean()), error if error > 0 else float("inf"), len(contrast), source)


def _standardised(
    table: NDArray[np.float32], first: int, start: int, row: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means per rep before and after the start in standard deviations of the means before; two arrays (reps,)."""
    before = table[first:start].mean(axis=0, dtype="float64")
    after = table[start:row].mean(axis=0, dtype="float64")
    scale = float(before.std()) or 1.0
    return before / scale, after / scale
