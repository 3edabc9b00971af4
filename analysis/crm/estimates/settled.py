"""The opportunity fitted with the scores that deals have in the engine at the parameters found: a fixed point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import NAMES
from analysis.crm.estimates.engine import USUAL_PART, Lived, Scores
from analysis.crm.estimates.hazards_told import PARAMETERS, Ranges
from analysis.crm.estimates.histories import Histories
from analysis.crm.estimates.process import Process, followed, process
from analysis.crm.estimates.talent import talent_of
from analysis.crm.estimates.worth import first_look

if TYPE_CHECKING:
    from analysis.crm.finding import Floats
    from analysis.crm.table import Crm

ROUNDS = 2
"""Rounds of fitting and living. Scores depend on the hazards little (through how full books are), so they settle soon."""

KNOWN = 0.9
"""Share of deals whose rep is known from which on reps are counted: the mean talent of few people is not that of all."""


def settled(
    crm: Crm,
    history: Histories,
    ranges: Ranges,
    defaults: Mapping[str, float],
    lived: Lived | None = None,
    odds: float | None = None,
) -> Process | None:
    """The fit, None with few wins. `defaults` stand for what is not known; `odds`: spread of reps' results, if found."""
    of = followed(crm, history, ranges, defaults)
    if of is None:
        return None
    scores, part, slope, talent = Scores(), USUAL_PART, defaults["value_slope"], defaults["talent_weight"]
    row: Floats | None = None
    for turn in range(ROUNDS + 1):
        row = of.best(scores, part, row)
        seen = first_look(history, row, scores, slope)
        part = abs(seen[0] * seen[1]) if seen else USUAL_PART
        talent = float(talent_of(odds, history, row, scores)) if odds is not None else talent
        if lived is None or turn == ROUNDS:
            break
        scores = lived({**_parameters(row, seen), "talent_weight": talent}, turn == ROUNDS - 1)
    people = max(crm.deals["rep"].nunique(), 1) if (crm.deals["rep"] != "").mean() > KNOWN else np.inf
    return process(of, scores, part, talent * np.sqrt(1 / people + 1 / scores.people), row)


def _parameters(row: Floats, seen: tuple[float, float] | None) -> dict[str, float]:
    """What the engine is to be lived with: the fit, and slope and spread of values."""
    found = {name: float(row[NAMES.index(short)]) for name, short in PARAMETERS.items()}
    values = {"value_slope": seen[0], "deal_value_sigma": seen[1]} if seen else {}
    return {**found, **values}
