"""Mesa agents as views of one row of the columns.

Reps, managers and the leader are ordinary registered agents. Customers are made on demand: registering tens of thousands
of objects would slow down every run for the few that look at them (docs/decisions/0005-customers-are-views.md). Mesa's
tools work on either: `model.agents`, `model.reps`, `DataCollector`,
`model.customers.select(lambda c: c.usage > 0.5).agg("value", sum)`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from simulation.world.columns import (
    CUSTOMER,
    NOBODY,
    PROSPECT,
    STAGES,
    CustomerColumns,
    DealColumns,
    ManagerColumns,
    RepColumns,
)
from simulation.world.tables import Columns

with warnings.catch_warnings():  # in notebooks, of a progress bar that Mesa imports and nobody asked for
    warnings.filterwarnings("ignore", message="IProgress not found")
    from mesa import Agent
    from mesa.agent import AgentSet

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


class Field:
    """Descriptor: the attribute of an agent is the element of its column."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, agent: RowAgent | None, owner: type) -> Any:
        return self if agent is None else getattr(agent.columns, self.name)[agent.row]

    def __set__(self, agent: RowAgent, value: Any) -> None:
        getattr(agent.columns, self.name)[agent.row] = value
        if agent.PLACE == "customers":  # what the week keeps of their columns
            agent.model.now.lists_stale = True
            agent.model.now.books_stale[:] = True


class RowAgent(Agent):
    """An agent whose attributes live in row `row` of a table of columns."""

    TABLE: ClassVar[type[Columns]]
    PLACE: ClassVar[str]  # where the model's state keeps this table
    model: SalesModel

    def __init_subclass__(cls) -> None:
        for name in cls.TABLE.names():
            setattr(cls, name, Field(name))

    def __init__(self, model: SalesModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def columns(self) -> Any:
        return getattr(self.model.state, self.PLACE)


class Rep(RowAgent):
    """A seat and the person in it."""

    TABLE, PLACE = RepColumns, "reps"

    @property
    def book(self) -> list[Customer]:
        """All accounts of this rep."""
        return list(self.model.customers.where(self.model.state.customers.owner == self.row))


class Manager(RowAgent):
    """Coaches a team and passes its pipeline upward."""

    TABLE, PLACE = ManagerColumns, "managers"

    @property
    def team(self) -> list[Rep]:
        return [rep for rep in self.model.reps if rep.manager == self.row]


class Leader(Agent):
    """Decides by the policy in force and keeps a log of decisions with their reasons."""

    model: SalesModel

    @property
    def log(self) -> list[dict[str, Any]]:
        return self.model.log


class Customer(RowAgent):
    """A view; it exists while somebody holds it, and is not registered with Mesa."""

    TABLE, PLACE = CustomerColumns, "customers"

    def __init__(
        self, model: SalesModel, row: int
    ) -> None:  # not Agent.__init__: that would register the view
        self.model, self.row, self.unique_id, self.pos = model, row, row, None

    @property
    def stage_name(self) -> str:
        return STAGES[self.stage]

    @property
    def segment_name(self) -> str:
        return self.model.setting.segment_names[self.segment]

    @property
    def rep(self) -> Rep | None:
        return None if self.owner == NOBODY else self.model.reps[self.owner]

    @property
    def deal(self) -> Deal | None:
        """The open deal, as a view of its place in the table; good for this week."""
        state = self.model.state
        for place in (state.deals.row[: state.n_deals] == self.row).nonzero()[0]:
            if PROSPECT < state.deals.stage[place] < CUSTOMER:
                return Deal(self.model, int(place))
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Customer) and other.model is self.model and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))


class Deal:
    """A view of one row of the table of deals. It is no agent: nobody decides there, and places change from week to week."""

    def __init__(self, model: SalesModel, place: int) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "place", place)

    def __getattr__(self, name: str) -> Any:
        if name not in DealColumns.names():
            raise AttributeError(f"a deal has no {name!r}")
        return getattr(self.model.state.deals, name)[self.place]

    def __setattr__(self, name: str, value: Any) -> None:
        getattr(self.model.state.deals, name)[self.place] = value


class CustomerSet(AgentSet):
    """An AgentSet that keeps its customers alive, and so do all sets made from it (Mesa's own hold them weakly)."""

    def __init__(self, agents: Iterable[Customer], random: Any = None) -> None:
        self._held = dict.fromkeys(agents)
        super().__init__(self._held, random=random)

    def select(self, *arguments: Any, **options: Any) -> CustomerSet:
        return self._keeping(super().select(*arguments, **options))

    def shuffle(self, *arguments: Any, **options: Any) -> CustomerSet:
        return self._keeping(super().shuffle(*arguments, **options))

    def sort(self, *arguments: Any, **options: Any) -> CustomerSet:
        return self._keeping(super().sort(*arguments, **options))

    def groupby(self, by: Any, result_type: str = "agentset") -> Any:
        grouped = super().groupby(by, "list")
        if result_type == "agentset":
            grouped.groups = {key: CustomerSet(group, self.random) for key, group in grouped.groups.items()}
        return grouped

    def add(self, agent: Customer) -> None:
        self._held.setdefault(agent)
        super().add(agent)

    def discard(self, agent: Customer) -> None:
        super().discard(agent)
        self._held.pop(agent, None)

    def remove(self, agent: Customer) -> None:
        super().remove(agent)
        self._held.pop(agent, None)

    def _update(self, agents: Iterable[Customer]) -> Any:  # Mesa: changes in place, and copies
        self._held = dict.fromkeys(agents)
        return super()._update(self._held)

    def _keeping(self, derived: Any) -> CustomerSet:
        """What Mesa derived from this set, as a set of this kind, made while this set still holds the customers."""
        return derived if isinstance(derived, CustomerSet) else CustomerSet(derived, self.random)


class Customers(Sequence[Customer]):
    """All customers of a model, as views."""

    def __init__(self, model: SalesModel) -> None:
        self._model = model

    def __len__(self) -> int:
        return len(self._model.state.customers.stage)

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [Customer(self._model, i) for i in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(f"customer {row} of {len(self)}")
        return Customer(self._model, int(row) % len(self))

    def __iter__(self) -> Iterator[Customer]:
        return (Customer(self._model, i) for i in range(len(self)))

    def where(self, mask: Any) -> CustomerSet:
        """The customers whose element of a boolean column is true; cheap, no view is made of the others."""
        return CustomerSet(
            [Customer(self._model, int(i)) for i in mask.nonzero()[0]], random=self._model.random
        )

    def select(self, condition: Callable[[Customer], bool] | None = None) -> CustomerSet:
        """The customers that meet a condition, all without one."""
        chosen = [c for c in self if condition is None or condition(c)]
        return CustomerSet(chosen, random=self._model.random)
