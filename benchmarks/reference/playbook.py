"""Who writes the playbook, and what gets into it."""

from __future__ import annotations

import math
from typing import Any


def write_playbook(model: Any, weeks: int) -> None:
    """Writers are the best eighth of those who may work the segment, or everyone there; what they do in so many weeks."""
    not_in_a_week = 1 - float(model.p.codify_rate) * model.writing.share
    rate = 1 - math.prod([not_in_a_week] * weeks)
    for s, segment in enumerate(model.segments):
        may = [rep for rep in model.reps if rep.selling and rep.allowed[s]]
        if model.writing.writers == "top":
            ranked = sorted(may, key=lambda rep: (-rep.performance[s], rep.seat))
            may = ranked[: max(1, len(may) // 8)]
        for rep in model.reps:
            rep.may_write[s] = rep in may
        if not model.written:  # nobody has given time yet: those just chosen will
            continue
        better = [rep for rep in may if rep.performance[s] > segment.depth]
        for practice in range(model.practices):
            write_down(model, segment, practice, [rep.beliefs[s][practice] for rep in better], rate)


def write_down(model: Any, segment: Any, practice: int, opinions: list[int], rate: float) -> None:
    """March's learning of the code: it adopts the majority of those who outperform it.

    With a net majority of n superiors the chance is 1 - (1 - rate) ** n.
    """
    votes = sum(opinions)
    majority = 1 if votes > 0 else -1
    if votes == 0 or segment.playbook[practice] == majority:
        return
    stays = model.number(1.0)
    for _ in range(abs(votes)):
        stays *= 1.0 - model.number(rate)
    if model.luck.writing(model.week, segment.index, practice) < 1.0 - stays:
        segment.playbook[practice] = majority
