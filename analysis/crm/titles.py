"""Where the names of the columns stand: in the first row, or below a title. What stands above them is told, not read."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.crm.table import Understood
from analysis.crm.vocabulary import roles_of

MOST_ABOVE = 30
"""Rows in which the header is looked for."""


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows holds the names of the columns, from 0.

    It is the first row, unless a later one has at least two names that are known and all rows above it hold at most half as
    many cells as it does, as titles do. A row of data is as wide as its header, so that none is taken for one.
    """
    widest = 0
    for place, row in enumerate(rows[:MOST_ABOVE]):
        names = [cell for cell in row if cell.strip()]
        if 2 * widest <= len(names) and sum(bool(roles_of(name)) for name in names) >= 2:
            return place
        widest = max(widest, len(names))
    return 0


def above_header(file: str, rows: Sequence[tuple[int, Sequence[str]]]) -> list[Understood]:
    """The rows above the header (line of the file, cells) as a line of what was understood; none where they are empty."""
    held = [(line, [cell.strip(" ,;|\t\ufeff") for cell in cells]) for line, cells in rows]
    held = [(line, [cell for cell in cells if cell]) for line, cells in held]
    held = [(line, cells) for line, cells in held if cells and not cells[0].startswith("sep=")]
    if not held:
        return []
    first, last = held[0][0], held[-1][0]
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    texts = tuple(cell[:40] for _, cells in held for cell in cells)[:3]
    return [Understood(file, f"({where})", "", texts, "above the names of the columns: not read")]
