"""What the import took each column for, and what became of rows: tables and sentences for the terminal and the report."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from app.console import table

if TYPE_CHECKING:
    from analysis.crm.table import Crm, Rows

_QUOTE = "'"
_NAMELESS = "its name is not known: not used"


def day_of(crm: Crm, day: float) -> str:
    """A day of the data's clock for people: a date, or a week where the data count weeks or days."""
    if crm.origin is None:
        return f"week {day / 7:.0f}"
    return (crm.origin + timedelta(days=int(day))).isoformat()


def period(crm: Crm) -> str:
    """From when to when the data go, and how their last day was taken."""
    first = float(crm.deals["created"].min())
    weeks = (crm.last_day + crm.unit_days - first) / 7
    how = "the latest with an event"
    if crm.latest is not None:
        how = f"that of --today, the latest event of {day_of(crm, crm.latest)}"
    elif crm.origin is not None:
        how += " (--today for another)"
    return f"{day_of(crm, first)} to {day_of(crm, crm.last_day)}, {weeks:.0f} weeks; the last day is {how}"


def about_rows(crm: Crm) -> list[str]:
    """How many rows were read and used, and why the others were not; how many changes of owner there are, and of what."""
    from analysis.crm.changes import kinds_of_moves

    said = [period(crm), *_counted(crm.rows, "rows of opportunities")]
    if crm.changes is not None:
        said += _counted(crm.changes, "rows of changes of owner")
    kinds = kinds_of_moves(crm.moves, crm.deals)
    if told := ", ".join(f"{count:,} of {kind}" for kind, count in kinds.items() if count):
        said.append(f"changes of owner: {told}")
    return said


def _counted(rows: Rows, what: str) -> list[str]:
    said = [f"{rows.read:,} {what} read, {rows.used:,} used"]
    for action, counts in (("set aside", rows.set_aside), ("noted", rows.noted)):
        for sentence, count in counts.items():
            first = rows.first.get(sentence, "")
            # A place in a file, or the first pair of names that look alike.
            where = f", first{':' if first.startswith(_QUOTE) else ' at'} {first}" if first else ""
            said.append(f"{action}: {sentence} ({count:,}{where})")
    return said


def understood(crm: Crm) -> list[Any]:
    """A table a file: columns that are used, and others of which there is something to say; the rest in a line."""
    from analysis.crm.mapping import NO_KIND

    parts: list[Any] = []
    for file, lines in groupby(crm.understood, key=lambda line: line.file):
        every = list(lines)
        if every[-1].why.startswith(NO_KIND):
            parts += ["", f"{file} is {every[-1].why}"]
            continue
        rows = [
            (line.column, line.role or "-", line.examples[0][:20] if line.examples else "", line.why)
            for line in every
            if line.role or line.why != _NAMELESS
        ]
        parts += ["", table(f"{file}: what was understood", ("column", "taken for", "such as", "why"), rows)]
        if rest := [line.column for line in every if not line.role and line.why == _NAMELESS]:
            parts.append(f"Not used, since their names are not known: {', '.join(rest)}")
    return [*parts, "", "To correct one: --map ROLE=COLUMN, as in --map rep=Owner; or --map ignore=COLUMN"]
