"""Staffing: who goes on a mission, and with how much of their time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import StaffingPlan, StaffingState

if TYPE_CHECKING:
    from simulation.levers.points.missions import Bools, Floats

VOLUNTEER_LOT = 0.5
"""Weight of the lot in who steps forward: conviction and craft, each 0-1, do not decide alone."""
VETERAN_WEEKS = 260.0
"""Weeks of tenure that count as much as a logit of skill among veterans."""


class Staffing(Lever):
    """Nobody goes by default. With `everybody` all reps share the asked time; else a team goes."""

    name: ClassVar[str] = "staffing"

    who: Literal["everybody", "volunteers", "veterans", "leader_led"] = setting(
        "volunteers",
        "choice",
        "everybody: all reps give a little; volunteers: the most willing; veterans: the most able and longest "
        "serving; leader_led: veterans, with the leader in person",
    )
    share: float = setting(0.0, "share", "share of the mission's full team that goes (0: nobody)", ge=0, le=1)
    time: float = setting(1.0, "share", "share of selling time each of them is to give", gt=0, le=1)

    skip: int = setting(0, "missions", "nobody goes on the first so many missions of the list", ge=0, le=32)

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        if self.share > 0 and not world.missions:
            yield Finding(
                "share", "the world has no missions to go on", "list them under `world.missions`, or leave 0"
            )

    def staffing(self, state: StaffingState, so_far: StaffingPlan) -> StaffingPlan:
        wanted = round(self.share * state.people)
        if wanted == 0 or state.mission < self.skip:
            return so_far
        candidates = state.team | state.free
        if self.who == "everybody":
            people = max(1, int(candidates.sum()))
            return StaffingPlan(candidates, min(1.0, self.time * wanted / people), False)
        return StaffingPlan(self._team(wanted, candidates, state), self.time, self.who == "leader_led")

    def _team(self, wanted: int, candidates: Bools, state: StaffingState) -> Bools:
        """Who is on it stays; the best of the others fill the places."""
        import numpy as np

        if self.who == "volunteers":
            worth: Floats = state.conviction + state.craft + np.float32(VOLUNTEER_LOT) * state.lot
        else:
            worth = state.skill + state.tenure.astype(np.float32) / np.float32(VETERAN_WEEKS) + state.craft
        order = np.lexsort((np.arange(len(worth)), -worth, ~state.team, ~candidates))
        team = np.zeros(len(worth), np.bool_)
        team[order[:wanted]] = True
        return team & candidates
