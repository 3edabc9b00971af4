"""The opportunity fitted with the scores that deals have in the engine at the parameters found: a fixed point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

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
    scores, part, slope = Scores(), USUAL_PART, defaults["value_slope"]
    for turn in range(ROUNDS + 1):
        row = of.best(scores, part)
        seen = first_look(history, row, scores, slope)
        part = abs(seen[0] * seen[1]) if seen else USUAL_PART
        if lived is None or turn == ROUNDS:
            break
        values = _parameters(row, seen, defaults)
        if odds is not None:
            values["talent_weight"] = float(talent_of(odds, history, row, scores))
        scores = lived(values, turn == ROUNDS - 1)
    return process(of, scores, part)


def _parameters(
    row: Floats, seen: tuple[float, float] | None, defaults: Mapping[str, float]
) -> dict[str, float]:
    """What the engine is to be lived with: the fit, slope and spread of values, and talent."""
    found = {name: float(row[NAMES.index(short)]) for name, short in PARAMETERS.items()}
    values = {"value_slope": seen[0], "deal_value_sigma": seen[1]} if seen else {}
    return {**found, **values, "talent_weight": defaults["talent_weight"]}
