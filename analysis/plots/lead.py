"""The money chart of the first page: a few policies against the baseline, with trough, crossover and quota."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.crossover import complete, crossing_words
from analysis.language import say
from analysis.paired import Estimate
from analysis.panel import Array
from analysis.plots import looks, marks, series, style
from analysis.plots.labels import spread
from analysis.scenes import Scenes
from analysis.units import NO_CURRENCY, fixed, measured, name_in_text, plain, scale, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.comparison import Comparison

FARTHEST = 4.0
"""How many times the policies' own reach the quota may lie away and still be drawn: beyond, they would be one flat line."""


def lead(comparison: Comparison, policies: Sequence[str], scenes: Scenes | None = None) -> style.Chart | None:
    """Cumulative differences to the baseline with 95 % bands; the quota where scenes know it. None without a flow."""
    name = comparison.shortfall_outcome
    if name is None or not policies:
        return None
    panel = comparison.panel
    info = panel.outcomes[name]
    with style.rules():
        gaps = {p: series.interval(complete(panel.gap(name, p))) for p in policies}
        quota = _quota(comparison, scenes)
        reach = [np.nanmax(np.abs(g[0])) for g in gaps.values() if np.isfinite(g[0]).any()]
        divisor, unit = scale(info, float(max(reach, default=0.0)))
        note = say(
            "{label} since the start in week {start}, added up, against '{base}' (zero line) in the same worlds. "
            "Bands: 95 % "
            "intervals. Triangle: deepest point. Circle: overtakes for good (bar: its 95 % interval).",
            label=info.said, start=panel.start_week, base=panel.baseline,
        )  # fmt: skip
        if quota is not None:
            far = _far(quota, list(gaps.values()))
            note += _about_quota(quota, far, comparison)
            quota = None if far else quota
        figure, (ax,) = style.grid(
            title(comparison, policies[0]),
            note,
            1,
            1,
            panel.weeks,
            2.3,
            left=0.75,
            right=1.5,
            key=-0.35,
            width=style.NARROW,
        )
        weeks = np.arange(panel.start_week, panel.weeks, dtype=np.float64)
        ax.axhline(0, color=style.BASELINE, linewidth=1.2)
        ends = [(0.0, panel.baseline, style.BASELINE)]
        for policy in policies:
            look = looks.of(panel)[policy]
            middle, low, high = (g / divisor for g in gaps[policy])
            style.band(ax, weeks, low, high, look.colour, 0.2)
            ax.plot(weeks, middle, color=look.colour, linestyle=look.dash, linewidth=2.0)
            ends.append((float(middle[-1]) if np.isfinite(middle[-1]) else 0.0, policy, look.colour))
            _marks(ax, comparison, policy, name, divisor, unit)
        if quota is not None:
            middle, low, high = (q / divisor for q in quota)
            style.band(ax, weeks, low, high, style.QUIET, 0.12)
            ax.plot(weeks, middle, color=style.QUIET, linestyle=(0, (1, 1.5)), linewidth=1.8)
            ends.append((float(middle[-1]), say("quota"), style.QUIET))
        ax.set_xlim(panel.start_week, panel.weeks - 1)
        _names(ax, ends)
        against = say("against {base}", base=style.shortened(panel.baseline, 16))
        ax.set_ylabel(say("{what}, {unit}", what=against, unit=spelled(unit)))
        return figure


def _far(quota: Sequence[Array], gaps: Sequence[Sequence[Array]]) -> bool:
    """Whether the policies would be a flat line beside the quota."""
    reach = max((float(np.nanmax(np.abs(g))) for g in gaps if np.isfinite(g).any()), default=0.0)
    return float(np.nanmax(np.abs(quota[0]))) > FARTHEST * reach


def _about_quota(quota: Sequence[Array], far: bool, comparison: Comparison) -> str:
    """What the note says of the line of quotas, or instead of it."""
    base, end = comparison.panel.baseline, float(quota[0][-1])
    if not far:
        return say(
            " Dotted: all quotas together less what '{base}' books, growth of contracts included.", base=base
        )
    size = plain(abs(end), comparison.panel.outcomes["new_arr"])
    if end < 0:
        return say(
            " All quotas together end {size} below what '{base}' books, growth of contracts included: not drawn.",
            size=size, base=base,
        )  # fmt: skip
    return say(
        " All quotas together end {size} above what '{base}' books, growth of contracts included: not drawn.",
        size=size, base=base,
    )  # fmt: skip


def _quota(comparison: Comparison, scenes: Scenes | None) -> tuple[Array, Array, Array] | None:
    """All quotas less what the baseline books, added up, over the worlds of the scenes: mean, low, high by week; cents."""
    panel = comparison.worlds
    if scenes is None or scenes.baseline != panel.baseline or "new_arr" not in panel.weekly:
        return None
    booked = panel.path("new_arr", panel.baseline)[:, panel.start_week :]
    if "expansion" in panel.weekly:
        booked = booked + panel.path("expansion", panel.baseline)[:, panel.start_week :]
    asked = scenes.of(panel.baseline, "quota")
    if asked.shape[1] != booked.shape[1]:
        return None
    return series.interval(np.cumsum(asked.mean(axis=0) - complete(booked), axis=1))


def _marks(ax: Axes, comparison: Comparison, policy: str, name: str, divisor: float, unit: str) -> None:
    colour = looks.of(comparison.panel)[policy].colour
    depth, crossing = comparison.depths[policy, name], comparison.crossings[policy, name]
    sign = comparison.panel.outcomes[name].sign
    if depth.week is not None and depth.mean and depth.low:
        low = -sign * depth.mean / divisor
        ax.plot([depth.week], [low], marker="v", color=colour, markersize=7.5, clip_on=False, zorder=4)
        size = fixed(low, 0 if abs(low) >= 10 else 1 if abs(low) >= 1 else 2) + (
            "" if unit == NO_CURRENCY else f" {unit}"
        )
        late = depth.week > 0.75 * comparison.panel.weeks
        ax.annotate(
            say("{size}, week {week}", size=size, week=depth.week), (depth.week, low), xytext=(-8 if late else 8, -9),
            textcoords="offset points", size=8.2, va="top", ha="right" if late else "left", color=style.INK,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.5},
        )  # fmt: skip
    if crossing.week is not None:
        marks.crossing(ax, crossing, comparison.panel.weeks - 1, colour, 9)
        ax.annotate(
            say("week {week}", week=crossing.week), (crossing.week, 0), xytext=(0, 9), textcoords="offset points", size=8.2,
            ha="right" if crossing.week > 0.8 * comparison.panel.weeks else "center",
        )  # fmt: skip


def _names(ax: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names to the right of the lines, moved apart where they would touch."""
    low, high = ax.get_ylim()
    room = 0.08 * (high - low)
    low, high = low - room, high + room
    ax.set_ylim(low, high)
    order = sorted(ends)
    for (end, name, colour), place in zip(
        order, spread([(e - low) / (high - low) for e, _, _ in order], 0.085), strict=True
    ):
        ax.annotate(
            style.shortened(name, 17), (1, (end - low) / (high - low)), xycoords="axes fraction", xytext=(1.04, place),
            textcoords="axes fraction", size=8.4, weight="bold", color=colour, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def title(comparison: Comparison, policy: str) -> str:
    """How far one policy falls behind the baseline, and whether it overtakes."""
    name = comparison.shortfall_outcome
    if name is None:
        return ""
    info, base = comparison.panel.outcomes[name], comparison.panel.baseline
    depth, c = comparison.depths[policy, name], comparison.crossings[policy, name]
    told = {"policy": policy, "base": base, "label": name_in_text(info.said)}
    told["then"] = crossing_words(c.week, c.low, c.high, c.turn, c.reason)
    if not depth.low:
        return say("'{policy}' never falls clearly short of '{base}' on {label}; {then}", **told)
    told["size"] = measured(Estimate(depth.mean, depth.low, depth.high, depth.n), info, signed=False)
    when = (
        say("still growing in the last week") if depth.at_horizon else say("in week {week}", week=depth.week)
    )
    return say("'{policy}' falls up to {size} {label} short of '{base}', {when}; {then}", when=when, **told)
