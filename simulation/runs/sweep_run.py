"""A sweep: every policy in the same worlds at every point of a design."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.runs.attempt import Task
from simulation.runs.cluster import Cluster, connected
from simulation.runs.experiments import Progress, collect
from simulation.runs.identity import Identity
from simulation.runs.pool import execute
from simulation.runs.record import Replicate, RunRecord
from simulation.runs.sweep_store import design_of, opened
from simulation.runs.sweep_tables import SweepTables, describe_sweep, tables_of
from simulation.runs.tables import outcome_rows
from simulation.runs.warm_up import lived
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Slim:
    """A replication whose records keep of the weeks only what the sweep wants: the rest need not leave the worker."""

    replicate: Replicate
    weekly: tuple[str, ...]

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]:
        records = self.replicate(scenario, replication, policies, seed)
        return [record.slim(self.weekly) for record in records]


def run_sweep(
    sweep: Sweep,
    workers: int = 1,
    out: str | Path | None = None,
    progress: Callable[[Progress], object] | None = None,
    *,
    fail_fast: bool = False,
    command: str = "",
    replicate: Replicate | None = None,
    start_method: str = "spawn",
    arrange: Callable[[list[Task]], Sequence[Task]] | None = None,
    cluster: Cluster | None = None,
) -> SweepTables:
    """Run what is missing of a sweep and return its tables. Keywords as in `run_experiments`, and errors too.

    `arrange` may reorder the work, for which all tasks are made at once; without it they are made as they are needed.
    With `out` results are kept in that directory, block by block; `Progress` counts runs that are lived (of points with
    the same values one is). An interruption keeps all that is finished, also of blocks that are not full; what a killed
    process loses is at most one block for each worker and the one being filled.
    """
    if workers < 1:
        raise ValueError("workers is 1 or more")
    live, prepare = lived(replicate)
    facts = {"meta": describe_sweep(sweep), "outcomes": outcome_rows(), "kind": "sweep"}
    place = None if out is None else Path(out)
    with connected(cluster, workers) as crew, opened(place, sweep, facts, command) as store:
        every = len(sweep.policies) * sweep.points * sweep.replications
        state = Progress(0, store.to_live(), kept=every - store.left(), notes=tuple(store.notes))
        tell = progress or (lambda state: None)
        tell(state)
        results = execute(
            store.missing() if arrange is None else arrange(list(store.missing())),
            sweep.scenario,
            Slim(live, sweep.weekly),
            workers=workers,
            start_method=start_method,
            prepare=prepare,
            crew=crew,
        )
        try:
            collect(results, store.keep, state, tell, fail_fast)
        except KeyboardInterrupt:
            store.flush()
            raise
        store.flush()  # blocks that a failure has cut short
        tables = tables_of(store)
    tables.meta["command"] = command
    return tables


def default_directory(sweep: Sweep) -> Path:
    """Where a sweep goes when nobody says otherwise: below `runs/` of the current directory."""
    identity = Identity.of(sweep.scenario, design_of(sweep))
    return Path("runs") / f"{sweep.name[:80]}-{identity.directory[:10]}"
