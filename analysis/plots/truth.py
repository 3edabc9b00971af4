"""Report against truth: the pipeline as the leader hears of it, and as it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.panel import QUARTER_WEEKS
from analysis.plots import series, style
from analysis.units import axis_label, fixed, scale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

TRUE, STATED = "open_pipeline_value", "stated_pipeline_value"


def possible(comparison: Comparison) -> bool:
    """Needs both pipelines week by week."""
    return TRUE in comparison.panel.weekly and STATED in comparison.panel.weekly


def draw(comparison: Comparison) -> Figure | None:
    """Small multiples: stated pipeline dashed, true one solid, the gap between them shaded, 95 % intervals of the means."""
    if not possible(comparison):
        return None
    panel = comparison.panel
    lines = {
        (p, o): series.interval(panel.path(o, p)) for p in panel.policies for o in (TRUE, STATED)
    }
    reach = [np.nanmax(line[0]) for line in lines.values() if np.isfinite(line[0]).any()]
    info = panel.outcomes[TRUE]
    divisor, unit = scale(info, float(max(reach, default=0.0)))
    gaps = {p: _gap(comparison, p) for p in panel.policies}
    columns = min(4, len(panel.policies))
    rows = math.ceil(len(panel.policies) / columns)
    note = (
        "Dashes: pipeline as reported to the leader. Solid: open deals times their true chance. Bands: 95 % intervals of the "
        f"means. The percentage is the overstatement in the first {QUARTER_WEEKS} weeks after the start (dotted)."
    )
    figure, axes = style.grid(_title(comparison, gaps), note, rows, columns, gap=(0.22, 0.72))
    weeks = np.arange(panel.weeks, dtype=np.float64)
    for i, policy in enumerate(panel.policies):
        ax, look = axes[i // columns][i % columns], style.looks(panel)[policy]
        true, stated = (tuple(v / divisor for v in lines[policy, o]) for o in (TRUE, STATED))
        ax.fill_between(weeks, true[0], stated[0], color=style.GRID, linewidth=0)
        for line, dash in ((true, "-"), (stated, (0, (4, 1.5)))):
            style.band(ax, weeks, line[1], line[2], look.colour, 0.3)
            ax.plot(weeks, line[0], color=look.colour, linestyle=dash, linewidth=1.5)
        style.start_line(ax, panel.start_week)
        style.heading(ax, style.shortened(policy, 24), look.colour, f"reports overstate by {_text(gaps[policy])}")
        style.week_axis(ax, panel.weeks, "week" if i + columns >= len(panel.policies) else "")
        ax.tick_params(labelbottom=i + columns >= len(panel.policies))
    axes[0][0].set_ylim(bottom=0)
    for spare in range(len(panel.policies), rows * columns):
        axes[spare // columns][spare % columns].set_visible(False)
    for row in axes:
        row[0].set_ylabel(axis_label(info, unit).replace("True pipeline", "Pipeline"))
    return figure


def _gap(comparison: Comparison, policy: str) -> float:
    """Stated over true pipeline less 1, means over worlds and the first quarter after the start; NaN without numbers."""
    panel = comparison.panel
    weeks = slice(panel.start_week, panel.start_week + QUARTER_WEEKS)
    true, stated = (series.mean(panel.path(o, policy)[:, weeks]).sum() for o in (TRUE, STATED))
    return float(stated / true - 1) if true > 0 else float("nan")


def _text(gap: float) -> str:
    return f"{fixed(100 * gap, 0)} %" if math.isfinite(gap) else "n/a"


def _title(comparison: Comparison, gaps: dict[str, float]) -> str:
    known = {p: g for p, g in gaps.items() if math.isfinite(g)}
    if not known:
        return "Reported and true pipeline"
    most = max(known, key=lambda p: known[p])
    base = comparison.panel.baseline
    if most == base or base not in known:
        return f"Reports overstate the pipeline most under {most}: by {_text(known[most])} in the first quarter"
    return (f"Reports overstate the pipeline by {_text(known[most])} under {most} in the first quarter after the start, "
            f"by {_text(known[base])} under {base}")
