"""What a policy does to people, in figures of their work: resignations, selling hours, win rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.paired import Estimate, paired_difference
from analysis.panel import Array
from analysis.report.words import side
from analysis.units import POINTS, measured, percent

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.report.found import Found

RESIGNATIONS, HOURS = "exits_voluntary", "selling_hours"
ENDS = ("deals_won", "deals_lost", "deals_undecided")


def rows(answer: Comparison) -> list[dict[str, Any]]:
    """One row a rival; empty where the tables lack all of these outcomes."""
    panel = answer.panel
    known = [name for name in (RESIGNATIONS, HOURS) if name in panel.final]
    rated = all(name in panel.final for name in ENDS)
    if not known and not rated:
        return []
    found = []
    for policy in panel.rivals:
        row: dict[str, Any] = {"policy": policy}
        for name, key in ((RESIGNATIONS, "resignations"), (HOURS, "hours")):
            effect = answer.effects.get((policy, name)) if name in known else None
            row[key] = measured(effect.effect, panel.outcomes[name], brief=True) if effect else ""
            row[f"{key}_share"] = percent(effect.percent) if effect and effect.percent.low is not None else ""
            row[f"{key}_side"] = (
                side(effect.effect, -1 if key == "resignations" else 1) if effect else "unclear"
            )
        rate = _rate_gap(answer, policy) if rated else None
        row["rate"] = measured(rate, POINTS) if rate else ""
        row["rate_side"] = side(rate, 1) if rate else "unclear"
        found.append(row)
    return found


def _rate(answer: Comparison, policy: str) -> Array:
    """Percent of opportunities that ended which were won, by replication."""
    won, lost, undecided = (answer.panel.run(name, policy) for name in ENDS)
    ended = won + lost + undecided
    return np.asarray(np.where(ended > 0, 100 * won / np.maximum(ended, 1), np.nan))


def _rate_gap(answer: Comparison, policy: str) -> Estimate:
    panel = answer.panel
    both = panel.pairs_present(policy)
    return paired_difference(_rate(answer, policy), _rate(answer, panel.baseline), 1, both).effect


def industries(found: Found) -> dict[str, Any] | None:
    """Win rate of qualified deals in every industry, under the policies of the scenes; None without scenes."""
    scenes = found.scenes
    if scenes is None:
        return None
    lines = []
    for place, name in [*enumerate(scenes.segments), (None, "")]:
        cells = []
        for policy in scenes.policies:
            gap = None if policy == scenes.baseline else scenes.win_rate_gap(policy, place)
            cells.append(
                {
                    "rate": percent(scenes.win_rate(policy, place), signed=False),
                    "gap": measured(gap, POINTS) if gap else "",
                    "side": side(gap, 1) if gap else "unclear",
                }
            )
        lines.append({"segment": name, "cells": cells})
    return {"policies": scenes.policies, "rows": lines, "worlds": scenes.worlds}
