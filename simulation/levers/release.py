"""Release: what happens to accounts outside their owner's territory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import ReleaseState, ReleaseTerms


class Release(Lever):
    """Keep accounts with the rep who knows them, or hand them to the territory's reps: when, which, to whom."""

    name: ClassVar[str] = "release"

    accounts: Literal["keep", "stale", "outside"] = setting(
        "keep", "choice", "keep all; release stale ones outside the territory; release all outside it"
    )
    stale_weeks: int = setting(8, "weeks", "an account untouched for so long is stale", ge=1, le=104)
    phased_weeks: int = setting(0, "weeks", "release spread over so many weeks (0: at once)", ge=0, le=104)
    in_flight: Literal["finish", "move", "split"] = setting(
        "finish",
        "choice",
        "open opportunities: the old rep finishes them first; they move at their stage; they move and credit is split",
    )
    credit_weeks: int = setting(13, "weeks", "split: so long the old rep gets half the credit", ge=1, le=52)
    protect_share: float = setting(0.0, "share", "accounts, largest first, that never move", ge=0, le=1)
    protect_accounts: tuple[str, ...] = setting(
        (), "segment:number", "accounts that never move, such as retail:12 (counted from 0)", max_length=200
    )
    protect_late: bool = setting(False, "yes or no", "proposals are finished even if other deals move")
    to: Literal["capacity", "similar", "pool"] = setting(
        "capacity", "choice", "receiver: eligible rep with most room, who knows the segment best, or nobody"
    )
    return_weeks: int = setting(
        0, "weeks", "right of return: weeks in which a withdrawn policy gives accounts back", ge=0, le=104
    )

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        for account in self.protect_accounts:
            segment, _, number = account.rpartition(":")
            if segment not in world.segments or not (number.isascii() and number.isdecimal()):
                hint = f"a segment, a colon and a number from 0, such as {world.segments[0]}:12"
                yield Finding("protect_accounts", f"there is no account '{account}'", hint)
            elif len(number) > 9 or int(number) >= world.customers_of(segment):
                size = world.customers_of(segment)
                message = f"there is no account '{account}': the segment has {size} customers"
                yield Finding("protect_accounts", message, f"numbers run from 0 to {size - 1}")

    def releases(self, state: ReleaseState, so_far: ReleaseTerms) -> ReleaseTerms:
        if self.accounts == "keep" or len(state.rows) == 0:
            return so_far
        import numpy as np

        meant = state.standing > np.float32(self.protect_share)
        if self.protect_accounts:
            names = zip(state.segment.tolist(), state.place.tolist(), strict=True)
            meant &= np.array([f"{state.segments[s]}:{n}" not in self.protect_accounts for s, n in names])
        if self.accounts == "stale":
            meant &= state.idle_weeks >= self.stale_weeks
        release = meant
        if self.in_flight == "finish" or self.protect_late:
            release = meant & ~(state.in_flight if self.in_flight == "finish" else state.late)
        if state.weeks_since_change + 1 < self.phased_weeks:
            release = release & (state.lot <= np.float32((state.weeks_since_change + 1) / self.phased_weeks))
        pending = bool(np.count_nonzero(meant) > np.count_nonzero(release)) or self.accounts == "stale"
        credit = self.credit_weeks if self.in_flight == "split" else 0
        return ReleaseTerms(release, self.to, self.return_weeks, pending, credit)
