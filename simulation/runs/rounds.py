"""Experiments that grow: after each round of worlds somebody says which policies need more, until nobody does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.runs.attempt import Task
from simulation.runs.drawn import with_draws

if TYPE_CHECKING:
    from simulation.runs.stores import Store
    from simulation.runs.tables import Tables
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Growing:
    """How an experiment grows: `first` worlds of all policies; then `more(tables)` gives the policies that go on and the
    number of worlds they shall have, or None; no more than they have is as None. Its tables hold the headline outcome alone.

    `more` must depend on nothing but its tables, so that the same command resumes. `facts` are plain data on the rule, kept
    with the results as `meta["until"]`, with the worlds of each policy.
    """

    first: int
    more: Callable[[Tables], tuple[Sequence[str], int] | None]
    facts: Mapping[str, Any]


class Rounds(Iterator[Task]):
    """The tasks of the present round. When its last result is `taken`, those of the next one are there.

    One round of `first` worlds where nothing grows. `arrange` may reorder the tasks of a round.
    """

    def __init__(
        self,
        store: Store,
        scenario: Scenario,
        policies: Sequence[str],
        first: int,
        growing: Growing | None = None,
        arrange: Callable[[list[Task]], Sequence[Task]] = list,
    ) -> None:
        self._store, self._scenario, self._growing, self._arrange = store, scenario, growing, arrange
        self._tasks: deque[Task] = deque()
        self._due = self.total = self.kept = 0
        self.worlds = dict.fromkeys(policies, 0)
        """Worlds of each policy so far."""
        self._begin(policies, first if growing is None else growing.first)
        self._go_on()

    def __next__(self) -> Task:
        if not self._tasks:
            raise StopIteration  # for now
        return self._tasks.popleft()

    def taken(self) -> None:
        """One more result is in the store."""
        self._due -= 1
        self._go_on()

    @property
    def rule(self) -> dict[str, Any]:
        """`until`, by which rule an experiment that grew came to its end, and with how many worlds; empty for others."""
        if self._growing is None or self._due:
            return {}
        return {"until": {**self._growing.facts, "worlds": dict(self.worlds)}}

    def _go_on(self) -> None:
        while not self._due and self._growing is not None:
            seen = self._store.tables(list(self.worlds), self.worlds, [self._scenario.outcome])
            wanted = self._growing.more(seen)
            if (
                wanted is None or wanted[1] <= self.worlds[wanted[0][0]]
            ):  # nothing new: asked again it would say the same
                return
            self._begin(*wanted)

    def _begin(self, policies: Sequence[str], worlds: int) -> None:
        have = self.worlds[policies[0]]
        tasks = with_draws(self._store.missing(policies, range(have, worlds)), self._scenario)
        runs = sum(len(task.policies) for task in tasks)
        self.total, self.kept = self.total + runs, self.kept + len(policies) * (worlds - have) - runs
        self._due += len(tasks)
        self._tasks.extend(self._arrange(tasks))
        self.worlds.update(dict.fromkeys(policies, worlds))
