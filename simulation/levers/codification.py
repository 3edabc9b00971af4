"""Codification: writing down what works in a segment, as decks and demos all can use."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulation.levers.base import Lever, setting
from simulation.levers.points import Writing


class Codification(Lever):
    """Costs a share of selling time; the playbook of a segment learns from those who outperform it."""

    name: ClassVar[str] = "codification"

    share: float = setting(0.0, "share", "share of selling time spent writing the playbook", ge=0, le=0.5)
    writers: Literal["top", "everyone"] = setting(
        "top", "choice", "who writes: the best of each segment, or all"
    )

    def writing(self, state: None, so_far: Writing) -> Writing:
        if self.share == 0.0:
            return so_far
        return Writing(self.share, self.writers)
