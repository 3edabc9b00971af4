"""Every parameter with its source, those first that were changed or that the answer hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis import calibrated
from analysis.language import mark, say, told
from analysis.report.sections import money

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.report.found import Found

MOST_FIRST, LEAST_FIRST = 15, 5
ASSUMED = mark("assumption")
SAID = {"H": mark("high"), "M": mark("medium"), "L": mark("low"), ASSUMED: ASSUMED}
"""Confidence in a source."""


def ranking() -> str:
    """In which order they stand."""
    return say(
        "First what was changed here or drawn, and what the answer hangs on as far as it was tried; then numbers "
        "without a source, in "
        "the order of the model. `salespolicy sensitivity` ranks them all."
    )


def parameter_rows(answer: Comparison, found: Found) -> list[dict[str, Any]]:
    """One row a parameter, those that matter first; `first` marks the short list."""
    meta = answer.panel.meta
    matters = _matters(answer, found)
    rows = [_row(calibrated.sourced(meta, row), matters) for row in meta.get("parameters") or ()]
    names = list(matters)

    def place(row: Mapping[str, Any]) -> tuple[int, int]:
        known = names.index(row["name"]) if row["name"] in matters else len(names)
        return (
            0
            if row["changed"] or row["drawn"]
            else 1
            if row["name"] in matters
            else 2
            if row["assumed"]
            else 3,
            known,
        )

    rows.sort(key=place)
    for number, row in enumerate(rows):
        row["first"] = number < LEAST_FIRST or (number < MOST_FIRST and place(row)[0] < 2)
    return rows


def _matters(answer: Comparison, found: Found) -> dict[str, str]:
    """Parameters that something is known of, and what, most important first."""
    told_of: dict[str, str] = {}
    elsewhere = answer.elsewhere
    if elsewhere and elsewhere.get("weakest"):
        told_of[elsewhere["weakest"]["name"]] = say(
            "goes with the lead most, in worlds drawn from the stated ranges"
        )
    if found.value is not None:
        info = answer.panel.outcomes[found.value["outcome"]]
        for one in found.value["parameters"]:
            if one["perfect"] > 0:
                size = money(info, one["perfect"], one["ci_low"], one["ci_high"])
                told_of.setdefault(one["name"], say("to know it would be worth {size} a year", size=size))
    return told_of


def _row(row: Mapping[str, Any], matters: Mapping[str, str]) -> dict[str, Any]:
    names = ("name", "value", "default", "range", "drawn", "unit", "source", "confidence")
    shown: dict[str, Any] = {name: "" if row.get(name) is None else _text(row[name]) for name in names}
    shown["changed"] = (
        "yes" if shown["default"] and shown["value"] and shown["value"] != shown["default"] else ""
    )
    shown["description"] = told(str(row.get("description") or ""))
    shown["unit"] = told(shown["unit"])
    shown["assumed"] = row.get("confidence") == ASSUMED
    shown["confidence"] = told(SAID.get(shown["confidence"], shown["confidence"]))
    shown["source"] = told(shown["source"]) if shown["source"] == ASSUMED else shown["source"]
    shown["matters"] = matters.get(shown["name"], "")
    return shown


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return say("{low} to {high}", low=_text(value[0]), high=_text(value[1]))
    if isinstance(value, (list, tuple)):
        return say(", ").join(_text(v) for v in value)
    return str(value)
