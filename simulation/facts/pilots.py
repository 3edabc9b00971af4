"""Who pilots a policy: the same weeks of one world under the baseline, the roll-out, and pilots by different people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.runs.attempt import Task, world_of
from simulation.runs.drawn import with_draws
from simulation.runs.replicate import at_the_start, released

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

WAYS = ("random", "volunteers", "veterans")
"""Who pilots, in words of the lever `territory`."""
MARK = "~pilot-"
Settings = Sequence[tuple[str, Any]]
"""Places in a scenario (`simulation/runs/settings.py`) and their values."""


@dataclass(frozen=True)
class Tried:
    """One world. Money won by all seats in the weeks of the pilot, and to the end of the run, under baseline and roll-out;
    and by the seats of those who pilot, under the baseline and in the pilot, by way.
    """

    weeks: tuple[float, float]
    end: tuple[float, float]
    pilots: dict[str, tuple[float, float]]


def tried(
    scenario: Scenario,
    policy: str,
    replication: int,
    weeks: int,
    reps: int,
    settings: Settings | None = None,
) -> Tried:
    """Live one world of `compare` again, in the draw it takes there; or, with `settings`, one of a sweep at that point. The
    people of a pilot are those the lever chooses.
    """
    if settings is None:
        (task,) = with_draws([Task(replication, (policy,))], scenario)
    else:  # a sweep draws nothing
        task = Task(replication, (policy,), parameters=tuple(settings))
    world = _with_pilots(world_of(scenario, task), policy, reps)
    with at_the_start(world, replication, None) as base:
        usual, usual_end, _ = _money(base, world.baseline, weeks, to_the_end=True)
        rolled, rolled_end, _ = _money(base, policy, weeks, to_the_end=True)
        pilots = {}
        for way in WAYS:
            won, _, members = _money(base, policy + MARK + way, weeks, to_the_end=False)
            pilots[way] = float(usual[members].sum()), float(won[members].sum())
    return Tried((float(usual.sum()), float(rolled.sum())), (usual_end, rolled_end), pilots)


def _with_pilots(scenario: Scenario, policy: str, reps: int) -> Scenario:
    own, given = dict(scenario.policies), scenario.policies[policy]
    for way in WAYS:
        changes = {
            "territory": given.territory.model_copy(
                update={"share": reps / scenario.world.reps, "pilots": way}
            ),
            "decision": type(given.decision)(),
            "review": type(given.review)(),
        }
        own[policy + MARK + way] = given.model_copy(update=changes)
    return scenario.model_copy(update={"policies": own})


def _money(
    base: SalesModel, policy: str, weeks: int, *, to_the_end: bool
) -> tuple[NDArray[np.float64], float, NDArray[Any]]:
    """Money won by seat in so many weeks, by all to the end, and who is a member after the first week."""
    end = base.setting.weeks if to_the_end else base.week + weeks
    with released(base.fork(policy)) as model:
        first, won, total = model.week, np.zeros(model.setting.reps), 0.0
        members = np.zeros(model.setting.reps, bool)
        while model.week < end:
            model.step()
            total += float(model.state.reps.bookings.sum())
            if model.week - first == 1:
                members = model.state.reps.member.copy()
            if model.week - first <= weeks:
                won += model.state.reps.bookings
    return won, total, members
