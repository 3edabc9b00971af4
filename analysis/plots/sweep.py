"""The lead of each policy along the axes that move it most: every point, and the mean over a part of the range."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.language import listed
from analysis.plots import looks, style
from analysis.sweep_axes import Along
from analysis.sweep_text import headline
from analysis.sweeps import Effect, SweepAnswer, summary_of
from analysis.units import axis_label, scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
CHANCE = "#8c8c8c"
"""Of what is not beyond chance: quiet, and still to be seen as dots."""
MANY = 150
"""Points from which on dots are small."""


def sweep_plot(answer: SweepAnswer) -> style.Chart:
    """Small multiples: a row for each policy, a column for each of the axes that matter most to it.

    Dots are points of the design; bars are means over a slice of the axis with their 95 % intervals.
    """
    with style.rules():
        effects = answer.effects
        divisor, unit = scale(answer.info, max(float(np.abs(e.points).max()) for e in effects))
        figure, cells = style.grid(
            title(answer),
            f"Lead over '{answer.meta['baseline']}'. A dot is a point of the design (mean of its worlds). A bar is the mean"
            f" over a part of the range, with its 95 % interval. The {COLUMNS} axes that move each policy's lead most; grey:"
            " not beyond chance.",
            len(effects) * COLUMNS, COLUMNS, None, cell_height=1.9, gap=(0.45, 0.95), share_y="row", left=1.0,
        )  # fmt: skip
        known = looks.of_policies(answer.meta["policies"], answer.meta["baseline"])
        for row, effect in enumerate(effects):
            colour = known[effect.policy].colour
            shown = effect.axes[:COLUMNS]
            for column in range(COLUMNS):
                ax = cells[row * COLUMNS + column]
                if column >= len(shown):
                    ax.remove()
                    continue
                _cell(ax, answer, effect, shown[column], divisor, colour)
            if shown:
                label = axis_label(answer.info, unit)
                cells[row * COLUMNS].set_ylabel(
                    "\n".join([style.shortened(effect.policy, 24), label]), size=8.5
                )
        return figure


def title(answer: SweepAnswer) -> str:
    """Which policy is best at how many points, and along what a lead turns."""
    turns = [
        f"'{effect.policy}' turns along {listed([one.axis for one in effect.axes if one.turns][:2])}"
        for effect in answer.effects
        if any(one.turns for one in effect.axes)
    ]
    return " ".join([headline(summary_of(answer), answer.info), *(f"{text}." for text in turns[:2])])


def _cell(ax: Axes, answer: SweepAnswer, effect: Effect, one: Along, divisor: float, colour: str) -> None:
    values = answer.axes[one.axis].loc[list(effect.at)]
    numeric = values.dtype.kind in "fiu"
    listed = [s.low for s in one.slices]
    x = values.to_numpy(float) if numeric else np.array([listed.index(v) for v in values], float)
    ink = colour if one.matters else CHANCE
    ax.axhline(0, color=style.QUIET, linewidth=0.9)
    size = 14 if len(x) <= MANY else 7
    ax.scatter(x, effect.points / divisor, s=size, color=ink, alpha=0.75, linewidths=0, zorder=3)
    width = float(np.ptp(x)) or 1.0
    for place, part in enumerate(one.slices):
        low, high = (float(part.low), float(part.high)) if numeric else (place, place)
        low, high = (low - width / 24, high + width / 24) if low == high else (low, high)
        mean, bottom, top = part.effect.mean, part.effect.low, part.effect.high
        if mean is None:
            continue
        if bottom is not None and top is not None:
            ax.fill_between([low, high], bottom / divisor, top / divisor, color=ink, alpha=0.2, linewidth=0)
        ax.plot(
            [low, high], [mean / divisor] * 2, color=style.INK if one.matters else style.QUIET, linewidth=1.6
        )
    ax.set_xlim(float(x.min()) - width / 12, float(x.max()) + width / 12)
    if not numeric:
        ax.set_xticks(range(len(listed)), [s.label for s in one.slices])
    name = style.shortened(one.axis, 34)
    ax.set_xlabel(f"{name}, {one.unit}" if one.unit else name, size=8.5)
    if one.turns:
        style.heading(ax, "turns", colour)


def write_plot(answer: SweepAnswer, folder: Path) -> list[Path]:
    """Write `sweep.png` and `sweep.svg` below `folder`; gives their paths, none where there are too few points to draw."""
    if not any(effect.axes for effect in answer.effects):
        return []
    return style.save(sweep_plot(answer), folder, "sweep")
