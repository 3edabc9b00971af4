"""Revenue, morale and learning: weekly paired differences to the baseline, one column per policy.

With more policies than columns can be read, `crowd` names a few and draws the others grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.language import say
from analysis.plots import crowd, looks, series, style
from analysis.units import axis_label, measured, name_in_text, percent, scale, spelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

MOST = 8  # columns
CHOICES = (
    ("new_arr", "recurring_revenue", "gross_margin"),
    ("morale_mean", "morale_p10", "exits"),
    ("knowledge_applied", "knowledge_mean", "playbook_depth"),
)


def chosen(comparison: Comparison) -> list[str]:
    """The first weekly outcome there is for each of revenue, morale and learning."""
    weekly = comparison.panel.weekly
    found = (next((o for o in choice if o in weekly), None) for choice in CHOICES)
    return [o for o in found if o is not None]


def possible(comparison: Comparison) -> bool:
    """Needs a rival and one of the outcomes."""
    return bool(comparison.panel.rivals) and bool(chosen(comparison))


def draw(comparison: Comparison) -> Figure | None:
    """Rows are outcomes, columns policies; each row shares its axis."""
    panel = comparison.panel
    outcomes = chosen(comparison)
    if not panel.rivals or not outcomes:
        return None
    if len(panel.rivals) > MOST:
        return crowd.draw(comparison, outcomes, title(comparison))
    note = say(
        "Difference to '{base}' in the same worlds, week by week; flows are sums over {weeks} weeks. Band: 95 % interval of "
        "the mean. Zero line: no difference. Dotted: the policies start.",
        base=panel.baseline, weeks=series.FLOW_WEEKS,
    )  # fmt: skip
    columns = len(panel.rivals)
    figure, axes = style.grid(
        title(comparison),
        note,
        len(outcomes) * columns,
        columns,
        panel.weeks,
        1.5,
        (0.12, 0.25),
        left=1.15,
        share_y="row",
    )
    weeks = np.arange(panel.weeks, dtype=np.float64)
    for row, outcome in enumerate(outcomes):
        info = panel.outcomes[outcome]
        lines = {p: series.interval(series.weekly_difference(panel, outcome, p)) for p in panel.rivals}
        reach = [np.nanmax(np.abs(v)) for line in lines.values() for v in line if np.isfinite(v).any()]
        divisor, unit = scale(info, float(max(reach, default=0.0)))
        for column, policy in enumerate(panel.rivals):
            ax, look = axes[row * columns + column], looks.of(panel)[policy]
            middle, low, high = (v / divisor for v in lines[policy])
            ax.axhline(0, color=style.BASELINE, linewidth=1.0)
            style.band(ax, weeks, low, high, look.colour, 0.28)
            ax.plot(weeks, middle, color=look.colour, linestyle=look.dash, linewidth=1.4)
            style.start_line(ax, panel.start_week)
            if row == 0:
                style.heading(ax, style.broken(policy, 84 // columns), look.colour)
        axes[row * columns].set_ylabel(
            axis_label(info, "", series.per(info)).replace(" per ", "\nper ") + f"\n{spelled(unit)}", size=8.8
        )
    figure.align_ylabels(axes[::columns])
    return figure


def title(comparison: Comparison) -> str:
    """The clearest change of each outcome in the first quarter."""
    parts = []
    for outcome in chosen(comparison):
        info = comparison.panel.outcomes[outcome]
        quarter = {p: comparison.first_quarter[p, outcome] for p in comparison.panel.rivals}
        clear = {p: d for p, d in quarter.items() if d.effect.clear}
        label = name_in_text(info.said)
        if not clear:
            parts.append(say("{label} hardly changes", label=label))
            continue
        most = max(clear, key=lambda p: abs(clear[p].effect.mean or 0.0))
        found = clear[most]
        size = (
            percent(found.percent)
            if info.money and found.percent.low is not None
            else measured(found.effect, info, brief=True)
        )
        parts.append(
            say("{label} changes most under '{policy}', {size}", label=label, policy=most, size=size)
        )
    return say(
        "First quarter against '{base}': {parts}", base=comparison.panel.baseline, parts=say("; ").join(parts)
    )
