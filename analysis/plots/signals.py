"""What to watch some weeks after the start: of every signal, how often stopping by it would be wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.language import say, told
from analysis.paired import Estimate
from analysis.plots import looks, style
from analysis.watching import stands_out

WEEK = 6
PER_HUNDRED = "resignations"
"""The signal that is a count; all others are relative to the quarter before."""


def rules_of(watch: Mapping[str, Any], week: int = WEEK) -> list[Mapping[str, Any]]:
    """Rules of one week that stop at all, best first."""
    return [
        r
        for r in watch["signals"]
        if r["week"] == week and r["threshold"] is not None and math.isfinite(r["threshold"])
    ]


def is_clear(watch: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> bool:
    """Does the first of these rules save something, though it is one of all that were tried?"""
    if not rules:
        return False
    saves = rules[0]["saves"]
    best = Estimate(saves["mean"], saves["ci_low"], saves["ci_high"], int(watch["worlds"]))
    return stands_out(best, len(watch["signals"]))


def stop_if(rule: Mapping[str, Any]) -> str:
    """E.g. "below -12 %", "above 2.5 per 100 seats"."""
    if rule["signal"] == PER_HUNDRED:
        size = say("{number:.1f} per 100 seats", number=rule["threshold"])
    else:
        size = f"{round(100 * rule['threshold']) or 0:+d} %"  # no "-0"
    return say("below {size}", size=size) if rule["stop_if"] == "below" else say("above {size}", size=size)


def signals(watch: Mapping[str, Any], known: looks.Looks) -> style.Chart | None:
    """Dots with 95 % intervals, a row a signal; None where there is no signal. `watch` is what `watch --json` prints."""
    rules = rules_of(watch)
    if not rules:
        return None
    with style.rules():
        note = say(
            "A row a signal of week {week} after the start and the threshold at which to stop. Dots: worlds stopped "
            "though the "
            "policy would have ended ahead. Hollow squares: worlds not stopped though it ends behind. Of {worlds} worlds, "
            "each judged by thresholds chosen without it; lines: 95 % intervals.",
            week=WEEK, worlds=watch["worlds"],
        )  # fmt: skip
        figure, (ax,) = style.grid(
            title(watch), note, 1, 1, None, 0.3 * len(rules) + 0.2, left=2.35, key=-0.35, width=style.NARROW
        )
        colour = looks.colour_of(watch["policy"], known)
        for row, rule in enumerate(rules):
            for name, marker, filling, shift in (
                ("false_stop", "o", colour, -0.14),
                ("missed_stop", "s", "white", 0.14),
            ):
                rate = rule[name]
                if rate["mean"] is None:
                    continue
                if rate["ci_low"] is not None:
                    ax.plot(
                        [100 * rate["ci_low"], 100 * rate["ci_high"]],
                        [row + shift] * 2,
                        color=colour,
                        linewidth=1.9,
                    )
                ax.plot(
                    [100 * rate["mean"]],
                    [row + shift],
                    marker,
                    color=colour,
                    markersize=6,
                    markerfacecolor=filling,
                )
        labels = [say("{what}, {unit}", what=told(r["label"]), unit=stop_if(r)) for r in rules]
        ax.set_yticks(range(len(rules)), labels, size=7.8)
        ax.tick_params(axis="y", labelcolor=style.INK)
        ax.set_ylim(len(rules) - 0.5, -0.6)
        ax.set_xlim(-2, 102)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel(say("percent of worlds: stopped wrongly (●), missed (□)"), size=8)
        return figure


def title(watch: Mapping[str, Any]) -> str:
    """The best signal of the week and its errors, or that none beats deciding beforehand."""
    rules = rules_of(watch)
    if not is_clear(watch, rules):
        return say(
            "'{policy}': no signal of week {week} clearly beats deciding beforehand, by its chance alone",
            policy=watch["policy"], week=WEEK,
        )  # fmt: skip
    best = rules[0]
    return say(
        "'{policy}': stop if {signal} in week {week} are {threshold}; wrong in {false:.0%} of the good worlds, missed in "
        "{missed:.0%} of the bad ones",
        policy=watch["policy"], signal=told(best["label"]), week=WEEK, threshold=stop_if(best),
        false=best["false_stop"]["mean"], missed=best["missed_stop"]["mean"],
    )  # fmt: skip
