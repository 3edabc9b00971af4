"""The answer of `calibrate`: what was read, what was found and what not, how the check went, what to do next; a line or two
each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.calibration import check_words
from app.calibration.files import names_of, pictures_of
from app.calibration.labels import label
from app.calibration.settings import SAID
from app.calibration.understood import period
from app.calibration.words import bracket, number, of_segments
from simulation.parameters import PARAMETERS

if TYPE_CHECKING:
    from analysis.crm.check import Check
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from app.calibration.settings import Setting

TOLD_ONLY = {
    "learning_in_segment": "learning",
    "quarter_end": "quarter ends",
    "hand_over": "changes of owner",
}
VALUES = ("deal_value_median", "deal_value_sigma")
SHOWN = ("created", "ended", "won_on", "lost_on", "outcome", "stage", "value", "rep", "segment")
"""Roles of which the answer says which column they are."""


def answer(
    crm: Crm, findings: Findings, cautions: Sequence[str], force: Sequence[Setting]
) -> list[tuple[str, str]]:
    """Lines with what each is about: what was understood, and what the data tell."""
    lines = [("Read", _read(crm)), ("Columns", _columns(crm))]
    lines += [("Caution", one) for one in cautions]
    lines.append(("Deals", _deals(findings)))
    numbers = [
        one for one in findings
        if one.name != "talent_weight"  # the reps have a line of their own
        and (one.parameter in PARAMETERS or one.name in VALUES or one.name.startswith("fit_"))
    ]  # fmt: skip
    left = "; the literature's values, drawn as far as the data allow"
    for verdict, heading, after in (
        ("found", "Found", ""), ("not_found", "Not found", left), ("cannot_tell", "Cannot tell", left),
    ):  # fmt: skip
        if names := [label(one.name) for one in numbers if one.finding == verdict]:
            lines.append((heading, ", ".join(dict.fromkeys(names)) + after))
    lines += [
        ("Reps", _reps(findings)),
        ("Segments", of_segments(findings)),
        ("Told only", _told_only(findings)),
    ]
    return [*lines, ("Scenario", _scenario(findings, force))]


def of_check(checked: Check | str | None) -> list[tuple[str, str]]:
    """The check in one line, if it was asked for."""
    if checked is None:
        return []
    return [("Check", f"not made, {checked}" if isinstance(checked, str) else check_words.summary(checked))]


def of_files(out: Path, name: str, checked: Check | str | None) -> list[tuple[str, str]]:
    """Where the files are, and the command to go on with."""
    scenario, draws, page = names_of(name)
    rest = [draws, f"{page} with every figure"]
    if checked is not None and not isinstance(checked, str):
        rest.append(pictures_of(name)[0])
    short = name if out == Path("scenarios") else out / scenario
    return [
        ("Files", f"{out / scenario}; beside it {', '.join(rest)}"),
        ("Next", f"python run.py compare {short}"),
    ]


def told(lines: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Lines of so many columns, each part's later ones set in."""
    from textwrap import wrap

    room = 2 + max((len(heading) for heading, _ in lines), default=0)
    return [
        row
        for heading, text in lines
        for row in wrap(
            f"{heading:<{room}}{text}", width, subsequent_indent=" " * room, break_on_hyphens=False
        )
    ]


def _read(crm: Crm) -> str:
    said = f"{crm.rows.used:,} of {crm.rows.read:,} deals"
    aside = "; ".join(f"{sentence} ({count:,})" for sentence, count in crm.rows.set_aside.items())
    return f"{said}{f', not used: {aside}' if aside else ''}. {period(crm)}"


def _columns(crm: Crm) -> str:
    main = next((line.file for line in crm.understood if line.role == "created"), "")
    by = {line.role: line.column for line in crm.understood if line.file != main and line.role}
    by |= {line.role: line.column for line in crm.understood if line.file == main and line.role}
    return f"{', '.join(f'{role} = {by[role]}' for role in SHOWN if role in by)} (--tables for all, --map to correct)"


def _told_only(findings: Findings) -> str:
    """Learning, seasons and hand-overs, by verdict."""
    parts = []
    for verdict in SAID:
        names = [TOLD_ONLY[one.name] for one in findings if one.name in TOLD_ONLY and one.finding == verdict]
        if names:
            parts.append(f"{', '.join(names)}: {SAID[verdict].removeprefix('the data ')}")
    return f"{'; '.join(parts)}. They set nothing"


def _deals(findings: Findings) -> str:
    """Chances, pace and value in one sentence."""
    chances = [one for one in findings if one.name.startswith("won_by_week_") and one.finding == "found"]
    if not chances:
        return "too few wins for a curve"
    known = {one.name: one for one in chances}
    one = known.get("won_by_week_52", chances[-1])
    low, high = 100 * one.low, 100 * one.high
    parts = [f"{100 * one.value:.3g} % won by week {one.name.rpartition('_')[2]} [{low:.3g}, {high:.3g}]"]
    median, value = findings.named("weeks_to_win_median"), findings.named("deal_value_median")
    if median is not None and math.isfinite(median.value):
        parts.append(f"half of the wins in {median.value:.0f} weeks")
    if value is not None and value.finding == "found":
        parts.append(f"median value {number(value.value)} {bracket(value)} when they begin")
    return ", ".join(parts)


WHETHER = {
    "found": "some win more than others",
    "not_found": "no sign that some win more than others",
    "cannot_tell": "the data cannot tell whether some win more than others",
}


def _reps(findings: Findings) -> str:
    """Whether reps differ, and by how much."""
    one, share = findings.named("rep_win_odds_sd"), findings.named("top_fifth_of_reps_share")
    assert one is not None  # the question is always asked
    span = f" (spread {number(one.value)} {bracket(one)} logits)" if math.isfinite(one.value) else ""
    best = (
        f"; the best fifth have {share.value:.0%} of the wins" if share and share.finding == "found" else ""
    )
    return f"{WHETHER[one.finding]}{span}{best}"


def _scenario(findings: Findings, force: Sequence[Setting]) -> str:
    """Its size, and how much of it comes from the data."""
    by = {one.name: int(one.value) for one in force}
    reps, accounts = findings.named("reps"), findings.named("accounts")
    known = int(accounts.value) if accounts is not None and accounts.finding == "found" else 0
    whose = (
        ""
        if reps is not None and reps.finding == "found" and by["reps"] == round(reps.value)
        else " (assumed)"
    )
    return (
        f"{by['reps']:,} reps{whose}, {by['managers']:,} managers, {by['customers']:,} customers and prospects (all whom "
        f"reps could call; {known or 'none'} named in the data, the rest assumed)"
    )
