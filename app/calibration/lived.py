"""Scores of deals in the engine, for the fit: a world of the flagship's kind is lived with the parameters found so far."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.calibration.market import USUAL, USUAL_MEDIAN, WIDER
from app.calibration.people import MANAGERS, PROSPECTS, SEATS
from app.calibration.settings import RANGES, USUAL_SIGMA, centre

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
        found.mean, found.spread, found.ahead, found.ending, found.by_talent, found.other, taste, narrower
    )


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
