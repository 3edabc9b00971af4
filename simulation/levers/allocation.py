"""Allocation: how R&D and the reps' capacity are shared among segments."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import Shares, SharesState, TerritoryPlan, TerritoryState
from simulation.levers.staffing_rules import fill_places, largest_remainder

Share = Annotated[float, Field(ge=0, le=1)]


class Allocation(Lever):
    """Even, by fixed shares, everything to the segment the leader has chosen, or by the chance to be the best."""

    name: ClassVar[str] = "allocation"

    rule: Literal["even", "fixed", "chosen", "belief"] = setting(
        "even",
        "choice",
        "even: R&D evenly, reps not shared out; fixed: as `shares` says; chosen: all to the segment that "
        "`decision` has chosen (even until then); belief: by the chance to be the best",
    )
    shares: dict[str, Share] = setting({}, "share", "fixed: share of each segment; 0 for those not named")
    protected: float = setting(0.0, "share", "part shared evenly whatever the rule says", ge=0, le=1)
    of: Literal["both", "rnd", "capacity"] = setting("both", "choice", "what is shared out by the rule")
    firmness: float = setting(1.0, "share", "new work kept for the own segment; 1: a hard edge", ge=0, le=1)

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        for name in self.shares:
            if name not in world.segments:
                yield Finding(f"shares.{name}", f"there is no segment '{name}'", ", ".join(world.segments))
        total = fsum(self.shares.values())
        if self.rule == "fixed" and abs(total - 1) > 1e-6:
            yield Finding(
                "shares", f"the shares add up to {total:.6g}, not 1", "name a share for each segment"
            )

    def _shares_of(self, state: SharesState) -> list[float] | None:
        """The rule's own shares, None while it says nothing."""
        if self.rule == "fixed":
            return [self.shares.get(name, 0.0) for name in state.names]
        if self.rule == "chosen" and state.focus >= 0:
            return [float(n == state.focus) for n in range(len(state.names))]
        return [float(chance) for chance in state.best] if self.rule == "belief" else None

    def sharing(self, state: SharesState, so_far: Shares) -> Shares:
        own = self._shares_of(state)
        if own is None:
            return so_far
        import numpy as np

        share = (1 - self.protected) * np.array(own) + self.protected / len(own)
        capacity = so_far.capacity if self.of == "rnd" else share
        return Shares(so_far.rnd if self.of == "capacity" else share, capacity, self.firmness)

    def territories(self, state: TerritoryState, so_far: TerritoryPlan) -> TerritoryPlan:
        if state.capacity is None or state.rollout == 0.0:
            return so_far
        import numpy as np

        everyone = np.ones(len(state.lot), np.bool_)
        teams = np.flatnonzero(state.capacity > 0)
        home = fill_places(teams, largest_remainder(state.capacity[teams], len(everyone)), everyone, state)
        if state.firmness < 1:
            focus = np.full(len(everyone), state.firmness, np.float32)
            return TerritoryPlan(so_far.allowed, home, focus, everyone, so_far.inbound)
        allowed = home[:, None] == np.arange(state.knowledge.shape[1])
        return TerritoryPlan(allowed, home, so_far.focus, everyone, so_far.inbound)
