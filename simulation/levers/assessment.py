"""Assessment: over how long people are judged, and what a transition promises them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import Terms


class Assessment(Lever):
    """Unset fields keep the firm's own terms."""

    name: ClassVar[str] = "assessment"

    horizon: int | None = Field(
        None,
        ge=4,
        le=104,
        description="weeks of results a judgement looks at (none: parameter `assessment_weeks`)",
    )
    tolerance: float = Field(0.0, ge=0, le=1, description="share of a shortfall that is forgiven")
    guarantee_weeks: int = Field(
        0, ge=0, le=52, description="weeks of guaranteed pay after a change of territory"
    )
    quota_relief: float = Field(
        0.0, ge=0, le=1, description="share of the quota lifted in the guarantee weeks"
    )

    def terms(self, state: None, so_far: Terms) -> Terms:
        return Terms(
            so_far.horizon if self.horizon is None else self.horizon,
            max(so_far.tolerance, self.tolerance),
            max(so_far.guarantee_weeks, self.guarantee_weeks),
            max(so_far.quota_relief, self.quota_relief),
        )
