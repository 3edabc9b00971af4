"""Kernel of the phase `feel`: results against aspiration, morale, conviction, and who leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.choosing import aspiration_after
from simulation.compiled import kernel
from simulation.elementary import exp
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.knowing import applied_knowledge

F32 = np.float32
STAYS, RESIGNS, DISMISSED = 0, 1, 2


@kernel
def feel(
    table: Any, week: Any, quota: Any, horizon: Any, tolerance: Any, guarantee_weeks: Any, quota_relief: Any,
    candour: Any, meeting_hours: Any, exits_open: Any, reps: Any, tenure: Any, lost_value: Any, gained_value: Any,
    knowledge: Any, team_exits: Any, credit: Any, mood: Any, leaves: Any, to_fill: Any,
) -> Any:
    """One week of every person.

    `credit` (reps,) is attainment granted for time on a mission, `mood` (reps,) what missions do to morale.
    `team_exits` (managers, 2) holds leavers of last week and the people of the team before they left, and receives this week's. `leaves` (reps,) receives
    STAYS, RESIGNS or DISMISSED, and `to_fill` the seats that have been vacant long enough. Returns the money that
    guarantees and lifted quotas cost, the number of people, what they booked, how many leave, how many of these resign, and
    how many seats are to be filled.
    """
    of_reps = reps_of(reps)
    selling, vacant_since, manager = of_reps.selling, of_reps.vacant_since, of_reps.manager
    bookings, book_value, bond = of_reps.bookings, of_reps.book_value, of_reps.bond
    changed_week, applied, result = of_reps.changed_week, of_reps.applied, of_reps.result
    attainment, aspiration, morale = of_reps.attainment, of_reps.aspiration, of_reps.morale
    conviction, bond_norm, earnings = of_reps.conviction, of_reps.bond_norm, of_reps.earnings
    left_resign, left_dismiss = of_reps.left_resign, of_reps.left_dismiss
    p = table[0]
    applied_before = applied.copy()
    applied_knowledge(knowledge, of_reps.touches, of_reps.installed, of_reps.care, applied)
    cost, people, booked, leavers, resigned, ripe = 0.0, 0, 0.0, 0, 0, 0
    for r in range(len(selling)):
        leaves[r] = STAYS
        booked += bookings[r]
        if not selling[r]:
            to_fill[ripe] = r
            ripe += F32(week - vacant_since[r]) >= p.vacancy_weeks
            continue
        people += 1
        since = week - changed_week[r]
        guaranteed = since < guarantee_weeks
        target = quota * (1.0 - np.float64(quota_relief) if guaranteed else 1.0)
        got = F32(min(50.0, bookings[r] / max(target, 1e-9))) + credit[r]
        pay = np.float64(p.commission) * bookings[r]
        if guaranteed:
            top_up = np.float64(p.commission) * max(0.0, quota - bookings[r])
            pay += top_up
            cost += top_up
        earnings[r] += pay
        tenure[r] += 1

        result[r] += (got - result[r]) / p.result_weeks
        attainment[r] += (got - attainment[r]) / F32(horizon)
        felt = min(F32(2.0), result[r])
        gap = felt - aspiration[r]
        aspiration[r] = aspiration_after(aspiration[r], felt, p.aspiration_speed)

        # What the rep could fall back on: the book weighted by relationships, against what the rep is used to.
        if bond_norm[r] <= F32(0.0):
            bond_norm[r] = bond[r]
        bond_norm[r] += F32(0.02) * (bond[r] - bond_norm[r])
        fallback = min(F32(1.0), bond[r] / max(bond_norm[r], F32(1e-6)))
        hurt = gap
        if gap < F32(0.0):
            hurt = gap * (F32(1.0) + p.fallback_weight * (F32(1.0) - fallback))

        change = p.morale_return * (p.morale_rest - morale[r]) + p.morale_result * hurt
        if lost_value[r] > 0:  # the share of the book as it was, without what came instead
            owned = np.float64(book_value[r]) - np.float64(gained_value[r]) + np.float64(lost_value[r])
            change -= p.morale_book_loss * F32(min(1.0, np.float64(lost_value[r]) / owned))
        if since >= 0 and since < 104:
            fading = exp(-F32(since) / p.ambiguity_weeks)
            quieter = F32(0.5) if meeting_hours > F32(0.0) else F32(1.0)
            change -= p.morale_ambiguity * fading * (F32(1.0) - F32(candour)) * F32(2.0) * quieter
        m = manager[r]
        if team_exits[m, 1] > F32(0.0):
            change -= p.morale_peer_exit * team_exits[m, 0] / team_exits[m, 1]
        change += p.morale_growth * (applied[r] - applied_before[r]) + mood[r]
        morale[r] = min(F32(1.0), max(F32(0.0), morale[r] + change))
        success = min(F32(1.0), max(F32(0.0), F32(0.5) + F32(0.5) * gap))
        conviction[r] += p.conviction_speed * (success - conviction[r])

        if not exits_open:
            continue
        resign = p.voluntary_exit * exp(min(F32(8.0), -p.exit_morale * (morale[r] - p.morale_rest)))
        missing = F32(1.0) - min(F32(2.0), attainment[r])
        if missing > F32(0.0):
            missing *= F32(1.0) - F32(tolerance)
        dismiss = p.involuntary_exit * exp(p.exit_attainment * missing)
        if F32(tenure[r]) < p.grace_weeks or guaranteed:
            dismiss = F32(0.0)
        left_resign[r] -= resign
        left_dismiss[r] -= dismiss
        if left_resign[r] <= F32(0.0):
            leaves[r] = RESIGNS
        elif left_dismiss[r] <= F32(0.0):
            leaves[r] = DISMISSED
        leavers += leaves[r] != STAYS
        resigned += leaves[r] == RESIGNS
    team_exits[:] = F32(0.0)
    for r in range(len(selling)):
        team_exits[manager[r], 0] += F32(leaves[r] != STAYS)
        team_exits[manager[r], 1] += F32(selling[r])
    return cost, people, booked, leavers, resigned, ripe
