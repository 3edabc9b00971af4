"""Evidence: what the leader looks at when a review is due."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import Evidence, EvidenceState


class EvidenceLever(Lever):
    """Difference-in-differences between reps under the policy and matched others.

    Each member is matched to the other rep whose weekly records before the start were nearest. The contrast is the mean
    over pairs of (member after - member before) - (match after - match before), in units of the records' standard
    deviation over reps before the start; its error is the standard error over pairs, so it is honest only while pairs
    are many.
    """

    name: ClassVar[str] = "evidence"

    source: Literal["activity", "payments", "reports"] = Field(
        "activity",
        description="activity: stage moves, deals and usage per rep-week; payments: money of deals won; "
        "reports: the stated pipeline as it reached the leader",
    )
    before_weeks: int = Field(
        13, ge=2, le=104, description="weeks before the start that serve as the baseline"
    )

    def evidence(self, state: EvidenceState, so_far: Evidence) -> Evidence:
        records = {
            "activity": (state.stage_moves, state.deals, state.usage),
            "payments": (state.payments,),
            "reports": (state.stated,),
        }[self.source]
        members = np.flatnonzero(state.members & state.selling)
        others = np.flatnonzero(~state.members & state.selling)
        since = state.row - state.start_row
        if len(members) < 2 or len(others) < 2 or since < 1:
            return Evidence(0.0, float("inf"), 0, self.source)
        first = max(0, state.start_row - self.before_weeks)
        before, after = zip(
            *(_standardised(table, first, state.start_row, state.row) for table in records), strict=True
        )
        distance = sum((b[members][:, None] - b[others][None, :]) ** 2 for b in before)
        match = others[np.argmin(distance, axis=1)]
        change = sum(a - b for a, b in zip(after, before, strict=True)) / len(records)
        contrast = change[members] - change[match]
        error = float(contrast.std(ddof=1)) / len(members) ** 0.5
        return Evidence(
            float(contrast.mean()), error if error > 0 else float("inf"), len(members), self.source
        )


def _standardised(
    table: NDArray[np.float32], first: int, start: int, week: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means per rep before and after the start in standard deviations of the means before; two arrays (reps,)."""
    before = table[first:start].mean(axis=0, dtype=np.float64)
    after = table[start:week].mean(axis=0, dtype=np.float64)
    scale = float(before.std()) or 1.0
    return before / scale, after / scale
