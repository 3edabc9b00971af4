"""Denrell & March 2001, "Adaptation as information restriction: the hot stove effect", Organization Science 12(5).

Learners choose between a sure pay and a risky one of the same mean. Propensities and aspirations are float64: in
float32 an aspiration that closes in on the sure pay from below reaches it within the 50 periods, and pay that only
equals the aspiration counts as a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.choosing import aspiration_after, propensity_after
from simulation.compiled import kernel
from simulation.luck import Purpose, bits, normal, stream_key, uniform, world_key
from tests.patterns.published.printed import Printed, mean

SURE, SPREAD, PERIODS = 10.0, 10.0, 50
RUNS = 200_000
PRINTED_RUNS = 5_000


@kernel
def _live(periods: Any, speed: Any, aspiration_speed: Any, k0: Any, k1: Any, risky: Any) -> None:
    """`risky` (runs,) receives whether the choice of the last period is the risky one."""
    for run in range(len(risky)):
        propensity, aspiration = 0.5, SURE  # propensity: of the risky one
        for period in range(periods):
            x, y = bits(k0, k1, run, period)
            risky[run] = uniform(x) < propensity
            if risky[run]:
                pay = SURE + SPREAD * np.float64(normal(y))
                propensity = propensity_after(propensity, pay, aspiration, speed)
            else:
                pay = SURE
                propensity = 1.0 - propensity_after(1.0 - propensity, pay, aspiration, speed)
            aspiration = aspiration_after(aspiration, pay, aspiration_speed)


def risky_choices(speed: float = 0.5, aspiration_speed: float = 0.5, runs: int = RUNS) -> NDArray[np.float64]:
    """(runs,) 1 where a learner's choice in period 50 is the risky one."""
    risky = np.empty(runs, np.bool_)
    _live(PERIODS, speed, aspiration_speed, *stream_key(world_key(2001, 0), Purpose.CHOICE), risky)
    return risky.astype(np.float64)


def checks() -> Iterator[Printed]:
    """The printed share is that of 5,000 learners: its error is a binomial one."""
    printed = 0.0026
    error = (printed * (1 - printed) / PRINTED_RUNS) ** 0.5
    yield Printed(
        "Denrell & March 2001", "risky share, a = b = .5", printed, error, 0.00005, *mean(risky_choices())
    )
