"""Evidence: what the leader looks at when a review is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.before_after import trend_contrast
from simulation.levers.contradictions import contradictions_of_evidence
from simulation.levers.contrasts import matched_contrast, records_of
from simulation.levers.points import Evidence, EvidenceState, Reading, ReadingState
from simulation.levers.readings import read

Source = Literal[
    "activity", "payments", "reports", "usage", "interviews", "usage_and_interviews", "blend", "conversations",
    "retrospectives",
]  # fmt: skip
DIRECT = ("usage", "interviews", "usage_and_interviews", "conversations")
"""Sources that no level above the field filters: a leader who has them follows missions without reports."""


class EvidenceLever(Lever):
    """What the source shows: of reps under the policy against matched others, and of segments against each other."""

    name: ClassVar[str] = "evidence"

    source: Source = setting(
        "activity",
        "choice",
        "activity: stage moves, deals and usage per rep-week; payments: money of deals won; reports: the stated "
        "pipeline as it reached the leader; usage: depth of use; interviews: what customers tell; "
        "conversations: stages and practices as recorded conversations show them, at a cost; retrospectives: "
        "what teams say of their practices; or several",
    )
    design: Literal["matched", "before_after"] = setting(
        "matched",
        "choice",
        "matched: reps under the policy against matched others, before and since; before_after: the reps under the "
        "policy against their own trend. Weaker: whatever else changed at the time counts as the policy's work, "
        "and its error grows with the weeks; but it needs no others",
    )
    before_weeks: int = setting(13, "weeks", "baseline: weeks before joining", ge=2, le=104)
    interviews_a_week: int = setting(
        0, "interviews", "customers asked each week in each segment", ge=0, le=50
    )
    missions: Literal["reports", "direct"] = setting(
        "reports", "choice", "how the leader follows missions: as reports come up, or in person, at a cost"
    )

    def scouting(self, state: None, so_far: bool) -> bool:
        return so_far or self.missions == "direct" or self.source in DIRECT

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        return contradictions_of_evidence(self, policy)

    def recording(self, state: None, so_far: bool) -> bool:
        return so_far or self.source == "conversations"

    def evidence(self, state: EvidenceState, so_far: Evidence) -> Evidence:
        records = records_of(self.source, state)
        contrast = matched_contrast if self.design == "matched" else trend_contrast
        return contrast(state, records, self.before_weeks, self.source)

    def interviews(self, state: None, so_far: int) -> int:
        return max(so_far, self.interviews_a_week)

    def reading(self, state: ReadingState, so_far: Reading) -> Reading:
        return read(self.source, state)
