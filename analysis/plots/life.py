"""The same rep in two worlds: four panels of weeks, grey for the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.plots import looks, style
from analysis.who import Person, departure
from analysis.who_text import rep_sentence

PANELS = (
    ("won", "Money won since the start", "million"),
    ("contracts", "Accounts under contract", "accounts"),
    ("morale", "Morale", "scale 0 to 1"),
    ("knowledge", "Knowledge, mean over industries", "share of what can be known"),
)


def life(lives: Sequence[Any], person: Person) -> style.Chart:
    """Lines end where the person leaves, with a mark."""
    weeks = lives[0].weeks
    names = lives[0].policy, lives[1].policy
    note = (
        f"Grey: under '{names[0]}'. Blue: under '{names[1]}'. The same person, customers and luck in one world; a dot marks "
        "the week in which they leave. What one person meets is an example, not an estimate."
    )
    with style.rules():
        figure, axes = style.grid(
            rep_sentence(person, names), note, 4, 2, int(weeks[-1]) + 1, gap=(0.7, 0.75), share_y=False
        )
        axes[0].set_xlim(int(weeks[0]), max(int(weeks[-1]), int(weeks[0]) + 1))
        for ax, (name, title, unit) in zip(axes, PANELS, strict=True):
            for where, (one, colour) in enumerate(
                zip(lives, (style.BASELINE, looks.COLOURS[0]), strict=True)
            ):
                values = one.reps[name][:, person.seat].astype(float)
                values = np.cumsum(values) / 1e6 if name == "won" else values
                gone = departure(one, person.seat)
                end = len(weeks) if gone is None else int(np.flatnonzero(weeks == gone[0])[0]) + 1
                ax.plot(weeks[:end], values[:end], color=colour, zorder=2 + where)
                if gone is not None:
                    ax.plot(weeks[end - 1], values[end - 1], "o", color=colour, markersize=6, zorder=4)
            style.heading(ax, title, detail=unit)
            ax.margins(y=0.08)
        return figure


def write_life(lives: Sequence[Any], person: Person, folder: Path) -> list[Path]:
    """PNG and SVG below `folder`."""
    return style.save(life(lives, person), folder, f"rep-{person.seat}")
