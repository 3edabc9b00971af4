"""The money chart: new ARR since the start against the baseline, with trough and crossover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.crossover import OVERTAKES, complete
from analysis.language import say
from analysis.paired import Estimate
from analysis.plots import looks, marks, series, style
from analysis.units import NO_CURRENCY, fixed, measured, name_in_text, scale, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison


def possible(comparison: Comparison) -> bool:
    """Needs a weekly flow and a rival."""
    return comparison.shortfall_outcome is not None


def draw(comparison: Comparison) -> Figure | None:
    """Small multiples of cumulative paired differences with 95 % bands; the other policies faint behind."""
    name = comparison.shortfall_outcome
    if name is None:
        return None
    panel = comparison.panel
    info = panel.outcomes[name]
    gaps = {p: series.interval(complete(panel.gap(name, p))) for p in panel.rivals}
    reach = [np.nanmax(np.abs(g[k])) for g in gaps.values() for k in (0, 1, 2) if np.isfinite(g[k]).any()]
    divisor, unit = scale(info, float(max(reach, default=0.0)))
    columns = min(3, len(panel.rivals))
    note = say(
        "Cumulative {label} since the start in week {start}, difference to '{base}' in the same worlds. Band: 95 % interval "
        "of the mean. Triangle: trough. Circle: crosses zero for good (bar: its 95 % interval). Grey: the other policies.",
        label=name_in_text(info.said), start=panel.start_week, base=panel.baseline,
    )  # fmt: skip
    figure, axes = style.grid(
        title(comparison), note, len(panel.rivals), columns, panel.weeks, 1.9, (0.3, 0.72)
    )
    weeks = np.arange(panel.start_week, panel.weeks, dtype=np.float64)
    for i, policy in enumerate(panel.rivals):
        ax, look = axes[i], looks.of(panel)[policy]
        for other in panel.rivals:
            if other != policy:
                ax.plot(weeks, gaps[other][0] / divisor, color=style.GRID, linewidth=1.2, zorder=1.5)
        middle, low, high = (g / divisor for g in gaps[policy])
        ax.axhline(0, color=style.BASELINE, linewidth=1.0)
        style.band(ax, weeks, low, high, look.colour, 0.25)
        ax.plot(weeks, middle, color=look.colour, linestyle=look.dash)
        style.start_line(ax, panel.start_week)
        style.heading(ax, style.shortened(policy, 34), look.colour, _detail(comparison, policy, name))
        _marks(ax, comparison, policy, name, divisor, unit)
    for ax in axes[::columns]:
        against = say("against {base}", base=style.shortened(panel.baseline, 16))
        ax.set_ylabel(say("{what}, {unit}", what=against, unit=spelled(unit)))
    bottom, top = axes[0].get_ylim()
    axes[0].set_ylim(bottom - 0.12 * (top - bottom), top + 0.05 * (top - bottom))
    return figure


def _marks(ax: Axes, comparison: Comparison, policy: str, name: str, divisor: float, unit: str) -> None:
    colour = looks.of(comparison.panel)[policy].colour
    depth = comparison.depths[policy, name]
    bottom, top = ax.get_ylim()
    if depth.week is not None and depth.mean and depth.low and depth.mean / divisor > 0.03 * (top - bottom):
        low = -depth.mean * comparison.panel.outcomes[name].sign / divisor
        ax.plot([depth.week], [low], marker="v", color=colour, markersize=6.5, clip_on=False, zorder=4)
        last = comparison.panel.weeks - 1
        right = depth.week > 0.6 * last
        digits = 1 if abs(low) >= 1 else 2
        ax.annotate(
            say("{size}, week {week}", size=_amount(low, digits, unit), week=depth.week),
            (depth.week, low),
            xytext=(-9 if right else 4, -7),
            textcoords="offset points",
            size=8.2,
            ha="right" if right else "left",
            va="top",
            color=style.INK,
        )
    crossing = comparison.crossings[policy, name]
    if crossing.week is not None:
        marks.crossing(ax, crossing, comparison.panel.weeks - 1, colour, 7)
        right = crossing.week > 0.6 * (comparison.panel.weeks - 1)
        ax.annotate(
            say("week {week}", week=crossing.week),
            (crossing.week, 0),
            xytext=(0, 8),
            textcoords="offset points",
            size=8.2,
            ha="right" if right else "center",
            color=style.INK,
        )


def _detail(comparison: Comparison, policy: str, name: str) -> str:
    """Where the policy ends, in money."""
    gap = complete(comparison.panel.gap(name, policy))
    if not len(gap):
        return say("no finished pair")
    middle, low, high = series.interval(gap[:, -1:])
    ends = [float(v[0]) if np.isfinite(v[0]) else None for v in (middle, low, high)]
    size = measured(Estimate(ends[0], ends[1], ends[2], len(gap)), comparison.panel.outcomes[name])
    return say("end: {size}", size=size)


def _amount(value: float, digits: int, unit: str) -> str:
    return fixed(value, digits) + ("" if unit == NO_CURRENCY else f" {unit}")


def title(comparison: Comparison) -> str:
    """The deepest shortfall, and the first policy to overtake."""
    name = comparison.shortfall_outcome
    assert name is not None
    panel = comparison.panel
    info = panel.outcomes[name]
    depths = {p: d for (p, o), d in comparison.depths.items() if o == name and d.low}
    if not depths:
        return say(
            "No policy clearly falls behind '{base}' on {label}",
            base=panel.baseline,
            label=name_in_text(info.said),
        )
    deepest = max(depths, key=lambda p: depths[p].mean or 0.0)
    d = depths[deepest]
    size = measured(Estimate(d.mean, d.low, d.high, d.n), info, signed=False)
    ahead = [p for p in panel.rivals if comparison.crossings[p, name].turn == OVERTAKES]
    when = say("still growing in the last week") if d.at_horizon else say("in week {week}", week=d.week)
    text = say(
        "'{policy}' falls furthest behind '{base}': {size} {label}, {when}",
        policy=deepest, base=panel.baseline, size=size, label=name_in_text(info.said), when=when,
    )  # fmt: skip
    # a crossing is of means: what is ahead at the end by no clear amount has not shown that it overtakes
    sure = [p for p in ahead if comparison.effects[p, name].effect.clear]
    if ahead:
        first = min(sure or ahead, key=lambda p: comparison.crossings[p, name].week or 0)
        week = comparison.crossings[first, name].week
        text += say("; '{policy}' is first to overtake, in week {week}", policy=first, week=week)
        return text if sure else text + say(", but none is clearly ahead at the end")
    return text + say("; no policy overtakes '{base}' later on", base=panel.baseline)
