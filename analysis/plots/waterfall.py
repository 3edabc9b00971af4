"""The waterfall: from what a policy does directly, part by part, to the whole gap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.explain import Explanation
from analysis.explain_words import sentences
from analysis.language import say, told
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.plots import looks, style
from analysis.units import axis_label, measured, scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def waterfall(e: Explanation) -> style.Chart:
    """The picture of an explanation, under its first sentence."""
    parts = [(told(part.words), part.effect) for part in e.every]
    return bars(e.info, e.policy, e.baseline, parts, e.gap, e.lived, sentences(e)[0])


def bars(
    info: OutcomeInfo, policy: str, baseline: str, parts: Sequence[tuple[str, Estimate]], gap: Estimate, worlds: int,
    title: str, known: looks.Looks | None = None,
) -> style.Chart:  # fmt: skip
    """Bars from top to bottom: each part begins where the one above it ended, and the last is the gap.

    Lines are 95 % intervals of each part. Parts that help the policy and parts that harm it differ in colour and side.
    """
    with style.rules():
        rows = len(parts) + 1
        divisor, unit = scale(info, max(abs(v) for v in _edges(parts, gap)) or 1.0)
        note = say(
            "A bar is what one mechanism adds to the gap between '{policy}' and '{base}': stopped from the start week "
            "on, in both "
            "worlds, averaged over all orders (Shapley). Lines: 95 % intervals over {worlds} worlds.",
            policy=policy, base=baseline, worlds=worlds,
        )  # fmt: skip
        figure, (ax,) = style.grid(title, note, 1, 1, None, cell_height=0.42 * rows, left=3.9, right=1.7)
        begin, column = 0.0, [effect for _, effect in parts]
        for row, (_, effect) in enumerate(parts):
            mean = (effect.mean or 0.0) / divisor
            _bar(ax, row, begin, mean, style.BETTER if mean * info.sign > 0 else style.WORSE)
            _interval(ax, row, begin, effect, divisor)
            _told(ax, row, measured(effect, info, column=column))
            ax.plot([begin + mean] * 2, [row, row + 1], color=style.QUIET, linewidth=0.8)
            begin += mean
        _bar(ax, rows - 1, 0.0, (gap.mean or 0.0) / divisor, looks.colour_of(policy, known))
        _interval(ax, rows - 1, 0.0, gap, divisor)
        _told(ax, rows - 1, measured(gap, info, column=column))
        ax.axvline(0, color=style.INK, linewidth=1.0)
        ax.set_ylim(rows - 0.4, -0.6)
        ax.set_yticks(range(rows), [*(style.broken(words, 46) for words, _ in parts), say("the whole gap")])
        ax.tick_params(axis="y", labelsize=9, labelcolor=style.INK)
        ax.grid(visible=False, axis="y")
        ax.margins(x=0.08)
        ax.set_xlabel(axis_label(info, unit))
        return figure


def _edges(parts: Sequence[tuple[str, Estimate]], gap: Estimate) -> list[float]:
    """Where bars and intervals end."""
    begin, found = 0.0, [gap.mean or 0.0, gap.low or 0.0, gap.high or 0.0]
    for _, effect in parts:
        found += [begin + (v or 0.0) for v in (effect.mean, effect.low, effect.high)]
        begin += effect.mean or 0.0
    return found


def _bar(ax: Axes, row: int, begin: float, size: float, colour: str) -> None:
    ax.barh(row, size, left=begin, height=0.58, color=colour, linewidth=0)


def _interval(ax: Axes, row: int, begin: float, effect: Estimate, divisor: float) -> None:
    if effect.low is not None and effect.high is not None:
        ends = [begin + effect.low / divisor, begin + effect.high / divisor]
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


def write_waterfall(e: Explanation, folder: Path, name: str = "waterfall") -> list[Path]:
    """Write `NAME.png` and `NAME.svg`; gives their paths."""
    return style.save(waterfall(e), folder, name)
