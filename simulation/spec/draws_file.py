"""The file of draws that a scenario names: read, and checked against the world.

In a scenario `draws` names a CSV file beside it (`calibrate` writes one); once read, the table is part of the scenario.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from simulation.parameters import PARAMETERS
from simulation.spec.characters import decode
from simulation.spec.draws import CUSTOMERS, OF_SEGMENT, SEGMENT_FIELDS, Draws, of_segment
from simulation.spec.files import read_bytes
from simulation.spec.located import locate
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.scalars import Scalar, ScalarError, read_scalar
from simulation.spec.world_schema import Segment, World
from simulation.spec.yaml_reader import Node


def inline_draws(root: Node, file: str) -> None:
    """Replace the name of a file under `draws` by what is in it. Raises `SpecError`, with the line of that file."""
    assert isinstance(root.value, dict)
    node = root.value.get("draws")
    if node is None or not isinstance(node.value, str):
        return
    path = Path(file).parent / node.value
    if not path.resolve().is_relative_to(Path(file).parent.resolve()):
        hint = "put the file beside the scenario"
        raise SpecError(
            [Problem.at(node.mark, f"{show(node.value)} lies outside the scenario's folder", hint)]
        )
    if not path.exists():
        raise SpecError(
            [Problem.at(node.mark, f"there is no file {show(node.value)}", "`calibrate` writes it")]
        )
    root.value["draws"] = _table(decode(read_bytes(path, str(path)), str(path)), str(path), node)


def _table(text: str, file: str, node: Node) -> Node:
    lines = [line for line in csv.reader(io.StringIO(text)) if line]
    if not lines:
        raise SpecError([Problem(file, 1, 1, "the file is empty")])
    names = Node([Node(cell, mark, quoted=True) for cell, mark in _cells(lines[0], file, 1)], Mark(file))
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells: list[Node] = [Node(_number(cell, mark), mark) for cell, mark in _cells(line, file, number)]
        rows.append(Node(cells, Mark(file, number), Mark(file, number)))
    return Node({"names": names, "rows": Node(rows, Mark(file, 2))}, Mark(file), node.key)


def _cells(line: list[str], file: str, number: int) -> Iterator[tuple[str, Mark]]:
    column = 1
    for cell in line:
        yield cell, Mark(file, number, column)
        column += len(cell) + 1


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
