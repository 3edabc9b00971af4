"""Points of the phases `decide` and `hand_over`: who may develop what, and which accounts move."""

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
    capacity: NDArray[np.float64] | None = None  # (segments,) shares of the reps, as `sharing` said
    firmness: float = 1.0  # ... and how firmly they keep to them


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
    segment: NDArray[np.uint8]  # (accounts,) number of the segment ...
    place: NDArray[np.int64]  # (accounts,) ... and of the customer within it
    segments: tuple[str, ...]  # names


class ReleaseTerms(NamedTuple):
    """Answer at `releases`: which accounts move now, and to whom."""

    release: Bools  # (accounts,) hand over now
    receiver: str  # "capacity" (most free capacity), "similar" (knows the segment best) or "pool" (nobody)
    return_weeks: (
        int  # if territories are withdrawn within so many weeks of the hand-over, the account goes back
    )
    pending: bool  # ask again next week: some accounts are to follow
    credit_weeks: int = 0  # weeks in which the old rep gets half of what a deal moved while open brings
