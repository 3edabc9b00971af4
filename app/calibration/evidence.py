"""The part `calibration` of a scenario: which data its numbers come from, what these say of each, and how the check went.

`compare` shows it beside its verdict, so that nobody takes an assumption for a finding.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from analysis.crm.check import Check
from analysis.crm.finding import Estimate
from app.calibration.market import shares

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from app.calibration.settings import Setting

ROSTER = {"reps": "reps", "managers": "managers", "customers": "accounts"}
"""Of the sales force: the question that may find it."""
PROSPECTS = "; that of all prospects, which is drawn, differs: reps choose, and rather large ones"
OF_SEGMENTS = {
    "deal_value_median": "segments.deal_value_median",
    "deal_value_sigma": "segments.deal_value_sigma",
    "segment_win_odds_sd": "segments.product_fit",
    "segment_speed_sd": "segments.cycle",
    "segment_value_sd": "values between segments",
}
UNSEEN = (
    (
        "customers at the start",
        "an export of deals does not say who pays already, and how much: as in the flagship",
    ),
    ("renewals and costs", "an export of deals does not say who renews, grows or leaves: as published"),
)
"""What money rests on besides, and no question is about."""
ANYWAY = ("deals_begun_as_it_stands", "bookings_as_it_stands")
"""Figures of the check that say how large the team of the scenario is; kept inside or outside."""
Row = dict[str, Any]


def section(
    crm: Crm,
    findings: Findings,
    settings: Sequence[Setting],
    force: Sequence[Setting],
    checked: Check | str | None,
) -> str:
    """YAML, for the end of the scenario."""
    lines = [
        "",
        "# Where the numbers come from, for the report of `compare`. The model does not read it.",
        "calibration:",
        *(f"  {key}: {_flow(value)}" for key, value in _about(crm).items()),
        *_of_check(checked),
        "  numbers:",
        *(f"    - {_flow(row)}" for row in numbers(crm, findings, settings, force)),
    ]
    return "\n".join(lines) + "\n"


def _about(crm: Crm) -> Row:
    files = list(dict.fromkeys(line.file for line in crm.understood if line.role))
    return {"files": files, "rows": crm.rows.used, "period": spanned(crm)}


def spanned(crm: Crm) -> str:
    """First and last day of the data: dates, or weeks where the data count weeks or days from a start nobody knows."""
    ends = float(crm.deals["created"].min()), crm.last_day
    if crm.origin is None:
        return f"weeks {ends[0] / 7:.0f} to {ends[1] / 7:.0f}"
    first, last = ((crm.origin + timedelta(days=int(day))).isoformat() for day in ends)
    return f"{first} to {last}"


def numbers(crm: Crm, findings: Findings, settings: Sequence[Setting], force: Sequence[Setting]) -> list[Row]:
    """What the data say of each number of the scenario: the sales force, the market, then parameters."""
    by = {one.parameter: one for one in findings if one.parameter}
    rows = [_of_force(one, findings) for one in force]
    named = bool(shares(crm))
    of_shares = "shares of accounts or deals" if named else "not in the data: those of the flagship"
    rows.append(_row("segments", None, "found" if named else "assumed", None, of_shares))
    for question, name in OF_SEGMENTS.items():
        one = findings.named(question)
        if one is None:
            rows.append(_row(name, None, "cannot_tell", None, "the data do not say it"))
        else:
            between = question.endswith("_sd")
            what = f"spread between segments in {one.unit}: {one.words}" if between else one.words + PROSPECTS
            rows.append(_row(name, None, one.finding, one, what))
    rows += [_row(name, None, "assumed", None, why) for name, why in UNSEEN]
    for setting in settings:
        one = by.get(setting.name)
        follows = one is None and setting.why.startswith("follows")
        verdict = one.finding if one is not None else "follows" if follows else "cannot_tell"
        rows.append(
            _row(setting.name, setting.value, verdict, one, setting.why if one is None else one.words)
        )
    return rows


def _of_force(setting: Setting, findings: Findings) -> Row:
    fitted = findings.named("fit_customers") if setting.name == "customers" else None
    if fitted is not None and fitted.draws is not None:
        return _row(setting.name, setting.value, fitted.finding, fitted, fitted.words)
    one = findings.named(ROSTER.get(setting.name, setting.name))
    found = one is not None and one.finding == "found" and round(one.value) == setting.value
    return _row(
        setting.name, setting.value, "found" if found else "assumed", one if found else None,
        one.words if one is not None and found else setting.why,
    )  # fmt: skip


def _row(name: str, value: float | None, verdict: str, one: Estimate | None, why: str) -> Row:
    row: Row = {"name": name, "value": value, "verdict": verdict}
    if one is not None:
        row |= {"low": one.low, "high": one.high, "n": one.n}
    row["why"] = why[:2000]
    return {key: found for key, found in row.items() if not _none(found)}


def _of_check(checked: Check | str | None) -> list[str]:
    if not isinstance(checked, Check):
        return [f"  unchecked: {_flow(checked or 'it was left out')}"]
    kept = [row for row in checked.compared if row in checked.outside or row.figure.name in ANYWAY]
    faults = list(dict.fromkeys(row.words.partition("the scenario ")[2] for row in checked.outside))
    whole = {
        "weeks": checked.data.split.weeks, "compared": len(checked.compared), "outside": len(checked.outside),
        "faults": faults,
    }  # fmt: skip
    figures = [
        {
            "label": row.figure.label, "unit": row.figure.unit, "data": row.data, "median": row.median,
            "low": row.wide[0], "high": row.wide[1], "outside": row in checked.outside,
        }
        for row in kept
    ]  # fmt: skip
    return [
        "  held_out:",
        *(f"    {key}: {_flow(value)}" for key, value in whole.items()),
        "    figures:" if figures else "    figures: []",
        *(f"      - {_flow(row)}" for row in figures),
    ]


def _none(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _flow(value: Any) -> str:
    """Plain data as YAML on one line; numbers with six figures."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return json.dumps("".join(c if c.isprintable() else " " for c in value), ensure_ascii=False)
    if isinstance(value, bool | int):
        return json.dumps(value)
    return f"{value:.10g}" if float(value).is_integer() else f"{value:.6g}"
