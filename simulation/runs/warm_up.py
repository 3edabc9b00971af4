"""The first run of a fresh install: workers share the compiling of kernels instead of each doing all of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.runs.pool import Prepare
    from simulation.runs.record import Replicate
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel


def lived(replicate: Replicate | None) -> tuple[Replicate, Prepare | None]:
    """What lives a replication, and what a worker does before its first: for None, the model itself and `warm_up`."""
    if replicate is not None:
        return replicate, None
    from simulation.runs.replicate import replicate as model

    return model, warm_up


def warm_up(scenario: Scenario, turn: int) -> None:
    """Call every phase of the week once, in a world that is thrown away; workers with an odd `turn` begin with the last.

    A phase compiles the kernels it needs, or loads those that the other worker has compiled by then: they meet in the
    middle. Once all are on disk this costs no more than loading them, which a run would do anyway. What goes wrong here
    is no error: the runs will tell.
    """
    with suppress(Exception):
        from simulation.world.model import SalesModel
        from simulation.world.phases import PHASES

        before_all = scenario.model_copy(update={"burn_in_weeks": 0})
        model = SalesModel(before_all, scenario.baseline)
        steps = (*PHASES, _what_is_rare)
        for step in steps if turn % 2 == 0 else reversed(steps):
            with suppress(Exception):
                step(model)


def _what_is_rare(model: SalesModel) -> None:
    """What no quiet week needs: accounts change hands, people come."""
    import numpy as np

    from simulation.world.deals import list_deals
    from simulation.world.phases.feel import hire
    from simulation.world.phases.hand_over import hand_over
    from simulation.world.transfers import move_accounts

    nobody = np.zeros(0, np.int64)
    list_deals(model.state, False)
    hire(model, nobody)
    move_accounts(model, nobody, nobody)
    model.now.territories_changed = True
    hand_over(model)
