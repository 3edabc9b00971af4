"""Fill the template and write the file."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.language import language, say
from analysis.report.content import content
from analysis.report.found import Found
from analysis.report.words import breakable, commands, isolated, whole

if TYPE_CHECKING:
    from analysis.comparison import Comparison

HERE = Path(__file__).parent


def write_report(comparison: Comparison, path: str | Path, found: Found | None = None) -> Path:
    """Write the report to `path`, making its directory; the same comparison gives the same bytes in each language.

    All or nothing: half a page would be taken for a whole one.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    page = render_report(comparison, found)
    begun = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        begun.write_text(page, encoding="utf-8", newline="\n")
        os.replace(begun, target)
    finally:
        begun.unlink(missing_ok=True)
    return target


def render_report(comparison: Comparison, found: Found | None = None) -> str:
    """The report as HTML text in the language of the block. Everything that comes from a scenario is escaped.

    `found` holds what other commands have written of the same runs; sections without an answer say which command gives it.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=isolated,
    )
    environment.filters |= {"whole": whole, "breakable": breakable, "commands": commands}
    environment.globals["say"] = say
    style = (HERE / "report.css").read_text(encoding="utf-8")
    swipe = say(" Swipe the picture sideways to see all of it.")
    style = style.replace("{swipe}", swipe)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        style=style, style_hash=digest, lang=language(), **content(comparison, found or Found())
    )
