"""Explore, then commit, between two normal options whose means differ by a gap: regret in closed form and lived.

The closed form is that of Garivier, Kaufmann & Lattimore 2016, "On explore-then-commit strategies": each option is tried
m times, and the worse one is taken for good when its mean happens to be the higher.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulation.choosing import estimate_after, explore_or_commit
from simulation.compiled import kernel
from simulation.luck import Purpose, bits, normal, stream_key, world_key
from tests.patterns.published.printed import Printed, mean

GAP, ROUNDS, BEST = 0.5, 1000, 38
REGRET = {20: 37.323, BEST: 25.768}  # by number of trials of each
RUNS = 200_000


def closed_form(trials: int, gap: float = GAP, rounds: int = ROUNDS) -> float:
    """Expected regret: of the trials, and of having committed to the worse."""
    return trials * gap + (rounds - 2 * trials) * gap * float(ndtr(-gap * np.sqrt(trials / 2)))


@kernel
def _live(rounds: Any, trials: Any, gap: Any, for_good: Any, k0: Any, k1: Any, regret: Any) -> None:
    for run in range(len(regret)):
        means, counts = np.zeros(2, np.float32), np.zeros(2, np.int64)
        for t in range(rounds):
            choice = explore_or_commit(counts, means, trials)
            regret[run] += gap * choice  # the second is the worse one
            if counts[choice] < trials or not for_good:  # what comes after the commitment no longer counts
                x, _ = bits(k0, k1, run, t)
                counts[choice] += 1
                # the prior of 0 pulls both means alike and so does not change which is the higher
                means[choice] = estimate_after(
                    means[choice], counts[choice], normal(x) - np.float32(gap * choice)
                )


def regrets(trials: int, runs: int = RUNS, for_good: bool = True) -> NDArray[np.float64]:
    """(runs,) regret over all rounds, in units of the options' standard deviation.

    A commitment is for good; the tests try one that goes on learning.
    """
    found = np.zeros(runs)
    _live(ROUNDS, trials, GAP, for_good, *stream_key(world_key(2016, trials), Purpose.OPPORTUNITY), found)
    return found


def checks() -> Iterator[Printed]:
    """The closed form, the best number of trials by it, and both lived."""
    model = "Explore-then-commit"
    for trials, printed in REGRET.items():
        yield Printed(
            model, f"regret, m = {trials}, closed form", printed, 0.0, 0.0005, closed_form(trials), 0.0
        )
        yield Printed(model, f"regret, m = {trials}, lived", printed, 0.0, 0.0005, *mean(regrets(trials)))
    best = min(range(1, ROUNDS // 2), key=closed_form)
    yield Printed(model, "m of least regret, closed form", BEST, 0.0, 0.0, best, 0.0)
