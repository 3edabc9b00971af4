"""Stand-ins for the model: quick replications with known numbers, and faults on demand.

Importable by workers.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulation.outcomes import OUTCOMES
from simulation.runs.record import RunError, RunRecord
from simulation.spec import Scenario, Segment, World

POLICIES = ("open", "lockdown", "preferred")


def small_scenario(**changes) -> Scenario:
    policies = {name: {} for name in POLICIES}
    policies["lockdown"] = {"territory": {"mode": "lockdown", "teams": 1}}
    segments = (
        Segment(name="a", share=0.5, deal_value_median=1000, deal_value_sigma=1),
        Segment(name="b", share=0.5, deal_value_median=1000, deal_value_sigma=1),
    )
    world = World(reps=4, managers=1, customers=40, segments=segments)
    values = {
        "name": "small",
        "weeks": 20,
        "start_week": 5,
        "replications": 4,
        "world": world,
        "policies": policies,
    }
    return Scenario(**{**values, **changes})


def record(scenario: Scenario, policy: str, replication: int, seed: int) -> RunRecord:
    """A made-up run: the same world for every policy, a steady gain or loss from the start week on."""
    luck = np.random.default_rng([seed, replication])
    effect = {"open": 0.0, "lockdown": -0.3, "preferred": 0.1}.get(policy, 0.05)
    after = np.arange(scenario.weeks) >= scenario.start_week
    periods, final = {}, {}
    for name, outcome in OUTCOMES.items():
        if not outcome.weekly:
            final[name] = float("nan") if replication % 2 else 7.0
            continue
        level = luck.uniform(0.4, 0.6, scenario.weeks) * (1 + effect * after)
        periods[name] = (level * 1e7).astype(np.int64) if outcome.unit == "cents" else level
        weeks = periods[name][scenario.start_week :] if "start" in outcome.reduce else periods[name]
        total = (
            weeks[-1]
            if outcome.reduce == "last"
            else weeks.mean()
            if "mean" in outcome.reduce
            else weeks.sum()
        )
        final[name] = float(total)
    start = {"week": scenario.start_week, "action": f"start [{policy}]", "why": "the policy says so"}
    decisions = [] if policy == "open" else [start, {**start, "week": scenario.weeks - 1, "action": "stop"}]
    return RunRecord(scenario.name, policy, replication, seed, periods, final, decisions)


@dataclass(frozen=True)
class FakeWorlds:
    """A replicate function. Faults are keyed by replication; `marks` is a directory that workers share."""

    delay: float = 0.0
    raises: frozenset[tuple[str, int]] = frozenset()  # (policy, replication) that raise
    located: bool = True  # say which policy, phase and week
    kills: dict[int, int] = field(default_factory=dict)  # replication -> how many times it kills its worker
    marks: Path | None = None

    def __call__(self, scenario, replication, policies=None, seed=None):
        seed = scenario.seed if seed is None else seed
        if self.marks is not None:
            (self.marks / f"{replication}-{time.monotonic_ns()}-{os.getpid()}").touch()
            if len(list(self.marks.glob(f"{replication}-*"))) <= self.kills.get(replication, 0):
                os.kill(os.getpid(), signal.SIGKILL)
        records = []
        for policy in scenario.policies if policies is None else policies:
            time.sleep(self.delay)
            if (policy, replication) in self.raises:
                error = ZeroDivisionError("no reps left")
                if self.located:
                    raise RunError("", phase="work", week=7, policy=policy) from error
                raise error
            records.append(record(scenario, policy, replication, seed))
        return records

    def calls(self) -> list[int]:
        """The replications begun so far, each as often as it was begun."""
        return sorted(int(path.name.split("-")[0]) for path in self.marks.iterdir())
