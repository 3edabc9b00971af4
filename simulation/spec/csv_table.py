"""CSV files that lie beside a YAML file and are named in it: every cell with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from simulation.spec.characters import decode
from simulation.spec.files import is_file, read_bytes
from simulation.spec.problems import Mark, Problem, SpecError, show

Cell = tuple[str, Mark]


def file_beside(folder: Path, name: str, mark: Mark, hint: str) -> Path:
    """The file of this name in `folder` or below it. Raises `SpecError` at `mark`; `hint` says what belongs there."""
    path = folder / name
    if not is_file(path) and (len(name) > 255 or "\0" in name):
        raise SpecError([Problem.at(mark, f"there is no file {show(name)}", hint)])
    if not path.resolve().is_relative_to(folder.resolve()):
        raise SpecError(
            [Problem.at(mark, f"{show(name)} lies outside the folder of this file", "put it there")]
        )
    if not path.exists():
        raise SpecError([Problem.at(mark, f"there is no file {show(name)}", hint)])
    return path


def lines_of(path: Path) -> Iterator[list[Cell]]:
    """The lines that are not empty, cell by cell. Raises `SpecError`."""
    file = str(path)
    reader = csv.reader(io.StringIO(decode(read_bytes(path, file), file)))
    lines = [(reader.line_num, line) for line in reader if line]
    if not lines:
        raise SpecError([Problem(file, 1, 1, "the file is empty")])
    for number, line in lines:
        cells, column = [], 1
        for text in line:
            cells.append((text, Mark(file, number, column)))
            column += len(text) + 1
        yield cells
