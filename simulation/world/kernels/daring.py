"""Kernels of the hot stove: whether reps start deals outside what they know best, and what closed deals teach them."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.choosing import aspiration_after, propensity_after
from simulation.compiled import kernel
from simulation.elementary import log
from simulation.world.columns import CUSTOMER, NOBODY, PROPOSAL, PROSPECT

F32 = np.float32
FURTHEST = F32(0.01)  # from 0 and 1: odds of 99 to 1 are as good as always


@kernel
def unfamiliar_segments(practices: Any, knowledge: Any, out: Any) -> None:
    """(reps, segments) whether the rep knows less of the segment than of segments on average; counted in practices."""
    for r in range(knowledge.shape[0]):
        total = np.int64(0)
        for s in range(knowledge.shape[1]):
            total += np.int64(np.rint(knowledge[r, s] * F32(practices)))
        for s in range(knowledge.shape[1]):
            out[r, s] = np.int64(np.rint(knowledge[r, s] * F32(practices))) * knowledge.shape[1] < total


@kernel
def lean(boldness: Any, unfamiliar: Any, out: Any) -> None:
    """(reps, segments) what boldness adds to the appeal of a prospect, log units: its log-odds where unfamiliar."""
    for r in range(unfamiliar.shape[0]):
        bold = min(F32(1.0) - FURTHEST, max(FURTHEST, boldness[r]))
        odds = log(bold / (F32(1.0) - bold))
        for s in range(unfamiliar.shape[1]):
            out[r, s] = odds if unfamiliar[r, s] else F32(0.0)


@kernel
def burn(
    speed: Any, aspiration_speed: Any, price: Any, rows: Any, owners: Any, segment: Any, stage: Any, qualified_week: Any,
    handover_week: Any, value: Any, unfamiliar: Any, boldness: Any, aspiration: Any,
) -> None:
    """Deals that closed this week, in the order of `rows`: pay is the value won, or nothing; owners as the week began.

    Only who started a deal learns from it. The first deal sets what a person expects.
    """
    for j in range(len(rows)):
        i, r = np.int64(rows[j]), owners[j]
        if r == NOBODY or PROSPECT <= stage[i] <= PROPOSAL or handover_week[i] > qualified_week[j]:
            continue
        pay = F32(value[i] // price) if stage[i] == CUSTOMER else F32(0.0)
        if aspiration[r] < F32(0.0):
            aspiration[r] = pay
            continue
        if unfamiliar[r, segment[i]]:
            boldness[r] = propensity_after(boldness[r], pay, aspiration[r], speed)
        else:
            boldness[r] = F32(1.0) - propensity_after(F32(1.0) - boldness[r], pay, aspiration[r], speed)
        aspiration[r] = aspiration_after(aspiration[r], pay, aspiration_speed)
