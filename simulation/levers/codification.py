"""Codification: writing down what works in a segment, as decks and demos all can use."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import Writing


class Codification(Lever):
    """Costs a share of selling time; the playbook of a segment learns from those who outperform it."""

    name: ClassVar[str] = "codification"

    share: float = Field(0.0, ge=0, le=0.5, description="share of selling time spent writing the playbook")
    writers: Literal["top", "everyone"] = Field(
        "top", description="who writes: the best of each segment, or all"
    )

    def writing(self, state: None, so_far: Writing) -> Writing:
        if self.share == 0.0:
            return so_far
        return Writing(self.share, self.writers)
