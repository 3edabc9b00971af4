"""The closed list of decision points: what a lever is shown, and what it may answer.

A phase asks a point once; the levers that define a method of that name answer in alphabetical order of their names, each
receiving what the one before it said. All arrays are read-only for levers. Weeks are absolute (0-based).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]


class TerritoryState(NamedTuple):
    """Point `territories`: asked when the policy starts and whenever the leader changes its roll-out."""

    week: int
    rollout: (
        float | None
    )  # share of the reps the leader wants under the policy; None: as the lever says; 0: withdrawn
    members: Bools  # (reps,) who is under the policy now
    home: NDArray[np.int32]  # (reps,) present home segment, -1 for none
    segment_customers: NDArray[np.int64]  # (segments,) all customers
    segment_value: NDArray[np.float64]  # (segments,) value under contract or in open deals, cents
    knowledge: Floats  # (reps, segments) -1..1
    tenure: NDArray[np.int32]  # (reps,) weeks
    conviction: Floats  # (reps,) 0..1
    lot: Floats  # (reps,) a uniform draw per person, the same under every policy


class TerritoryPlan(NamedTuple):
    """Answer at `territories`: who may develop what, and who is under the policy."""

    allowed: Bools  # (reps, segments) which segments each rep may develop
    home: NDArray[np.int32]  # (reps,) home segment, -1 for none
    focus: Floats  # (reps,) share of new work kept for the home segment, 0..1
    members: Bools  # (reps,) who is under the policy
    inbound: str  # "territory" or "any"


class ReleaseState(NamedTuple):
    """Point `releases`: asked for the accounts that lie outside their owner's territory."""

    weeks_since_change: int  # weeks since territories last changed
    rows: NDArray[np.int64]  # (accounts,) customer ids in ascending order
    in_flight: Bools  # (accounts,) an opportunity is open
    late: Bools  # (accounts,) ... and it is at stage proposal
    standing: (
        Floats  # (accounts,) rank by value when territories changed: 1/n the largest of n, 1 the smallest
    )
    idle_weeks: NDArray[
        np.int32
    ]  # (accounts,) weeks since anyone touched the account or cared for the contract
    lot: Floats  # (accounts,) a uniform draw per customer, the same under every policy


class ReleaseTerms(NamedTuple):
    """Answer at `releases`: which accounts move now, and to whom."""

    release: Bools  # (accounts,) hand over now
    receiver: str  # "capacity" (most free capacity), "similar" (knows the segment best) or "pool" (nobody)
    return_weeks: (
        int  # if territories are withdrawn within so many weeks of the hand-over, the account goes back
    )
    pending: bool  # ask again next week: some accounts are to follow


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


class Evidence(NamedTuple):
    """Answer at `evidence`: what the records say for or against the policy."""

    contrast: float  # members minus matched others, in standard deviations; positive speaks for the policy
    error: float  # its standard error; inf when there is nothing to compare
    pairs: int
    source: str


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


class Meeting(NamedTuple):
    """Point `meetings`: hours each rep spends in a retrospective this week, 0 for none."""

    hours: float


class Writing(NamedTuple):
    """Point `writing`: share of selling time spent writing the playbook, and by whom."""

    share: float
    writers: str  # "top" (best performers of the segment) or "everyone"


class Terms(NamedTuple):
    """Point `terms`: how people are judged, and what they are promised in a transition."""

    horizon: int  # weeks of results a judgement looks at
    tolerance: float  # 0..1, share of a shortfall that is forgiven
    guarantee_weeks: int  # pay is guaranteed for so many weeks after a change of territory
    quota_relief: float  # 0..1, share of the quota lifted in these weeks


POINTS = (
    "candour",
    "decision",
    "evidence",
    "meetings",
    "releases",
    "review",
    "terms",
    "territories",
    "writing",
)
"""Names of all decision points. `candour` passes a plain float: how safe bad news is, 0..1."""
