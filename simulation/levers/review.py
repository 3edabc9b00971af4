"""Review: how often the leader looks at the evidence, and how much may change at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import ReviewState, ReviewTerms


class Review(Lever):
    """Never, or every n weeks after the start."""

    name: ClassVar[str] = "review"

    every: int = setting(0, "weeks", "weeks between reviews (0: never)", ge=0, le=104)
    max_share: float = setting(
        1.0, "share", "largest share of the reps moved in or out at one review", gt=0, le=1
    )

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        if self.every and round(self.max_share * world.reps) == 0:
            message = f"a review may move {self.max_share:g} of {world.reps} reps, which is nobody"
            yield Finding("max_share", message, "raise it to a rep at least")

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        if self.every and getattr(policy.get("decision"), "rule", None) == "fixed":
            hint = "decision: {rule: sequential_test}"
            yield Finding("every", "a review changes nothing while decision.rule is fixed", hint)

    def review(self, state: ReviewState, so_far: ReviewTerms) -> ReviewTerms:
        since = state.week - state.start_week
        if self.every == 0 or since <= 0 or since % self.every:
            return so_far
        return ReviewTerms(True, self.max_share)
