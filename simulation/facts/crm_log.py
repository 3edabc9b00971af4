"""What a CRM would have recorded of a world: qualified deals with their owners, and who led whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.facts.open_worlds import DealLog, Table
from simulation.runs.attempt import Task, world_of
from simulation.runs.drawn import with_draws
from simulation.world.columns import LEAD, PROPOSAL
from simulation.world.model import SalesModel

if TYPE_CHECKING:
    from simulation.spec import Scenario

PERSONS = 100_000
"""An owner is seat + this x the number of persons who sat there before."""


class CrmLog(DealLog):
    """Follows opportunities, and their owners: the last one, the one before, and the week of the last change (-1: none)."""

    fields = (*DealLog.fields, "owner", "before", "moved")

    def __init__(self, model: SalesModel) -> None:
        super().__init__(model)
        self.holder = self._holders(model)  # of each customer, a prospect or not, after the step before

    @staticmethod
    def _holders(model: SalesModel) -> NDArray[np.int64]:
        """Code of the owner of each customer, -1 for nobody."""
        owner = model.state.customers.owner
        return np.where(owner >= 0, owner + PERSONS * model.state.reps.person[owner].astype(np.int64), -1)

    def see(self, model: SalesModel) -> None:
        """After each step. Owners are taken before what has ended is put aside: an account that is lost is nobody's."""
        c, now = model.state.customers, self.now
        new = c.opportunity != self.opportunity
        for name in ("owner", "before", "moved"):
            now[name][new] = -1
        now["owner"][new] = self.holder[
            new
        ]  # who held the prospect: all that is known of what is over within a week
        owner = self.holder = self._holders(model)
        owned = ((now["started"] >= 0) | new) & (c.stage >= LEAD) & (c.stage <= PROPOSAL) & (c.owner >= 0)
        changed = owned & ~new & (now["owner"] >= 0) & (owner != now["owner"])
        now["before"][changed], now["moved"][changed] = now["owner"][changed], model.week - 1
        now["owner"][owned] = owner[owned]
        super().see(model)


@dataclass(frozen=True)
class CrmHistory:
    """Deals that were qualified from week 0 on (fields as in `OpenWorld.deals`, and `owner`, `before`, `moved`), the segment
    of each by number, names of segments, and the manager of each seat.
    """

    deals: Table
    segment: NDArray[np.int64]
    segments: tuple[str, ...]
    manager: NDArray[np.int64]
    weeks: int


def crm_of(scenario: Scenario, policy: str, replication: int) -> CrmHistory:
    """Live one world of `compare` again, in the draw it takes there, and record it."""
    (task,) = with_draws([Task(replication, (policy,))], scenario)
    return history_of(world_of(scenario, task), policy, replication)


def history_of(scenario: Scenario, policy: str, replication: int) -> CrmHistory:
    """Live one world, under the baseline and from the start week under `policy`, and record it from week 0 on."""
    model = SalesModel(scenario, scenario.baseline, replication=replication)
    while model.week < 0:
        model.step()
    log = CrmLog(model)
    while model.week < scenario.weeks:
        if model.week == scenario.start_week:
            model = model.fork(policy)
        model.step()
        log.see(model)
    deals = log.table()
    kept = deals["qualified"] >= 0
    deals = {name: column[kept] for name, column in deals.items()}
    segment = model.state.customers.segment[deals["row"].astype(np.int64)].astype(np.int64)
    names = tuple(one.name for one in scenario.world.segments)
    return CrmHistory(deals, segment, names, model.state.reps.manager.astype(np.int64), scenario.weeks)
