"""Pool: what goes back to the public pool, and how it may be claimed."""

from __future__ import annotations

from typing import ClassVar

from simulation.levers.base import Lever, setting
from simulation.levers.points import PoolTerms


class Pool(Lever):
    """The public pool of Chinese CRMs. Off by default; usual there: 4 and 13 weeks, a cap of 200, 20 locks.

    What goes back surfaces in the next week for all but its former owner. Where reps would lose an account for want of
    touches, some of them log touches that never happened (parameter `fake_touches`); the leader's record of activity
    counts them.
    """

    name: ClassVar[str] = "pool"

    untouched_weeks: int = setting(
        0, "weeks", "weeks without a touch after which prospects and leads go back (0: never)", ge=0, le=52
    )
    unclosed_weeks: int = setting(
        0, "weeks", "weeks after which an open opportunity ends and goes back (0: never)", ge=0, le=104
    )
    claims: int | None = setting(
        None, "prospects per week", "prospects a rep may claim in a week (none: no limit)", ge=1, le=100
    )
    cap: int | None = setting(
        None, "prospects", "prospects a rep may hold (none: parameter `prospect_cap`)", ge=1, le=500
    )
    locks: int = setting(
        0, "accounts", "accounts without contract each rep may lock: those of highest value", ge=0, le=50
    )
    cooling_off: int = setting(
        0, "weeks", "weeks in which the former owner may not claim what went back", ge=0, le=52
    )

    def pooling(self, state: None, so_far: PoolTerms) -> PoolTerms:
        return PoolTerms(
            self.untouched_weeks or so_far.untouched,
            self.unclosed_weeks or so_far.unclosed,
            so_far.claims if self.claims is None else min(self.claims, so_far.claims),
            so_far.cap if self.cap is None else self.cap,
            max(self.locks, so_far.locks),
            max(self.cooling_off, so_far.cooling_off),
        )
