"""Marks that several pictures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.crossover import Crossover


def crossing(ax: Axes, found: Crossover, last: int, colour: str, size: float) -> None:
    """A circle on the zero line in the week of a crossover, over a bar for its interval, which an open end takes to `last`.

    `size` is the circle's, in points.
    """
    if found.low is not None:
        end = last if found.high is None else found.high
        ax.plot(
            [found.low, end], [0, 0], color=colour, linewidth=size - 3, alpha=0.5, solid_capstyle="butt", zorder=3
        )  # fmt: skip
    if found.week is not None:
        ax.plot(
            [found.week], [0], "o", color="white", markersize=size, markeredgecolor=colour, markeredgewidth=size / 4,
            zorder=4,
        )  # fmt: skip
