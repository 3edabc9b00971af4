"""Report against truth: the pipeline as the leader hears of it, and as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.language import say
from analysis.paired import Estimate, percent_interval
from analysis.panel import QUARTER_WEEKS
from analysis.plots import looks, series, style
from analysis.units import percent, scale, spelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

TRUE, STATED = "open_pipeline_value", "stated_pipeline_value"


def possible(comparison: Comparison) -> bool:
    """Needs both pipelines week by week."""
    return TRUE in comparison.panel.weekly and STATED in comparison.panel.weekly


def draw(comparison: Comparison, policies: Sequence[str] | None = None) -> Figure | None:
    """Small multiples: stated pipeline dashed, true one solid, with 95 % intervals of the means; of all policies or some."""
    if not possible(comparison):
        return None
    panel = comparison.panel
    shown = list(policies or panel.policies)
    lines = {(p, o): series.interval(panel.path(o, p)) for p in shown for o in (TRUE, STATED)}
    reach = [np.nanmax(line[0]) for line in lines.values() if np.isfinite(line[0]).any()]
    info = panel.outcomes[TRUE]
    divisor, unit = scale(info, float(max(reach, default=0.0)))
    gaps = {p: _gap(comparison, p) for p in shown}
    columns = min(4, len(shown))
    narrow: dict[str, Any] = {"width": style.NARROW, "left": 0.6} if policies else {}
    note = say(
        "Dashes: pipeline as reported to the leader. Solid: open deals times their true chance. Bands: "
        "95 % intervals of the means. The percentage is the overstatement in the first {weeks} weeks after "
        "the start (dotted).",
        weeks=QUARTER_WEEKS,
    )
    figure, axes = style.grid(
        title(comparison, shown), note, len(shown), columns, panel.weeks, gap=(0.22, 0.72), **narrow
    )
    weeks = np.arange(panel.weeks, dtype=np.float64)
    for i, policy in enumerate(shown):
        ax, look = axes[i], looks.of(panel)[policy]
        true, stated = (tuple(v / divisor for v in lines[policy, o]) for o in (TRUE, STATED))
        ax.fill_between(weeks, true[0], stated[0], color=style.GRID, linewidth=0)
        for line, dash in ((true, "-"), (stated, (0, (4, 1.5)))):
            style.band(ax, weeks, line[1], line[2], look.colour, 0.3)
            ax.plot(weeks, line[0], color=look.colour, linestyle=dash, linewidth=1.5)
        style.start_line(ax, panel.start_week)
        style.heading(
            ax,
            style.shortened(policy, 16 if policies else 24),
            look.colour,
            _brief(gaps[policy], short=bool(policies)),
        )
    axes[0].set_ylim(bottom=0)
    for ax in axes[::columns]:
        ax.set_ylabel(say("{what}, {unit}", what=say("Pipeline"), unit=spelled(unit)))
    return figure


def _gap(comparison: Comparison, policy: str) -> Estimate:
    """Stated over true pipeline less 1, in percent, in the first quarter after the start; paired by world."""
    panel = comparison.panel
    weeks = slice(panel.start_week, panel.start_week + QUARTER_WEEKS)
    true, stated = (panel.path(o, policy)[:, weeks].sum(axis=1) for o in (TRUE, STATED))
    whole = np.isfinite(true) & np.isfinite(stated)
    return percent_interval(stated[whole] - true[whole], true[whole])


def _words(gap: Estimate) -> str:
    """E.g. "overstate the pipeline by 12 % [10, 14]"."""
    if gap.mean is None:
        return say("cannot be compared with the pipeline")
    size = percent(gap, signed=False, flip=gap.mean < 0)
    if gap.mean < 0:
        return say("understate the pipeline by {size}", size=size)
    return say("overstate the pipeline by {size}", size=size)


def _brief(gap: Estimate, short: bool) -> str:
    """E.g. "reports overstate by 12 % [10, 14]", or "+12 % [10, 14]"."""
    if gap.mean is not None and short:
        return percent(gap)
    if gap.mean is None:
        return say("reports cannot be compared with the pipeline")
    size = percent(gap, signed=False, flip=gap.mean < 0)
    if gap.mean < 0:
        return say("reports understate by {size}", size=size)
    return say("reports overstate by {size}", size=size)


def title(comparison: Comparison, policies: Sequence[str] | None = None) -> str:
    """The overstatement under the first rival of some policies, else the largest of all; beside the baseline's."""
    panel = comparison.panel
    known = {p: g for p in panel.policies if (g := _gap(comparison, p)).mean is not None}
    headed = [p for p in policies or () if p in known and p != panel.baseline]
    if not known:
        return say("Reported and true pipeline")
    most = headed[0] if headed else max(known, key=lambda p: known[p].mean or 0.0)
    base = panel.baseline
    text = say(
        "Under '{policy}' reports {overstate} in the first quarter after the start",
        policy=most, overstate=_words(known[most]),
    )  # fmt: skip
    if most == base or base not in known:
        return text
    return text + say("; under '{base}' they {overstate}", base=base, overstate=_words(known[base]))
