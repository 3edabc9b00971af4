"""Observations of segments put together: against each other, and from several sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.levers.points import Reading

if TYPE_CHECKING:
    from simulation.levers.points.choices import Floats


def blend(*readings: Reading) -> Reading:
    """Several sources together, each weighted by its precision."""
    import numpy as np

    if len(readings) == 1:
        return readings[0]
    parts = [(r.observed.tolist(), r.error.tolist()) for r in readings]  # few: quicker than arrays
    observed, error = [], []
    for s in range(len(parts[0][0])):
        precision = weighted = 0.0
        for seen, variance in parts:
            precision += 1.0 / variance[s]
            weighted += seen[s] / variance[s]
        observed.append(weighted / precision if precision > 0 else 0.0)
        error.append(1.0 / precision if precision > 0 else np.inf)
    return Reading(np.array(observed), np.array(error))


def against_all(values: Floats, count: Floats, variance: float, least: float) -> Reading:
    """Each segment's mean against that of all together; `variance` is one observation's, `count` how many there are."""
    import numpy as np

    pairs = list(zip(values.tolist(), count.tolist(), strict=True))
    total = weighted = 0.0  # in a loop: how exactly `sum` adds depends on the version of Python
    for mean, n in pairs:
        total += n
        weighted += mean * n
    middle = weighted / total if total > 0 else 0.0
    observed = [mean - middle if n > 0 else 0.0 for mean, n in pairs]
    return Reading(
        np.array(observed), np.array([variance / max(n, least) if n > 0 else np.inf for _, n in pairs])
    )
