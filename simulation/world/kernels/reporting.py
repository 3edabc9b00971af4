"""Kernels of the phases `report` and `record`."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel
from simulation.elementary import exp
from simulation.world.columns import CUSTOMER, LEAD, QUALIFIED
from simulation.world.kernels.handles import deals_of, reps_of
from simulation.world.kernels.rows import room_for, rows_where
from simulation.world.kernels.sorting import ascending

F32, U32 = np.float32, np.uint32


@kernel
def state_pipelines(table: Any, stage: Any, seat: Any, value: Any, chance: Any, optimism: Any, stated: Any) -> Any:
    """What reps state about their open deals, cents per rep; returns the true pipeline in cents.

    A stated probability lies between the figure of the stage (sandbagging) and the rep's own view (truth shifted by
    optimism, in logits). Deals without a rep are known to the firm as they are; they are added to the last element.
    """
    p = table[0]
    truth = 0.0
    stated[:] = 0.0
    odds = np.empty(len(optimism), np.float32)
    for r in range(len(optimism)):
        odds[r] = exp(optimism[r])
    for j in range(len(stage)):
        c = chance[j]
        if c <= F32(0.0):
            continue
        worth = np.float64(value[j])
        truth += worth * np.float64(c)
        r = seat[j]
        if r < 0:
            stated[len(stated) - 1] += worth * np.float64(c)
            continue
        advanced = p.stated_qualified if stage[j] == QUALIFIED else p.stated_proposal
        figure = p.stated_lead if stage[j] == LEAD else advanced
        view = c * odds[r] / (c * odds[r] + (F32(1.0) - c))  # the logit shifted by optimism
        view = c if optimism[r] == F32(0.0) else view
        stated[r] += worth * np.float64(p.sandbagging * figure + (F32(1.0) - p.sandbagging) * view)
    return truth


@kernel
def pass_upward(
    passed: Any, selling: Any, manager: Any, manager_optimism: Any, stated: Any, pipeline_norm: Any, manager_norm: Any,
    manager_stated: Any, upward: Any, reached: Any,
) -> Any:
    """Two levels of filtering: of a shortfall against what is expected, only the share `passed` goes up at each level.

    Good news passes whole. What is expected is the running mean of what was stated (26 weeks). `upward` (reps,) receives
    what each rep's manager hears, `reached` the same in money; returns what the leader hears, in cents.
    """
    speed = 1.0 / 26.0
    manager_stated[:] = 0.0
    members = np.zeros(len(manager_stated))
    for r in range(len(selling)):
        upward[r] = reached[r] = 0.0
        if not selling[r]:
            manager_stated[manager[r]] += stated[r]
            continue
        if pipeline_norm[r] <= 0.0:
            pipeline_norm[r] = stated[r]
        upward[r] = stated[r] + (1.0 - passed) * max(0.0, pipeline_norm[r] - stated[r])
        reached[r] = F32(upward[r] / 100.0)
        pipeline_norm[r] += speed * (stated[r] - pipeline_norm[r])
        manager_stated[manager[r]] += upward[r]
        members[manager[r]] += 1.0
    total = stated[len(stated) - 1]
    for m in range(len(manager_stated)):
        heard = manager_stated[m]
        if manager_norm[m] <= 0.0:
            manager_norm[m] = heard
        told = heard + (1.0 - passed) * max(0.0, manager_norm[m] - heard)
        manager_norm[m] += speed * (heard - manager_norm[m])
        manager_stated[m] = told * (1.0 + np.float64(manager_optimism[m]))
        total += manager_stated[m]
    return total


@kernel
def report(
    table: Any, passed: Any, deals: Any, n_deals: Any, reps: Any, manager_optimism: Any, manager_norm: Any, manager_stated: Any,
    stated: Any, upward: Any, reached: Any,
) -> Any:
    """`state_pipelines` of the first `n_deals`, and `pass_upward`: returns the true pipeline, and what the leader hears."""
    of_deals, of_reps = deals_of(deals), reps_of(reps)
    truth = state_pipelines(
        table, of_deals.stage[:n_deals], of_deals.seat, of_deals.value, of_deals.chance, of_reps.optimism, stated
    )
    heard = pass_upward(
        passed, of_reps.selling, of_reps.manager, manager_optimism, stated, of_reps.pipeline_norm, manager_norm, manager_stated,
        upward, reached,
    )
    return truth, heard


@kernel
def rep_usage(stage: Any, owner: Any, usage: Any, out: Any) -> None:
    """Mean usage depth of each rep's customers, 0 without any."""
    counted = room_for(len(stage))
    for row in range(len(stage)):
        counted[row] = (owner[row] >= 0) & (stage[row] == CUSTOMER)
    rows = rows_where(counted, len(stage))
    sums, counts = np.zeros(len(out)), np.zeros(len(out))
    for j in range(len(rows)):
        i = np.uint64(rows[j])
        seat = np.uint64(owner[i])
        sums[seat] += np.float64(usage[i])
        counts[seat] += 1.0
    for r in range(len(out)):
        out[r] = F32(sums[r] / counts[r]) if counts[r] > 0.0 else F32(0.0)


@kernel
def spread_of_beliefs(practices: Any, selling: Any, known: Any, sign: Any) -> Any:
    """Mean over practices and segments of the chance that two reps disagree (0, +1 and -1 are three opinions)."""
    total = 0.0
    people = 0
    for r in range(len(selling)):
        people += 1 if selling[r] else 0
    if people < 2:
        return 0.0
    held, agreed = np.empty(len(selling), np.uint32), np.empty(len(selling), np.uint32)
    for s in range(known.shape[1]):
        for r in range(len(selling)):
            held[r] = known[r, s] if selling[r] else U32(0)
            agreed[r] = sign[r, s] if selling[r] else U32(0)
        for d in range(practices):
            holds, agrees = U32(0), U32(0)
            for r in range(len(selling)):
                holds += (held[r] >> U32(d)) & U32(1)
                agrees += (agreed[r] >> U32(d)) & U32(1)
            yes, no = np.int64(agrees), np.int64(holds) - np.int64(agrees)
            silent = people - yes - no
            same = yes * (yes - 1) + no * (no - 1) + silent * (silent - 1)
            total += 1.0 - same / (people * (people - 1))
    return total / (known.shape[1] * practices)


@kernel
def people(
    table: Any, reps: Any, knowledge: Any, depth: Any, renewals: Any, out: Any,
) -> None:
    """Figures of employed reps: morale mean and 10th percentile, knowledge mean, applied and of the top quarter, bench.

    Then their number, the share of seats under the policy, the mean depth of the playbook, and the sums of `renewals`.
    Percentiles interpolate linearly between order statistics. Applied knowledge is weighted by touches.
    """
    of_reps = reps_of(reps)
    selling, member, morale, tenure = of_reps.selling, of_reps.member, of_reps.morale, of_reps.tenure
    applied, touches = of_reps.applied, of_reps.touches
    p = table[0]
    n = 0
    for r in range(len(selling)):
        n += 1 if selling[r] else 0
    out[:] = 0.0
    out[6] = n
    members = 0
    for r in range(len(member)):
        members += 1 if member[r] else 0
    out[7] = members / len(member)
    for s in range(len(depth)):
        out[8] += np.float64(depth[s]) / len(depth)
    for w in range(len(renewals)):  # cents, far below 2**53: exact
        out[9] += renewals[w, 0]
        out[10] += renewals[w, 1]
    if n == 0:
        out[:6] = np.nan
        return
    per_knowledge = p.segment_specific_share / p.knowledge_reference
    moods, minds = np.empty(n), np.empty(n)
    k = 0
    worked, total, bench = 0.0, 0.0, 0.0
    for r in range(len(selling)):
        if not selling[r]:
            continue
        moods[k] = morale[r]
        mind, here = 0.0, 0.0
        ready = (F32(1.0) - p.segment_specific_share) * (F32(1.0) - exp(-F32(tenure[r]) / p.ramp_weeks))
        for s in range(knowledge.shape[1]):
            mind += np.float64(knowledge[r, s])
            here += np.float64(touches[r, s])
            bench += F32(1.0) - ready <= F32(knowledge[r, s]) * per_knowledge
        minds[k] = mind / knowledge.shape[1]
        worked += here * np.float64(applied[r])
        total += here
        k += 1
    moods, minds = ascending(moods), ascending(minds)
    place = 0.1 * (n - 1)
    low = int(place)
    high = min(n - 1, low + 1)
    top = max(1, n // 4)
    out[0] = moods.mean()
    out[1] = moods[low] + (place - low) * (moods[high] - moods[low])
    out[2] = minds.mean()
    out[3] = worked / total if total > 0.0 else out[2]
    out[4] = minds[n - top :].mean()
    out[5] = bench / knowledge.shape[1]
