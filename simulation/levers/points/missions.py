"""Points about missions and goals: who goes, when the leader calls off, how clear the aim is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]


class StaffingState(NamedTuple):
    """Point `staffing`: asked while a mission can be tried and its team is not what it was meant to be."""

    week: int
    mission: int  # position in the world's list
    people: int  # size of the full team
    team: Bools  # (reps,) on it already
    free: Bools  # (reps,) could join: employed and on no mission
    conviction: Floats  # (reps,) 0..1
    craft: Floats  # (reps,) 0..1, from missions
    tenure: NDArray[np.int32]  # (reps,) weeks
    skill: Floats  # (reps,) what the rep brings to a deal, mean of segments, logits
    lot: Floats  # (reps,) a uniform draw per person and mission, the same under every policy


class StaffingPlan(NamedTuple):
    """Answer at `staffing`: who is to be on the team, with how much of their time, and whether the leader joins."""

    team: Bools  # (reps,) nobody: the mission is not tried
    time: float  # 0..1, share of selling time each is to give
    led: bool


class AbandonState(NamedTuple):
    """Point `abandon`: asked each week of a mission under way."""

    week: int
    mission: int
    weeks: int  # since it was begun
    belief: float  # the leader's belief that the road is passable


class Goals(NamedTuple):
    """Point `goals`: what people are asked to reach, and how often they hear where they stand."""

    quota: float  # multiple of the firm's quota
    specificity: float  # 0 (do your best) .. 1 (specific, measured, dated)
    cadence: int  # weeks between check-ins, 0 for none
    hours: float  # selling hours of a rep that a check-in takes
