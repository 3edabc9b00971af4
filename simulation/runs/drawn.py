"""Worlds of a scenario whose parameters are uncertain: which draw each of them takes, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulation.spec.draws import CUSTOMERS, of_segment

if TYPE_CHECKING:
    from simulation.runs.attempt import Task
    from simulation.spec import Scenario, World

WORLDS_A_DRAW = 2
"""Worlds that share a draw and differ in luck alone: what they differ by tells luck from parameters."""


def draw_of(scenario: Scenario, replication: int, worlds_a_draw: int = WORLDS_A_DRAW) -> int | None:
    """Number of the draw of a world, None where the scenario has no draws. More worlds than draws begin again."""
    if scenario.draws is None:
        return None
    return replication // worlds_a_draw % len(scenario.draws.rows)


def points_of_worlds(scenario: Scenario, replications: Iterable[int]) -> list[int]:
    """Number of the draw of each world; 0 for all where the scenario has no draws."""
    return [draw_of(scenario, int(world)) or 0 for world in replications]


def worlds_a_draw(scenario: Scenario) -> int:
    """Worlds that share a draw: what is one observation holds so many."""
    return 1 if scenario.draws is None else WORLDS_A_DRAW


def with_draws(tasks: Iterable[Task], scenario: Scenario, worlds_a_draw: int = WORLDS_A_DRAW) -> list[Task]:
    """The tasks, each in the world of its draw."""
    if scenario.draws is None:
        return list(tasks)
    names, rows = scenario.draws.names, scenario.draws.rows
    found = []
    for task in tasks:
        row = rows[draw_of(scenario, task.replication, worlds_a_draw) or 0]
        found.append(replace(task, parameters=tuple(zip(names, row, strict=True))))
    return found


def changed(world: World, values: Mapping[str, float]) -> World:
    """The world with other parameters, fields of segments (`segments.NAME.FIELD`) or customers; ranges are not checked."""
    parameters, of_segments = dict(world.parameters), dict[str, dict[str, float]]()
    customers = world.customers
    for name, value in values.items():
        segment, field = of_segment(name)
        if name == CUSTOMERS:
            customers = round(value)
        elif segment:
            of_segments.setdefault(segment, {})[field] = value
        else:
            parameters[name] = value
    segments = tuple(one.model_copy(update=of_segments.get(one.name, {})) for one in world.segments)
    return world.model_copy(
        update={
            "parameters": parameters,
            "segments": segments if of_segments else world.segments,
            "customers": customers,
        }
    )


def facts_of_draws(scenario: Scenario) -> dict[str, Any]:
    """What an analysis needs to tell luck from parameters, and the middle 95 % of each column; nothing without draws."""
    if scenario.draws is None:
        return {}
    import numpy as np

    names, rows = scenario.draws.names, scenario.draws.rows
    ends = np.quantile(np.array(rows), [0.025, 0.975], axis=0).T.tolist()
    ranges = dict(zip(names, ends, strict=True))
    return {
        "draws": {"names": list(names), "number": len(rows), "worlds_a_draw": WORLDS_A_DRAW, "ranges": ranges}
    }


def facts_of_calibration(scenario: Scenario) -> dict[str, Any]:
    """What the data say of the world's numbers, each with its value `now`; nothing where no data were used."""
    if scenario.calibration is None:
        return {}
    facts = scenario.calibration.model_dump(mode="json")
    world = scenario.world
    for number in facts["numbers"]:
        name = number["name"]
        now = world.parameters.get(name, getattr(world, name, None))
        number["now"] = now if isinstance(now, int | float) else None
    return {"calibration": facts}
