"""Many worlds under the baseline as a CRM would have recorded them, by the same workers as experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulation.facts.crm_log import CrmHistory, history_of
from simulation.runs.attempt import Task
from simulation.runs.experiments import Progress
from simulation.runs.pool import execute
from simulation.runs.record import Failure, RunRecord
from simulation.runs.warm_up import warm_up

if TYPE_CHECKING:
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Recorded(RunRecord):
    """What a CRM would have recorded of one world."""

    crm: CrmHistory | None = None


def record(
    scenario: Scenario, replication: int, policies: Sequence[str] | None = None, seed: int | None = None
) -> list[RunRecord]:
    """One world under each policy. A `Replicate`, so that the pool can run it."""
    given = scenario if seed is None else scenario.model_copy(update={"seed": seed})
    return [
        Recorded(
            given.name, policy, replication, given.seed, {}, {}, [], history_of(given, policy, replication)
        )
        for policy in policies or (given.baseline,)
    ]


def crm_worlds(
    scenario: Scenario,
    draws: Mapping[int, int],
    workers: int = 1,
    progress: Callable[[Progress], object] | None = None,
) -> tuple[dict[int, CrmHistory], list[Failure]]:
    """Histories under the baseline by number of the world, and what failed. `draws`: world -> row of the draws it takes."""
    tell = progress or (lambda state: None)
    names, table = ((), ((),)) if scenario.draws is None else (scenario.draws.names, scenario.draws.rows)
    rows = {world: tuple(zip(names, table[k % len(table)], strict=True)) for world, k in draws.items()}
    tasks = [Task(world, (scenario.baseline,), "", row) for world, row in rows.items()]
    lean = scenario.model_copy(update={"draws": None})  # each task carries its own
    state = Progress(0, len(tasks))
    tell(state)
    found: dict[int, CrmHistory] = {}
    failures: list[Failure] = []
    with closing(execute(tasks, lean, record, workers=workers, prepare=warm_up)) as results:
        for result in results:
            for one in result.records:
                assert isinstance(one, Recorded)
                assert one.crm is not None
                found[one.replication] = one.crm
            failures += result.failures
            state = replace(state, done=state.done + 1, failed=len(failures))
            tell(state)
    return dict(sorted(found.items())), sorted(failures, key=lambda failed: failed.replication)
