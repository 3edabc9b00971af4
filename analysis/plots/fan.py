"""Fan chart of one outcome: a small multiple per policy, with the mean and the spread of worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.language import say
from analysis.plots import looks, series, style
from analysis.units import axis_label, measured, percent, plain, scale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison

SHARES = (0.05, 0.25, 0.75, 0.95)


def draw(comparison: Comparison, outcome: str) -> Figure:
    """Small multiples of one weekly outcome; flows are shown as sums over four weeks."""
    panel = comparison.worlds
    info = panel.outcomes[outcome]
    paths = {p: series.smoothed(panel, outcome, p) for p in panel.policies}
    fans = {p: series.quantiles(values, SHARES) for p, values in paths.items()}
    tops = [np.nanmax(np.abs(f)) for f in fans.values() if np.isfinite(f).any()]
    divisor, unit = scale(info, float(max(tops, default=0.0)))
    columns = min(4, len(panel.policies))
    note = say(
        "Line: mean of {worlds} worlds. Dark and light band: the middle 50 % and 90 % of worlds. Grey dashes: mean of "
        "'{base}'. Dotted: the policies start.",
        worlds=len(panel.replications), base=panel.baseline,
    )  # fmt: skip
    figure, axes = style.grid(
        title(comparison, outcome), note, len(panel.policies), columns, panel.weeks, gap=(0.22, 0.72)
    )
    weeks = np.arange(panel.weeks, dtype=np.float64)
    base = series.mean(paths[panel.baseline]) / divisor
    for i, policy in enumerate(panel.policies):
        ax, look = axes[i], looks.of(panel)[policy]
        fan = fans[policy] / divisor
        style.band(ax, weeks, fan[0], fan[3], look.colour, 0.16)
        style.band(ax, weeks, fan[1], fan[2], look.colour, 0.3)
        if policy != panel.baseline:
            ax.plot(weeks, base, color=style.BASELINE, linewidth=1.1, linestyle=(0, (4, 2)))
        ax.plot(weeks, series.mean(paths[policy]) / divisor, color=look.colour, linestyle=look.dash)
        style.start_line(ax, panel.start_week)
        style.heading(ax, style.shortened(policy, 24), look.colour, _detail(comparison, policy, outcome))
    for ax in axes[::columns]:
        ax.set_ylabel(axis_label(info, unit, series.per(info)))
    return figure


def _detail(comparison: Comparison, policy: str, outcome: str) -> str:
    panel = comparison.panel
    info = panel.outcomes[outcome]
    level = comparison.levels.get((policy, outcome))
    if policy == panel.baseline or (policy, outcome) not in comparison.effects:
        return say("baseline: {level}", level=plain(level.mean, info)) if level else say("baseline")
    effect = comparison.effects[policy, outcome]
    share = effect.percent
    if info.money and share.low is not None:
        return percent(share)
    return measured(effect.effect, info, brief=True)


def title(comparison: Comparison, outcome: str) -> str:
    """The outcome, and who ends furthest from the baseline on either side, if clearly so."""
    panel = comparison.panel
    info = panel.outcomes[outcome]
    clear = {
        p: d.effect.mean or 0.0 for (p, o), d in comparison.effects.items() if o == outcome and d.effect.clear
    }
    if not panel.rivals:
        return say("{label} week by week", label=info.said)
    if not clear:
        return say("{label}: no policy differs clearly from '{base}'", label=info.said, base=panel.baseline)
    high, low = max(clear, key=lambda p: clear[p]), min(clear, key=lambda p: clear[p])
    parts = []
    if clear[high] > 0:
        parts.append(
            say("highest under '{policy}' ({size})", policy=high, size=_detail(comparison, high, outcome))
        )
    if clear[low] < 0:
        parts.append(
            say("lowest under '{policy}' ({size})", policy=low, size=_detail(comparison, low, outcome))
        )
    return say(
        "{label}: {parts} against '{base}'", label=info.said, parts=say(", ").join(parts), base=panel.baseline
    )
