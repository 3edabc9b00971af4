"""Fill the template: words first, then pictures, tables, and how it was done."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import calibrated, plots
from analysis.panel import identical
from analysis.report import tables
from analysis.summary import failure_rows
from analysis.units import unit_text
from analysis.verdict import rough_chances
from analysis.words import same_runs

if TYPE_CHECKING:
    from markupsafe import Markup

    from analysis.comparison import Comparison

HERE = Path(__file__).parent
MOST_FAILURES = 20

# name of the plot -> heading in the report; fan charts take the outcome's label
HEADINGS = {
    "money": "When it pays: shortfall and catching up",
    "forest": "What each policy changes by the end",
    "panels": "Revenue, morale and learning, week by week",
    "truth": "What the leader hears, and what is true",
}


def write_report(comparison: Comparison, path: str | Path) -> Path:
    """Write the report to `path`, making its directory; the same comparison gives the same bytes."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render_report(comparison), encoding="utf-8", newline="\n")
    return target


def render_report(comparison: Comparison) -> str:
    """The report as HTML text. Everything that comes from a scenario is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"whole": whole, "breakable": breakable}
    style = (HERE / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        style=style, style_hash=digest, **content(comparison)
    )


_SPLIT = re.compile(r"\[[^\[\]\s]+, [^\[\]\s]+\]|\d (?:%|bn|M|k)(?!\w)")


def whole(text: str) -> str:
    """The text with no-break spaces inside intervals and between a number and its unit."""
    return _SPLIT.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def breakable(name: str) -> Markup:
    """A name as HTML that may break after an underscore, and so need not make a table too wide."""
    from markupsafe import Markup, escape

    return Markup("_<wbr>").join(escape(part) for part in name.split("_"))


def content(answer: Comparison) -> dict[str, Any]:
    """What the template prints."""
    panel, meta = answer.panel, answer.panel.meta
    info = panel.outcomes[answer.decision.outcome]
    failures = failure_rows(answer)
    shortfall, price = plots.money.outcome(answer), tables.beside(answer)
    return {
        "title": str(meta.get("scenario") or "comparison"),
        "question": str(meta.get("question") or "Which policy is best?"),
        "description": str(meta.get("description") or ""),
        "verdict": answer.verdict,
        "outcome": info,
        "unit": unit_text(info),
        "panel": panel,
        "replications": len(answer.worlds.replications),
        "beside": panel.outcomes[price].said if price else "",
        "policies": tables.policy_rows(answer),
        "rough": rough_chances(answer.decision.replications, answer.decision.draws),
        "same": same_runs(identical(panel)),
        "marked": panel.outcomes[shortfall].said if shortfall else "",
        "pictures": pictures(answer),
        "effects": tables.effect_tables(answer),
        "gain": tables.pairing_gain(answer),
        "decisions": tables.decision_rows(answer),
        "failures": failures[:MOST_FAILURES],
        "more_failures": max(len(failures) - MOST_FAILURES, 0),
        "policies_text": _pairs(meta.get("policies_text")),
        "parameters": [_parameter(calibrated.sourced(meta, row)) for row in meta.get("parameters") or ()],
        "covers": calibrated.covers(meta),
        "numbers": calibrated.number_rows(meta),
        "held_out": calibrated.held_rows(meta),
        "draws": len(panel.replications) if meta.get("draws") else 0,
        "seed": meta.get("seed"),
        "command": str(meta.get("command") or ""),
        "version": str(meta.get("version") or ""),
        "hash": str(meta.get("hash") or ""),
    }


def pictures(answer: Comparison) -> list[dict[str, str]]:
    """Heading, alternative text and data URI of every plot; fan charts come last."""
    found = []
    for name in plots.available(answer):
        heading = HEADINGS.get(name) or f"{answer.panel.outcomes[name].said}, week by week"
        data = base64.b64encode(plots.svg(answer, name)).decode("ascii")
        group = "key" if name in HEADINGS else "fan"
        alt = f"{heading}. {plots.title(answer, name)}"
        found.append(
            {
                "name": name,
                "heading": heading,
                "alt": alt,
                "group": group,
                "uri": f"data:image/svg+xml;base64,{data}",
            }
        )
    return found


def _pairs(texts: Any) -> list[tuple[str, str]]:
    """`policies_text` may be a mapping of policy to text, or one text for all."""
    if isinstance(texts, Mapping):
        return [(str(policy), str(text)) for policy, text in texts.items()]
    return [("", str(texts))] if texts else []


def _parameter(row: Mapping[str, Any]) -> dict[str, str]:
    names = ("name", "value", "default", "range", "drawn", "unit", "source", "confidence")
    shown = {name: "" if row.get(name) is None else _text(row[name]) for name in names}
    shown["changed"] = (
        "yes" if shown["default"] and shown["value"] and shown["value"] != shown["default"] else ""
    )
    return shown


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return " to ".join(_text(v) for v in value)
    return str(value)
