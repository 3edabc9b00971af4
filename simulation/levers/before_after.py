"""Before against after: what is left to measure with when everybody is under the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.levers.points import Evidence, EvidenceState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTHING_TO_SEE = Evidence(0.0, float("inf"), 0, "before and after")


def trend_contrast(
    state: EvidenceState, records: Sequence[NDArray[np.float32]], before_weeks: int, source: str
) -> Evidence:
    """Members after joining against where the straight line through their own weeks before would have led them.

    Each record of shape (rows, reps), in units of its standard deviation over reps before, is averaged over the members
    who were there all the time, and over records. The error is that of the mean of a few weeks against a line
    extrapolated from a few others (ordinary least squares), widened for weeks that resemble their neighbours. It grows
    with the distance from the weeks before. Whatever else changed at the same time is taken for the policy's work.
    """
    import numpy as np

    joined = state.members & (state.since < state.row)
    if not joined.any():
        return NOTHING_TO_SEE
    start = int(np.median(state.since[joined]))
    first, end = max(0, start - before_weeks), state.row
    there = np.flatnonzero(joined & (state.tenure >= end - first))
    if start - first < 4 or len(there) == 0:
        return NOTHING_TO_SEE
    weekly = np.zeros(end - first)
    for table in records:
        seen = table[first:end, there].astype(np.float64)
        scale = float(seen[: start - first].mean(axis=0).std()) or 1.0
        weekly += seen.mean(axis=1) / scale / len(records)
    return _departure(weekly, start - first, len(there), source)


def _departure(weekly: NDArray[np.float64], before: int, members: int, source: str) -> Evidence:
    """How far the mean of `weekly[before:]` lies from the line through `weekly[:before]`."""
    import numpy as np

    weeks = np.arange(len(weekly), dtype=np.float64)
    middle, level = weeks[:before].mean(), weekly[:before].mean()
    spread = float(((weeks[:before] - middle) ** 2).sum())
    slope = float(((weeks[:before] - middle) * (weekly[:before] - level)).sum()) / spread
    left = weekly - level - slope * (weeks - middle)
    variance = float((left[:before] ** 2).sum()) / (before - 2)
    if variance <= 0:
        return NOTHING_TO_SEE
    alike = float((left[1:before] * left[: before - 1]).sum() / (left[:before] ** 2).sum())
    alike = min(0.8, max(0.0, alike))
    ahead = float(weeks[before:].mean()) - middle
    parts = 1 / (len(weekly) - before) + 1 / before + ahead**2 / spread
    error = (variance * (1 + alike) / (1 - alike) * parts) ** 0.5
    return Evidence(float(left[before:].mean()), error, members, source, "observed")
