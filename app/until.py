"""`--until-decided`: worlds are added until the best policy is known, or the rest does not matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.guard import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.until import Rule
    from simulation.runs import Tables
    from simulation.runs.rounds import Growing
    from simulation.spec import Scenario

MOST = 1000
"""Worlds, unless --replications says otherwise."""
SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(%|k|M)?")
TIMES = {"": 1.0, "k": 1e3, "M": 1e6}
"""Letters behind an amount."""


def rule_for(scenario: Scenario, matters: str, most: int | None) -> Rule:
    """The rule meant by what was typed: `2%` of the baseline's mean, or an amount in the outcome's unit such as `500k`."""
    from analysis.until import Rule
    from analysis.verdict import LEAST_DRAWS
    from simulation.outcomes import OUTCOMES
    from simulation.runs.drawn import WORLDS_A_DRAW

    found = SIZE.fullmatch(matters.strip())
    if found is None or not float(found[1]) < 1e12:
        shown = matters if len(matters) <= 60 else f"{matters[:57]}..."
        raise BadInput(f"--matters: '{shown}' is no size (as 2%, or 500k in the unit of the outcome)")
    if not float(found[1]):
        raise BadInput("--matters: 0 would never be reached between policies that are equal (as 0.5%)")
    most = MOST if most is None else most
    if scenario.draws is not None:  # worlds that begin the draws again tell nothing new of what is uncertain
        most = min(most, WORLDS_A_DRAW * len(scenario.draws.rows))
    first = (
        Rule().first if scenario.draws is None else LEAST_DRAWS
    )  # of what is uncertain, fewer decide nothing
    if found[2] == "%":
        return Rule(float(found[1]) / 100, True, first=first, most=most)
    cents = 100 if OUTCOMES[scenario.outcome].unit == "cents" else 1
    return Rule(float(found[1]) * TIMES[found[2] or ""] * cents, False, first=first, most=most)


def growing(rule: Rule, scenario: Scenario) -> Growing:
    """How an experiment grows by that rule."""
    from simulation.runs.drawn import worlds_a_draw
    from simulation.runs.rounds import Growing

    unit = worlds_a_draw(scenario)

    def more(tables: Tables) -> tuple[Sequence[str], int] | None:
        from analysis import doubt
        from analysis.panel import AnalysisError, read_panel
        from analysis.until import pick

        try:
            panel = read_panel(tables)
        except AnalysisError:  # nothing finished: what follows says so
            return None
        groups = doubt.draw_of_worlds(panel)
        panel = panel if groups is None else doubt.pooled(panel, groups)
        found = pick(panel, scenario.outcome, rule, unit, skewed=groups is not None)
        if found.next is None:
            return None
        going = {*found.running, scenario.baseline}
        return [name for name in panel.policies if name in going], found.next * unit

    return Growing(next(rule.looks(unit)) * unit, more, {"rule": rule.data()})
