"""The check on the held-out part, told: for the terminal, for the report beside the scenario, and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.crm.check import LEVEL
from analysis.crm.forecast import BAND
from app.calibration.understood import day_of
from app.calibration.words import number

if TYPE_CHECKING:
    from analysis.crm.check import Check, Row
    from analysis.crm.table import Crm

TITLE = "The scenario against the last part of the data"
COLUMNS = ("figure", "data", f"scenario [{LEVEL:.0%}]", "verdict")


def as_data(check: Check | str | None) -> dict[str, Any] | None:
    """What `--json` prints under `check`; null where it was left out, `why` alone where it could not be made."""
    if check is None or isinstance(check, str):
        return None if check is None else {"why": check, "rows": []}
    split = check.data.split
    return {
        "day": split.day, "weeks": split.weeks, "weeks_before": split.before, "histories": len(check.histories),
        "worlds_a_history": check.worlds, "outside": len(check.outside), "compared": len(check.compared),
        "summary": summary(check), "notes": check.notes, "rows": [_row_data(row) for row in check.rows],
    }  # fmt: skip


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "name": row.figure.name, "label": row.figure.label, "unit": row.figure.unit, "data": row.data, "median": row.median,
        "low_80": row.band[0], "high_80": row.band[1], "low_95": row.wide[0], "high_95": row.wide[1], "p": row.p,
        "verdict": row.verdict.replace(" ", "_"), "words": row.words, "n": row.n,
    }  # fmt: skip


def summary(check: Check) -> str:
    """One sentence: how many figures are missed, how many would be by luck, and what is wrong with the scenario."""
    missed, compared = check.outside, len(check.compared)
    luck = (1 - LEVEL) * compared
    said = (
        f"{len(missed)} of {compared} figures lie outside {LEVEL:.0%} of the simulated histories; "
        f"by luck it would be {luck:.1f}"
    )
    faults = Counter(row.words.partition("the scenario ")[2] for row in missed)
    return f"{said}. The scenario {', '.join(faults)}." if faults else f"{said}."


def introduction(check: Check, crm: Crm) -> list[str]:
    """What was done, and what stands in the way of a fair comparison."""
    split = check.data.split
    made = (
        f"The scenario was made anew from what was known up to {day_of(crm, split.day)} ({split.before} weeks); "
        f"{len(check.histories)} "
        f"histories of it, a draw each, are laid beside the {split.weeks} weeks that followed."
    )
    return [made, *check.notes]


def table_rows(check: Check) -> list[Sequence[str]]:
    """Rows for the terminal: figures that could be compared."""
    return [
        (row.figure.label, _short(row.data), _span(row), row.words.replace("the scenario ", ""))
        for row in check.compared
    ]


def left_out(check: Check) -> list[str]:
    """Figures that could not be compared, by reason."""
    reasons: dict[str, list[str]] = {}
    for row in check.rows:
        if row.verdict == "not compared":
            reasons.setdefault(row.words, []).append(row.figure.label)
    return [f"{words}: {', '.join(labels)}." for words, labels in reasons.items()]


def report_lines(check: Check | str | None, crm: Crm, picture: str) -> list[str]:
    """The section of the report; nothing where the check was left out. `picture`: its file beside the report."""
    if check is None:
        return []
    head = ["", f"## {TITLE}", ""]
    if isinstance(check, str):
        return [*head, f"Not checked: {check}."]
    lines = [
        *head,
        *introduction(check, crm),
        "",
        summary(check),
        "",
        f"![The held-out weeks]({picture})",
        "",
    ]
    bands = f"| figure | data | median | {BAND:.0%} | {LEVEL:.0%} | unit | p | in words |"
    lines += [bands, "|---|---|---|---|---|---|---|---|"]
    lines += [
        f"| {row.figure.label} | {_short(row.data)} | {_short(row.median)} | {_ends(row.band)} | {_ends(row.wide)} "
        f"| {row.figure.unit} | {row.p:.2f} | {row.words} |"
        for row in check.compared
    ]
    said = "p: share of histories at least as far out on either side; the data among the histories by rank."
    return [*lines, "", said, *left_out(check)]


def _span(row: Row) -> str:
    return f"{_short(row.median)} {_ends(row.wide)}"


def _ends(ends: tuple[float, float]) -> str:
    return f"[{_short(ends[0])}, {_short(ends[1])}]"


def _short(value: float) -> str:
    """Three figures, thousands and millions as such."""
    for size, sign in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= size * 0.9995:
            return f"{value / (1e6 if sign == 'M' else 1e3):.3g}{sign}"
    return number(value)
