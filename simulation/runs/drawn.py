"""Worlds of a scenario whose parameters are uncertain: which draw each of them takes, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulation.spec.draws import of_segment

if TYPE_CHECKING:
    from simulation.runs.attempt import Task
    from simulation.spec import Scenario, World

WORLDS_A_DRAW = 2
"""Worlds that share a draw and differ in luck alone: what they differ by tells luck from parameters."""


def draw_of(scenario: Scenario, replication: int) -> int | None:
    """Number of the draw of a world, None where the scenario has no draws. More worlds than draws begin again."""
    if scenario.draws is None:
        return None
    return replication // WORLDS_A_DRAW % len(scenario.draws.rows)


def with_draws(tasks: Iterable[Task], scenario: Scenario) -> list[Task]:
    """The tasks, each in the world of its draw."""
    if scenario.draws is None:
        return list(tasks)
    names, rows = scenario.draws.names, scenario.draws.rows
    found = []
    for task in tasks:
        row = rows[draw_of(scenario, task.replication) or 0]
        found.append(replace(task, parameters=tuple(zip(names, row, strict=True))))
    return found


def changed(world: World, values: Mapping[str, float]) -> World:
    """The world with other parameters and fields of segments (`segments.NAME.FIELD`). Ranges are not checked again."""
    parameters, of_segments = dict(world.parameters), dict[str, dict[str, float]]()
    for name, value in values.items():
        segment, field = of_segment(name)
        if segment:
            of_segments.setdefault(segment, {})[field] = value
        else:
            parameters[name] = value
    segments = tuple(one.model_copy(update=of_segments.get(one.name, {})) for one in world.segments)
    return world.model_copy(
        update={"parameters": parameters, "segments": segments if of_segments else world.segments}
    )


def facts_of_draws(scenario: Scenario) -> dict[str, Any]:
    """What an analysis needs to tell luck from parameters; nothing where there are no draws."""
    if scenario.draws is None:
        return {}
    names, rows = scenario.draws.names, scenario.draws.rows
    return {"draws": {"names": list(names), "number": len(rows), "worlds_a_draw": WORLDS_A_DRAW}}
