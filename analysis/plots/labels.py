"""Names beside points and lines, each where it covers no other name and no point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

SIZE = 8
DOT = 5  # points of type from a dot's middle to where nothing should be written
RINGS = (6, 16, 28, 42, 58, 76)
"""How far from its point a name may be, in points of type, the nearest first."""
SIDES = (
    ("left", 1, 1),
    ("left", 1, -1),
    ("right", -1, 1),
    ("right", -1, -1),
    ("center", 0, 1),
    ("center", 0, -1),
)


def beside(ax: Axes, names: Sequence[tuple[str, float, float, str]]) -> None:
    """Write every (text, x, y, colour) beside its point, in data units; limits of the axes must not change afterwards.

    A name takes the nearest free place, and a thin line leads to its point where that is not next to it. Where all places
    are taken it stands at the first.
    """
    ax.autoscale_view()  # matplotlib would set the limits when it draws
    renderer = ax.get_figure(root=True).canvas.get_renderer()  # type: ignore[union-attr]
    reach = DOT * ax.get_figure(root=True).dpi / 72  # type: ignore[union-attr]
    middles = [ax.transData.transform((x, y)) for _, x, y, _ in names]
    taken = [Bbox.from_extents(x - reach, y - reach, x + reach, y + reach) for x, y in middles]
    room = ax.get_window_extent(renderer)
    tried = [(far, side) for far in RINGS for side in SIDES]
    for text, x, y, colour in names:
        written = _written(ax, text, (x, y), colour, *tried[0])
        for far, side in tried[1:]:
            if _free(_box(written, renderer), taken, room):
                break
            written.remove()
            written = _written(ax, text, (x, y), colour, far, side)
        if not _free(_box(written, renderer), taken, room):
            written.remove()
            written = _written(ax, text, (x, y), colour, *tried[0])
        taken.append(_box(written, renderer))


def _written(
    ax: Axes, text: str, point: tuple[float, float], colour: str, far: float, side: tuple[str, int, int]
) -> Annotation:
    across, right, up = side
    line: Any = {"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
    return ax.annotate(
        text, point, xytext=(right * 6, up * (far - 1)), textcoords="offset points", size=SIZE, color=colour, ha=across,
        va="bottom" if up > 0 else "top", arrowprops=line if far > RINGS[0] else None,
        path_effects=[withStroke(linewidth=2.2, foreground="white")],  # bars may run below it
    )  # fmt: skip


def _box(written: Annotation, renderer: Any) -> Bbox:
    """Where a name stands, without the line that leads to its point."""
    written.update_positions(renderer)
    return Text.get_window_extent(written, renderer).padded(2)


def _free(box: Bbox, taken: Sequence[Bbox], room: Bbox) -> bool:
    """Whether a name lies in the axes and on nothing else."""
    inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1
    return inside and not any(box.overlaps(other) for other in taken)


def spread(places: list[float], apart: float) -> list[float]:
    """Rising places, moved as little as it takes to be `apart`; groups that touch are centred on what they want."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _first(groups[-1], apart) - _last(groups[-2], apart) < apart:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_first(group, apart) + i * apart for group in groups for i in range(len(group))]


def _first(group: list[float], apart: float) -> float:
    return sum(group) / len(group) - apart * (len(group) - 1) / 2


def _last(group: list[float], apart: float) -> float:
    return sum(group) / len(group) + apart * (len(group) - 1) / 2
