"""The file of draws that a scenario names: read, and checked against the world.

In a scenario `draws` names a CSV file beside it (`calibrate` writes one); once read, the table is part of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.parameters import PARAMETERS
from simulation.spec.csv_table import Cell, file_beside, lines_of
from simulation.spec.draws import CUSTOMERS, MAX_ROWS, OF_SEGMENT, SEGMENT_FIELDS, Draws, of_segment
from simulation.spec.located import locate
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.scalars import Scalar, ScalarError, read_scalar
from simulation.spec.world_schema import Segment, World
from simulation.spec.yaml_reader import Node

if TYPE_CHECKING:
    from simulation.spec.schema import Scenario


def inline_draws(root: Node, file: str) -> None:
    """Replace the name of a file under `draws` by what is in it. Raises `SpecError`, with the line of that file."""
    assert isinstance(root.value, dict)
    node = root.value.get("draws")
    if node is None or not isinstance(node.value, str):
        return
    path = file_beside(Path(file).parent, node.value, node.mark, "`calibrate` writes it")
    root.value["draws"] = _table(lines_of(path, MAX_ROWS, "draws"), str(path), node)


def drop_changed(root: Node, overrides: Sequence[str]) -> None:
    """What is set on the command line, or by another file, is no longer drawn: take its column out of the draws."""
    node = root.value.get("draws") if isinstance(root.value, dict) else None
    if node is None or not isinstance(node.value, dict) or not {"names", "rows"} <= node.value.keys():
        return
    names, rows = node.value["names"].value, node.value["rows"].value
    if not isinstance(names, list) or not isinstance(rows, list):
        return
    fixed = {_drawn_name(text.partition("=")[0].strip()) for text in overrides}
    kept = [place for place, name in enumerate(names) if name.value not in fixed]
    if len(kept) == len(names) or not kept:
        if not kept:
            node.value = None
        return
    node.value["names"].value = [names[place] for place in kept]
    for row in rows:
        if isinstance(row.value, list) and len(row.value) == len(names):
            row.value = [row.value[place] for place in kept]


def _drawn_name(path: str) -> str:
    """What draws call a place in a scenario: NAME for world.parameters.NAME, segments.S.F for world.segments.S.F."""
    return path.removeprefix("world.").removeprefix("parameters.")


def replaced(scenario: Scenario) -> list[str]:
    """Names whose own value lies beyond all their draws: somebody has edited it, and the draws replace what they wrote."""
    if scenario.draws is None:
        return []
    found = []
    for name, column in zip(scenario.draws.names, zip(*scenario.draws.rows, strict=True), strict=True):
        value = _own(scenario.world, name)
        slack = 0.01 * max(abs(x) for x in column)
        if value is not None and not min(column) - slack <= value <= max(column) + slack:
            found.append(name)
    return found


def _own(world: World, name: str) -> float | None:
    segment, field = of_segment(name)
    if segment:
        return next((float(getattr(one, field)) for one in world.segments if one.name == segment), None)
    return float(world.customers) if name == CUSTOMERS else world.parameters.get(name)


def _table(lines: list[list[Cell]], file: str, node: Node) -> Node:
    names = Node([Node(text, mark, quoted=True) for text, mark in lines[0]], Mark(file))
    rows = []
    for line in lines[1:]:
        cells: list[Node] = [Node(_number(text, mark), mark) for text, mark in line]
        rows.append(Node(cells, line[0][1], line[0][1]))
    return Node({"names": names, "rows": Node(rows, Mark(file, 2))}, Mark(file), node.key)


def _number(cell: str, mark: Mark) -> Scalar:
    try:
        value = read_scalar(cell)
    except ScalarError as error:
        raise SpecError([Problem.at(mark, str(error), "every draw is a finite number")]) from None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def wrong_draws(draws: Draws, world: World, root: Node) -> Iterator[Problem]:
    """Names that mean nothing in this world, and values outside the range of what they name."""
    segments = {segment.name for segment in world.segments}
    for column, name in enumerate(draws.names):
        node, _ = locate(root, ("draws", "names", column))
        segment, field = of_segment(name)
        if not (name in PARAMETERS or name == CUSTOMERS or (segment in segments and field in SEGMENT_FIELDS)):
            if segment and segment not in segments and field in SEGMENT_FIELDS:
                hint = "rename it in the draws too, take its columns out, or calibrate again"
                yield Problem.at(
                    node.mark,
                    f"the draws name the segment {show(segment)}, which the scenario does not have",
                    hint,
                )
                continue
            known = [
                *PARAMETERS,
                CUSTOMERS,
                *(f"{OF_SEGMENT}{s}.{f}" for s in segments for f in SEGMENT_FIELDS),
            ]
            yield Problem.at(
                node.mark, f"there is nothing to draw called {show(name)}", did_you_mean(name, known)
            )
            continue
        low, high = _range(name, field, world)
        integer = name == CUSTOMERS or (name in PARAMETERS and PARAMETERS[name].integer)
        for number, row in enumerate(draws.rows):
            value = row[column]
            whole = value == round(value) or not integer
            if not (low <= value <= high and whole):
                place, _ = locate(root, ("draws", "rows", number, column))
                text = f"{name} must be {'' if whole else 'a whole number '}between {low:g} and {high:g}, not {show(value)}"
                yield Problem.at(place.mark, text)
                break


def _range(name: str, field: str, world: World) -> tuple[float, float]:
    if name in PARAMETERS:
        return PARAMETERS[name].low, PARAMETERS[name].high
    if name == CUSTOMERS:
        return max(world.reps, len(world.segments)), World.model_json_schema()["properties"][name]["maximum"]
    bounds = Segment.model_json_schema()["properties"][field]
    low = bounds.get("minimum", bounds.get("exclusiveMinimum", 0.0))
    return (low if "minimum" in bounds else low + 1e-12), bounds["maximum"]
