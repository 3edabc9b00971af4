"""Evidence: what the leader looks at when a review is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.before_after import trend_contrast
from simulation.levers.contrasts import matched_contrast
from simulation.levers.points import Evidence, EvidenceState, Reading, ReadingState
from simulation.levers.readings import SOURCES, read


class EvidenceLever(Lever):
    """What the source shows: of reps under the policy against matched others, and of segments against each other."""

    name: ClassVar[str] = "evidence"

    source: Literal[
        "activity",
        "payments",
        "reports",
        "usage",
        "interviews",
        "usage_and_interviews",
        "blend",
        "conversations",
        "retrospectives",
    ] = setting(
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

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        if self.source == "retrospectives" and getattr(policy.get("retrospective"), "every", None) == 0:
            yield Finding("source", "there are no retrospectives to hear of", "retrospective: {every: 4}")
        territory, rule = policy.get("territory"), getattr(policy.get("decision"), "rule", "fixed")
        if "interviews" in self.source and self.interviews_a_week == 0 and rule != "fixed":
            yield Finding("source", "nobody is interviewed: interviews_a_week is 0", "interviews_a_week: 2")
        all_in = getattr(territory, "mode", "open") != "open" and getattr(territory, "share", 0) == 1
        if rule == "sequential_test" and self.design == "matched" and all_in:
            message = "all reps are under the policy from the start: there are no others to compare with"
            yield Finding("design", message, "design: before_after, or a territory.share below 1")
        if rule not in ("fixed", "sequential_test") and self.source not in SOURCES:
            message = f"{self.source} show how reps work, not which segment is better"
            yield Finding("source", message, f"one of {', '.join(SOURCES)}")

    def recording(self, state: None, so_far: bool) -> bool:
        return so_far or self.source == "conversations"

    def evidence(self, state: EvidenceState, so_far: Evidence) -> Evidence:
        records = {
            "activity": (state.stage_moves, state.deals, state.usage),
            "payments": (state.payments,),
            "reports": (state.stated,),
            "blend": (state.payments, state.usage),
            "conversations": (state.progress, state.deals, state.practices),
            "retrospectives": (state.findings,),
            "interviews": (state.interviews,),
            "usage_and_interviews": (state.usage, state.interviews),
        }.get(self.source, (state.usage,))
        contrast = matched_contrast if self.design == "matched" else trend_contrast
        return contrast(state, records, self.before_weeks, self.source)

    def interviews(self, state: None, so_far: int) -> int:
        return max(so_far, self.interviews_a_week)

    def reading(self, state: ReadingState, so_far: Reading) -> Reading:
        return read(self.source, state)
