"""Territory: which segments a rep may develop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import TerritoryPlan, TerritoryState
from simulation.levers.staffing_rules import choose_members, form_teams


class Territory(Lever):
    """Industry teams, from none (open) through a preference to a hard edge, for all reps or for a pilot."""

    name: ClassVar[str] = "territory"

    mode: Literal["open", "preferred", "lockdown"] = setting(
        "open",
        "choice",
        "open: any segment; preferred: a home segment first; lockdown: the team's segment only",
    )
    teams: int = setting(
        4, "teams", "teams for the n largest segments; the other reps cover the rest", ge=1, le=32
    )
    focus_share: float = setting(
        0.6, "share", "preferred: share of new opportunities and claims kept for the home segment", ge=0, le=1
    )
    share: float = setting(1.0, "share", "share of the reps who start (below 1: a pilot)", gt=0, le=1)
    pilots: Literal["random", "volunteers", "veterans"] = setting(
        "random", "choice", "who pilots: drawn by lot, the most convinced, or the longest serving"
    )
    inbound: Literal["territory", "any"] = setting(
        "territory", "choice", "who may take prospects that come by themselves: reps of the territory, or any"
    )

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        if self.mode == "open":
            return
        segments, members = len(world.segments), round(self.share * world.reps)
        if self.teams > segments:
            hint = "a team needs a segment of its own"
            yield Finding("teams", f"{self.teams} teams for {segments} segments", hint)
        if members == 0:
            yield Finding("share", f"{self.share:g} of {world.reps} reps is nobody", "raise the share")
        # a hard edge needs one rep for each team, and one for all segments without a team
        needed = self.teams + (self.teams < segments)
        if self.mode == "lockdown" and self.share == 1 and needed > members > 0:
            message = (
                f"{self.teams} teams and the rest of the segments need {needed} reps, there are {members}"
            )
            yield Finding("teams", message, "fewer teams: nobody may develop a segment without a rep")

    def territories(self, state: TerritoryState, so_far: TerritoryPlan) -> TerritoryPlan:
        if self.mode == "open" or state.rollout == 0.0:
            return so_far
        import numpy as np

        members = choose_members(self.pilots, self.share if state.rollout is None else state.rollout, state)
        if not members.any():
            return so_far
        home, allowed = form_teams(self.teams, members, state)
        home = np.where(members, home, so_far.home)
        if self.mode == "preferred":
            focus = np.where(members & (home >= 0), np.float32(self.focus_share), so_far.focus)
            return TerritoryPlan(so_far.allowed, home, focus, members, self.inbound)
        allowed = np.where(members[:, None], allowed, so_far.allowed)
        return TerritoryPlan(allowed, home, so_far.focus, members, self.inbound)
