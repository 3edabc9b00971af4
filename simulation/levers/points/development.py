"""Points about how people are developed, and what the firm records to see it."""

from __future__ import annotations

from typing import NamedTuple


class Programme(NamedTuple):
    """Answer at `developing`: what of people's time goes into becoming better this week."""

    training: float  # share of selling time in the classroom, everybody
    coaching: float  # hours a week and rep of coaching on the rep's own recorded conversations
    rotation: int  # weeks between rotations, 0 for none
    rotating: float  # share of the reps who work another segment until the next rotation
    rotation_focus: float  # share of their new work that is kept for it


NO_PROGRAMME = Programme(0.0, 0.0, 0, 0.2, 0.6)
"""Nobody is trained, coached or moved."""
