"""Kernels of the phase `work`: from morale and hours to touches and their effect."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel
from simulation.elementary import power

F32 = np.float32


@kernel
def effort_and_reach(
    table: Any, selling: Any, felt_morale: Any, conviction: Any, open_deals: Any, installed: Any, meeting_hours: Any,
    away: Any, effort: Any, reach: Any, care: Any,
) -> Any:
    """Effort from morale and conviction; touches per open deal and per customer. Returns all selling hours.

    `felt_morale` (reps,) is the morale that acts (frozen when its gate is closed); `away` (reps,) the share of selling time spent elsewhere.
    """
    p = table[0]
    total = 0.0
    for r in range(len(selling)):
        effort[r] = F32(0.0)
        reach[r] = F32(0.0)
        care[r] = F32(0.0)
        if not selling[r]:
            continue
        push = F32(1.0) + p.morale_effort * (felt_morale[r] - p.morale_rest) + p.conviction_effort * (
            conviction[r] - F32(0.5)
        )
        effort[r] = min(F32(1.5), max(F32(0.2), push))
        hours = p.hours_per_week * p.selling_share * effort[r] * (F32(1.0) - away[r]) - F32(meeting_hours)
        hours = max(F32(0.0), hours)
        customers = 0
        for s in range(installed.shape[1]):
            customers += installed[r, s]
        # Time for deals that are not there goes into bigger efforts on those that are, up to three times the usual.
        usual = (F32(1.0) - p.care_share) * hours / p.open_deals
        reach[r] = (F32(1.0) - p.care_share) * hours / F32(max(open_deals[r], 1))
        reach[r] = min(reach[r], F32(3.0) * usual)
        care[r] = p.care_share * hours / F32(max(customers, 1))
        total += np.float64(hours)
    return total


@kernel
def pushes(table: Any, reach: Any, push: Any) -> None:
    """Effect of touches per rep: (touches / usual touches) ** elasticity; 0 without touches."""
    p = table[0]
    usual = (F32(1.0) - p.care_share) * p.hours_per_week * p.selling_share / p.open_deals
    for r in range(len(reach)):
        push[r] = power(reach[r] / usual, p.effort_elasticity) if reach[r] > F32(0.0) else F32(0.0)
