"""Retrospective: teams look back together."""

from __future__ import annotations

from typing import ClassVar

from simulation.levers.base import Lever, setting
from simulation.levers.points import Meeting


class Retrospective(Lever):
    """Costs selling hours; spreads best practice within the team and lowers ambiguity."""

    name: ClassVar[str] = "retrospective"

    every: int = setting(0, "weeks", "weeks between retrospectives (0: none)", ge=0, le=52)
    hours: float = setting(2.0, "hours", "selling hours each rep spends in one", ge=0, le=16)

    def meetings(self, week: int, so_far: Meeting) -> Meeting:
        if self.every == 0 or week % self.every:
            return so_far
        return Meeting(so_far.hours + self.hours)
