"""One look for all plots; colours of policies are in `looks`."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.language import say
from analysis.panel import Array
from analysis.plots import fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, FAINT, GRID = "#1a1a1a", "#5f5f5f", "#b8b8b8", "#e6e6e6"
BASELINE = "#4d4d4d"
BETTER, WORSE = "#00694d", "#a63c00"
"""As in the tables of the report. All other colours are those of policies: `looks`."""
LIGHT = ("#77AADD", "#EE8866", "#44BB99", "#FFAABB", "#AAAA00", "#99DDFF", "#BBCC33", "#EEDD88")
"""For what is no policy, as industries: the light scheme of Tol (2021), which no policy has."""
WIDTH, NARROW = 11.0, 5.4
"""Inches: a picture over the whole page, and one that two find room side by side, or one on a phone."""
BOTTOM, LEFT, RIGHT = 0.62, 0.85, 0.2  # margins in inches
PNG_DPI = 120
REPORT_COLOURS = 96
"""Of a picture in the report: a third of the bytes, and nobody sees the difference."""

_RULES: dict[str, Any] = {
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 1.7,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "sales-policy-lab",
    "svg.fonttype": "path",
    "path.simplify": True,
    "text.usetex": False,
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "axes.formatter.useoffset": False,
    "savefig.dpi": "figure",
    "axes.xmargin": 0.0,
}


# Curves carry six digits after the point; two are a hundredth of a point, and save a third of the bytes.
_PATH = re.compile(rb' d="[^"]*"')
_FRACTION = re.compile(rb"(\.\d\d)\d+")


@contextmanager
def rules() -> Iterator[None]:
    """Matplotlib settings for the time of one drawing; the user's own settings come back afterwards.

    Signs that no font has are drawn as boxes without a word: `fonts.lacking` says beforehand what to install.
    """
    family: Any = {**_RULES, "font.family": fonts.families()}
    with warnings.catch_warnings(), matplotlib.rc_context(family):
        warnings.filterwarnings("ignore", "(Glyph|Matplotlib currently does not support)", UserWarning)
        yield


_BARE: ContextVar[bool] = ContextVar("bare", default=False)


@contextmanager
def bare() -> Iterator[None]:
    """Figures without title and note inside, for a page that sets both as text, which reads at any size."""
    token = _BARE.set(True)
    try:
        yield
    finally:
        _BARE.reset(token)


class Chart(Figure):
    """A figure that notebooks show without pyplot; `note` says how to read it."""

    note: str = ""
    below_note: float = 1.0  # where on the figure the note ends, from 0 at the bottom to 1

    def _repr_svg_(self) -> str:
        return svg_bytes(self).decode("utf-8")


def grid(
    title: str,
    note: str,
    cells: int,
    columns: int,
    weeks: int | None,
    cell_height: float = 1.75,
    gap: tuple[float, float] = (0.3, 0.62),
    left: float = LEFT,
    share_y: bool | Literal["row"] = True,
    right: float = RIGHT,
    key: float = 0.0,
    width: float = WIDTH,
) -> tuple[Chart, list[Axes]]:
    """A figure with a title that states the finding, a note on how to read it, and `cells` axes, row by row.

    Sizes in inches; `gap` is (between columns, between rows), `key` room below the note. With `weeks` all axes share
    one axis of weeks. Placed by hand: automatic layouts draw everything twice.
    """
    rows, bare = -(-cells // columns), _BARE.get()
    size, small = (13.0, 9.0) if width == WIDTH else (10.5, 7.6)
    lines = fonts.wrapped(title, int(118 * (width - 0.3) / size), 4 if width == WIDTH else 5)
    note_lines = fonts.wrapped(note, int(127 * (width - 0.3) / small), 5 if width == WIDTH else 7)
    line, note_line = 0.0185 * size, 0.0211 * small
    top = 0.45 + key if bare else 0.42 + line * len(lines) + note_line * len(note_lines) + key + 0.42
    height = top + rows * cell_height + (rows - 1) * gap[1] + BOTTOM
    figure = Chart(figsize=(width, height), dpi=PNG_DPI)
    figure.note = note
    FigureCanvasAgg(figure)
    if bare:
        lines = note_lines = []
    figure.text(
        0.18 / width, 1 - 0.2 / height, "\n".join(lines), size=size, weight="bold", va="top", linespacing=1.25
    )
    note_top = 1 - (0.3 + line * len(lines)) / height
    figure.below_note = note_top - (note_line * max(len(note_lines), 1) + 0.02) / height
    figure.text(
        0.18 / width,
        note_top,
        "\n".join(note_lines),
        size=small,
        color=QUIET,
        va="top",
        linespacing=1.3,
    )
    cell = (width - left - right - (columns - 1) * gap[0]) / columns
    axes = figure.subplots(
        rows,
        columns,
        sharex=weeks is not None,
        sharey=share_y,
        squeeze=False,
        gridspec_kw={
            "left": left / width,
            "right": 1 - right / width,
            "top": 1 - top / height,
            "bottom": BOTTOM / height,
            "wspace": gap[0] / cell,
            "hspace": gap[1] / cell_height,
        },
    )
    used: list[Axes] = list(axes.flat)[:cells]
    for spare in list(axes.flat)[cells:]:
        spare.remove()
    for ax in used:
        ax.yaxis.set_major_locator(MaxNLocator(4))  # ticks are the slow part of a figure, and few are enough
    if weeks is not None:
        step = next((s for s in (1, 2, 5, 13, 26, 52, 104) if weeks / s <= 6), 208)
        used[0].set_xticks(list(range(0, weeks, step)))
        used[0].set_xlim(0, max(weeks - 1, 1))
        for i, ax in enumerate(used):
            lowest = i + columns >= cells
            ax.tick_params(labelbottom=lowest)
            if lowest:
                ax.set_xlabel(say("week"))
    return figure, used


def heading(axes: Axes, text: str, colour: str = INK, detail: str = "") -> None:
    """Name of a small multiple, above its axes, with a detail in quieter type on a second line.

    Placed in points, so that it is as near to tall axes as to flat ones.
    """
    above: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(detail, (0, 1), xytext=(0, 5), size=8.2, color=QUIET, **above)
    axes.annotate(
        text, (0, 1), xytext=(0, 19 if detail else 5), size=10, weight="bold", color=colour, **above
    )


def broken(text: str, length: int) -> str:
    """A name over two lines if one is too short, broken at an underscore, blank or hyphen if it can be."""
    text = one_line(text)
    if fonts.cells(text) <= length:
        return text
    if fonts.cells(text) > len(text):  # Chinese: anywhere
        first = fonts.clipped(text, length + 1).removesuffix("…")
        return f"{first}\n{shortened(text[len(first) :], length)}"
    cut = max((i + 1 for i, c in enumerate(text[:length]) if c in "_- "), default=length)
    return f"{text[:cut]}\n{shortened(text[cut:], length)}"


def shortened(text: str, length: int) -> str:
    """Names of any length must not run into their neighbours."""
    return fonts.clipped(one_line(text), length)


def one_line(text: str) -> str:
    """A name without line breaks and other signs that move what is drawn."""
    if text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def start_line(axes: Axes, week: float) -> None:
    """Mark the week in which the policies start."""
    axes.axvline(week, color=QUIET, linewidth=0.9, linestyle=(0, (2, 2)))


def band(axes: Axes, x: Array, low: Array, high: Array, colour: str, alpha: float = 0.2) -> None:
    """A shaded interval without an outline; weeks without numbers leave a gap."""
    axes.fill_between(x, low, high, color=colour, alpha=alpha, linewidth=0)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write NAME.png and NAME.svg below `folder`, which is made; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / f"{name}.png": png_bytes(figure), folder / f"{name}.svg": svg_bytes(figure)}
    for path, content in files.items():
        write(path, content)
    return list(files)


def write(path: Path, content: bytes) -> None:
    """Write a file anew: under another name of it, as a copy by `cp -l` has, the old picture stays."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG, without date or version."""
    buffer = io.BytesIO()
    figure.set_dpi(PNG_DPI)  # the SVG writer leaves its own 72 behind
    with rules():
        FigureCanvasAgg(figure).print_png(
            buffer, metadata={"Software": None}, pil_kwargs={"compress_level": 4}
        )  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def report_bytes(figure: Figure) -> bytes:
    """The figure as a small PNG for the report."""
    from PIL import Image

    figure.set_dpi(PNG_DPI)
    with rules():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        return _small(Image.fromarray(np.asarray(canvas.buffer_rgba())))  # type: ignore[no-untyped-call]


def small_png(content: bytes) -> bytes:
    """A PNG with few colours, for the report, which holds many pictures in one file."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        return _small(image)


def _small(image: Any) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    few = image.convert("RGB").quantize(REPORT_COLOURS, method=Image.Quantize.FASTOCTREE)
    few.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG, without date or version; glyphs are paths, so that it looks the same everywhere."""
    buffer = io.BytesIO()
    with rules():
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
        FigureCanvasSVG(figure).print_svg(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
    return _PATH.sub(lambda path: _FRACTION.sub(rb"\1", path[0]), buffer.getvalue())
