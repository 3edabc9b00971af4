"""Two policies in the same worlds: weekly differences, and how much pairing is worth."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.paired import t_quantile
from benchmarks.plainly import plainly
from simulation.runs.replicate import replicate
from simulation.spec import Scenario, load_scenario
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel

Floats = NDArray[np.float64]
KEPT = ("new_arr", "morale_mean", "exits", "truth_gap", "gross_margin", "handovers_policy")


@dataclass(frozen=True)
class Pairs:
    """Weekly outcomes of two policies, each (worlds, weeks), by name; `start` is the policies' first week."""

    policy: dict[str, Floats]
    base: dict[str, Floats]
    start: int

    def gap(self, outcome: str, weeks: slice, mean: bool = False) -> Floats:
        """(worlds,) policy less base, summed over weeks or their mean."""
        difference = self.policy[outcome][:, weeks] - self.base[outcome][:, weeks]
        return difference.mean(axis=1) if mean else difference.sum(axis=1)


def live_pair(task: tuple[Scenario, int, str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Weekly outcomes of a policy, and of the one it is held against, in one world."""
    scenario, replication, policy, against = task
    base, other = replicate(scenario, replication, [against, policy])
    return tuple({name: r.periods[name].astype(float) for name in KEPT} for r in (other, base))  # type: ignore[return-value]


def live_pairs(scenario: Scenario, policy: str, replications: Sequence[int], against: str = "open") -> Pairs:
    """The given worlds under a policy and under the one it is held against."""
    lived = in_parallel(live_pair, [(scenario, r, policy, against) for r in replications])
    policies, bases = ({n: np.array([one[k][n] for one in lived]) for n in KEPT} for k in (0, 1))
    return Pairs(policies, bases, scenario.start_week)


def interval(values: Floats) -> tuple[float, float, float]:
    """Mean and its 95 % t interval."""
    half = t_quantile(0.95, len(values) - 1) * float(values.std(ddof=1)) / len(values) ** 0.5
    mean = float(values.mean())
    return mean, mean - half, mean + half


def variance_ratio(policy: Floats, base: Floats) -> float:
    """Variance of the difference of independent worlds over that of paired ones."""
    return float((policy.var(ddof=1) + base.var(ddof=1)) / (policy - base).var(ddof=1))


def ratio_with_interval(policy: Floats, base: Floats) -> tuple[float, float, float]:
    """Variance ratio with a 95 % percentile interval over 2,000 resamples of pairs."""
    rng = np.random.default_rng(5)
    draws = rng.integers(0, len(policy), (2000, len(policy)))
    resampled = np.array([variance_ratio(policy[d], base[d]) for d in draws])
    low, high = np.quantile(resampled, [0.025, 0.975])
    return variance_ratio(policy, base), float(low), float(high)


def paired_worlds(pairs: int, overrides: tuple[str, ...] = ()) -> tuple[Floats, Floats]:
    """New ARR of weeks 0-103 under `preferred` and `open`, in worlds of no other test."""
    scenario = load_scenario(FLAGSHIP, list(overrides))
    lived = live_pairs(scenario, "preferred", range(30_000, 30_000 + pairs))
    return lived.policy["new_arr"].sum(axis=1), lived.base["new_arr"].sum(axis=1)


@plainly
def main(given: list[str]) -> None:
    """How many times pairing divides the variance of open against preferred, and on which weeks it rests."""
    counts, overrides = arguments(given, pairs=200)
    policy, base = paired_worlds(counts["pairs"], overrides)
    ratio, low, high = ratio_with_interval(policy, base)
    mean, down, up = interval((policy - base) / base.mean())
    print(
        f"{counts['pairs']} pairs, new ARR of 104 weeks, preferred less open: {mean:+.4f} [{down:+.4f}, {up:+.4f}] of open"
    )
    print(f"variance unpaired / paired {ratio:.2f} [{low:.2f}, {high:.2f}], at least 5 wanted")
    print(f"correlation of the two policies over worlds {np.corrcoef(policy, base)[0, 1]:.3f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
