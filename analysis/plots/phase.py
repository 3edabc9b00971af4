"""The phase diagram: which policy is best over two axes, and where that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.conditions import Bools, Column, name_in_words
from analysis.flip import NOBODY, Flip
from analysis.gauss import inputs_of, smooth
from analysis.language import listed, say, told
from analysis.panel import Array
from analysis.plots import looks, style
from analysis.units import name_in_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FINE = 61
"""Cells along a numeric axis."""
SURE = 1.96
"""Standard errors by which the best must lead the second, lest the cell is hatched."""


@dataclass(frozen=True)
class Phase:
    """The map: places of the cells along both axes, the best policy of each cell and whether it is uncertain, (y, x)."""

    x: Array
    y: Array
    best: Array
    unsure: Bools


def phase(found: Flip) -> Phase:
    """The best policy by smooth leads over the two axes, all else averaged as it comes in the cases.

    Uncertain where the best leads the second by less than `SURE` standard errors of the two curves. A lead that goes with
    neither axis beyond chance is the same everywhere.
    """
    columns = [found.columns[place] for place in found.pair]
    cells = [_cells(column) for column in columns]
    x, y = cells[0], (cells[1] if len(cells) > 1 else np.zeros(1))
    wide = np.array([(a, b) for b in y for a in x])
    points = [Column(c.name, c.unit, wide[:, k], c.labels) for k, c in enumerate(columns)]
    there, here = inputs_of(points, columns), inputs_of(columns)
    leads, errors = [np.zeros(len(wide))], [np.zeros(len(wide))]
    for name, gaps in zip(found.names, found.gaps, strict=True):
        if name in (found.names[0], NOBODY):
            continue
        curve = smooth(here, gaps)
        mean, error = curve.mean_and_error(there)
        if not curve.explains:  # a curve that may be chance counts as flat, as in the value of knowing
            mean, error = (
                np.full(len(wide), gaps.mean()),
                np.full(len(wide), gaps.std(ddof=1) / np.sqrt(len(gaps))),
            )
        leads.append(mean)
        errors.append(error)
    lead, error = np.stack(leads), np.stack(errors)
    order = np.argsort(-lead, axis=0)
    first, second = order[0], order[1]
    every = np.arange(len(wide))
    ahead = lead[first, every] - lead[second, every] - found.margin
    unsure = ahead < SURE * np.hypot(error[first, every], error[second, every])
    shape = (len(y), len(x))
    return Phase(x, y, first.astype(float).reshape(shape), unsure.reshape(shape))


def plainly(found: Flip) -> list[str]:
    """The policies that have an area without hatching on the map."""
    drawn = phase(found)
    return [found.names[int(place)] for place in np.unique(drawn.best[~drawn.unsure])]


def _cells(column: Column) -> Array:
    if not column.numeric:
        return np.arange(len(column.labels), dtype=float)
    return np.linspace(float(column.values.min()), float(column.values.max()), FINE)


def phase_plot(found: Flip, known: looks.Looks | None = None) -> style.Chart:
    """The map with the cases as dots, in the colour of the policy best there; hatched where it cannot be told."""
    drawn = phase(found)
    with style.rules():
        note = say(
            "Colour: the policy that is best in {label} at these values, on average over all else that varies. "
            "Hatched: its lead "
            "over the second is within 1.96 standard errors. A dot is a case, in the colour of the policy best there.",
            label=name_in_text(found.answer.info.said),
        )
        figure, (ax,) = style.grid(title(found), note, 1, 1, None, cell_height=4.6, left=1.2, right=2.4)
        ax.grid(visible=False)
        colours = _colours(found, known)
        edges = [_edges(cells) for cells in (drawn.x, drawn.y)]
        _fill(ax, drawn, edges, colours)
        columns = [found.columns[place] for place in found.pair]
        _dots(ax, found, columns, colours)
        _name_axes(ax, columns)
        _label_zones(ax, drawn, found.names, colours)
        _key(ax, found, colours)
        return figure


def title(found: Flip) -> str:
    """Which policy is best in how many cases."""
    ranked = sorted(found.zones, key=lambda zone: -zone.cases)
    parts = [
        say("'{policy}' in {share}", policy=zone.policy, share=f"{100 * zone.share:.0f} %")
        for zone in ranked
        if zone.cases
    ]
    label = name_in_text(found.answer.info.said)
    return say(
        "Best in {label}: {parts} of {cases} cases.", label=label, parts=listed(parts), cases=found.cases
    )


def _colours(found: Flip, known: looks.Looks | None) -> list[str]:
    """As in all plots; pale where nobody is best."""
    known = known or looks.of_policies(found.names, found.names[0])
    return [style.FAINT if name == NOBODY else looks.colour_of(name, known) for name in found.names]


def _edges(cells: Array) -> Array:
    if len(cells) == 1:
        return np.array([-0.5, 0.5])
    half = np.diff(cells) / 2
    found: Array = np.concatenate([[cells[0] - half[0]], cells[:-1] + half, [cells[-1] + half[-1]]])
    return found


def _fill(ax: Axes, drawn: Phase, edges: Sequence[Array], colours: Sequence[str]) -> None:
    from matplotlib.colors import ListedColormap

    ax.pcolormesh(
        edges[0], edges[1], drawn.best, cmap=ListedColormap(list(colours)), vmin=-0.5, vmax=len(colours) - 0.5,
        alpha=0.35, linewidth=0, rasterized=True,
    )  # fmt: skip
    if drawn.unsure.any():
        from matplotlib.patches import Rectangle

        for row, low in enumerate(edges[1][:-1]):
            height = float(edges[1][row + 1] - low)
            for begin, end in _runs(drawn.unsure[row]):
                width = float(edges[0][end] - edges[0][begin])
                ax.add_patch(Rectangle(
                    (float(edges[0][begin]), float(low)), width, height, fill=False, hatch="////", linewidth=0,
                    edgecolor="white",
                ))  # fmt: skip


def _runs(flags: Bools) -> list[tuple[int, int]]:
    """Where flags are set in a row: begin and end (behind the last) of each stretch."""
    steps = np.diff(np.concatenate([[0], flags.astype(int), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def _dots(ax: Axes, found: Flip, columns: Sequence[Column], colours: Sequence[str]) -> None:
    generator = np.random.Generator(np.random.Philox(key=len(found.best)))
    places = []
    for column in columns:
        few = not column.numeric or len(np.unique(column.values)) <= 6
        spread = (np.diff(np.unique(column.values)).min() if len(np.unique(column.values)) > 1 else 1.0) / 4
        places.append(
            column.values + (generator.uniform(-spread, spread, len(column.values)) if few else 0.0)
        )
    if len(columns) == 1:
        places.append(generator.uniform(-0.4, 0.4, len(found.best)))
    ax.scatter(
        places[0],
        places[1],
        s=14,
        c=[colours[place] for place in found.best],
        edgecolors="white",
        linewidths=0.5,
    )


def _name_axes(ax: Axes, columns: Sequence[Column]) -> None:
    for axis, column in zip((ax.xaxis, ax.yaxis), columns, strict=False):
        name = style.shortened(name_in_words(column.name), 44)
        axis.set_label_text(say("{what}, {unit}", what=name, unit=told(column.unit)) if column.unit else name)
        if not column.numeric:
            axis.set_ticks(range(len(column.labels)), [style.shortened(label, 16) for label in column.labels])
    if len(columns) == 1:
        ax.set_yticks([])


def _label_zones(ax: Axes, drawn: Phase, names: Sequence[str], colours: Sequence[str]) -> None:
    """The name of each policy in the middle of its zone: at the cell of it that is deepest inside."""
    from scipy.ndimage import distance_transform_edt

    for place, name in enumerate(names):
        zone = np.pad(drawn.best == place, 1)
        if zone.sum() < 0.02 * drawn.best.size:
            continue
        row, column = np.unravel_index(
            int(distance_transform_edt(zone)[1:-1, 1:-1].argmax()), drawn.best.shape
        )
        ax.annotate(
            style.shortened(name, 24), (drawn.x[column], drawn.y[row]), ha="center", va="center", weight="bold",
            size=10, color=style.INK, bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 2},
        )  # fmt: skip


def _key(ax: Axes, found: Flip, colours: Sequence[str]) -> None:
    """Beside the map: every policy in its colour with the share of cases in which it is best."""
    rows = [
        (name, colours[place], float((found.best == place).mean())) for place, name in enumerate(found.names)
    ]
    for line, (name, colour, share) in enumerate(sorted(rows, key=lambda row: -row[2])):
        ax.annotate(
            f"{style.shortened(name, 22)}: {100 * share:.0f} %", (1, 1), xycoords="axes fraction",
            xytext=(12, -12 - 16 * line), textcoords="offset points", color=colour, weight="bold", size=9, va="top",
        )  # fmt: skip


def write_phase(found: Flip, folder: Path) -> list[Path]:
    """Write `phase.png` and `phase.svg`; gives their paths."""
    return style.save(phase_plot(found), folder, "phase")
