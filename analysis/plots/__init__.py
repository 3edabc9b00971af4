"""Pictures of a comparison. One small file per plot; what they share is in `style`.

Everything is drawn on object-oriented figures, without pyplot, and the same comparison gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.language import language
from analysis.panel import AnalysisError
from analysis.plots import fan, fonts, forest, money, panels, style, truth

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison


class Plot(NamedTuple):
    """How a picture is drawn (None where tables lack what it needs), the finding it shows, and whether it can be drawn."""

    draw: Callable[[Comparison], Figure | None]
    title: Callable[[Comparison], str]
    possible: Callable[[Comparison], bool]


NAMED = {
    "money": Plot(money.draw, money.title, money.possible),
    "forest": Plot(forest.draw, forest.title, forest.possible),
    "panels": Plot(panels.draw, panels.title, panels.possible),
    "truth": Plot(truth.draw, truth.title, truth.possible),
}
"""In the order of the report; fan charts of outcomes follow."""
FANS = ("new_arr", "recurring_revenue", "morale_mean", "exits", "knowledge_applied")


def draw(comparison: Comparison, name: str) -> Figure:
    """A plot by its name, or the fan chart of a weekly outcome.

    Raises AnalysisError for what cannot be drawn.
    """
    with fonts.readable(), style.rules():
        if name in NAMED:
            figure = NAMED[name].draw(comparison)
            if figure is None:
                raise AnalysisError(f"the tables lack the outcomes that the plot '{name}' needs")
            return figure
        if name not in comparison.panel.weekly:
            known = ", ".join([*NAMED, *comparison.panel.weekly])
            raise AnalysisError(f"there is no plot and no weekly outcome called '{name}' (known: {known})")
        return fan.draw(comparison, name)


def available(comparison: Comparison, outcomes: Iterable[str] | None = None) -> list[str]:
    """Names that `draw` accepts here, in the order of the report: named plots first, then fan charts."""
    weekly = comparison.panel.weekly
    named = [name for name, plot in NAMED.items() if plot.possible(comparison)]
    wanted = dict.fromkeys([comparison.decision.outcome, *FANS] if outcomes is None else outcomes)
    return named + [f for f in wanted if f in weekly or outcomes is not None]


def title(comparison: Comparison, name: str) -> str:
    """The finding that the plot's title states."""
    return NAMED[name].title(comparison) if name in NAMED else fan.title(comparison, name)


def image(comparison: Comparison, name: str) -> bytes:
    """The plot as PNG bytes for the report; drawn once per comparison and language."""
    key = picture_key(name)
    if key not in comparison.pictures:
        comparison.pictures[key] = style.report_bytes(draw(comparison, name))
    return comparison.pictures[key]


def picture_key(name: str) -> str:
    """Under which a drawn picture is kept: one for each language."""
    return f"{language()}:{name}"


def files(comparison: Comparison, name: str) -> dict[str, bytes]:
    """The plot as PNG and SVG, by the names of the files."""
    figure = draw(comparison, name)
    stem = name if name in NAMED else f"fan_{name}"
    png = style.png_bytes(figure)
    comparison.pictures.setdefault(picture_key(name), style.small_png(png))
    return {f"{stem}.png": png, f"{stem}.svg": style.svg_bytes(figure)}


def save_plots(comparison: Comparison, directory: Path, outcomes: Iterable[str] | None = None) -> list[Path]:
    """Write all plots as PNG and SVG into `directory` (made if missing); gives the paths written."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name in available(comparison, outcomes):
        for file, data in files(comparison, name).items():
            style.write(directory / file, data)
            written.append(directory / file)
    return written
