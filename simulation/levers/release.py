"""Release: what happens to accounts outside their owner's territory."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from simulation.levers.base import Lever
from simulation.levers.points import ReleaseState, ReleaseTerms


class Release(Lever):
    """Keep accounts with the rep who knows them, or hand them to the territory's reps: when, which, to whom."""

    name: ClassVar[str] = "release"

    accounts: Literal["keep", "stale", "outside"] = Field(
        "keep",
        description="keep all; release stale ones outside the territory; release all outside the territory",
    )
    stale_weeks: int = Field(
        8, ge=1, le=104, description="weeks without a touch after which an account is stale"
    )
    phased_weeks: int = Field(
        0, ge=0, le=104, description="spread the release evenly over so many weeks (0: at once)"
    )
    in_flight: Literal["finish", "move"] = Field(
        "finish",
        description="open opportunities: the old rep finishes them first, or they move at their stage",
    )
    protect_share: float = Field(
        0.0, ge=0, le=1, description="share of accounts, largest value first, that never move"
    )
    protect_late: bool = Field(
        False, description="opportunities at stage proposal are finished even if others move"
    )
    to: Literal["capacity", "similar", "pool"] = Field(
        "capacity",
        description="receiver: eligible rep with most free capacity, who knows the segment best, or nobody",
    )
    return_weeks: int = Field(
        0, ge=0, le=104, description="right of return: weeks in which a withdrawn policy gives accounts back"
    )

    def releases(self, state: ReleaseState, so_far: ReleaseTerms) -> ReleaseTerms:
        if self.accounts == "keep" or len(state.rows) == 0:
            return so_far
        keep = np.zeros(len(state.rows), np.bool_)
        if self.protect_share > 0:
            largest = np.lexsort((state.rows, -state.value))
            keep[largest[: round(self.protect_share * len(largest))]] = True
        if self.accounts == "stale":
            keep |= state.idle_weeks < self.stale_weeks
        open_deal = state.in_flight if self.in_flight == "finish" else state.late & self.protect_late
        turn = np.float32(1.0)
        if self.phased_weeks:
            turn = np.float32(min(1.0, (state.weeks_since_change + 1) / self.phased_weeks))
        release = ~keep & ~open_deal & (state.lot <= turn)
        pending = bool((~keep & ~release).any()) or self.accounts == "stale"
        return ReleaseTerms(release, self.to, self.return_weeks, pending)
