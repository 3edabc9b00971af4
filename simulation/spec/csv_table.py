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


def lines_of(path: Path, most: int | None = None, rows: str = "rows") -> list[list[Cell]]:
    """The lines that are not empty, cell by cell: one of names, and `most` others, called `rows`. Raises `SpecError`."""
    file = str(path)
    found: list[list[Cell]] = []
    for number, line in _records(decode(read_bytes(path, file), file), file):
        if most is not None and len(found) > most:  # said here, before cells are made of all the rest
            raise SpecError([Problem(file, number, 1, f"more than {most} {rows}", f"keep {most} of them")])
        cells, column = [], 1
        for text in line:
            cells.append((text, Mark(file, number, column)))
            column += len(text) + 1
        found.append(cells)
    if not found:
        raise SpecError([Problem(file, 1, 1, "the file is empty")])
    return found


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text))
    begun = 1
    try:
        for line in reader:
            if line:
                yield reader.line_num, line
            begun = reader.line_num + 1
    except csv.Error:  # the only one that it has for text without NUL and with its line ends made alike
        problem = f"a cell of more than {csv.field_size_limit():,} characters"
        hint = "a quotation mark may be missing" if '"' in text else "every cell holds one value"
        raise SpecError([Problem(file, begun, 1, problem, hint)]) from None
