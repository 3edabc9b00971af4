"""Which inputs move a target: a tornado of the heaviest, and a map of all targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.panel import Array
from analysis.plots import looks, style
from analysis.sensitivity import Answer
from analysis.units import axis_label, name_in_text, scale

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

SHOWN, COLUMNS, ROWS_OF_MAP = 20, 2, 24
RAISES, LOWERS, MIXED = looks.COLOURS[0], looks.COLOURS[1], style.BASELINE


def tornado(answers: Sequence[Answer]) -> style.Chart:
    """Bars of the heaviest inputs of each target, with 95 % intervals; grey where luck could give as much."""
    with style.rules():
        screened = "mu_star" in answers[0].estimates
        note = (
            "Bar: mean size of the change that the whole range of an input makes. Blue raises, orange lowers, black does"
            " both. Dotted: what luck alone gives an input without effect. Lines: 95 % intervals."
            if screened
            else "Pale bar: share of the variance an input has a part in (total index); dark bar: share it causes alone"
            " (first order). Dotted: what luck alone gives an input without effect. Lines: 95 % intervals."
        )
        rows, every = min(SHOWN, len(answers[0].inputs)), len(answers[0].inputs)
        note += f" Shown: the {rows} heaviest of {every} inputs." if rows < every else ""
        figure, cells = style.grid(
            _finding(answers[0]), note, len(answers), min(COLUMNS, len(answers)), None,
            cell_height=0.5 + 0.24 * rows, gap=(2.1, 0.95), share_y=False, left=2.1,
        )  # fmt: skip
        for ax, answer in zip(cells, answers, strict=True):
            _bars(ax, answer, screened)
        return figure


def _finding(answer: Answer) -> str:
    """What moves the first target most."""
    against = f" less {answer.target.against}" if answer.target.against else ""
    what = f"{name_in_text(answer.info.label)} of {answer.target.policy}{against}"
    first = answer.ranked[0]
    if not answer.beyond_luck[first]:
        return f"Nothing that varies moves {what} beyond luck"
    return f"{answer.inputs[first]} moves {what} most"


def _bars(ax: Axes, answer: Answer, screened: bool) -> None:
    places = answer.ranked[:SHOWN]
    weight = answer.weight
    divisor, unit = scale(answer.info, float(np.nanmax(weight.high[places]))) if screened else (1.0, "")
    y = np.arange(len(places), dtype=float)[::-1]
    colours = [_colour(answer, i, screened) for i in places]
    ax.barh(y, weight.value[places] / divisor, height=0.62, color=colours, alpha=0.55)
    _whiskers(ax, y, weight.low[places] / divisor, weight.high[places] / divisor)
    if not screened:
        first = answer.estimates["first"]
        ax.barh(y, np.maximum(first.value[places], 0), height=0.3, color=colours)
    for at, i in zip(y, places, strict=True):
        if np.isfinite(answer.floor[i]):
            floor = answer.floor[i] / divisor
            ax.plot([floor] * 2, [at - 0.42, at + 0.42], color=style.INK, linewidth=1.2, linestyle=":")
    ax.set_yticks(y, [style.shortened(answer.inputs[i], 32) for i in places])
    ax.set_ylim(-0.7, len(places) - 0.3)
    ax.set_xlim(left=0)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(axis_label(answer.info, unit) if screened else "share of the variance", size=8.5)
    against = f" less {answer.target.against}" if answer.target.against else ""
    title = style.shortened(f"{answer.target.policy}{against}: {name_in_text(answer.info.label)}", 52)
    style.heading(ax, title)


def _whiskers(ax: Axes, y: Array, low: Array, high: Array) -> None:
    ax.hlines(y, low, high, color=style.INK, linewidth=1.1)


def _colour(answer: Answer, i: int, screened: bool) -> str:
    if not answer.beyond_luck[i]:
        return style.FAINT
    if not screened:
        return RAISES
    mu = answer.estimates["mu"]
    return RAISES if mu.low[i] > 0 else LOWERS if mu.high[i] < 0 else MIXED


def heat_map(answers: Sequence[Answer]) -> style.Chart:
    """Inputs (rows) by targets (columns): total indices, or mu_star as a share of the column's largest."""
    with style.rules():
        screened = "mu_star" in answers[0].estimates
        weights = np.array([a.weight.value for a in answers]).T  # (inputs, targets)
        if screened:
            largest = weights.max(axis=0)
            weights = weights / np.where(largest > 0, largest, 1)
        order = np.argsort(-weights.sum(axis=1), kind="stable")[:ROWS_OF_MAP]
        shown = weights[order]
        note = (
            "Mean size of the change (mu*) as a share of the largest in its column; in brackets what luck could give alone."
            if screened
            else "Total index: the share of the variance an input has a part in; in brackets what luck could give alone."
        )
        note += f" Shown: {len(order)} of {len(weights)} inputs." if len(order) < len(weights) else ""
        figure, (ax,) = style.grid(
            "Which input matters for what", note, 1, 1, None,
            cell_height=0.6 + 0.26 * len(order), left=2.6, key=0.45,
        )  # fmt: skip
        ax.imshow(shown, aspect="auto", cmap="Blues", vmin=0, vmax=max(1.0, float(shown.max())))
        for row, i in enumerate(order):
            for column, answer in enumerate(answers):
                value = shown[row, column]
                text = f"{value:.2f}" if answer.beyond_luck[int(i)] else f"({value:.2f})"
                ink = "white" if value > 0.6 else style.INK
                ax.text(column, row, text, ha="center", va="center", size=8, color=ink)
        ax.set_yticks(range(len(order)), [style.shortened(answers[0].inputs[int(i)], 38) for i in order])
        ax.set_xticks(range(len(answers)), [_column(a) for a in answers])
        ax.xaxis.tick_top()
        ax.grid(visible=False)
        return figure


def _column(answer: Answer) -> str:
    return "\n".join([style.broken(answer.info.label, 16), style.shortened(answer.target.policy, 16)])


def write_plots(answers: Sequence[Answer], every: Sequence[Answer], folder: Path) -> list[Path]:
    """Write `tornado` and `heat_map`, as PNG and SVG, below `folder`; gives their paths."""
    return [
        *style.save(tornado(answers), folder, "tornado"),
        *style.save(heat_map(every), folder, "heat_map"),
    ]
