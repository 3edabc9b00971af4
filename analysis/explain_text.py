"""An explanation in the terminal: two sentences and a table of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.explain import Explanation
from analysis.explain_words import sentences, share_of
from analysis.language import count, listed, say
from analysis.language import told as in_words
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
        say(
            "{policy} against {base}: what the gap in {label} is made of",
            policy=e.policy,
            base=e.baseline,
            label=name_in_text(e.info.said),
        )
    )
    table.add_column(Text(say("part")), overflow="fold")
    table.add_column(Text(say("adds")), justify="right")
    table.add_column(Text(say("of the gap")), justify="right")
    column = [part.effect for part in e.every]
    for part in e.every:
        effect = measured(part.effect, e.info, column=column)
        table.add_row(Text(in_words(part.words)), Text(effect), Text(share_of(part, e)))
    table.add_section()
    table.add_row(Text(say("the whole gap")), Text(measured(e.gap, e.info, column=column)), Text(""))
    parts.append(table)
    words = {part.mechanism: in_words(part.words) for part in e.parts}
    for pair in e.together[:3]:
        text = say(
            "Together {both} bring {size} beyond what each does alone.",
            both=listed([words[pair.first], words[pair.second]]),
            size=measured(pair.effect, e.info),
        )
        parts.append(Text(text, style="dim"))
    return [*parts, *_others(e, told)]


def _others(e: Explanation, told: Sequence[str]) -> list[RenderableType]:
    """What else is told, and worlds that are left out."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"- {text}", style="dim") for text in told]
    if e.left_out:
        text = count(
            "{n} world is left out: some of its runs failed or have no number.",
            "{n} worlds are left out: some of their runs failed or have no number.",
            e.left_out,
        )
        parts.append(Text(text, style="bold red"))
    return parts
