"""The exponential bandit of Keller, Rady & Cripps 2005, Econometrica 73(1): hope after effort without a breakthrough.

The rule's answer is held against counting: of many roads, passable with chance p, which of those without a breakthrough
are passable?
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulation.choosing import road_after, road_after_exposure
from tests.patterns.published.printed import Printed, mean

CHANCE, HAZARD = 0.3, 0.2
EFFORTS = (1.0, 0.5, 0.0, 2.0, 1.5, 1.0, 0.25, 3.0)  # by period
ROADS = 1_000_000


def counted(exposure: bool = False, roads: int = ROADS) -> tuple[float, float]:
    """Share of passable roads among those without a breakthrough, and its standard error.

    A passable road breaks through with chance hazard x effort in a period, or (`exposure`) when the sum of hazard x effort
    reaches an exponential threshold.
    """
    rng = np.random.default_rng([2005, exposure])
    passable = rng.random(roads) < CHANCE
    if exposure:
        found = rng.exponential(size=roads) < HAZARD * sum(EFFORTS)
    else:
        found = (rng.random((len(EFFORTS), roads)) < HAZARD * np.array(EFFORTS)[:, None]).any(axis=0)
    return mean(passable[~(passable & found)].astype(np.float64))


def believed(exposure: bool = False) -> float:
    """What the rule comes to believe, period after period."""
    rule, chance = road_after_exposure if exposure else road_after, CHANCE
    for effort in EFFORTS:
        chance = rule(chance, HAZARD, effort)
    return float(chance)


def closed_form(exposure: bool = False) -> float:
    """Bayes in one step: p q / (1 - p + p q), q the chance that a passable road does not show."""
    x = HAZARD * np.array(EFFORTS)
    q = float(np.exp(-x.sum()) if exposure else np.prod(1 - x))
    return CHANCE * q / (1 - CHANCE + CHANCE * q)


def checks() -> Iterator[Printed]:
    """Both forms: by the rule (to the precision of float32) and by counting."""
    for exposure, name in ((False, "posterior by period"), (True, "posterior by exposure")):
        exact = closed_form(exposure)
        yield Printed("Exponential bandit", f"{name}, by the rule", exact, 0.0, 1e-6, believed(exposure), 0.0)
        yield Printed("Exponential bandit", f"{name}, counted", exact, 0.0, 0.0, *counted(exposure))
