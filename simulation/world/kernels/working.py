"""Kernels of the phase `work`: from morale and hours to touches and their effect."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined, kernel
from simulation.elementary import exp, log, power
from simulation.world.kernels.handles import reps_of

F32 = np.float32


@kernel
def effort_and_reach(
    table: Any, felt_morale: Any, meeting_hours: Any, away: Any, spur: Any, reps: Any,
) -> Any:
    """Effort from morale and conviction; touches per open deal and per customer. Returns all selling hours.

    `felt_morale` (reps,) is the morale that acts (frozen when its gate is closed); `away` (reps,) the share of
    selling time spent elsewhere; `spur` (reps,) multiplies effort. `touches` and `bookings` of the week begin at 0.
    """
    of_reps = reps_of(reps)
    selling, conviction, open_deals, installed = of_reps.selling, of_reps.conviction, of_reps.open_deals, of_reps.installed
    effort, reach, care = of_reps.effort, of_reps.reach, of_reps.care
    touches, bookings = of_reps.touches, of_reps.bookings
    p = table[0]
    total = 0.0
    touches[:] = F32(0.0)
    bookings[:] = 0.0
    for r in range(len(selling)):
        effort[r] = F32(0.0)
        reach[r] = F32(0.0)
        care[r] = F32(0.0)
        if not selling[r]:
            continue
        push = F32(1.0) + p.morale_effort * (felt_morale[r] - p.morale_rest) + p.conviction_effort * (
            conviction[r] - F32(0.5)
        )
        effort[r] = min(F32(1.5), max(F32(0.2), push)) * spur[r]
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
def pushes(table: Any, reach: Any, seats: Any, maturity: Any, capability: Any, push: Any) -> None:
    """Effect of touches per rep: (touches / usual touches) ** elasticity, times throughput; 0 without touches."""
    p, throughput = table[0], throughput_of(table, seats, maturity, capability)
    usual = (F32(1.0) - p.care_share) * p.hours_per_week * p.selling_share / p.open_deals
    for r in range(len(reach)):
        push[r] = power(reach[r] / usual, p.effort_elasticity) * F32(throughput) if reach[r] > F32(0.0) else F32(0.0)


@kernel
def spurs(table: Any, quota: Any, specificity: Any, cadence: Any, pay_mix: Any, result: Any, spur: Any) -> None:
    """Effort under these goals and this pay against effort under the firm's own, (reps,).

    A goal pulls in proportion to how specific and how high it is; half of the pull needs talk. Who falls too far behind gives
    the goal up, faster than it grows: so effort rises with the quota up to a point. `result` (reps,) is running attainment of
    the quota asked.
    """
    p = table[0]
    for r in range(len(result)):
        kept = min(F32(1.0), result[r] / p.goal_reach)
        kept_usually = min(F32(1.0), result[r] * F32(quota) / p.goal_reach)
        here = goal_clarity(table, specificity, cadence) * F32(quota) * kept * kept
        usual = goal_clarity(table, p.specificity, 0) * kept_usually * kept_usually
        pay = F32(1.0) + p.pay_effort * (F32(pay_mix) - p.pay_mix)
        spur[r] = max(F32(0.5), F32(1.0) + p.goal_effort * (here - usual)) * pay


@inlined
def goal_clarity(table: Any, specificity: Any, cadence: Any) -> Any:
    """How clear a goal is, 0-1: specificity, of which half fades between check-ins (none: twice a year)."""
    p = table[0]
    weeks = F32(cadence) if cadence > 0 else F32(26.0)
    return F32(specificity) * F32(0.5) * (F32(1.0) + exp(-weeks / p.goal_memory))


@kernel
def clarity_of(table: Any, specificity: Any, cadence: Any) -> Any:
    """`goal_clarity` for callers outside kernels."""
    return goal_clarity(table, specificity, cadence)


@kernel
def throughput_of(table: Any, seats: Any, maturity: Any, capability: Any) -> Any:
    """Throughput of selling against a firm of the reference size without process: process raises it, size lowers it.

    Up to the size of a core team nobody gets in another's way; beyond, throughput falls as a power of size, unless teams have
    learned to work together. Exactly 1 without maturity and capability at the reference size.
    """
    p = table[0]
    friction = p.coordination * (F32(1.0) - F32(capability))
    here = friction * log(max(F32(1.0), F32(seats) / p.core_team))
    reference = p.coordination * log(max(F32(1.0), p.coordination_size / p.core_team))
    return (F32(1.0) + p.process_gain * F32(maturity)) * exp(reference - here)


@kernel
def time_to_write(share: Any, may_write: Any, selling: Any, away: Any) -> Any:
    """Begin the week's time spent elsewhere (`away`, shares of selling time) with that of those who write in any segment.

    Returns how many write, and how many people there are.
    """
    writers, people = 0, 0
    for r in range(len(selling)):
        away[r] = F32(0.0)
        people += selling[r]
        if share > 0.0:
            writes = False
            for s in range(may_write.shape[1]):
                writes |= may_write[r, s]
            if writes:
                away[r] = F32(share)
                writers += selling[r]
    return writers, people
