"""Development: training, coaching on recorded conversations, and rotation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.contradictions import divides
from simulation.levers.points import Programme


class Development(Lever):
    """Time that goes into becoming better. None by default.

    Training teaches everybody what the playbook says. Coaching shows each rep their own gaps, in the segments they work;
    conversations are recorded for it, which costs money, and people dislike it at first. Rotation gives a share of the
    reps, in turn, another segment as their focus until the next rotation; it needs open territories.
    """

    name: ClassVar[str] = "development"

    training_share: float = setting(
        0.0, "share", "share of selling time spent in the classroom", ge=0, le=0.5
    )
    coaching_hours: float = setting(
        0.0, "hours per week and rep", "hours of coaching on the rep's own recorded conversations", ge=0, le=8
    )
    rotation_weeks: int = setting(0, "weeks", "weeks between rotations (0: none)", ge=0, le=104)
    rotation_share: float = setting(
        0.2, "share", "share of the reps who work another segment at a time", gt=0, le=1
    )
    rotation_focus: float = setting(
        0.6, "share", "share of their new opportunities and claims kept for that segment", ge=0, le=1
    )

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        if self.rotation_weeks and len(world.segments) < 2:
            yield Finding("rotation_weeks", "there is no other segment to rotate to", "add a segment")

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        written = getattr(policy.get("codification"), "share", 0.0)
        if self.training_share + written >= 1:
            message = "training and writing the playbook take all the time there is to sell"
            yield Finding("training_share", message, "lower one of them")
        if self.rotation_weeks and divides(policy):
            message = "reps who have a home segment cannot rotate to others"
            yield Finding("rotation_weeks", message, "rotate under open territories")

    def developing(self, state: None, so_far: Programme) -> Programme:
        if self == Development():
            return so_far
        return Programme(
            self.training_share,
            self.coaching_hours,
            self.rotation_weeks,
            self.rotation_share,
            self.rotation_focus,
        )

    def recording(self, state: None, so_far: bool) -> bool:
        return so_far or self.coaching_hours > 0
