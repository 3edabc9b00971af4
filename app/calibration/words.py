"""What the data tell, in tables and sentences: for the terminal, for the report beside the scenario, and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.crm.finding import LEVEL, Estimate
from app.calibration.labels import label
from app.calibration.settings import SAID, Setting
from app.calibration.understood import about_rows, period

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from app.calibration.market import Market


def number(value: float) -> str:
    """A figure for people; a dash for none."""
    if not math.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def bracket(one: Estimate) -> str:
    """The interval, nothing where there is none or it has no width."""
    if not math.isfinite(one.low) or one.low == one.high:
        return ""
    return f"[{number(one.low)}, {number(one.high)}]"


def as_data(
    scenario: str, crm: Crm, findings: Findings, check: dict[str, Any] | None, cautions: Sequence[str]
) -> dict[str, Any]:
    """What `--json` prints; `check` as `check_words.as_data` gives it."""
    return {
        "scenario": scenario,
        "rows": {"read": crm.rows.read, "used": crm.rows.used, "set_aside": crm.rows.set_aside, "noted": crm.rows.noted},
        "columns": [
            {"file": u.file, "column": u.column, "taken_for": u.role or None, "why": u.why} for u in crm.understood
        ],
        "estimates": [
            {
                "name": one.name, "finding": one.finding, "value": one.value, "ci_low": one.low, "ci_high": one.high,
                "unit": one.unit, "n": one.n, "words": one.words, "parameter": one.parameter or None,
            }
            for one in findings
        ],
        "period": period(crm),
        "cautions": list(cautions),
        "check": check,
    }  # fmt: skip


_QUESTIONS = {"odds": "segment_win_odds_sd", "speed": "segment_speed_sd", "value": "segment_value_sd"}


def of_segments(findings: Findings) -> str:
    """Which segments are easier, quicker, larger, the first against the last; and what was not found or cannot be told."""
    found: list[str] = []
    others: dict[str, list[str]] = {"not_found": [], "cannot_tell": []}
    words = {
        "odds": ("easiest {0}, hardest {1}: {2:.2g} logits apart", "odds to win"),
        "speed": ("deals of {0} end {2:.2g} times as fast as those of {1}", "pace"),
        "value": ("deals of {0} are {2:.2g} times as large as those of {1}", "value"),
    }
    for question, name in _QUESTIONS.items():
        one, spread = findings.named(name), findings.segments.spreads.get(question)
        if one is None or spread is None or one.finding != "found":
            others["not_found" if one is not None and one.finding == "not_found" else "cannot_tell"].append(
                words[question][1]
            )
            continue
        first, last = int(spread.pooled.argmax()), int(spread.pooled.argmin())
        apart = float(spread.pooled[first] - spread.pooled[last])
        apart = apart if question == "odds" else math.exp(apart)
        found.append(words[question][0].format(spread.names[first], spread.names[last], apart))
    said = {"not_found": "no differences in ", "cannot_tell": "the data cannot tell differences in "}
    return "; ".join(
        [*found, *(said[verdict] + " or ".join(what) for verdict, what in others.items() if what)]
    )


def summary(findings: Findings) -> str:
    """How many questions were answered, the verdict on reps and segments, and which segments stand out."""
    counts = {verdict: sum(one.finding == verdict for one in findings) for verdict in SAID}
    told = ", ".join(f"{count} {SAID[verdict]}" for verdict, count in counts.items())
    parts = []
    for name, what in (
        ("rep_win_odds_sd", "reps that win more than others"),
        ("segment_win_odds_sd", "segments that are easier"),
    ):
        one = findings.named(name)
        if one is not None:
            span = f" (spread {number(one.value)} {bracket(one)} logits)" if math.isfinite(one.value) else ""
            parts.append(f"{what}: {SAID[one.finding]}{span}")
    return f"{told}; {'; '.join(parts)}. Segments: {of_segments(findings)}."


def report(
    title: str,
    crm: Crm,
    findings: Findings,
    settings: Sequence[Setting],
    market: Market,
    force: Sequence[Setting],
    checked: Sequence[str] = (),
    cautions: Sequence[str] = (),
) -> str:
    """The page beside the scenario; `checked`: its section on the held-out part."""
    lines = [
        f"# {title}: what the data tell",
        "",
        f"{summary(findings)} Intervals cover {LEVEL:.0%}.",
        "",
        *(line for one in cautions for line in (f"**Caution.** {one}", "")),
        "## Rows",
        "",
    ]
    lines += [f"- {sentence}" for sentence in about_rows(crm)]
    lines += [
        "",
        "What each column was taken for:",
        "",
        "| file | column | taken for | such as | why |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(u.file, u.column, u.role or "-", ", ".join(u.examples), u.why) for u in crm.understood]
    for question, estimates in findings.questions.items():
        if not estimates:
            continue
        lines += [
            "",
            f"## {question}",
            "",
            "| figure | what it is | verdict | value | interval | unit | rows | in words |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            _row(
                one.name,
                label(one.name),
                SAID[one.finding],
                number(one.value),
                bracket(one),
                one.unit,
                f"{one.n:,}",
                one.words,
            )
            for one in estimates
        ]
    lines += ["", "## What the scenario is made of", "", "| number | value | why |", "|---|---|---|"]
    lines += [_row(one.name, f"{one.value:g}", one.why) for one in (*force, *settings)]
    lines += ["", *(f"- {why}" for why in market.why)]
    if findings.process is not None:
        lines += [
            "",
            f"The model's curves of wins and losses miss those of the data by up to {findings.process.gap:.3f}.",
        ]
    return "\n".join([*lines, *checked]) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"
