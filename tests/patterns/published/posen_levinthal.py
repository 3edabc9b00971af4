"""Posen & Levinthal 2012, "Chasing a moving target", Management Science 58(3).

A bandit of ten arms, chosen among by softmax on running means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.choosing import estimate_after, softmax_choice
from simulation.compiled import kernel
from simulation.luck import Purpose, bits, stream_key, uniform, world_key
from tests.patterns.published.printed import Printed, mean

ARMS, PERIODS, PRIOR, TEMPERATURE = 10, 500, 0.5, 0.05
RUNS = 20_000
PRINTED = {"payoff": (280, 0.5), "exploration": (0.170, 0.0005), "knowledge": (0.592, 0.0005)}
PRINTED_RUNS = 25_000


class Lived(NamedTuple):
    """(runs,) sum of pays of 1 or -1; share of choices other than the one before; 1 - squared error of the beliefs."""

    payoff: NDArray[np.float64]
    exploration: NDArray[np.float64]
    knowledge: NDArray[np.float64]


@kernel
def _live(
    periods: Any, temperature: Any, weight: Any, k0: Any, k1: Any, pays0: Any, pays1: Any, chances: Any,
    payoff: Any, exploration: Any, knowledge: Any,
) -> None:  # fmt: skip
    runs, arms = chances.shape
    for run in range(runs):
        beliefs, counts = np.full(arms, PRIOR, np.float32), np.zeros(arms, np.int64)
        noise, before = np.empty(arms, np.float32), np.int64(-1)
        for period in range(periods):
            for arm in range(arms):
                x, _ = bits(k0, k1, run, period * arms + arm)
                noise[arm] = uniform(x)
            arm = softmax_choice(beliefs, temperature, noise)
            exploration[run] += period > 0 and arm != before
            before = arm
            x, _ = bits(pays0, pays1, run, period)
            pay = np.float32(uniform(x) < chances[run, arm])
            payoff[run] += 2.0 * pay - 1.0
            counts[arm] += 1
            beliefs[arm] = estimate_after(beliefs[arm], counts[arm] + weight - 1, pay)
        exploration[run] /= periods
        knowledge[run] = 1.0
        for arm in range(arms):
            knowledge[run] -= (beliefs[arm] - chances[run, arm]) ** 2


def lived(runs: int = RUNS, prior_weight: int = 1) -> Lived:
    """`runs` learners, each with ten arms of its own, whose chances of a pay are Beta(2, 2).

    The prior counts as one trial; the tests try none.
    """
    world = world_key(2012, 0)
    chances = np.random.default_rng(2012).beta(2, 2, (runs, ARMS))
    found = Lived(*(np.zeros(runs) for _ in range(3)))
    _live(
        PERIODS,
        TEMPERATURE,
        prior_weight,
        *stream_key(world, Purpose.CHOICE),
        *stream_key(world, Purpose.OPPORTUNITY),
        chances,
        *found,
    )
    return found


def checks() -> Iterator[Printed]:
    """The printed figures are means of 25,000 learners, taken to vary as ours do."""
    for name, values in lived()._asdict().items():
        printed, rounding = PRINTED[name]
        error = float(values.std(ddof=1)) / PRINTED_RUNS**0.5
        yield Printed("Posen & Levinthal 2012", name, printed, error, rounding, *mean(values))
