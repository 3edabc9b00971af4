"""The held-out part of the data among the simulated histories: a small multiple for each kind of figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from analysis.crm.check import KNOWN, LEVEL, limits
from analysis.crm.forecast import BAND
from analysis.crm.held_curves import Curve, curves
from analysis.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.crm.check import Check
    from analysis.panel import Array

COLUMNS = 3
SCENARIO = style.COLOURS[0]
STEPS = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def draw(check: Check, currency: str = "") -> Figure:
    """Six panels: black is the data, blue the scenario. `currency` names the money."""
    note = (
        f"Black: the data. Blue: {len(check.histories)} histories of the scenario, made from what was known before; line: "
        f"their median; dark and light band: {BAND:.0%} and {LEVEL:.0%} of them, point by point. Bookings and deals at the "
        "size of the data."
    )
    panels = curves(check)
    with style.rules():
        figure, axes = style.grid(
            title(check), note, len(panels), COLUMNS, None, cell_height=2.1, gap=(0.72, 1.0), share_y=False
        )
        for ax, panel in zip(axes, panels, strict=True):
            _panel(ax, panel, check, currency or "money")
    return figure


def title(check: Check) -> str:
    """How many figures the scenario misses."""
    missed, compared = len(check.outside), len(check.compared)
    return (
        f"The last {check.data.split.weeks} weeks, held out: {missed} of {compared} figures lie outside {LEVEL:.0%} of the "
        "simulated histories"
    )


def _panel(ax: Axes, panel: Curve, check: Check, currency: str) -> None:
    row = next(row for row in check.rows if row.figure.name == panel.figure)
    style.heading(ax, panel.title, detail=row.words.replace("the scenario ", "scenario "))
    if not panel.drawn:
        ax.set_axis_off()
        ax.text(
            0.0,
            0.9,
            "too little in the data to be drawn",
            transform=ax.transAxes,
            color=style.QUIET,
            va="top",
        )
        return
    divisor, unit = _scale(panel, currency)
    ax.set_ylabel(unit)
    ax.set_xlabel(panel.across.replace("money", currency))
    y, histories = panel.y / divisor, panel.histories / divisor
    for level, alpha in ((LEVEL, 0.16), (BAND, 0.3)):
        low, high = _spread(histories, level)
        style.band(ax, panel.x, low, high, SCENARIO, alpha)
    middle = _spread(histories, 0.0)[0]
    ax.plot(panel.x, middle, color=SCENARIO, linewidth=1.3)
    ax.plot(panel.x, y, color=style.INK)
    ax.set_ylim(bottom=0)
    ax.set_xlim(panel.x[0], panel.x[-1])
    if panel.log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(numticks=5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.0f}"))
        ax.minorticks_off()
    else:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=panel.x[-1] > 1))
    _label(ax, panel.x, y, middle)


def _spread(histories: Array, level: float) -> tuple[Array, Array]:
    """Ends of the interval at each point, of the histories that have a number there; nan where too few have one."""
    known = np.isfinite(histories)
    ends = np.full((2, histories.shape[1]), np.nan)
    for k in np.flatnonzero(known.mean(axis=0) >= KNOWN):
        ends[:, k] = limits(histories[known[:, k], k], level)
    return ends[0], ends[1]


def _label(ax: Axes, x: Array, data: Array, middle: Array) -> None:
    """Name both lines where they are furthest apart, away from the edges: the upper one above, the lower one below."""
    both = np.isfinite(data) & np.isfinite(middle)
    inner = both & (np.arange(len(x)) >= len(x) // 8) & (np.arange(len(x)) < len(x) - len(x) // 4)
    if not inner.any():
        return
    at = int(np.argmax(np.where(inner, np.abs(data - middle), -1)))
    for name, own, other, colour in (
        ("data", data, middle, style.INK),
        ("scenario", middle, data, SCENARIO),
    ):
        above = own[at] > other[at] or (own[at] == other[at] and name == "data")
        above |= own[at] < 0.1 * ax.get_ylim()[1]  # no room below
        ax.annotate(
            name, (x[at], own[at]), xytext=(0, 7 if above else -7), textcoords="offset points", color=colour, size=8.5,
            weight="bold", ha="center", va="bottom" if above else "top",
        )  # fmt: skip


def _scale(panel: Curve, currency: str) -> tuple[float, str]:
    if panel.unit != "money":
        return 1.0, panel.unit
    high = float(np.nanmax(panel.y))
    for step, word in STEPS:
        if high >= step:
            return step, f"{word} {currency}"
    return 1.0, currency
