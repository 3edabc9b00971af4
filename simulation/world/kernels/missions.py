"""Kernels of missions: what a round holds, how much people give, what effort shows, how an opened road is adopted."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.choosing import road_after_exposure
from simulation.compiled import kernel
from simulation.elementary import exp, log, logistic
from simulation.luck import bits, exponential, normal, uniform
from simulation.world.kernels.handles import reps_of
from simulation.world.kernels.population import cents

F32, U32 = np.float32, np.uint32


@kernel
def draw_round(roads: Any, m: Any, number: Any, price: Any, k0: Any, k1: Any) -> Any:
    """What round `number` of mission m holds, the same under every policy.

    Returns whether the road is passable, the hazard until the breakthrough (Exp(1)), the prize in cents (a Pareto draw with
    the mean `prize`, or that prize), and a standard normal draw for the error in judging effort.
    """
    road = roads[m]
    a, b = bits(k0, k1, U32(m), U32(number * 4))
    c, d = bits(k0, k1, U32(m), U32(number * 4 + 1))
    prize = np.int64(np.rint(road.prize * 100.0))
    if road.tail > F32(0.0):
        scale = log(F32(road.prize) * (road.tail - F32(1.0)) / road.tail)
        prize = cents(scale - log(uniform(c)) / road.tail)
    return uniform(a) < road.feasible, exponential(b), prize * price, normal(d)


@kernel
def give_time(
    table: Any, roads: Any, week: Any, horizon: Any, tolerance: Any, pay_mix: Any, begun: Any, selling: Any, mission: Any,
    asked: Any, road: Any, given: Any,
) -> None:
    """Share of selling time that each member gives: what is asked, weighed against what a failed mission costs them.

    They look as far as they are judged: the chance of a breakthrough within the horizon, against the quota they miss
    meanwhile as far as nobody forgives it. Part of the time they give because they were asked (`obedience`).
    """
    p = table[0]
    team = np.zeros(len(roads), np.float32)
    for r in range(len(selling)):
        given[r] = F32(0.0)
        if selling[r] and mission[r] >= 0:
            team[mission[r]] += asked[r]
    for r in range(len(selling)):
        m = mission[r]
        if m < 0 or not selling[r]:
            continue
        left = F32(max(1, np.int64(roads[m].weeks) - (week - begun[m])))
        seen = min(F32(horizon), left)
        found = road[r] * (F32(1.0) - exp(-roads[m].hazard * team[m] * seen))
        at_stake = min(F32(1.0), left / F32(horizon)) * (F32(1.0) - F32(tolerance)) * F32(pay_mix) / p.pay_mix
        gain = asked[r] * (found * p.mission_reward - (F32(1.0) - found) * at_stake)
        given[r] = asked[r] * (p.obedience + (F32(1.0) - p.obedience) * logistic(p.mission_choice * gain))


@kernel
def leave_for_missions(
    table: Any, roads: Any, week: Any, horizon: Any, tolerance: Any, pay_mix: Any, begun: Any, reps: Any, given: Any, away: Any,
    credit: Any,
) -> None:
    """`give_time`: it adds to the time that people are `away`; attainment is granted for it as far as mistakes are forgiven."""
    of_reps = reps_of(reps)
    give_time(
        table, roads, week, horizon, tolerance, pay_mix, begun, of_reps.selling, of_reps.mission, of_reps.mission_time, of_reps.road,
        given,
    )
    for r in range(len(given)):
        away[r] = min(away[r] + given[r], F32(1.0))
        credit[r] = F32(tolerance) * given[r]


@kernel
def cover(
    table: Any, selling: Any, manager: Any, managers: Any, given: Any, effort: Any, away: Any, installed: Any, reach: Any, care: Any,
) -> None:
    """Team mates look after part of the customers of those who are away; it costs them as much of their own time.

    Both of `reach` and `care` (reps,) are in proportion to a rep's selling time. At most half of anybody's goes to the
    customers of others.
    """
    p = table[0]
    week = p.hours_per_week * p.selling_share
    need, have = np.zeros(managers, np.float32), np.zeros(managers, np.float32)
    for r in range(len(selling)):
        if selling[r] and given[r] > F32(0.0):
            need[manager[r]] += p.mission_cover * p.care_share * week * given[r]
        elif selling[r]:
            have[manager[r]] += week * effort[r] * (F32(1.0) - away[r])
    for r in range(len(selling)):
        m = manager[r]
        if not selling[r] or need[m] <= F32(0.0) or have[m] <= F32(0.0):
            continue
        done = min(F32(1.0), F32(0.5) * have[m] / need[m])
        if given[r] > F32(0.0):
            customers = 0
            for s in range(installed.shape[1]):
                customers += installed[r, s]
            care[r] += done * p.mission_cover * p.care_share * week * given[r] / F32(max(customers, 1))
        else:
            left = F32(1.0) - done * need[m] / have[m]
            reach[r] *= left
            care[r] *= left


@kernel
def advance(
    table: Any, roads: Any, candour: Any, horizon: Any, tolerance: Any, led: Any, selling: Any, mission: Any, asked: Any,
    given: Any, effort: Any, talent: Any, tenure: Any, craft: Any, person_weeks: Any, work: Any, wanted: Any, owed: Any,
) -> None:
    """A week on the road. `person_weeks` (reps,) receives each one's effort; `work` (missions,) the effort of each team times
    competence, `wanted` (missions,) what it would be if all gave what was asked at competence 1. `owed` keeps what the mission
    has cost each member in attainment.

    Who knows what it is for, works with more judgement: it helps where the road is uncertain and people are able, and
    distracts where the work is routine (`purpose_*`, an assumption).
    """
    p = table[0]
    work[:] = F32(0.0)
    wanted[:] = F32(0.0)
    for r in range(len(selling)):
        person_weeks[r] = F32(0.0)
        m = mission[r]
        if m < 0 or not selling[r]:
            continue
        owed[r] += (given[r] * (F32(1.0) - F32(tolerance)) - owed[r]) / F32(horizon)
        uncertain = F32(4.0) * roads[m].feasible * (F32(1.0) - roads[m].feasible)
        purpose = uncertain + p.purpose_ability * (talent[r] + craft[r]) - p.purpose_routine
        drive = max(F32(0.2), F32(1.0) + F32(candour) * p.purpose_gain * purpose)
        person_weeks[r] = given[r] * effort[r] * drive
        ramp = p.newcomer_level + (F32(1.0) - p.newcomer_level) * (F32(1.0) - exp(-F32(tenure[r]) / p.ramp_weeks))
        competence = ramp * exp(p.mission_talent * talent[r])
        competence *= F32(1.0) - roads[m].craft_needed * (F32(1.0) - craft[r])
        if led[m]:
            competence *= F32(1.0) + p.leader_lift
        work[m] += person_weeks[r] * competence
        wanted[m] += asked[r]


@kernel
def look(
    table: Any, roads: Any, clarity: Any, candour: Any, passed: Any, direct: Any, underway: Any, misjudged: Any, work: Any,
    wanted: Any, selling: Any, mission: Any, told: Any, road: Any, belief: Any, mood: Any,
) -> None:
    """What a week without a breakthrough shows to the team and to the leader; both misjudge the effort where goals are vague.

    The team knows its own effort. Reports say that all was given that was asked, as far as the firm is not open, and of the bad
    news (nothing yet) each of two levels passes the share `passed`. Whoever was promised more than they now believe loses morale.
    """
    p = table[0]
    for m in range(len(roads)):
        if not underway[m]:
            continue
        error = exp(p.effort_noise * (F32(1.0) - F32(clarity)) * misjudged[m])
        heard = work[m]
        if not direct:
            heard = (F32(candour) * work[m] + (F32(1.0) - F32(candour)) * wanted[m]) * F32(passed) * F32(passed)
        belief[m] = road_after_exposure(belief[m], roads[m].hazard, heard * error)
        for r in range(len(selling)):
            if selling[r] and mission[r] == m:
                road[r] = road_after_exposure(road[r], roads[m].hazard, work[m] * error)
                mood[r] -= p.broken_promise * max(F32(0.0), told[r] - road[r])


@kernel
def grow_craft(table: Any, meets: Any, selling: Any, person_weeks: Any, craft: Any, fresh: Any) -> None:
    """Effort on missions teaches, on failed ones too; a debrief adds a share of what was learned since the last one.

    `fresh` is craft since the last debrief; a tenth of it is forgotten each month.
    """
    p = table[0]
    for r in range(len(craft)):
        if not selling[r]:
            continue
        fresh[r] *= F32(1.0) + log(p.retention_month) * F32(12.0 / 52.0)
        gain = (F32(1.0) - craft[r]) * (F32(1.0) - exp(-person_weeks[r] / p.craft_weeks))
        craft[r] += gain
        fresh[r] += gain
        if meets:
            craft[r] = min(F32(1.0), craft[r] + p.craft_debrief * fresh[r])
            fresh[r] = F32(0.0)


@kernel
def adopt_roads(roads: Any, opened: Any) -> Any:
    """One week of adoption of every opened road (Bass 1969), whole cents; returns the new recurring revenue.

    `opened` (roads, 3): mission, prize and what has been adopted so far, cents.
    """
    total = np.int64(0)
    for i in range(len(opened)):
        m, prize, adopted = opened[i]
        share = np.float64(adopted) / np.float64(prize)
        rate = np.float64(roads[m].adoption_p) + np.float64(roads[m].adoption_q) * share
        new = np.int64(min(np.float64(prize - adopted), np.rint(rate * np.float64(prize - adopted) / 52.0)))
        opened[i, 2] += new
        total += new
    return total


@kernel
def figures(
    table: Any, tried: Any, status: Any, belief: Any, feasible: Any, person_weeks: Any, opened: Any, selling: Any, craft: Any,
) -> Any:
    """Outcomes of the week: person-weeks; cents of opened roads; mean belief and squared error of it, of missions whose status
    is at least `tried`, nan without any; mean craft, and the number who have that of a leader.
    """
    effort, arr = 0.0, 0
    for r in range(len(person_weeks)):
        effort += np.float64(person_weeks[r])
    for m in range(len(opened)):
        arr += opened[m, 2]
    n, beliefs, errors = 0, 0.0, 0.0
    for m in range(len(status)):
        if status[m] >= tried:
            n += 1
            beliefs += np.float64(belief[m])
            miss = np.float64(belief[m]) - np.float64(feasible[m])
            errors += miss * miss
    people, crafts, leaders = 0, 0.0, 0
    for r in range(len(craft)):
        if selling[r]:
            people += 1
            crafts += np.float64(craft[r])
            leaders += craft[r] >= table[0].leader_craft
    mean, error = (beliefs / n, errors / n) if n else (np.nan, np.nan)
    return effort, arr, mean, error, crafts / people if people else 0.0, leaders
