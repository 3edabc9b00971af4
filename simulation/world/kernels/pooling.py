"""Kernels of the public pool: what reps lock, what they pretend to work on, what goes back."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import kernel
from simulation.elementary import log
from simulation.luck import bits, uniform
from simulation.world.columns import LEAD, NOBODY, PROSPECT
from simulation.world.kernels.identity import person_word

F32, U32 = np.float32, np.uint32
DISPOSITION = U32(2048)
"""Number of the draw of a person, among those of the purpose PERSON, that says whether the person logs fake touches."""


@kernel
def lock(
    locks: Any, p: Any, price: Any, log_median: Any, sigma: Any, waiting: Any, n_waiting: Any, opened: Any, seat: Any,
    segment: Any, stage: Any, owner: Any, size: Any, value: Any, locked: Any,
) -> None:
    """Mark the `locks` most valuable accounts of each rep, prospects and open deals together; ties to the lower row.

    A deal counts by its value, a prospect by the median of the deals it would give, both in 1/65,536 of a log unit.
    """
    reps = len(locked)
    score = np.zeros((reps, locks), np.int64)
    weight = F32(np.sqrt(p[0].size_share))
    locked[:] = NOBODY
    for j in range(n_waiting + len(opened)):
        i = np.int64(waiting[j] if j < n_waiting else opened[j - n_waiting])
        r = owner[i] if j < n_waiting else seat[j - n_waiting]
        if r < 0:
            continue
        s = segment[i]
        worth = log_median[s] + sigma[s] * weight * size[i]
        if stage[i] != PROSPECT:
            worth = log(F32(value[i] // price) / F32(100.0))
        points = np.int64(worth * F32(65536.0))
        for k in range(locks):
            better = points > score[r, k] or (points == score[r, k] and i < locked[r, k])
            if locked[r, k] == NOBODY or better:
                for later in range(locks - 1, k, -1):
                    score[r, later] = score[r, later - 1]
                    locked[r, later] = locked[r, later - 1]
                score[r, k] = points
                locked[r, k] = i
                break


@kernel
def put_back(
    table: Any, week: Any, untouched: Any, unclosed: Any, locked: Any, waiting: Any, n_waiting: Any, opened: Any, seat: Any,
    qualified_week: Any, deal_stage: Any, chance: Any, soon: Any, n_soon: Any, person0: Any, person1: Any, person: Any, selling: Any,
    stage: Any, owner: Any, former_owner: Any, handover_week: Any, stage_week: Any, due_week: Any,
    touched_week: Any, value: Any, prospects: Any, open_deals: Any, lost: Any, stale: Any, faked: Any,
) -> Any:
    """Prospects and leads without a touch, and open deals without an end, go back to the pool and surface next week.

    `untouched` and `unclosed` are weeks, 0 for never. Reps with the disposition (`fake_touches` of all persons) log a touch
    instead where the first would strike; `faked` (reps,) counts these. A deal that goes back is over: its value is added to
    `lost` (reps,), in cents. What goes is taken out of `waiting`, or closed, and appended to `soon`. Returns how many went,
    and the lengths of `waiting` and `soon`.
    """
    p = table[0]
    fakes = np.zeros(len(selling), np.bool_)
    for r in range(len(selling)):
        a, _ = bits(person0, person1, person_word(r, person[r]), DISPOSITION)
        fakes[r] = selling[r] and uniform(a) < p.fake_touches
    gone, kept = 0, 0
    for j in range(n_waiting + len(opened)):
        deal, k = j >= n_waiting, j - n_waiting
        i = np.int64(opened[k] if deal else waiting[j])
        r = seat[k] if deal else owner[i]
        goes = False
        if r >= 0:
            idle = untouched > 0 and stage[i] <= LEAD and week - touched_week[i] >= untouched
            slow = unclosed > 0 and deal and week - qualified_week[k] >= unclosed
            goes = idle or slow
            for place in range(locked.shape[1] if goes else 0):
                if locked[r, place] == i:
                    goes = False
            if goes and fakes[r] and not slow:
                goes = False
                touched_week[i] = week
                faked[r] += F32(1.0)
        if not goes:
            if not deal:
                waiting[kept] = i
                kept += 1
            continue
        gone += 1
        if deal:
            open_deals[r] -= 1
            lost[r] += value[i]
            stale[r] = True
            deal_stage[k], seat[k], chance[k] = PROSPECT, NOBODY, F32(0.0)
        else:
            prospects[r] -= 1
        stage[i] = PROSPECT
        stage_week[i] = week
        value[i] = 0
        owner[i] = NOBODY
        former_owner[i] = r
        handover_week[i] = week
        due_week[i] = week + 1
        if n_soon < len(soon):  # else it waits until the lists are made anew
            soon[n_soon] = i
            n_soon += 1
    return gone, kept, n_soon
