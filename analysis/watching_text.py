"""What to watch, in words and tables of 80 columns, and as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.units import measured, name_in_text, share
from analysis.watching import Watch, Watching

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN, SHOWN_OF_NONE = 8, 3
"""Signals in the table; where none is worth anything."""
PER_HUNDRED = "resignations"
"""The signal that is a count; all others are relative to the quarter before."""


def threshold_words(rule: Watch) -> str:
    """E.g. "below -12 %", "above 2.5 per 100 seats"."""
    if abs(rule.threshold) >= 1e9:  # beyond all that was seen
        return "always" if rule.side * rule.threshold < 0 else "never"
    where = "below" if rule.side < 0 else "above"
    if rule.signal == PER_HUNDRED:
        return f"{where} {rule.threshold:.1f} per 100 seats"
    size = round(100 * rule.threshold)
    return f"{where} {size:+.0f} %" if size else f"{where} what was usual"


def sentences(found: Watching, info: OutcomeInfo, words: Mapping[str, str], baseline: str) -> list[str]:
    """What a leader should watch, and how far that can be trusted."""
    often = f"{share(found.wrong)} of {found.cases} worlds"
    first = f"'{found.policy}' ends behind '{baseline}' on {name_in_text(info.label)} in {often}."
    if not found.rules:
        return [first, found.why[0].upper() + found.why[1:] + "."]
    best = found.rules[0]
    if not found.clear:
        return [
            first,
            "No signal of the first weeks clearly beats deciding at the start to stop or to go on, whatever comes.",
        ]
    return [
        first,
        f"Watch {words[best.signal]}: in week {best.week} after the start, stop if they lie {threshold_words(best)}. That "
        f"stops {share(best.false_stop)} of the worlds that would have gone well and misses {share(best.missed_stop)} "
        f"of those that go wrong, and saves {measured(best.saves, info, signed=False)} a world against deciding beforehand.",
    ]


def render_watching(
    found: Watching, info: OutcomeInfo, words: Mapping[str, str], baseline: str, more: Sequence[str] = ()
) -> list[RenderableType]:
    """Sentences, `more` of them in between, and the best signals."""
    from rich.text import Text

    first, *rest = sentences(found, info, words, baseline)
    parts: list[RenderableType] = [
        Text(first, style="bold"),
        *map(Text, filter(None, [*more[:1], *rest, *more[1:]])),
    ]
    if found.rules:
        table = titled(
            "When to stop, best signals first"
            if found.clear
            else "The nearest to a signal, none good enough to stop by",
            ("signal", "week", "stop if", "false stops", "missed stops", "saves a world"),
        )
        shown = found.rules[: SHOWN if found.clear else SHOWN_OF_NONE]
        column = [rule.saves for rule in shown]
        for rule in shown:
            cells = (
                words[rule.signal], str(rule.week), threshold_words(rule),
                share(rule.false_stop), share(rule.missed_stop), measured(rule.saves, info, column=column),
            )  # fmt: skip
            table.add_row(*(Text(cell.replace(" [", "\n[")) for cell in cells))
        told = (
            "Weeks after the start; % against the quarter before. Rates are of worlds that had no part in choosing the "
            "threshold (tenfold cross-validation), with 95 % intervals."
        )
        table.caption, table.caption_justify = Text(told), "left"
        parts += [Text(""), table]
    return parts


def watching_data(
    found: Watching, info: OutcomeInfo, words: Mapping[str, str], baseline: str
) -> dict[str, Any]:
    """For `--json`: shares 0-1, money in cents, thresholds as fractions of the quarter before."""
    return {
        "policy": found.policy, "baseline": baseline, "outcome": found.outcome, "worlds": found.cases,
        "goes_wrong": found.wrong.data(),
        "sentences": sentences(found, info, words, baseline), "why": found.why,
        "signals": [
            {"signal": rule.signal, "label": words[rule.signal], "week": rule.week,
             "stop_if": "below" if rule.side < 0 else "above", "threshold": rule.threshold,
             "false_stop": rule.false_stop.data(), "missed_stop": rule.missed_stop.data(),
             "auc": rule.auc, "saves": rule.saves.data()}
            for rule in found.rules
        ],
    }  # fmt: skip
