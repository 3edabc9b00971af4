"""Managers: they coach a team and pass its pipeline upward."""

from __future__ import annotations

from typing import Any

from mesa import Agent


class Manager(Agent):
    """`team` holds the seats of the team, vacant ones too."""

    def __init__(self, model: Any, place: int) -> None:
        super().__init__(model)
        self.place = place
        self.team: list[Any] = []
        self.coaching, optimism = model.luck.manager(place)
        self.optimism = model.p.manager_optimism * optimism
        self.pipeline_norm = 0.0  # what the team is expected to state, cents
        self.stated = 0.0
        self.leavers = self.size = 0  # of last week; the leader of a new firm has not counted yet

    def hear(self) -> None:
        """What the team states, in the order of the seats."""
        self.stated = 0.0
        for rep in self.team:
            self.stated += rep.upward if rep.selling else rep.stated

    def tell(self, passed: float) -> float:
        """Of a shortfall against what is expected only a share goes up; good news passes whole."""
        heard = self.stated
        if self.pipeline_norm <= 0.0:
            self.pipeline_norm = heard
        told = heard + (1.0 - passed) * max(0.0, self.pipeline_norm - heard)
        self.pipeline_norm += 1.0 / 26.0 * (heard - self.pipeline_norm)
        self.stated = told * (1.0 + float(self.optimism))
        return self.stated

    def count_leavers(self) -> None:
        self.leavers, self.size = (
            sum(rep.leaves != "" for rep in self.team),
            sum(rep.selling for rep in self.team),
        )
