"""A Mesa model whose agents are made when somebody first asks for one.

Phases work on columns and need no agents, and every policy of a replication is a model of its own: making a hundred
agents for each had been half the time of a fork.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mesa import Agent, Model

from simulation.world.agents import Leader, Manager, Rep

if TYPE_CHECKING:
    from mesa.agent import AgentSet

    from simulation.world.model import SalesModel


class StaffedModel(Model):
    """Reps, managers and the leader, in this order, as Mesa's agents: `reps`, `managers`, `leader`, `agents`."""

    @cached_property
    def _staff(self) -> tuple[list[Rep], list[Manager], Leader]:
        model: SalesModel = self
        reps = [Rep(model, row) for row in range(model.setting.reps)]
        managers = [Manager(model, row) for row in range(model.setting.managers)]
        leader = Leader(model)
        getattr(Agent, "_ids", {}).pop(self, None)  # Mesa 3.3 keeps every model alive there
        return reps, managers, leader

    @property
    def reps(self) -> list[Rep]:
        return self._staff[0]

    @property
    def managers(self) -> list[Manager]:
        return self._staff[1]

    @property
    def leader(self) -> Leader:
        return self._staff[2]

    # What Mesa and its tools look at.

    @property
    def agents(self) -> AgentSet:
        _ = self._staff
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[Agent], AgentSet]:
        _ = self._staff
        found: dict[type[Agent], AgentSet] = super().agents_by_type
        return found

    @property
    def agent_types(self) -> list[type]:
        return list(self.agents_by_type)

    def remove_all_agents(self) -> Any:
        _ = self._staff
        return super().remove_all_agents()
