"""Pieces of a generated Markdown page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from analysis.facts.estimates import Figure


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in (list(head), *(list(row) for row in rows))]
    lines.insert(1, "|" + "---|" * len(list(head)))
    return "\n".join(lines) + "\n"


def pm(figure: Figure, digits: int = 3) -> str:
    return f"{figure[0]:.{digits}f} ± {figure[1]:.{digits}f}"


def between(gap: tuple[float, float, float], digits: int = 3) -> str:
    """A mean with its interval."""
    mean, low, high = (f"{x:+.{digits}f}" for x in gap)
    return f"{mean} [{low}, {high}]"


def prose(*sentences: str) -> str:
    """One wrapped paragraph."""
    return textwrap.fill(" ".join(sentences), 120, break_on_hyphens=False) + "\n"
