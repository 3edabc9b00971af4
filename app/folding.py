"""Lines of Chinese for a terminal: broken between signs, never inside a name, a figure or an interval.

Chinese has no spaces, so that a terminal, which breaks at these, would break it anywhere.
"""

from __future__ import annotations

import re
from unicodedata import category

_PIECE = re.compile(r"\s*(?:[-+]?\[[^\[\]\n]{1,40}\]|[-+]?[\d][\d.,]* (?:%|[万亿])|[!-~]+|\S)")
_CLOSES, _OPENS = {"Pe", "Pf", "Po"}, {"Ps", "Pi"}  # categories of signs that never begin or never end a line
_WIDE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def folded(text: str, width: int) -> str:
    """The text in lines of at most `width` columns; text without Chinese signs as it is, for others to break."""
    return "\n".join(_line(line, width) if _WIDE.search(line) else line for line in text.split("\n"))


def _line(line: str, width: int) -> str:
    from rich.cells import cell_len

    if cell_len(line) <= width:
        return line
    lines = [""]
    for unit in _units(line):
        if lines[-1] and cell_len(lines[-1] + unit.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += unit if lines[-1] or len(lines) == 1 else unit.lstrip()
    return "\n".join(lines)


def _units(line: str) -> list[str]:
    """What must stay on one line: a piece, with the marks that may not begin or end one."""
    units: list[str] = []
    for piece in _PIECE.findall(line):
        if units and (category(piece.lstrip()[0]) in _CLOSES or category(units[-1][-1]) in _OPENS):
            units[-1] += piece
        else:
            units.append(piece)
    return units
