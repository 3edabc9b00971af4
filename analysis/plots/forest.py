"""Forest plot: what each policy changes by the end, several outcomes side by side, each in its own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis.plots import style
from analysis.units import measured, scale, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

WANTED = (
    "new_arr",
    "recurring_revenue",
    "gross_margin",
    "morale_mean",
    "exits",
    "knowledge_applied",
    "truth_gap",
    "net_retention",
    "knowledge_mean",
)
MOST = 6


def chosen(comparison: Comparison) -> list[str]:
    """Up to six outcomes: the headline one first, then the usual ones, then whatever has a better side."""
    panel = comparison.panel
    rest = [o for o, info in panel.outcomes.items() if info.direction]
    order = dict.fromkeys([comparison.decision.outcome, *WANTED, *rest])
    return [o for o in order if o in panel.final][:MOST]


def possible(comparison: Comparison) -> bool:
    """Needs a rival."""
    return bool(comparison.effects)


def draw(comparison: Comparison) -> Figure | None:
    """Rows of policies in every panel; dots are means of paired differences, bars their 95 % intervals."""
    panel = comparison.panel
    outcomes = chosen(comparison)
    if not panel.rivals or not outcomes:
        return None
    columns = min(3, len(outcomes))
    note = (
        f"Difference to '{panel.baseline}' in the same worlds over the whole horizon, mean and 95 % "
        "interval, as printed above each bar. Filled dot: the interval leaves out zero. The arrow points "
        "to the better side."
    )
    height = max(1.1, 0.42 * len(panel.rivals) + 0.15)
    longest = max(len(style.shortened(p, 22)) for p in panel.rivals)
    figure, axes = style.grid(
        title(comparison),
        note,
        len(outcomes),
        columns,
        None,
        height,
        (0.3, 0.85),
        left=0.3 + 0.083 * longest,
    )
    for ax, outcome in zip(axes, outcomes, strict=True):
        _panel(ax, comparison, outcome)
    # The axis of policies is shared, so is its scale.
    axes[0].set_yticks(range(len(panel.rivals)), [style.shortened(p, 22) for p in panel.rivals], size=9.5)
    axes[0].set_ylim(len(panel.rivals) - 0.45, -0.75)
    return figure


def _panel(ax: Axes, comparison: Comparison, outcome: str) -> None:
    panel = comparison.panel
    info = panel.outcomes[outcome]
    effects = [comparison.effects[p, outcome].effect for p in panel.rivals]
    ends = [v for e in effects for v in (e.mean, e.low, e.high) if v is not None]
    divisor, unit = scale(info, max((abs(v) for v in ends), default=0.0))
    ax.axvline(0, color=style.BASELINE, linewidth=1.0)
    ax.grid(False, axis="y")
    low, high = min([0.0, *ends]) / divisor, max([0.0, *ends]) / divisor
    room = 0.12 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    for row, (policy, effect) in enumerate(zip(panel.rivals, effects, strict=True)):
        if effect.mean is None:
            ax.text(0, row, "n/a", size=8, color=style.QUIET, va="center", ha="center")
            continue
        colour = style.looks(panel)[policy].colour
        if effect.low is not None and effect.high is not None:
            ax.plot(
                [effect.low / divisor, effect.high / divisor],
                [row, row],
                color=colour,
                linewidth=2.4,
                solid_capstyle="butt",
            )
        ax.plot(
            [effect.mean / divisor],
            [row],
            marker="o",
            markersize=5.5,
            color=colour if effect.clear else "white",
            markeredgecolor=colour,
            markeredgewidth=1.5,
        )
        # The label keeps inside the panel: anchored by where the dot lies between the panel's ends.
        place = (effect.mean / divisor - low + room) / (high - low + 2 * room)
        ax.text(
            effect.mean / divisor,
            row - 0.2,
            measured(effect, info, brief=True),
            size=7.8,
            va="bottom",
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            ha="left" if place < 0.3 else "right" if place > 0.7 else "center",
        )
    arrow = {1: "  better →", -1: "  ← better", 0: ""}[int(np.sign(info.direction))]
    style.heading(ax, info.label)
    ax.set_xlabel((spelled(unit) or "difference") + arrow)
    ax.xaxis.set_major_locator(MaxNLocator(5))


def title(comparison: Comparison) -> str:
    """How many policies are clearly better or worse on the headline outcome."""
    panel = comparison.panel
    verdict = comparison.decision
    info = panel.outcomes[verdict.outcome]
    effects = {p: comparison.effects[p, verdict.outcome].effect for p in panel.rivals}
    better = [p for p, e in effects.items() if e.clear and (e.mean or 0.0) * info.sign > 0]
    worse = [p for p, e in effects.items() if e.clear and (e.mean or 0.0) * info.sign < 0]
    unclear = len(effects) - len(better) - len(worse)
    return (
        f"{info.label} by week {panel.weeks}: {_count(better, 'clearly better')}, "
        f"{_count(worse, 'clearly worse')} than '{panel.baseline}', {unclear} cannot be told from it"
    )


def _count(policies: list[str], what: str) -> str:
    return f"'{policies[0]}' {what}" if len(policies) == 1 else f"{len(policies) or 'none'} {what}"
