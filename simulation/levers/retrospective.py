"""Retrospective: teams look back together."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import Meeting


class Retrospective(Lever):
    """Costs selling hours; spreads best practice within the team and lowers ambiguity."""

    name: ClassVar[str] = "retrospective"

    every: int = Field(0, ge=0, le=52, description="weeks between retrospectives (0: none)")
    hours: float = Field(2.0, ge=0, le=16, description="selling hours each rep spends in one")

    def meetings(self, week: int, so_far: Meeting) -> Meeting:
        if self.every == 0 or week % self.every:
            return so_far
        return Meeting(so_far.hours + self.hours)
