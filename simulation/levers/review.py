"""Review: how often the leader looks at the evidence, and how much may change at once."""

from __future__ import annotations

from typing import ClassVar

from simulation.levers.base import Lever, setting
from simulation.levers.points import ReviewState, ReviewTerms


class Review(Lever):
    """Never, or every n weeks after the start."""

    name: ClassVar[str] = "review"

    every: int = setting(0, "weeks", "weeks between reviews (0: never)", ge=0, le=104)
    max_share: float = setting(
        1.0, "share", "largest share of the reps moved in or out at one review", gt=0, le=1
    )

    def review(self, state: ReviewState, so_far: ReviewTerms) -> ReviewTerms:
        since = state.week - state.start_week
        if self.every == 0 or since <= 0 or since % self.every:
            return so_far
        return ReviewTerms(True, self.max_share)
