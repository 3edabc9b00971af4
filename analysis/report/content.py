"""What the template prints: words first, then pictures, tables, and how it was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis import calibrated
from analysis.brief import brief
from analysis.language import mark, say, told
from analysis.panel import identical
from analysis.report import gallery, people, sections, tables, watched
from analysis.report.assumed import parameter_rows, ranking
from analysis.subject import about, subject
from analysis.summary import failure_rows
from analysis.units import unit_text
from analysis.verdict import rough_chances
from analysis.words import same_runs

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.report.found import Found

MOST_FAILURES = 20
NEUTRAL = mark("all levers neutral")


def content(answer: Comparison, found: Found) -> dict[str, Any]:
    """Names of the template and what they stand for."""
    panel, meta = answer.panel, answer.panel.meta
    info = panel.outcomes[answer.decision.outcome]
    failures = failure_rows(answer)
    shortfall, price = answer.shortfall_outcome, tables.beside(answer)
    values = {
        "title": str(meta.get("scenario") or say("comparison")),
        "question": told(str(meta.get("question") or "")) or say("Which policy is best?"),
        "description": told(str(meta.get("description") or "")),
        "verdict": answer.verdict,
        "brief": brief(answer.findings),
        "about": about(answer, _piloted(answer, found)),
        "outcome": info,
        "unit": unit_text(info),
        "panel": panel,
        "replications": len(answer.worlds.replications),
        "beside": panel.outcomes[price].said if price else "",
        "policies": tables.policy_rows(answer),
        "rough": rough_chances(answer.decision.replications, answer.decision.draws),
        "same": same_runs(identical(panel)),
        "turns": watched.turns(answer),
        "subject": subject(answer),
        "marked": panel.outcomes[shortfall].said if shortfall else "",
        "people": people.rows(answer),
        "industries": people.industries(found),
        "pictures": gallery.of_policies(answer),
        "managers": gallery.for_managers(answer, found),
        "sections": gallery.of_sections(answer, found),
        "effects": tables.effect_tables(answer),
        "gain": tables.pairing_gain(answer),
        "decisions": tables.decision_rows(answer),
        "failures": failures[:MOST_FAILURES],
        "more_failures": max(len(failures) - MOST_FAILURES, 0),
        "policies_text": _pairs(meta.get("policies_text")),
        "parameters": parameter_rows(answer, found),
        "ranking": ranking(),
        "covers": calibrated.covers(meta),
        "numbers": calibrated.number_rows(meta),
        "held_out": calibrated.held_rows(meta),
        "draws": len(panel.replications) if meta.get("draws") else 0,
        "seed": meta.get("seed"),
        "command": str(meta.get("command") or ""),
        "version": str(meta.get("version") or ""),
        "hash": str(meta.get("hash") or ""),
    }
    values |= _answers(answer, found)
    return values | {"contents": _contents(values), "first_page": _first_page()}


def _answers(answer: Comparison, found: Found) -> dict[str, Any]:
    """Sections that other commands fill in."""
    return {
        "found": found,
        "hint": found.hint(subject(answer)) if answer.panel.rivals else "",
        "why": sections.why(answer, found),
        "who": sections.who(found.who) if found.who else None,
        "watch": watched.watch(answer, found.watch) if found.watch else None,
        "flip": sections.flip(answer, found.flip, found.phase) if found.flip else None,
        "value": sections.value(answer, found.value) if found.value else None,
    }


def _piloted(answer: Comparison, found: Found) -> str | None:
    """Whose pilot is drawn on the first page."""
    if (ours := subject(answer)) is None or found.value is None or not found.value["pilots"]:
        return None
    return str(gallery.pilots_of(found.value, ours)[0]["policy"])


def _first_page() -> list[tuple[str, str]]:
    """Pictures of the first page: name, and heading where there is none."""
    return [(name, told(heading)) for name, heading in gallery.FIRST_PAGE.items()]


def _contents(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchors and names of the sections there are."""
    every = [
        ("policies", say("The policies at a glance"), True),
        ("until", say("Until when"), any(row["trough"] for row in values["policies"])),
        ("people", say("What it does to people and to knowledge"), values["people"]),
        ("pictures", say("Key pictures"), True),
        ("why", say("Why"), values["why"]),
        ("who", say("Who gains and who loses"), values["who"]),
        ("watch", say("What to watch, and when to stop"), values["watch"]),
        ("flip", say("Where it flips"), values["flip"]),
        ("value", say("What is worth knowing"), values["value"]),
        ("sure", say("How sure, and why"), True),
        ("all", say("All differences, with intervals"), True),
        (
            "assumed",
            say("What was assumed"),
            values["description"] or values["policies_text"] or values["parameters"],
        ),
        ("again", say("To get the same figures again"), True),
        ("method", say("Appendix: method"), True),
    ]
    return [(anchor, name) for anchor, name, there in every if there]


def _pairs(texts: Any) -> list[tuple[str, str]]:
    """`policies_text` may be a mapping of policy to text, or one text for all. Descriptions that we ship are translated."""
    if isinstance(texts, Mapping):
        return [
            (str(policy), "\n".join(told(line) for line in str(text).split("\n")))
            for policy, text in texts.items()
        ]
    return [("", str(texts))] if texts else []
