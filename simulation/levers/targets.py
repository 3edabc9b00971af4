"""Targets: how much is asked, how clearly, and how often people hear where they stand."""

from __future__ import annotations

from typing import ClassVar

from simulation.levers.base import Lever, setting
from simulation.levers.points import Goals


class Targets(Lever):
    """Specific, hard goals raise effort and steady judgement; beyond reach they are given up and hurt."""

    name: ClassVar[str] = "targets"

    quota: float = setting(1.0, "multiple", "multiple of the firm's quota", ge=0.25, le=4)
    specificity: float | None = setting(
        None,
        "0-1",
        "0: do your best; 1: specific, measured and dated (none: the firm's own, parameter `specificity`)",
        ge=0,
        le=1,
    )
    cadence: int = setting(0, "weeks", "weeks between check-ins (0: none)", ge=0, le=52)
    minutes: float = setting(20.0, "minutes", "selling time of each rep that a check-in takes", ge=0, le=240)

    def goals(self, state: None, so_far: Goals) -> Goals:
        cadence = self.cadence or so_far.cadence
        return Goals(
            so_far.quota * self.quota,
            so_far.specificity if self.specificity is None else self.specificity,
            cadence,
            self.minutes / 60 if self.cadence else so_far.hours,
        )
