"""The held-out part of the data among the simulated histories: a small multiple for each kind of figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from analysis.crm.check import KNOWN, LEVEL, limits
from analysis.crm.forecast import BAND
from analysis.crm.held_curves import Curve, curves
from analysis.plots import looks, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.crm.check import Check
    from analysis.panel import Array

COLUMNS = 3
SCENARIO = looks.COLOURS[0]
STEPS = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def draw(check: Check, currency: str = "") -> Figure:
    """Up to six panels, those of which the data have enough: black is the data, blue the scenario. `currency`: the money."""
    note = (
        f"Black: the data. Blue: {len(check.histories)} histories of the scenario, made from what was known before; line: "
        f"their median; dark and light band: {BAND:.0%} and {LEVEL:.0%} of them, point by point. Bookings and deals at the "
        "size of the data."
    )
    panels = [panel for panel in curves(check) if panel.drawn]
    with style.rules():
        figure, axes = style.grid(
            title(check),
            note,
            len(panels),
            min(COLUMNS, len(panels)),
            None,
            cell_height=2.1,
            gap=(0.72, 1.0),
            share_y=False,
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
    _key(ax, panel.x, (y, middle), _spread(histories, LEVEL))


def _spread(histories: Array, level: float) -> tuple[Array, Array]:
    """Ends of the interval at each point, of the histories that have a number there; nan where too few have one."""
    known = np.isfinite(histories)
    ends = np.full((2, histories.shape[1]), np.nan)
    for k in np.flatnonzero(known.mean(axis=0) >= KNOWN):
        ends[:, k] = limits(histories[known[:, k], k], level)
    return ends[0], ends[1]


def _key(ax: Axes, x: Array, lines: tuple[Array, Array], band: tuple[Array, Array]) -> None:
    """Name both lines in the corner where least is drawn; a white rim keeps them off what is."""
    drawn = [_in_axes(ax, x, line) for line in (*lines, *band)]
    corners = [(left, top) for top in (True, False) for left in (True, False)]

    def crowd(corner: tuple[bool, bool]) -> float:
        left, top = corner
        much = 0.0
        for k, points in enumerate(drawn):
            near = (points[:, 0] < 0.4) if left else (points[:, 0] > 0.6)
            near &= (points[:, 1] > 0.7) if top else (points[:, 1] < 0.3)
            much += float(near.mean()) * (
                1.0 if k < 2 else 0.1
            )  # a band may lie below a word, a line may not
        return much

    left, top = min(corners, key=crowd)
    for k, (name, colour) in enumerate((("data", style.INK), ("scenario", SCENARIO))):
        ax.text(
            0.03 if left else 0.97, 0.95 - 0.1 * k if top else 0.15 - 0.1 * k, name, transform=ax.transAxes, color=colour,
            size=8.5, weight="bold", ha="left" if left else "right", va="top" if top else "bottom",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip


def _in_axes(ax: Axes, x: Array, y: Array) -> Array:
    """Where the points of a line lie in the axes, (points, 2) from 0 to 1, many between each two."""
    known = np.isfinite(y)
    at = ax.transAxes.inverted().transform(ax.transData.transform(np.column_stack((x[known], y[known]))))
    if len(at) < 2:
        return np.asarray(at.reshape(-1, 2))
    place = np.linspace(0, len(at) - 1, 400)
    return np.column_stack([np.interp(place, np.arange(len(at)), column) for column in at.T])


def _scale(panel: Curve, currency: str) -> tuple[float, str]:
    if panel.unit != "money":
        return 1.0, panel.unit
    high = float(np.nanmax(panel.y))
    for step, word in STEPS:
        if high >= step:
            return step, f"{word} {currency}"
    return 1.0, currency
