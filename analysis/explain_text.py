"""An explanation in the terminal: two sentences and a table of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.explain import Explanation
from analysis.explain_words import sentences, share_of
from analysis.tables import titled
from analysis.units import measured, name_in_text

if TYPE_CHECKING:
    from rich.console import RenderableType


def render_explanation(e: Explanation, told: Sequence[str] = ()) -> list[RenderableType]:
    """Sentences, the parts and their interplay, and what else is `told`, as rich renderables."""
    from rich.text import Text

    first, second = sentences(e)
    parts: list[RenderableType] = [Text(first, style="bold"), *([Text(second)] if second else []), Text("")]
    if not e.gap.clear:  # what a gap is made of that may be none is not told part by part
        return [*parts[:-1], *_others(e, told)]
    table = titled(
        f"{e.policy} against {e.baseline}: what the gap in {name_in_text(e.info.label)} is made of"
    )
    table.add_column(Text("part"), overflow="fold")
    table.add_column(Text("adds"), justify="right")
    table.add_column(Text("of the gap"), justify="right")
    column = [part.effect for part in e.every]
    for part in e.every:
        effect = measured(part.effect, e.info, column=column)
        table.add_row(Text(part.words), Text(effect), Text(share_of(part, e)))
    table.add_section()
    table.add_row(Text("the whole gap"), Text(measured(e.gap, e.info, column=column)), Text(""))
    parts.append(table)
    words = {part.mechanism: part.words for part in e.parts}
    for pair in e.together[:3]:
        both = f"{words[pair.first]} and {words[pair.second]}"
        text = f"Together {both} bring {measured(pair.effect, e.info)} beyond what each does alone."
        parts.append(Text(text, style="dim"))
    return [*parts, *_others(e, told)]


def _others(e: Explanation, told: Sequence[str]) -> list[RenderableType]:
    """What else is told, and worlds that are left out."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"- {text}", style="dim") for text in told]
    if e.left_out:
        many = f"{e.left_out} worlds are left out: some of their runs failed or have no number."
        one = "1 world is left out: some of its runs failed or have no number."
        parts.append(Text(one if e.left_out == 1 else many, style="bold red"))
    return parts
