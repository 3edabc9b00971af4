"""Exits cluster among peers (S8): one rep of every team resigns in one fork of a world and in its twin does not.

Counted are the resignations of the others, of the persons of that day, over the 26 weeks after. No size is published, so the
statement is a sign: more than in the twin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.spec import Scenario
from simulation.world.kernels.feeling import RESIGNS
from simulation.world.model import SalesModel

WEEKS = 26


def live_peers(task: tuple[Scenario, int]) -> tuple[float, float]:
    """Resignations per 100 peers without and with the exit of one rep in each team."""
    scenario, replication = task
    base = SalesModel(scenario, scenario.baseline, replication=replication)
    base.run_until(scenario.start_week)
    reps = base.state.reps
    rng = np.random.default_rng([scenario.seed, replication])
    chosen = np.array(
        [rng.choice(np.flatnonzero(reps.selling & (reps.manager == m))) for m in range(base.setting.managers)]
    )
    peers = reps.selling.copy()
    peers[chosen] = False
    return _resignations(base, peers, chosen[:0]), _resignations(base, peers, chosen)


def _resignations(base: SalesModel, peers: NDArray[np.bool_], leavers: NDArray[np.int64]) -> float:
    model = base.fork(base.policy)
    model.state.reps.left_resign[leavers] = 0
    there, resigned = peers.copy(), 0
    for _ in range(WEEKS):
        model.step()
        resigned += int((there & (model.now.leaves == RESIGNS)).sum())
        there &= model.state.reps.selling
    return 100 * resigned / int(peers.sum())
