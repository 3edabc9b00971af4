"""The leader: decides by the policy in force and keeps a log of decisions with their reasons."""

from __future__ import annotations

from typing import Any

from mesa import Agent


class Leader(Agent):
    """What the leader has chosen. Beliefs about segments and missions stand with those."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.log: list[dict[str, Any]] = []
        self.focus: int | None = None  # segment chosen
        self.committed = False  # ... no longer as a trial
        self.commit_week = -1  # of the first commitment
        self.switches = 0  # commitments to another segment after the first
        self.given_up = False  # the policy has been withdrawn: no segment is chosen any more
        self.best_segment: int | None = None  # the right choice, which nobody knows

    def note(self, action: str, why: str) -> None:
        self.log.append({"week": self.model.week, "action": action, "why": why})

    def error_of_beliefs(self) -> float:
        """Mean squared error of the chances of each segment to be the best; nan where they are not compared."""
        segments = self.model.segments
        if self.best_segment is None:
            return float("nan")
        errors = [(segment.best - (segment.index == self.best_segment)) ** 2 for segment in segments]
        return sum(errors) / len(errors)
