"""The CSV file of a sweep: a column for each thing that varies, a row a point."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from simulation.spec.csv_table import Cell, file_beside, lines_of
from simulation.spec.problems import Mark, Problem, SpecError, show
from simulation.spec.scalars import ScalarError, read_scalar
from simulation.spec.sweep_schema import Value


@dataclass(frozen=True)
class PointTable:
    """Names of the columns, the points, and where each cell stands, by row."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    marks: tuple[tuple[Mark, ...], ...]

    def values(self, name: str) -> dict[Value, Mark]:
        """The values of a column in the order in which they come, and where each stands first."""
        column = self.names.index(name)
        found: dict[Value, Mark] = {}
        for row, marks in zip(self.rows, self.marks, strict=True):
            found.setdefault(row[column], marks[column])
        return found


NO_TABLE = PointTable((), (), ())


def read_points(folder: Path, name: str, mark: Mark, wanted: Collection[str]) -> PointTable:
    """The table in a file, with a column for each of the names `wanted`. Raises `SpecError`."""
    lines = lines_of(file_beside(folder, name, mark, "a column for each thing that varies, a row a point"))
    if len(lines) < 3:
        raise SpecError([Problem.at(mark, f"{show(name)} needs a line of names and two points or more")])
    names = tuple(text.strip() for text, _ in lines[0])
    for missing in (want for want in wanted if want not in names):
        hint = f"its columns: {', '.join(names)}" + ("; between them goes a comma" if ";" in names[0] else "")
        raise SpecError([Problem.at(lines[0][0][1], f"there is no column {show(missing)}", hint)])
    for column, (text, place) in enumerate(lines[0]):
        if not names[column] or names[column] in names[:column]:
            problem = "a column has no name" if not names[column] else f"there are two columns {show(text)}"
            raise SpecError([Problem.at(place, problem)])
    for line in lines[1:]:
        if len(line) != len(names):
            raise SpecError([Problem.at(line[0][1], f"{len(line)} values, but {len(names)} columns")])
    rows = tuple(tuple(map(_value, line)) for line in lines[1:])
    return PointTable(names, rows, tuple(tuple(place for _, place in line) for line in lines[1:]))


def _value(cell: Cell) -> Value:
    text, mark = cell
    try:
        value = read_scalar(text.strip())
    except ScalarError as error:
        raise SpecError([Problem.at(mark, str(error))]) from None
    if value is None:
        raise SpecError([Problem.at(mark, "a cell is empty", "every point needs a value for each column")])
    return value
