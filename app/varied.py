"""Runs in which parameters vary: the tables of a sweep, or those of a comparison with draws in the shape of a sweep's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.guard import BadInput
from app.inputs import find_run, is_sweep_directory
from app.left import scenario_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sweeps import SweepAnswer
    from simulation.runs.tables import Tables

NOTHING_VARIES = (
    "nothing varies in the runs of {} (give the directory of a `sweep`, or of a `compare` whose scenario has draws, as"
    " `calibrate` makes one)"
)


def varied(run: str, outcome: str | None = None) -> tuple[Path, SweepAnswer]:
    """The directory meant and its answer. BadInput where nothing varies in it."""
    from analysis.sweeps import SweepAnswer

    directory = find_run(run)
    if is_sweep_directory(directory):
        from simulation.runs.sweep_tables import read_sweep

        return directory, SweepAnswer(read_sweep(directory), outcome)
    from simulation.runs import read_tables

    return directory, SweepAnswer(_with_draws(directory, read_tables(directory)), outcome)


def _with_draws(directory: Path, tables: Tables) -> Tables:
    """The tables with a point for each draw, and what was drawn as columns `x.NAME`."""
    from simulation.parameters import PARAMETERS
    from simulation.runs.columns import AXIS
    from simulation.runs.drawn import points_of_worlds

    scenario = scenario_of(directory)
    if scenario.draws is None or not len(tables.runs):
        raise BadInput(NOTHING_VARIES.format(directory))
    points = points_of_worlds(scenario, tables.runs["replication"])
    names, rows = scenario.draws.names, scenario.draws.rows
    values = {AXIS + name: [rows[point][place] for point in points] for place, name in enumerate(names)}
    tables.runs = tables.runs.assign(point=points, **values)
    tables.failures = tables.failures.assign(point=0)
    tables.meta = {
        **tables.meta, "sweep": scenario.name, "design": "draws",
        "axes": [_facts(name, PARAMETERS[name].unit if name in PARAMETERS else "", rows, k)
                 for k, name in enumerate(names)],
    }  # fmt: skip
    return tables


def _facts(name: str, unit: str, rows: tuple[tuple[float, ...], ...], place: int) -> dict[str, Any]:
    column = [row[place] for row in rows]
    return {
        "name": name, "unit": unit, "targets": [name], "integer": False, "low": min(column), "high": max(column),
        "distribution": "drawn",
    }  # fmt: skip


def axis_value(facts: dict[str, Any], value: Any) -> Any:
    """The value of an axis as the sweep had it: columns hold whole numbers of a list as floats, and lists as text."""
    import json

    for listed in facts.get("values", ()):
        if listed == value or (isinstance(value, str) and json.dumps(listed) == value):
            return listed
    return value.item() if hasattr(value, "item") else value


def rows_of(answer: SweepAnswer, points: pd.Index[Any]) -> list[list[Any]]:
    """The values of every axis at these points, as the sweep had them."""
    facts = answer.meta["axes"]
    return [
        [axis_value(one, value) for one, value in zip(facts, row, strict=True)]
        for row in answer.axes.loc[points].itertuples(index=False)
    ]
