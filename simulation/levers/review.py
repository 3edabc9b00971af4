"""Review: how often the leader looks at the evidence, and how much may change at once."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import ReviewState, ReviewTerms


class Review(Lever):
    """Never, or every n weeks after the start."""

    name: ClassVar[str] = "review"

    every: int = Field(0, ge=0, le=104, description="weeks between reviews (0: never)")
    max_share: float = Field(
        1.0, gt=0, le=1, description="largest share of the reps moved in or out at one review"
    )

    def review(self, state: ReviewState, so_far: ReviewTerms) -> ReviewTerms:
        since = state.week - state.start_week
        if self.every == 0 or since <= 0 or since % self.every:
            return so_far
        return ReviewTerms(True, self.max_share)
