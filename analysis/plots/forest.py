"""Forest plot: what each policy changes by the end, several outcomes side by side, each in its own unit.

Two intervals, since one report holds both: the 95 % interval of each difference for itself, which tables and sentences
give, and the wider one at the level of the verdict, at which all differences of a panel hold together with 95 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from analysis.best_text import scaled
from analysis.doubt import few_draws
from analysis.language import mark, say, told
from analysis.paired import Estimate, skew_interval, widened
from analysis.plots import looks, style
from analysis.price import UNSEEN
from analysis.units import measured, percent, scale, spelled
from analysis.verdict import together

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
THICK, THIN = 3.2, 1.0  # widths of the two intervals


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
    """Rows of policies in every panel; dots are means of paired differences, bars their intervals of both kinds."""
    panel = comparison.panel
    outcomes = chosen(comparison)
    if not panel.rivals or not outcomes:
        return None
    columns = min(3, len(outcomes))
    note = say(
        "Difference to '{base}' in the same worlds over the whole horizon. The figure above each bar is the mean with the "
        "95 % interval of this difference alone.",
        base=panel.baseline,
    )
    if len(panel.rivals) > 1:
        note += say(
            " The thin line is as wide as the verdict asks of each lead: {level:.3g} %, so that the {comparisons} "
            "differences of a panel hold together with 95 %.",
            level=100 * level(comparison), comparisons=comparison.decision.comparisons,
        )  # fmt: skip
    note += say(" The arrow points to the better side.")
    if panel.meta.get("calibration") and set(UNSEEN) & set(outcomes):
        note += say(
            " Recurring revenue and gross margin in percent of '{base}': their sums are assumed.",
            base=panel.baseline,
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
        key=0.3,
    )
    _key(figure, comparison)
    for ax, outcome in zip(axes, outcomes, strict=True):
        _panel(ax, comparison, outcome)
    # The axis of policies is shared, so is its scale.
    axes[0].set_yticks(range(len(panel.rivals)), [style.shortened(p, 22) for p in panel.rivals])
    for ax in axes[::columns]:
        ax.tick_params(axis="y", labelsize=9.5)
    axes[0].set_ylim(len(panel.rivals) - 0.45, -0.75)
    return figure


def _panel(ax: Axes, comparison: Comparison, outcome: str) -> None:
    panel = comparison.panel
    info = panel.outcomes[outcome]
    effects = [comparison.effects[p, outcome].effect for p in panel.rivals]
    wide = [_outer(comparison, p, outcome) for p in panel.rivals]
    by_share = _by_share(comparison, outcome)
    if by_share:
        wide = [_in_percent(comparison, p, outcome, one) for p, one in zip(panel.rivals, wide, strict=True)]
        effects = [comparison.effects[p, outcome].percent for p in panel.rivals]
    ends = [v for e in (*effects, *wide) for v in (e.mean, e.low, e.high) if v is not None]
    divisor, unit = (1.0, "%") if by_share else scale(info, max((abs(v) for v in ends), default=0.0))
    ax.axvline(0, color=style.BASELINE, linewidth=1.0)
    ax.grid(False, axis="y")
    low, high = min([0.0, *ends]) / divisor, max([0.0, *ends]) / divisor
    room = 0.12 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    for row, (policy, effect, outer) in enumerate(zip(panel.rivals, effects, wide, strict=True)):
        if effect.mean is None:
            ax.text(0, row, say("n/a"), size=8, color=style.QUIET, va="center", ha="center")
            continue
        colour = looks.of(panel)[policy].colour
        for one, width in ((outer, THIN), (effect, THICK)):
            if one.low is not None and one.high is not None:
                ax.plot(
                    [one.low / divisor, one.high / divisor],
                    [row, row],
                    color=colour,
                    linewidth=width,
                    solid_capstyle="butt",
                )
        ax.plot(
            [effect.mean / divisor],
            [row],
            marker="o",
            markersize=5.5,
            color=_filling(effect, outer, colour),
            markeredgecolor=colour,
            markeredgewidth=1.5,
        )
        # The label keeps inside the panel: anchored by where the dot lies between the panel's ends.
        place = (effect.mean / divisor - low + room) / (high - low + 2 * room)
        ax.text(
            effect.mean / divisor,
            row - 0.2,
            percent(effect, column=effects)
            if by_share
            else measured(effect, info, brief=True, column=effects),
            size=7.8,
            va="bottom",
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            ha="left" if place < 0.3 else "right" if place > 0.7 else "center",
        )
    arrow = {1: say("  better →"), -1: say("  ← better"), 0: ""}[int(np.sign(info.direction))]
    style.heading(ax, info.said)
    ax.set_xlabel((spelled(unit) or say("difference")) + arrow)
    ax.xaxis.set_major_locator(MaxNLocator(5))


def _by_share(comparison: Comparison, outcome: str) -> bool:
    """Whether an outcome is drawn in percent of the baseline: a calibration assumes what its sum rests on."""
    panel = comparison.panel
    known = all(comparison.effects[p, outcome].percent.low is not None for p in panel.rivals)
    return outcome in UNSEEN and bool(panel.meta.get("calibration")) and known


def _in_percent(comparison: Comparison, policy: str, outcome: str, one: Estimate) -> Estimate:
    """An interval of a difference, in percent of the baseline's mean."""
    difference = comparison.effects[policy, outcome]
    effect, share = difference.effect.mean, difference.percent.mean
    return scaled(one, share / effect) if effect and share else one


def level(comparison: Comparison) -> float:
    """Level of the intervals that the verdict asks to leave out zero: all of them hold together with 95 %."""
    return together(comparison.decision.comparisons)


def _outer(comparison: Comparison, policy: str, outcome: str) -> Estimate:
    """The wider interval, as the verdict has it: of draws it allows for skewness."""
    panel = comparison.panel
    if comparison.groups is None:
        return widened(comparison.effects[policy, outcome].effect, level(comparison))
    return skew_interval(panel.run(outcome, policy) - panel.run(outcome, panel.baseline), level(comparison))


def _filling(effect: Estimate, outer: Estimate, colour: str) -> str:
    """Full where the wider interval leaves out zero, pale where the 95 % interval alone does, else white."""
    if outer.clear:
        return colour
    red, green, blue = (0.5 + 0.5 * part for part in to_rgb(colour))
    return to_hex((red, green, blue)) if effect.clear else "white"


def _key(figure: style.Chart, comparison: Comparison) -> None:
    """What lines and dots mean, in one row below the note."""
    grey = style.QUIET
    several = len(comparison.panel.rivals) > 1
    dot: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 5.5, "markeredgewidth": 1.5}
    entries = [(Line2D([], [], color=grey, linewidth=THICK), say("95 %, each for itself"))]
    if several:
        entries.append(
            (
                Line2D([], [], color=grey, linewidth=THIN),
                say("{level:.3g} %, as the verdict asks", level=100 * level(comparison)),
            )
        )
    for effect, outer, words in (
        (True, True, say("clear at both") if several else say("clear")),
        (True, False, say("clear for itself only")),
        (False, False, say("not clear")),
    ):
        if several or effect == outer:
            face = _filling(_told(effect), _told(outer), grey)
            entries.append((Line2D([], [], color=grey, markerfacecolor=face, **dot), words))
    figure.legend(
        *zip(*entries, strict=True), loc="upper left", bbox_to_anchor=(0.1 / figure.get_figwidth(), figure.below_note),
        ncols=len(entries), frameon=False, fontsize=8.8, handlelength=1.8, columnspacing=1.6, borderaxespad=0.0,
    )  # fmt: skip


def _told(clear: bool) -> Estimate:
    return Estimate(1.0, 0.5 if clear else -0.5, 1.5, 0)


def title(comparison: Comparison) -> str:
    """How many policies are better or worse on the headline outcome, clearly so also where all are judged at once."""
    panel = comparison.panel
    verdict = comparison.decision
    info = panel.outcomes[verdict.outcome]
    if few_draws(verdict):
        return say(
            "{label} by week {week}: {draws} draws of what is uncertain are too few to judge by",
            label=info.said, week=panel.weeks, draws=verdict.draws,
        )  # fmt: skip
    effects = {p: _outer(comparison, p, verdict.outcome) for p in panel.rivals}
    better = [p for p, e in effects.items() if e.clear and (e.mean or 0.0) * info.sign > 0]
    worse = [p for p, e in effects.items() if e.clear and (e.mean or 0.0) * info.sign < 0]
    unclear = len(effects) - len(better) - len(worse)
    values = {
        "label": info.said, "week": panel.weeks, "better": _count(better, BETTER), "worse": _count(worse, WORSE),
        "base": panel.baseline, "unclear": unclear,
    }  # fmt: skip
    if len(effects) > 1:
        return say(
            "{label} by week {week}, all judged at once: {better}, {worse} than '{base}', {unclear} cannot be told from it",
            **values,
        )
    return say(
        "{label} by week {week}: {better}, {worse} than '{base}', {unclear} cannot be told from it", **values
    )


BETTER, WORSE = mark("clearly better"), mark("clearly worse")


def _count(policies: list[str], what: str) -> str:
    if len(policies) == 1:
        return say("'{policy}' {what}", policy=policies[0], what=told(what))
    return say("{number} {what}", number=len(policies) or say("none"), what=told(what))
