"""What a reader must know before the figures: exports that are cut off, columns taken for what they are not, a team that is
not the data's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.crm.cell_errors import AS_MISSING
from analysis.crm.coverage import FEWER, STOPPED, busy_until
from analysis.crm.finding import Floats
from analysis.crm.raw import UNREAD
from analysis.crm.vocabulary import is_certainty, roles_of
from app.calibration.settings import RANGES
from app.calibration.understood import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm

ASIDE = 0.2
"""Part of the rows that may be set aside without a word."""
SILENT = 28
"""Days before the last day told on which nothing happens."""
FEW_EACH = 2.0
"""Deals that a name must have in the mean to be one of a rep, a segment, a manager."""
MANY = 20


def cautions(crm: Crm, findings: Findings) -> list[str]:
    """Sentences, the weightiest first; none where all is well."""
    return [*_period(crm), *_rows(crm), *_columns(crm), *_names(crm), *_team(findings)]


def _period(crm: Crm) -> Iterator[str]:
    begun: Floats = crm.deals["created"].to_numpy(float)
    for rule, what in (
        (STOPPED, "hardly a deal begins"),
        (FEWER, "fewer than half as many deals begin as before"),
    ):
        end, usual = busy_until(begun, crm.last_day, rule)
        if end == crm.last_day or (crm.latest is not None and end >= crm.latest - 7):
            continue
        day, late = day_of(crm, end), begun > end
        weeks = (crm.last_day - end) / 7
        said = (
            f"In the last {weeks:.0f} weeks, after {day}, {what}: {late.sum() / weeks:.3g} a week, where there were "
            f"{usual:.0f}. If the export leaves out deals that began later, "
        )
        dated = crm.origin is not None
        yield said + (f"say where it ends: --today {day}." if dated else "cut its last weeks off.")
        break
    if crm.latest is not None and crm.last_day - crm.latest > SILENT:
        yield (
            f"Nothing happens in the {crm.last_day - crm.latest:.0f} days before --today: open deals count as open all that "
            "time. Is it the day of the export?"
        )


def _rows(crm: Crm) -> Iterator[str]:
    aside = crm.rows.read - crm.rows.used
    if aside > ASIDE * crm.rows.read:
        most = max(crm.rows.set_aside, key=lambda sentence: crm.rows.set_aside[sentence])
        yield f"{aside:,} of {crm.rows.read:,} rows are not used, most of them for: {most}."


def _columns(crm: Crm) -> Iterator[str]:
    """Columns that have a name for a role but cannot be used for it, and cells that hold errors of Excel."""
    main = {line.file for line in crm.understood if line.role == "created"}
    given = {(line.file, line.role) for line in crm.understood}
    for line in crm.understood:
        looks = [role for role, _ in roles_of(line.column) if (line.file, role) not in given]
        looks = [role for role in looks if role != "stated" or is_certainty(line.column)]
        said = [f"its name says {role}, but " for role in looks]
        if line.role or line.file not in main or not looks:
            continue
        reason = next(
            (line.why.removeprefix(start) for start in [*said, UNREAD] if line.why.startswith(start)), ""
        )
        if reason:
            yield (
                f"'{line.column}' looks like {looks[0]}, but is not used: {reason.strip()}. "
                f"(--map {looks[0]}=COLUMN for another)"
            )
    for line in crm.understood:
        for part in line.why.split("; ") if line.role else ():
            if part.endswith(AS_MISSING):
                yield f"'{line.column}', taken for {line.role}: {part}."


def _names(crm: Crm) -> Iterator[str]:
    """Columns of nearly as many names as deals are numbers of something else."""
    main = next((line.file for line in crm.understood if line.role == "created"), "")
    columns = {line.role: line.column for line in crm.understood if line.file == main}
    for role in ("rep", "manager", "segment"):
        names = crm.deals[role][crm.deals[role] != ""]
        if len(names) >= MANY and len(names) < FEW_EACH * names.nunique():
            yield (
                f"'{columns.get(role, role)}', taken for {role}, has {names.nunique():,} names for {len(names):,} deals. "
                f"Is it another column? (--map {role}=COLUMN)"
            )


def _team(findings: Findings) -> Iterator[str]:
    reps, begun, in_all = (findings.named(name) for name in ("reps", "deals_begun", "deals_a_week"))
    if reps is not None and reps.finding == "found":
        if (
            begun is not None
            and begun.finding != "found"
            and in_all is not None
            and in_all.finding == "found"
        ):
            yield (
                f"The data name {reps.value:.0f} reps at work, but most deals do not say whose they are: the scenario has "
                "as many seats as begin the deals. Export the owner of every deal."
            )
        elif begun is not None and "shared out" in begun.words:
            yield (
                f"Wins name their rep, other deals do not: all {begun.n:,} deals of late are shared out among the "
                f"{reps.value:.0f} reps, and how often each wins is not known. Export the owner of every deal."
            )
    needed, most = findings.named("open_deals_needed"), RANGES["open_deals"][1]
    if needed is not None and needed.value > most * 1.05:
        yield (
            f"To begin as many deals as these reps do, each would keep {needed.value:.0f} open; the model's keep {most:.0f} "
            f"at most. The scenario begins about {most / needed.value:.0%} of the deals of the data."
        )
