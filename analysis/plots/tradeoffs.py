"""Trade-offs: money across, morale upwards (or any two outcomes), with the intervals of both; learning beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.language import listed, quoted, say
from analysis.plots import labels, looks, style
from analysis.tradeoffs import LIKELY, Standing, Tradeoffs
from analysis.units import axis_label, name_in_text, scale, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.panel import OutcomeInfo


def tradeoffs(found: Tradeoffs, known: looks.Looks | None = None) -> style.Chart:
    """The first outcome against each of the others. Filled: likely not beaten in everything; hollow: beaten."""
    across, *upwards = found.outcomes
    note = say(
        "Differences to '{base}' (where the lines cross) in the same worlds; bars: 95 % intervals of means. "
        "Filled dots: probably no other policy is better in all of these. Hollow: some other is. Right and up is better.",
        base=found.baseline,
    )
    with style.rules():
        columns = len(upwards)
        figure, axes = style.grid(
            title(found), note, columns, columns, None, cell_height=3.6, gap=(0.95, 0.6), share_y=False
        )
        for ax, up in zip(axes, upwards, strict=True):
            _panel(ax, found, across, up, known)
        return figure


def title(found: Tradeoffs) -> str:
    """Which policies no other beats in everything."""
    outcomes = listed([name_in_text(info.said) for info in found.outcomes])
    front = [quoted(s.policy) for s in found.standings if s.on_front >= LIKELY]
    return say(
        "On {labels} no other policy beats {names} in everything.",
        labels=outcomes,
        names=listed(front) or say("none"),
    )


def _panel(
    ax: Axes, found: Tradeoffs, across: OutcomeInfo, up: OutcomeInfo, known: looks.Looks | None
) -> None:
    units = [scale(info, _reach(found, info)) for info in (across, up)]
    ax.axhline(0, color=style.FAINT, linewidth=1.0)
    ax.axvline(0, color=style.FAINT, linewidth=1.0)
    known = known or looks.of_policies([s.policy for s in found.standings], found.baseline)
    names = []
    for s in found.standings:
        colour = looks.colour_of(s.policy, known)
        x, y = (_ends(s, info, unit[0]) for info, unit in zip((across, up), units, strict=True))
        ax.plot(x[1:], [y[0]] * 2, color=colour, linewidth=1.2)
        ax.plot([x[0]] * 2, y[1:], color=colour, linewidth=1.2)
        full = s.on_front >= LIKELY
        ax.plot(
            x[0], y[0], "o", color=colour, markersize=7, markerfacecolor=colour if full else "white", zorder=3
        )
        names.append((style.shortened(s.policy, 22), x[0], y[0], colour))
    ax.margins(0.14)
    if across.sign < 0:
        ax.invert_xaxis()
    if up.sign < 0:
        ax.invert_yaxis()
    labels.beside(ax, names)
    ax.set_xlabel(axis_label(across, units[0][1]))
    style.heading(ax, up.said, detail=spelled(units[1][1]))


def _reach(found: Tradeoffs, info: OutcomeInfo) -> float:
    ends = [
        abs(v)
        for s in found.standings
        if (e := s.effects[info.name])
        for v in (e.mean, e.low, e.high)
        if v is not None
    ]
    return max(ends, default=1.0)


def _ends(s: Standing, info: OutcomeInfo, divisor: float) -> tuple[float, float, float]:
    effect = s.effects[info.name]
    if effect is None or effect.mean is None:
        return 0.0, 0.0, 0.0
    low, high = (effect.mean if end is None else end for end in (effect.low, effect.high))
    return effect.mean / divisor, low / divisor, high / divisor


def write_tradeoffs(found: Tradeoffs, folder: Path) -> list[Path]:
    """PNG and SVG below `folder`."""
    return style.save(tradeoffs(found), folder, "tradeoffs")
