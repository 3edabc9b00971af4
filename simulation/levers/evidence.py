"""Evidence: what the leader looks at when a review is due."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulation.levers.base import Lever, setting
from simulation.levers.contrasts import matched_contrast
from simulation.levers.points import Evidence, EvidenceState


class EvidenceLever(Lever):
    """A contrast between reps under the policy and matched others, in what the source shows."""

    name: ClassVar[str] = "evidence"

    source: Literal["activity", "payments", "reports"] = setting(
        "activity",
        "choice",
        "activity: stage moves, deals and usage per rep-week; payments: money of deals won; "
        "reports: the stated pipeline as it reached the leader",
    )
    before_weeks: int = setting(13, "weeks", "baseline: weeks before joining", ge=2, le=104)

    def evidence(self, state: EvidenceState, so_far: Evidence) -> Evidence:
        records = {
            "activity": (state.stage_moves, state.deals, state.usage),
            "payments": (state.payments,),
            "reports": (state.stated,),
        }[self.source]
        return matched_contrast(state, records, self.before_weeks, self.source)
