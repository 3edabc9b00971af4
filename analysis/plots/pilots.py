"""What a pilot's result is worth, beside what the pilot costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.language import say
from analysis.plots import looks, style
from analysis.units import MONEY, plain, scale, spelled


def pilots(value: Mapping[str, Any], known: looks.Looks) -> style.Chart | None:
    """Two bars a pilot with 95 % intervals; None without pilots. `value` is what `value --json` prints: currency units."""
    rows = value["pilots"]
    if not rows:
        return None
    ends = [
        abs(100 * v)
        for r in rows
        for v in (r["value"], r["ci_high"], r["cost"], r["cost_ci_high"], r["cost_ci_low"])
        if v
    ]
    divisor, unit = scale(MONEY, max(ends, default=1.0))
    with style.rules():
        note = say(
            "Above: what its result is worth a year, as better choices by it, mean of {cases} cases. Below, grey: what it "
            "costs once "
            "against no pilot. Lines: 95 % intervals. The dashed line is what all there is to know would be worth.",
            cases=value["cases"],
        )
        figure, (ax,) = style.grid(
            title(value), note, 1, 1, None, 0.6 * len(rows) + 0.3, left=1.9, key=-0.35, width=style.NARROW
        )
        for row, pilot in enumerate(rows):
            for shift, colour, mean, low, high in (
                (
                    -0.18,
                    looks.colour_of(pilot["policy"], known),
                    pilot["value"],
                    pilot["ci_low"],
                    pilot["ci_high"],
                ),
                (0.18, style.QUIET, pilot["cost"], pilot["cost_ci_low"], pilot["cost_ci_high"]),
            ):
                if mean is None:
                    continue
                ax.barh(row + shift, 100 * mean / divisor, height=0.32, color=colour, alpha=0.6, linewidth=0)
                if low is not None and high is not None:
                    ax.plot(
                        [100 * low / divisor, 100 * high / divisor],
                        [row + shift] * 2,
                        color=style.INK,
                        linewidth=1.4,
                    )
        ax.axvline(0, color=style.BASELINE, linewidth=1.0)
        ax.axvline(100 * value["perfect"] / divisor, color=style.QUIET, linewidth=1.2, linestyle=(0, (4, 2)))
        ax.set_yticks(range(len(rows)), [_name(pilot) for pilot in rows], size=7.8)
        ax.tick_params(axis="y", labelcolor=style.INK)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.grid(visible=False, axis="y")
        ax.margins(x=0.08)
        ax.set_xlabel(spelled(unit))
        return figure


def _name(pilot: Mapping[str, Any]) -> str:
    return say(
        "{policy},\n{weeks} weeks, {reps} reps",
        policy=style.shortened(pilot["policy"], 20),
        weeks=pilot["weeks"],
        reps=pilot["reps"],
    )


def title(value: Mapping[str, Any]) -> str:
    """Whether the best pilot is worth what it costs."""
    best = max(value["pilots"], key=lambda p: p["value"] - (p["cost"] or 0.0))
    once = best["cost"] or 0.0  # below 0 where those who pilot win more than the others on the way
    worth, cost = plain(100 * best["value"], MONEY), plain(100 * abs(once), MONEY)
    names = {
        "weeks": best["weeks"],
        "reps": best["reps"],
        "policy": best["policy"],
        "worth": worth,
        "cost": cost,
    }
    if once < 0:
        names["worth"] = say("{size} a year", size=worth) if best["value"] else say("nothing beyond chance")
        if (best["cost_ci_high"] or 0.0) < 0:
            return say(
                "A pilot of '{policy}', {weeks} weeks with {reps} reps, is worth {worth} and brings in {cost} once",
                **names,
            )
        return say(
            "A pilot of '{policy}', {weeks} weeks with {reps} reps, is worth {worth}; no cost can be shown",
            **names,
        )
    if not best["value"]:
        return say(
            "A pilot of '{policy}', {weeks} weeks with {reps} reps, is worth nothing beyond chance and costs {cost} once",
            **names,
        )
    if best["cost_ci_high"] is not None and best["ci_low"] > best["cost_ci_high"]:
        return say(
            "A pilot of '{policy}', {weeks} weeks with {reps} reps, is worth {worth} a year and costs {cost} once",
            **names,
        )
    return say(
        "A pilot of '{policy}', {weeks} weeks with {reps} reps: {worth} a year against {cost} once, not clearly worth "
        "its cost",
        **names,
    )
