"""The waterfall: from what a policy does directly, part by part, to the whole gap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.explain import Explanation, Part
from analysis.explain_words import sentences
from analysis.plots import style
from analysis.units import axis_label, measured, scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BETTER, WORSE, WHOLE = style.COLOURS[0], style.COLOURS[1], style.BASELINE


def waterfall(e: Explanation) -> style.Chart:
    """Bars from top to bottom: each part begins where the one above it ended, and the last is the gap.

    Lines are 95 % intervals of each part. Parts that help the policy and parts that harm it differ in colour and side.
    """
    with style.rules():
        rows = len(e.every) + 1
        reach = max(abs(v) for v in _edges(e)) or 1.0
        divisor, unit = scale(e.info, reach)
        note = (
            f"A bar is what one mechanism adds to the gap between '{e.policy}' and '{e.baseline}': stopped from the "
            "start week on, in both worlds, averaged over all orders (Shapley). Lines: 95 % intervals over "
            f"{e.gap.n} {'worlds' if e.draws is None else 'draws'}."
        )
        figure, (ax,) = style.grid(
            sentences(e)[0], note, 1, 1, None, cell_height=0.42 * rows, left=3.9, right=1.7
        )
        begin = 0.0
        for row, part in enumerate(e.every):
            mean = (part.effect.mean or 0.0) / divisor
            _bar(ax, row, begin, mean, BETTER if mean * e.info.sign > 0 else WORSE)
            _interval(ax, row, begin, part.effect, divisor)
            _told(ax, row, measured(part.effect, e.info, column=[p.effect for p in e.every]))
            ax.plot([begin + mean] * 2, [row, row + 1], color=style.QUIET, linewidth=0.8)
            begin += mean
        _bar(ax, rows - 1, 0.0, (e.gap.mean or 0.0) / divisor, WHOLE)
        _interval(ax, rows - 1, 0.0, e.gap, divisor)
        _told(ax, rows - 1, measured(e.gap, e.info, column=[p.effect for p in e.every]))
        ax.axvline(0, color=style.INK, linewidth=1.0)
        ax.set_ylim(rows - 0.4, -0.6)
        ax.set_yticks(range(rows), [*map(_name, e.every), "the whole gap"])
        ax.tick_params(axis="y", labelsize=9, labelcolor=style.INK)
        ax.grid(visible=False, axis="y")
        ax.margins(x=0.08)
        ax.set_xlabel(axis_label(e.info, unit))
        return figure


def _edges(e: Explanation) -> list[float]:
    """Where bars and intervals end."""
    begin, found = 0.0, [e.gap.mean or 0.0, e.gap.low or 0.0, e.gap.high or 0.0]
    for part in e.every:
        found += [begin + (v or 0.0) for v in (part.effect.mean, part.effect.low, part.effect.high)]
        begin += part.effect.mean or 0.0
    return found


def _name(part: Part) -> str:
    return style.broken(part.words, 46)


def _bar(ax: Axes, row: int, begin: float, size: float, colour: str) -> None:
    ax.barh(row, size, left=begin, height=0.58, color=colour, linewidth=0)


def _interval(ax: Axes, row: int, begin: float, effect: object, divisor: float) -> None:
    low, high = getattr(effect, "low", None), getattr(effect, "high", None)
    if low is not None and high is not None:
        ends = [begin + low / divisor, begin + high / divisor]
        ax.plot(ends, [row, row], color=style.INK, linewidth=1.2, solid_capstyle="butt")


def _told(ax: Axes, row: int, text: str) -> None:
    """The figure itself, right of the plot."""
    ax.annotate(
        text,
        (1, row),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        size=8.5,
    )


def write_waterfall(e: Explanation, folder: Path) -> list[Path]:
    """Write `waterfall.png` and `waterfall.svg`; gives their paths."""
    return style.save(waterfall(e), folder, "waterfall")
