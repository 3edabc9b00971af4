"""Points of the phase `decide`: what the leader looks at, when, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]


class EvidenceState(NamedTuple):
    """Point `evidence`: weekly records per rep; row 0 may lie before week 0, in the burn-in."""

    row: int  # first row of the records that has not happened yet
    members: Bools  # (reps,) under the policy
    since: NDArray[np.int64]  # (reps,) row from which on a member has been under the policy
    tenure: NDArray[np.int32]  # (reps,) weeks the person has sold; -1 for a vacant seat
    stage_moves: Floats  # (rows, reps) pipeline stages gained
    deals: Floats  # (rows, reps) deals won
    usage: Floats  # (rows, reps) mean usage depth of the rep's active customers
    payments: Floats  # (rows, reps) money of deals won
    stated: Floats  # (rows, reps) stated pipeline as it reached the leader, money
    progress: Floats  # (rows, reps) stages gained as conversations show them: without what was only logged
    practices: Floats  # (rows, reps) knowledge applied as conversations show it, -1..1
    findings: Floats  # (rows, reps) ... as retrospectives tell it
    interviews: (
        Floats  # (rows, reps) depth of use as interviewed customers of the rep tell it; 0 without interviews
    )


class Evidence(NamedTuple):
    """Answer at `evidence`: what the records say for or against the policy."""

    contrast: float  # members minus matched others, in standard deviations; positive speaks for the policy
    error: float  # its standard error; inf when there is nothing to compare
    pairs: int  # or members, where there is no other to pair each with
    source: str
    design: str = "matched"  # or "observed": before and after


class DecisionState(NamedTuple):
    """Point `decision`: asked every week after the start; `evidence` is None unless a review is due."""

    week: int
    start_week: int
    rollout: float  # share of the reps under the policy now
    evidence: Evidence | None
    max_share: float  # largest change of the roll-out at one review


class Action(NamedTuple):
    """Answer at `decision`: the roll-out the leader wants, and the reason."""

    rollout: float | None  # wanted share of reps under the policy; None: leave it
    why: str


class ReviewState(NamedTuple):
    """Point `review`: is a review due this week?"""

    week: int
    start_week: int


class ReviewTerms(NamedTuple):
    """Answer at `review`: whether one is due, and how much may change."""

    due: bool
    max_share: float
