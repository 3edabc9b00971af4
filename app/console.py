"""Printing: plain lines, JSON, and tables of 80 columns. Text from files is never read as markup."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

TITLE_WIDTH = 80
NARROWEST = 40
"""Columns of the narrowest terminal; below, a table would have a letter a line."""
NAME_WIDTH = 24  # of names in lists; longer ones are cut


def plain(text: object, *, lines: bool = False) -> str:
    """Text without control characters, which could drive the terminal; line breaks stay if `lines`."""
    kept = "\n" if lines else ""
    return "".join(
        c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in str(text)
    )


def complain(message: str) -> None:
    """A message on stderr, one line."""
    print(plain(" ".join(message.split())), file=sys.stderr)


def print_json(data: Any) -> None:
    """Plain data as JSON on stdout; nan and infinity become null."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(finite(data), indent=2, ensure_ascii=not utf8, allow_nan=False))


def finite(data: Any) -> Any:
    """Plain data of Python's own types, without nan and infinity."""
    if isinstance(data, dict):
        return {str(key): finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [finite(value) for value in data]
    if hasattr(data, "item"):  # a numpy number
        data = data.item()
    return None if isinstance(data, float) and not math.isfinite(data) else data


def terminal() -> bool:
    """Whether stdout is one; otherwise lines may be as long as they are."""
    return sys.stdout.isatty()


def console(*, stderr: bool = False) -> Console:
    """A rich console; without a terminal it is 80 columns wide. rich itself respects NO_COLOR and COLUMNS."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if made.width < NARROWEST:
        made.width = NARROWEST
    return made


def show(*parts: RenderableType, width: int | None = None) -> None:
    """Print renderables and plain text on stdout, in `width` columns in place of the terminal's."""
    from app.folding import folded

    out = console()
    if width is not None:
        out.width = width
    for part in parts:
        out.print(folded(plain(part, lines=True), out.width) if isinstance(part, str) else part)


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: bool = False,
    one_line: bool = False,
) -> Any:
    """A small table.

    `numbers` sets all columns but the first flush right; `one_line` cuts what is too long for a terminal.
    """
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        title=Text(plain(title)),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        expand=one_line and terminal(),
        min_width=min(cell_len(plain(title)), TITLE_WIDTH),  # else a title is broken where a small table ends
    )
    cells = [[plain(cell) for cell in row] for row in rows]
    cut = one_line and terminal()
    for place, column in enumerate(columns):
        last = place == len(columns) - 1
        grid.add_column(
            Text(column),
            justify="right" if numbers and place else "left",
            overflow="ellipsis" if one_line else "fold",
            no_wrap=one_line,
            # The last column takes what the others leave; rich would else cut lines at the edge of the terminal.
            max_width=NAME_WIDTH if cut and not last else None,
            ratio=1 if cut and last else None,
        )
    for row in cells:
        grid.add_row(*map(Text, row))
    return grid


def money(cents: float) -> str:
    """Cents as currency units, to three figures: 1.23M, 456k, 78."""
    if not math.isfinite(cents):
        return "n/a"
    units = cents / 100
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        # What rounds to 1000k is 1.00M.
        if (abs(units) >= size * 0.9995 and size > 1e3) or abs(units) >= size:
            scaled = abs(units) / size
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            return f"{units / size:.{digits}f}{sign}"
    return f"{units:.0f}"


def duration(seconds: float) -> str:
    """Seconds in words a person would use."""
    from analysis.language import say  # here, since help prints without it

    if seconds < 100:
        return say("{number} s", number=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    minutes = seconds / 60
    if minutes < 100:
        return say("{number} min", number=f"{minutes:.0f}")
    return say("{number} h", number=f"{minutes / 60:.1f}")
