"""Worlds lived for their moments: the same figures of them as of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.moment import Moment
from analysis.crm.moments import moments
from app.calibration.settings import Floats
from app.calibration.world_crm import crm_of_world
from simulation.facts.crm_log import crm_of
from simulation.runs.attempt import Task
from simulation.runs.pool import execute
from simulation.runs.record import RunRecord

if TYPE_CHECKING:
    from simulation.spec import Scenario

Place = tuple[Mapping[str, float], int]
"""Values by name (as in draws), and the number of the world, which is its luck."""


@dataclass(frozen=True)
class Seen(RunRecord):
    """The moments of one world under the baseline."""

    moments: Mapping[str, Moment] | None = None


def see(
    scenario: Scenario, replication: int, policies: Sequence[str] | None = None, seed: int | None = None
) -> list[RunRecord]:
    """A `Replicate`: one world under the baseline, and what its CRM would look like. The seed is the scenario's."""
    bare = scenario.model_copy(update={"draws": None})  # the task says what this world is made of
    found = moments(crm_of_world(crm_of(bare, bare.baseline, replication)), errors=False)
    return [Seen(bare.name, name, replication, bare.seed, {}, {}, [], found) for name in policies or ()]


def moments_of_worlds(
    scenario: Scenario,
    places: Sequence[Place],
    names: Sequence[str],
    workers: int,
    tell: Callable[[], object],
) -> Floats:
    """Moments by name of each place, (places, names), nan where a world does not have one or failed; `tell` after each."""
    tasks = [Task(world, ("moments",), "", tuple(values.items())) for values, world in places]
    found = np.full((len(places), len(names)), np.nan)
    where: dict[Any, list[int]] = {}
    for n, task in enumerate(tasks):  # two trials may be equal
        where.setdefault((task.replication, task.parameters), []).append(n)
    with closing(execute(tasks, scenario, see, workers=workers)) as results:
        for result in results:
            rows = where[result.task.replication, result.task.parameters]
            for record in result.records:
                assert isinstance(record, Seen)
                known = record.moments or {}
                found[rows] = [known[name].value if name in known else np.nan for name in names]
            tell()
    return found
