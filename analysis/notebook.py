"""Answers as notebooks show them: a little HTML, in which whatever people typed stands as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.units import chance, measured, percent

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.verdict import Verdict

CELL = "text-align:right;white-space:pre-line;font-variant-numeric:tabular-nums"


class Told(dict[str, Any]):
    """The verdict as plain data, which a notebook shows as sentences."""

    def _repr_html_(self) -> str:
        return verdict_html(self)


def verdict_html(verdict: Mapping[str, Any]) -> str:
    """State, sentences and notes of a verdict, and how far it reaches."""
    from markupsafe import escape

    said = "".join(f"<p>{escape(text)}</p>" for text in verdict["sentences"])
    notes = "".join(f"<li>{escape(text)}</li>" for text in verdict["notes"])
    state, ending = escape(verdict["state"]), escape(verdict["ending"])
    return f"<p><strong>{state}</strong></p>{said}<ul>{notes}</ul><p>{ending}</p>"


def decision_html(verdict: Verdict) -> str:
    """Which policy is best on what, and how likely each is to be that."""
    said = f"{verdict.best}, {'decided' if verdict.decided else 'not decided'}"
    title = f"Best on {verdict.outcome} in {verdict.replications} worlds: {said}"
    rows = [(policy, chance(value)) for policy, value in verdict.probability_best.items()]
    return table_html(title, ("policy", "P(best)"), rows)


def comparison_html(answer: Comparison) -> str:
    """The verdict, and the headline outcome of each policy against the baseline with 95 % intervals."""
    verdict = answer.decision
    outcome, panel = verdict.outcome, answer.panel
    info = panel.outcomes[outcome]
    effects = [answer.effects[p, outcome].effect for p in panel.rivals]
    shares = [answer.effects[p, outcome].percent for p in panel.rivals]
    rows: list[Sequence[str]] = []
    for policy, effect, share in zip(panel.rivals, effects, shares, strict=True):
        chances = chance(verdict.probability_best[policy])
        rows.append((policy, measured(effect, info, column=effects), percent(share, column=shares), chances))
    rows.append((panel.baseline, "baseline", "", chance(verdict.probability_best[panel.baseline])))
    title = f"{info.label} against {panel.baseline}, 95 % intervals, {len(answer.worlds.replications)} worlds"
    return verdict_html(answer.verdict) + table_html(
        title, ("policy", "difference", "percent", "P(best)"), rows
    )


def table_html(title: str, heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A small table; the first column on the left, the others on the right."""
    from markupsafe import escape

    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join(
        f'<tr><th style="text-align:left">{escape(row[0])}</th>'
        + "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    caption = f'<caption style="text-align:left">{escape(title)}</caption>'
    return f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
