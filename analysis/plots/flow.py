"""Who hands accounts to whom: bands from the industry of the rep who gives to that of the rep who receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis.language import say
from analysis.paired import Estimate, t_interval
from analysis.panel import Array
from analysis.plots import style
from analysis.plots.labels import spread
from analysis.scenes import Scenes
from analysis.units import fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 0.02
"""Between two industries, share of the height."""
APART = 0.045
"""Of the height, between two labels."""
LEAST = 0.002
"""Thinner bands are left out."""


def busiest(scenes: Scenes) -> str | None:
    """The policy under which most accounts change hands; None where none do."""
    moves = {policy: scenes.moved(policy).mean or 0.0 for policy in scenes.policies}
    most = max(moves, key=lambda name: moves[name])
    return most if moves[most] > 0 else None


def flow(scenes: Scenes, policy: str) -> style.Chart:
    """Left the industry of those who give accounts up, right of those who take them over; widths are accounts."""
    with style.rules():
        counts = scenes.of(policy, "moved")
        mean = counts.mean(axis=0)
        note = say(
            "Accounts with a deal or a contract that changed hands from the start on, mean of {worlds} worlds, "
            "brackets: 95 % "
            "intervals. Left: the rep who gave them up, right: the rep who took them over, each by home industry, or "
            "by that of "
            "most contracts at the start where the policy gives none.",
            worlds=scenes.worlds,
        )
        figure, (ax,) = style.grid(title(scenes, policy), note, 1, 1, None, 4.2, left=3.1, right=3.1)
        ax.axis("off")
        ax.set_xlim(0, 1)
        ax.set_ylim(1, 0)
        _bands(ax, mean)
        for side, axis in (("left", 2), ("right", 1)):
            tops, heights = _places(mean.sum(axis=axis - 1), mean.sum())
            shown = [s for s in range(len(heights)) if heights[s] > 0]
            heads = spread([float(tops[s] + heights[s] / 2) for s in shown], APART)
            for s, head in zip(shown, heads, strict=True):
                size = t_interval(counts.sum(axis=axis)[:, s])
                _label(ax, side, head, style.shortened(scenes.segments[s], 18), _count(size))
        return figure


def _places(totals: Array, whole: float) -> tuple[Array, Array]:
    """Top and height of each industry on one side; together with the gaps they fill the height."""
    shown = totals > LEAST * whole
    room = 1 - GAP * max(int(shown.sum()) - 1, 0)
    heights = np.where(shown, totals / max(float(totals[shown].sum()), 1e-9) * room, 0.0)
    return np.concatenate([[0.0], np.cumsum(heights + np.where(shown, GAP, 0.0))[:-1]]), heights


def _bands(ax: Axes, mean: Array) -> None:
    tops_left, left = _places(mean.sum(axis=1), mean.sum())
    tops_right, right = _places(mean.sum(axis=0), mean.sum())
    begun_left, begun_right = tops_left.copy(), tops_right.copy()
    for i in range(len(mean)):
        for j in range(len(mean)):
            if mean[i, j] <= 0 or not left[i] or not right[j]:
                continue
            a, b = left[i] * mean[i, j] / mean[i].sum(), right[j] * mean[i, j] / mean[:, j].sum()
            y, z = begun_left[i], begun_right[j]
            begun_left[i] += a
            begun_right[j] += b
            corners = [
                (0, y),
                (0.5, y),
                (0.5, z),
                (1, z),
                (1, z + b),
                (0.5, z + b),
                (0.5, y + a),
                (0, y + a),
                (0, y),
            ]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            ax.add_patch(PathPatch(Path(corners, codes), facecolor=_colour(j), alpha=0.6, linewidth=0))
    for x, tops, heights in ((0.0, tops_left, left), (1.0, tops_right, right)):
        for s in range(len(mean)):
            ax.plot(
                [x, x],
                [tops[s], tops[s] + heights[s]],
                color=_colour(s),
                linewidth=5,
                solid_capstyle="butt",
                clip_on=False,
            )


def _label(ax: Axes, side: str, height: float, name: str, count: str) -> None:
    where: Any = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    x, away, align = (0, -12, "right") if side == "left" else (1, 12, "left")
    ax.annotate(f"{name}  {count}", (x, height), xytext=(away, 0), ha=align, size=9, **where)


def _count(size: Estimate) -> str:
    text = fixed(size.mean or 0.0, 0)
    if size.low is None or size.high is None:
        return text
    return f"{text} [{fixed(max(size.low, 0.0), 0)}, {fixed(size.high, 0)}]"


def _colour(segment: int) -> str:
    return style.LIGHT[segment % len(style.LIGHT)]


def title(scenes: Scenes, policy: str) -> str:
    """How many accounts change hands, and where most come from and go to."""
    mean = scenes.of(policy, "moved").mean(axis=0)
    names = scenes.segments
    return say(
        "Under '{policy}' {count} accounts change hands; most come from reps of {source}, most go to reps of {target}",
        policy=policy, count=_count(scenes.moved(policy)),
        source=names[int(mean.sum(axis=1).argmax())], target=names[int(mean.sum(axis=0).argmax())],
    )  # fmt: skip
