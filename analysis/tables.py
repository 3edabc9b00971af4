"""The one look of tables in the terminal: a bold title on the left, a rule under the heads, 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = 80
"""What a terminal has at least."""


def titled(title: str, columns: Sequence[str] = (), least: int | None = None) -> Table:
    """A table with these columns, at least so wide: the first on the left, the others on the right, folded where too long.

    Titles and names are plain text, never markup.
    """
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        min_width=min(cell_len(title), COLUMNS),  # else a title is broken where a small table ends
    )
    for i, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if i else "left", overflow="fold", min_width=least)
    return table
