"""The scenario that a tab lives: as it is, or smaller so that a slider answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simulation.spec import Scenario

REPS, CUSTOMERS = 20, 4000
"""A world of more is lived with so many reps; customers in proportion, at most so many."""
WEEKS_AFTER = 104
"""After the start; longer horizons are for runs in the background."""
MOST_REPS, MOST_CUSTOMERS = 400, 100_000
"""Of a world that can be made no smaller."""
LARGER = (1, 2, 4)
"""Should the levers not fit so few people: this many times as large."""


class Shrunk(NamedTuple):
    """The smaller scenario, and what became smaller; `lived` is False for one that is too large all the same."""

    scenario: Scenario
    smaller: bool
    shorter: bool
    lived: bool = True


def shrink(scenario: Scenario) -> Shrunk:
    """The scenario at a size that is lived in a moment; one that fits no smaller world is lived as it is."""
    from simulation.runs.settings import with_settings
    from simulation.spec import SpecError

    weeks = min(scenario.weeks, scenario.start_week + WEEKS_AFTER)
    shorter = weeks < scenario.weeks
    if shorter:
        scenario = scenario.model_copy(update={"weeks": weeks})
    world = scenario.world
    for times in LARGER:
        reps = min(world.reps, REPS * times)
        customers = max(
            reps, min(round(world.customers * reps / world.reps), CUSTOMERS * times, world.customers)
        )
        if (reps, customers) == (world.reps, world.customers):
            break
        managers = max(1, min(reps, round(world.managers * reps / world.reps)))
        try:
            # From the smallest number on: each step is checked by itself.
            sizes = {"world/managers": managers, "world/reps": reps, "world/customers": customers}
            return Shrunk(with_settings(scenario, sizes), True, shorter)
        except SpecError:
            continue
    return Shrunk(scenario, False, shorter, world.reps <= MOST_REPS and world.customers <= MOST_CUSTOMERS)
