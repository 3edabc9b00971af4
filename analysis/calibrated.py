"""Where the numbers of a calibrated scenario come from, in sentences beside the verdict and rows of the report.

`meta["calibration"]` is what `calibrate` wrote into the scenario, each number with its value `now`; `meta["draws"]` has the
middle 95 % of what is drawn. Nothing is told of scenarios that were not calibrated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.doubt import uncertain
from analysis.language import listed, mark, say
from analysis.language import told as in_words

LUCK = 0.05
"""Share of the figures of the check that lie outside by luck alone."""
SAID = {
    "found": mark("found"),
    "not_found": mark("not found"),
    "cannot_tell": mark("cannot tell"),
    "follows": mark("follows from others"),
    "assumed": mark("assumed"),
}
MANY, MISSED = 0.2, mark(" That is far more than luck: what it misses may turn the verdict.")
SWEPT = mark(
    "What the data leave open is not drawn in a sweep: it varies what it names, and takes the middle of all else."
)
UNDRAWN = mark("What the data leave open is not drawn here: intervals and verdict cover luck alone.")
SIZES = {"reps": mark("{number:,.0f} reps"), "customers": mark("{number:,.0f} customers and prospects")}
VALUES = "segments.deal_value_median"
UNSEEN = (mark("what customers pay at the start"), mark("renewals"), mark("costs"))
Meta = Mapping[str, Any]


def told(meta: Meta, doubt: Sequence[str] = ()) -> dict[str, str]:
    """What to tell near the verdict, by what it is about; empty without a calibration. `doubt`: luck against parameters."""
    facts = meta.get("calibration")
    if not facts:
        return {}
    swept = meta.get("design") not in (None, "draws", "worlds")
    drawn = {} if swept else meta.get("draws") or {}
    found = {
        "data": say(
            "Calibrated from {files}: {rows:,} deals, {period}.",
            files=listed(facts["files"]),
            rows=facts["rows"],
            period=facts["period"],
        ),
        "check": _check(facts),
        "assumed": _assumed(facts),
        "changed": _changed(facts, drawn.get("names") or ()),
        "doubt": in_words(SWEPT) if swept else " ".join(doubt) if drawn else in_words(UNDRAWN),
    }
    return {about: text for about, text in found.items() if text}


def _check(facts: Meta) -> str:
    held = facts.get("held_out")
    if not held:
        why = in_words(facts.get("unchecked") or mark("it was left out"))
        return say("Not checked against the last part of the data: {why}.", why=why)
    text = say(
        "Made without the last {weeks} weeks of the data, it misses {outside} of {compared} figures of these ({luck:.1f} "
        "would by luck)",
        weeks=held["weeks"], outside=held["outside"], compared=held["compared"], luck=LUCK * held["compared"],
    )  # fmt: skip
    if held["faults"]:
        text = say("{text}: it {faults}.", text=text, faults=say(", ").join(held["faults"]))
    else:
        text = say("{text}.", text=text)
    return text + in_words(MISSED) if held["outside"] > MANY * held["compared"] else text


def _assumed(facts: Meta) -> str:
    """What money rests on that the data do not have."""
    by = {one["name"]: one for one in facts["numbers"]}
    missing = [
        in_words(text).format(number=by[name]["now"] or by[name]["value"])
        for name, text in SIZES.items()
        if name in by and by[name]["verdict"] != "found"
    ]
    values = VALUES in by and by[VALUES]["verdict"] != "found"
    parts = [*missing, *([say("deal values")] if values else []), *map(in_words, UNSEEN)]
    text = say("Not in the data, but assumed: {what}.", what=listed(parts))
    if values or ("reps" in by and by["reps"]["verdict"] != "found"):
        return text + say(" All sums of money rest on this: go by signs and shares.")
    return text + say(
        " Recurring revenue and gross margin rest on this: go by their signs and shares, not by their sums."
    )


def _changed(facts: Meta, drawn: Sequence[str]) -> str:
    changed = [
        _name(one["name"]) + (say(" (without effect: its draws replace it)") if one["name"] in drawn else "")
        for one in facts["numbers"]
        if is_changed(one)
    ]
    return say("Changed since: {what}.", what=listed(changed)) if changed else ""


def is_changed(one: Meta) -> bool:
    """Whether a number is no longer as `calibrate` wrote it."""
    now, then = one.get("now"), one.get("value")
    return now is not None and then is not None and not math.isclose(now, then, rel_tol=1e-4, abs_tol=1e-12)


def covers(meta: Meta) -> str:
    """What intervals cover, for the report."""
    drawn = meta.get("draws")
    if not drawn:
        return say("chance within this simulated world")
    return say(
        "chance and what is uncertain about this world ({numbers} numbers, drawn)", numbers=uncertain(drawn)
    )


def number_rows(meta: Meta) -> list[dict[str, str]]:
    """One row a number: name, value, interval, n, verdict, drawn, why; empty without a calibration."""
    facts = meta.get("calibration") or {"numbers": ()}
    means = {
        row["name"]: f"{in_words(row['description'])}: "
        for row in meta.get("parameters") or ()
        if row.get("description")
    }
    return [
        {
            "name": _name(one["name"]),
            "value": number(one.get("now") if one.get("now") is not None else one.get("value")),
            "interval": _span(one.get("low"), one.get("high")),
            "n": f"{one['n']:,}" if one.get("n") else "",
            "verdict": say("changed by hand")
            if is_changed(one)
            else in_words(SAID.get(one["verdict"], one["verdict"])),
            "drawn": drawn_range(meta, one["name"]),
            "why": means.get(one["name"], "") + one.get("why", ""),
        }
        for one in facts["numbers"]
    ]


def sourced(meta: Meta, row: Meta) -> dict[str, Any]:
    """A row of the table of parameters, with the data's source and verdict where the data were asked for it."""
    facts = meta.get("calibration") or {"numbers": ()}
    one = next((one for one in facts["numbers"] if one["name"] == row.get("name")), None)
    found = {**row, "drawn": drawn_range(meta, str(row.get("name")))}
    if one is None:
        return found
    if is_changed(one):
        return {
            **found,
            "source": say("changed by hand; `calibrate` wrote {number}", number=number(one["value"])),
            "confidence": "-",
        }
    if one["verdict"] in ("follows", "assumed"):
        return {**found, "source": one["why"], "confidence": in_words(SAID[one["verdict"]])}
    files, span = listed(facts["files"]), _span(one.get("low"), one.get("high"))
    source = f"{files}, {facts['period']}: {one['why']}" + (f"; n = {one['n']:,}" if one.get("n") else "")
    if one["verdict"] != "found":
        source += f". Else: {row.get('source')}"
    return {**found, "source": source, "confidence": f"{in_words(SAID[one['verdict']])} {span}".strip()}


def held_rows(meta: Meta) -> list[dict[str, str]]:
    """Figures of the check that lie outside, and those that show how large the team is."""
    held = (meta.get("calibration") or {}).get("held_out") or {"figures": ()}
    return [
        {
            "label": one["label"],
            "unit": one["unit"],
            "data": number(one["data"]),
            "foretold": f"{number(one['median'])} {_span(one['low'], one['high'])}",
            "verdict": say("outside") if one["outside"] else say("inside"),
        }
        for one in held["figures"]
    ]


def drawn_range(meta: Meta, name: str) -> str:
    """The middle 95 % of what is drawn of a number; of one that segments have, the widest ends."""
    ranges = (meta.get("draws") or {}).get("ranges") or {}
    _, dot, field = name.partition("segments.")
    found = [
        ends
        for other, ends in ranges.items()
        if other == name or (dot and other.startswith("segments.") and other.endswith(f".{field}"))
    ]
    if not found:
        return ""
    low, high = number(min(low for low, _ in found)), number(max(high for _, high in found))
    return low if low == high else say("{low} to {high}", low=low, high=high)


def _name(name: str) -> str:
    words = {
        "segments.deal_value_median": mark("deal values, median"), "segments.deal_value_sigma": mark("deal values, spread"),
        "segments.product_fit": mark("segments: odds to win"), "segments.cycle": mark("segments: pace"),
        "values between segments": mark("segments: deal values"), "segments": mark("segments and their shares"),
    }  # fmt: skip
    return in_words(words[name]) if name in words else name


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None or low == high else f"[{number(low)}, {number(high)}]"


def number(value: float | None) -> str:
    """Three figures, thousands whole."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
