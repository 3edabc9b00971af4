"""Worlds that cost nothing, with numbers that can be known: what is left of the time of a sweep is ours."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.runs.record import RunRecord
from simulation.spec import load_scenario
from simulation.spec.axes import Axis, of_parameter
from simulation.spec.sweep_schema import AxisText
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.spec import Scenario

SMALL = ("world.reps=20", "world.customers=2000")
"""The flagship with a sixth of its reps and a tenth of its customers."""
FLAGSHIP = "scenarios/industry_focus.yaml"


@dataclass(frozen=True)
class MadeUp:
    """A replication whose outcomes follow from parameter, policy and replication; it sleeps `delay` seconds."""

    delay: float = 0.0

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]:
        if self.delay:
            time.sleep(self.delay)
        overlap = scenario.world.parameters.get("overlap", 0.5)
        records = []
        for place, policy in enumerate(policies or scenario.policies):
            value = overlap * (place + 1) + replication
            weeks = np.full(scenario.weeks, value)
            periods = {o.name: weeks for o in OUTCOMES.values() if o.weekly}
            final = {name: value * number for number, name in enumerate(OUTCOMES)}
            records.append(RunRecord(scenario.name, policy, replication, scenario.seed, periods, final, []))
        return records


def small_flagship(points: int, policies: int = 0, replications: int = 1, **changes: Any) -> Sweep:
    """A sweep of the flagship, small, over one parameter and one number of the world; `policies` 0 means all."""
    scenario = load_scenario(FLAGSHIP, SMALL)
    chosen = list(dict.fromkeys([scenario.baseline, *scenario.policies]))[: policies or None]
    scenario = scenario.model_copy(update={"policies": {name: scenario.policies[name] for name in chosen}})
    axes = (
        of_parameter(PARAMETERS["overlap"], AxisText()),
        Axis("world.reps", ("world/reps",), "", (16, 20, 24)),
    )
    values = {
        "name": "made_up", "description": "", "scenario": scenario, "policies": tuple(chosen), "design": "sobol",
        "size": points, "points": points, "replications": replications, "axes": axes,
    }  # fmt: skip
    return Sweep(**{**values, **changes})
