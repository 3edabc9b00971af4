"""A search for lever settings: the trade-off between two outcomes, or how one was found; with fresh worlds beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.optimum import Optimum
from analysis.optimum_text import ROBUST
from analysis.plots import looks, style
from analysis.units import axis_label, name_in_text, scale

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

FRESH, SEARCH = looks.COLOURS[1], looks.COLOURS[0]


def pareto_plot(optimum: Optimum) -> style.Chart:
    """Every candidate by the first outcome and each other; the front, and the few best again in fresh worlds."""
    with style.rules():
        infos = optimum.judge.infos
        judged = ROBUST[optimum.judge.robust]
        figure, cells = style.grid(
            f"What {name_in_text(infos[0].label)} costs: settings of {optimum.meta['optimize']} that no other beats",
            f"Dot: settings that were tried, by {judged}, as difference to {optimum.meta['baseline']}. Line: the front."
            " Orange: the few best in fresh worlds, with 95 % intervals; grey lines come from what the search promised."
            " Square: the policy as it is.",
            len(infos) - 1, min(2, len(infos) - 1), None, cell_height=4.2, gap=(0.9, 0.9), share_y=False,
        )  # fmt: skip
        for ax, other in zip(cells, range(1, len(infos)), strict=True):
            _trade_off(ax, optimum, other)
        return figure


def _trade_off(ax: Axes, optimum: Optimum, other: int) -> None:
    pair = [0, other]
    infos = [optimum.judge.infos[k] for k in pair]
    scales = [
        scale(info, float(np.abs(optimum.scores[:, k]).max())) for info, k in zip(infos, pair, strict=True)
    ]
    divisors = np.array([divisor for divisor, _ in scales])
    x, y = (optimum.scores[:, pair] / divisors).T
    ax.scatter(x, y, s=14, color=style.FAINT, linewidths=0)
    front = np.flatnonzero(optimum.front)
    front = front[np.argsort(x[front])]
    ax.plot(x[front], y[front], color=SEARCH, marker="o", markersize=4, linewidth=1.0)
    for i, one in enumerate(optimum.finalists):
        value, low, high = (part[pair] / divisors for part in (one.kept.value, one.kept.low, one.kept.high))
        last = one is optimum.present
        promised = one.promised[pair] / divisors
        ax.plot([promised[0], value[0]], [promised[1], value[1]], color=style.FAINT, linewidth=0.9)
        ax.hlines(value[1], low[0], high[0], color=FRESH, linewidth=1.0)
        ax.vlines(value[0], low[1], high[1], color=FRESH, linewidth=1.0)
        ax.scatter(value[0], value[1], s=26, color=FRESH, marker="s" if last else "o", zorder=3)
        name = "as it is" if last else chr(65 + i)
        ax.annotate(name, value, xytext=(4, 4), textcoords="offset points", size=8.5)
    ax.margins(0.08)
    ax.set_xlabel(axis_label(infos[0], scales[0][1]), size=8.5)
    ax.set_ylabel(axis_label(infos[1], scales[1][1]), size=8.5)
    ax.axhline(0, color=style.QUIET, linewidth=0.6)
    ax.axvline(0, color=style.QUIET, linewidth=0.6)


def search_plot(optimum: Optimum) -> style.Chart:
    """One outcome: the best up to each trial of every search, and the few best as promised and in fresh worlds."""
    with style.rules():
        info = optimum.judge.infos[0]
        divisor, unit = scale(info, float(np.abs(optimum.scores[:, 0]).max()))
        figure, (left, right) = style.grid(
            _title(optimum),
            f"Left: dots are trials, lines the best so far of each search, by {ROBUST[optimum.judge.robust]}, as difference"
            f" to {optimum.meta['baseline']}. Right: blue as the search promised, orange in fresh worlds, 95 % intervals.",
            2, 2, None, cell_height=3.2, gap=(0.9, 0.6), share_y=False,
        )  # fmt: skip
        for turn, (tried, best) in enumerate(zip(optimum.found.searches, optimum.progress(), strict=True)):
            colour = looks.COLOURS[turn % len(looks.COLOURS)]
            at = np.arange(1, len(tried) + 1)
            left.scatter(
                at, optimum.scores[list(tried), 0] / divisor, s=8, color=colour, alpha=0.4, linewidths=0
            )
            left.plot(at, best / divisor, color=colour, drawstyle="steps-post", linewidth=1.3)
        left.set_xlabel("trial", size=8.5)
        left.set_ylabel(axis_label(info, unit), size=8.5)
        left.margins(0.04)
        _promises(right, optimum, divisor)
        right.set_xlabel(axis_label(info, unit), size=8.5)
        return figure


def _promises(ax: Axes, optimum: Optimum, divisor: float) -> None:
    y = np.arange(len(optimum.finalists), dtype=float)[::-1]
    for at, one in zip(y, optimum.finalists, strict=True):
        kept = one.kept
        ax.plot(
            [one.promised[0] / divisor, kept.value[0] / divisor], [at, at], color=style.FAINT, linewidth=1.0
        )
        ax.hlines(at, kept.low[0] / divisor, kept.high[0] / divisor, color=FRESH, linewidth=1.3)
        ax.scatter(kept.value[0] / divisor, at, s=26, color=FRESH, zorder=3)
        ax.scatter(one.promised[0] / divisor, at, s=22, color=SEARCH, zorder=3)
    ax.set_yticks(y, [*(chr(65 + i) for i in range(len(y) - 1)), "as it is"])
    ax.set_ylim(-0.6, len(y) - 0.4)
    ax.margins(x=0.08)
    ax.axvline(0, color=style.QUIET, linewidth=0.6)


def _title(optimum: Optimum) -> str:
    label = name_in_text(optimum.judge.infos[0].label)
    return f"Settings of {optimum.meta['optimize']} for {label}: what was promised, and what is kept in fresh worlds"


def write_plots(optimum: Optimum, folder: Path) -> list[Path]:
    """Write `pareto` or `search`, as PNG and SVG, below `folder`; gives their paths."""
    if len(optimum.judge.infos) > 1:
        return style.save(pareto_plot(optimum), folder, "pareto")
    return style.save(search_plot(optimum), folder, "search")
