"""Revenue, morale and learning where there are too many policies for a column each: a few named, the rest grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.language import say
from analysis.panel import QUARTER_WEEKS, Array
from analysis.plots import looks, series, style
from analysis.plots.labels import spread
from analysis.units import axis_label, scale, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

NAMES = 2.35  # inches to the right of the axes
APART = 0.088  # of an axis, between two names
LONGEST = 24


def draw(comparison: Comparison, outcomes: list[str], title: str) -> Figure:
    """One wide row per outcome. Named beside their lines: the policy that leads, its closest rival, and those that end
    highest and lowest in the row; only they have bands.
    """
    panel = comparison.panel
    note = say(
        "Difference to '{base}' (zero line) in the same worlds, week by week; flows are sums over {weeks} weeks. Named: the "
        "policy that leads the verdict, its closest rival, and the highest and the lowest at the end of each row, with the "
        "95 % interval of the mean. Grey: the rest of {many}. Dotted: the policies start.",
        base=panel.baseline, weeks=QUARTER_WEEKS, many=len(panel.rivals),
    )  # fmt: skip
    lines = {
        o: {
            p: series.interval(series.weekly_difference(panel, o, p, over=QUARTER_WEEKS))
            for p in panel.rivals
        }
        for o in outcomes
    }
    known = looks.of(panel)
    figure, axes = style.grid(
        title,
        note,
        len(outcomes),
        1,
        panel.weeks,
        2.25,
        (0.1, 0.32),
        left=1.15,
        share_y=False,
        right=NAMES,
        key=-0.25,
    )
    weeks = np.arange(panel.weeks, dtype=np.float64)
    for ax, outcome in zip(axes, outcomes, strict=True):
        info = panel.outcomes[outcome]
        named = _named(comparison, lines[outcome])
        reach = [np.nanmax(np.abs(m)) for m, _, _ in lines[outcome].values() if np.isfinite(m).any()]
        divisor, unit = scale(info, float(max(reach, default=0.0)))
        for policy, (middle, low, high) in lines[outcome].items():
            if policy not in named:
                ax.plot(weeks, middle / divisor, color=style.FAINT, linewidth=0.9, zorder=1.8)
                continue
            look = known[policy]
            style.band(ax, weeks, low / divisor, high / divisor, look.colour, 0.13)
            ax.plot(weeks, middle / divisor, color=look.colour, linestyle=look.dash, linewidth=1.8, zorder=3)
        ax.axhline(0, color=style.BASELINE, linewidth=1.0)
        style.start_line(ax, panel.start_week)
        per = series.per(info, QUARTER_WEEKS)
        ax.set_ylabel(axis_label(info, "", per).replace(" per ", "\nper ") + f"\n{spelled(unit)}", size=8.8)
        ends = {p: _end(lines[outcome][p][0]) / divisor for p in named}
        _names(ax, comparison, ends, known)
    figure.align_ylabels(axes)
    return figure


def _leaders(comparison: Comparison) -> list[str]:
    """Best and rival of the verdict, as far as they are drawn."""
    pair = dict.fromkeys((comparison.decision.best, comparison.decision.rival))
    return [p for p in pair if p is not None and p in comparison.panel.rivals]


def _named(comparison: Comparison, lines: dict[str, tuple[Array, Array, Array]]) -> list[str]:
    """Who is named in one row."""
    ends = {p: end for p, (middle, _, _) in lines.items() if np.isfinite(end := _end(middle))}
    outer = [max(ends, key=lambda p: ends[p]), min(ends, key=lambda p: ends[p])] if ends else []
    return [p for p in dict.fromkeys([*_leaders(comparison), *outer]) if p in ends]


def _end(middle: Array) -> float:
    known = middle[np.isfinite(middle)]
    return float(known[-1]) if len(known) else float("nan")


def _names(ax: Axes, comparison: Comparison, ends: dict[str, float], known: looks.Looks) -> None:
    """Names to the right, in the order of the ends, moved apart where they would touch."""
    decision, base = comparison.decision, comparison.panel.baseline
    tags = {decision.rival: say("closest rival"), decision.best: say("leads")}
    ends = {**ends, base: 0.0}
    low, high = ax.get_ylim()
    ax.set_ylim(low, high)
    order = sorted(ends, key=lambda p: ends[p])
    wanted = [(ends[p] - low) / (high - low) for p in order]
    right = comparison.panel.weeks - 1
    for policy, place in zip(order, spread(wanted, APART), strict=True):
        colour = known[policy].colour
        tag = tags.get(policy, say("baseline") if policy == base else "")
        name = style.shortened(policy, LONGEST - len(tag)) + (say(", {tag}", tag=tag) if tag else "")
        ax.annotate(
            name,
            (right, ends[policy]),
            xytext=(1.025, place),
            textcoords="axes fraction",
            size=8.8,
            weight="bold" if policy == decision.best else "normal",
            color=colour,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0},
        )
