"""Scores of deals in the engine, for the fit: a world of the flagship's kind is lived with the parameters found so far."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.calibration.market import USUAL, USUAL_MEDIAN, WIDER
from app.calibration.people import MANAGERS, PROSPECTS, SEATS
from app.calibration.settings import RANGES, USUAL_SIGMA, Floats, centre

if TYPE_CHECKING:
    from analysis.crm.estimates.engine import Scores
    from simulation.spec import Scenario

WORLDS = 4
"""Worlds that are lived: they leave the mean score open by about .02 logits, a hundredth of a hazard."""
SEED, WEEKS, BURN_IN = 20_261_129, 104, 104


def lived(values: Mapping[str, float], careful: bool = True) -> Scores:
    """Scores at these parameters and spread of values (`deal_value_sigma`, of deals that were started)."""
    from analysis.crm.estimates.engine import Scores
    from simulation.facts.score_log import lived_scores

    scenario = scenario_of(values)
    found = lived_scores(scenario, WORLDS if careful else 1)
    all_of_them = scenario.world.segments[0].deal_value_sigma
    taste = (found.value_mean - math.log(USUAL_MEDIAN)) / all_of_them
    narrower = found.value_spread / all_of_them
    return Scores(
        found.mean,
        found.spread,
        found.ahead,
        found.ending,
        *by_talent(found.results),
        float(SEATS * len(found.results)),
        taste,
        narrower,
    )


def by_talent(
    worlds: Sequence[tuple[Mapping[str, Floats], Mapping[int, float]]],
) -> tuple[float | None, float]:
    """How much better people's results are for a logit more of talent, and their spread beside it and beyond chance, logits:
    some are new, and deals are handed over. None for the first where all are of one talent.
    """
    from analysis.crm.estimates.groups import results
    from analysis.crm.estimates.histories import Histories
    from analysis.crm.estimates.spread import middle_of_spread

    slopes, left = [], []
    for deals, talents in worlds:
        known = (deals["qualified"] >= 0) & np.isin(deals["owner"], list(talents))
        cause, begun = deals["outcome"][known].astype(np.int64), deals["qualified"][known]
        ended = np.where(cause > 0, deals["ended"][known], WEEKS - 1)
        owners, group = np.unique(deals["owner"][known], return_inverse=True)
        nothing = np.full(len(group), np.nan)
        history = Histories(
            (ended - begun).astype(np.int64), cause, 7 * begun, 7 * ended, nothing, 7.0 * (WEEKS - 1)
        )
        use, mean, variance, luck = results(history, group, len(owners))
        talent = np.array([talents[int(owner)] for owner in owners[use]])
        apart = float(np.ptp(talent)) > 0
        line = np.polyfit(talent, mean, 1) if apart else np.array([np.nan, mean.mean()])
        slopes.append(line[0])
        left.append(middle_of_spread(mean - np.polyval(np.nan_to_num(line), talent), variance, luck) ** 2)
    slope = float(np.mean(slopes))
    return slope if np.isfinite(slope) else None, float(np.sqrt(np.mean(left)))


def scenario_of(values: Mapping[str, float]) -> Scenario:
    """A sales force and a market as the flagship's, its segments alike, at these parameters; others keep their defaults."""
    from simulation.spec import Scenario

    parameters = {
        name: min(max(value, RANGES[name][0]), RANGES[name][1])
        for name, value in values.items()
        if name in RANGES
    }
    sigma = min(values.get("deal_value_sigma", USUAL_SIGMA / WIDER), 3.0 / WIDER)
    if "value_slope" in parameters:
        parameters["score_centre"] = centre(parameters["value_slope"], sigma)
    segments = [
        {"name": name, "share": share, "deal_value_median": USUAL_MEDIAN, "deal_value_sigma": sigma * WIDER,
         "relationship_share": 0.05}
        for name, share in USUAL.items()
    ]  # fmt: skip
    world = {
        "reps": SEATS,
        "managers": MANAGERS,
        "customers": SEATS * PROSPECTS,
        "segments": segments,
        "parameters": parameters,
    }
    plain = {
        "name": "lived",
        "seed": SEED,
        "weeks": WEEKS,
        "burn_in_weeks": BURN_IN,
        "world": world,
        "policies": {"open": {}},
    }
    return Scenario.model_validate_json(json.dumps(plain))
