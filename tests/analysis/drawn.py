"""What the tests of pictures read of them."""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.plots import style


def words(figure: Figure) -> list[str]:
    """All that is written in the axes of a picture."""
    return [text.get_text() for ax in figure.axes for text in ax.texts if text.get_text()]


def title(figure: Figure) -> str:
    return " ".join(figure.texts[0].get_text().split())


def axes(width: float = 4, height: float = 3) -> Any:
    figure = Figure(figsize=(width, height), dpi=style.PNG_DPI)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    return ax
