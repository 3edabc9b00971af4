"""Where finished runs go: memory, or a run directory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from simulation.runs.attempt import Result, Task
from simulation.runs.directory import RunDirectory, writing
from simulation.runs.identity import Identity
from simulation.runs.ledger import KINDS
from simulation.runs.parts import to_arrow, wanted
from simulation.runs.record import Failure
from simulation.runs.stopping import keep_stop
from simulation.runs.tables import Tables, Worlds, assemble, most

if TYPE_CHECKING:
    import pyarrow as pa

    from simulation.spec import Scenario


class Store(Protocol):
    """What an experiment needs of the place its results go to. `notes` are sentences for the user."""

    notes: Sequence[str]

    def missing(self, policies: Sequence[str], replications: Iterable[int]) -> list[Task]:
        """What is still to be run in these replications."""

    def keep(self, result: Result) -> None:
        """Keep a result for good."""

    def tables(
        self, policies: Sequence[str], worlds: Worlds, outcomes: Collection[str] | None = None
    ) -> Tables:
        """All that is kept of these runs; with `outcomes` only these, and no decisions."""

    def stopped(self, facts: Mapping[str, Any]) -> None:
        """Keep by what rule an experiment that grew came to its end, and with how many worlds."""


class MemoryStore:
    """Results of one call, gone with it."""

    notes: Sequence[str] = ()

    def __init__(self, scenario: Scenario, facts: Mapping[str, Any]) -> None:
        self._weeks, self._facts = scenario.weeks, facts
        self._batches: dict[str, list[pa.Table]] = {kind: [] for kind in KINDS}
        self._failures: list[Failure] = []

    def missing(self, policies: Sequence[str], replications: Iterable[int]) -> list[Task]:
        return [Task(n, tuple(policies)) for n in replications]

    def keep(self, result: Result) -> None:
        self._failures += result.failures
        if result.records:
            for kind, table in to_arrow(result.records, self._weeks).items():
                self._batches[kind].append(table)

    def tables(
        self, policies: Sequence[str], worlds: Worlds, outcomes: Collection[str] | None = None
    ) -> Tables:
        batches = self._batches
        if outcomes is not None:
            batches = {
                kind: [t.select(wanted(t.column_names, outcomes)) for t in tables if kind != "decisions"]
                for kind, tables in batches.items()
            }
        return assemble(batches, self._failures, self._facts, policies, worlds)

    def stopped(self, facts: Mapping[str, Any]) -> None:
        pass


class DirectoryStore:
    """Results in a run directory, opened for writing."""

    def __init__(self, directory: RunDirectory, identity: Identity, facts: Mapping[str, Any]) -> None:
        self._directory, self._identity, self._facts = directory, identity, facts
        self.notes: Sequence[str] = directory.notes

    def missing(self, policies: Sequence[str], replications: Iterable[int]) -> list[Task]:
        todo = self._directory.missing(self._identity, policies, replications)
        return [Task(n, tuple(left)) for n, left in todo]

    def keep(self, result: Result) -> None:
        self._directory.commit(self._identity, result.records, result.failures)

    def tables(
        self, policies: Sequence[str], worlds: Worlds, outcomes: Collection[str] | None = None
    ) -> Tables:
        batches = self._directory.read(policies, most(worlds), outcomes)
        failures = list(self._directory.ledger.failures().values())
        return assemble(batches, failures, self._facts, policies, worlds)

    def stopped(self, facts: Mapping[str, Any]) -> None:
        keep_stop(self._directory.path, facts)


@contextmanager
def opened(
    out: str | Path | None, scenario: Scenario, facts: Mapping[str, Any], command: str
) -> Iterator[Store]:
    """The store for `out`: memory for None, else that run directory, locked for the block."""
    if out is None:
        yield MemoryStore(scenario, facts)
        return
    from simulation.spec import dump_scenario

    identity = Identity.of(scenario)
    with writing(Path(out), identity, dump_scenario(scenario), command, facts) as directory:
        yield DirectoryStore(directory, identity, facts)
