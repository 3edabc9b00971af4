"""Markdown tables and figures with their errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table: heading, then rows of as many cells."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


class Figures:
    """Formats figures: name -> value, se, low, high."""

    def __init__(self, figures: dict[str, dict[str, float | None]]) -> None:
        self._figures = figures

    def pm(self, name: str, digits: int = 3) -> str:
        """`value ± standard error`; a dash where the figure does not exist."""
        if name not in self._figures:
            return "–"
        cell = self._figures[name]
        return f"{_number(cell['value'], digits)} ± {_number(cell['se'], digits)}"

    def interval(self, name: str, digits: int = 3) -> str:
        """`value [low, high]`."""
        value, low, high = (_number(self._figures[name][key], digits) for key in ("value", "low", "high"))
        return f"{value} [{low}, {high}]"

    def value(self, name: str, digits: int = 3) -> str:
        """The value alone."""
        return _number(self._figures[name]["value"], digits)
