"""A small sweep over made-up worlds whose numbers are known."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from fake_worlds import FakeWorlds, small_scenario

from simulation.parameters import PARAMETERS
from simulation.runs import Progress, sweep_store
from simulation.runs.sweep_run import run_sweep
from simulation.runs.sweep_tables import SweepTables
from simulation.spec.axes import Axis, of_parameter
from simulation.spec.sweep_schema import AxisText
from simulation.spec.sweeps import Sweep

KINDS = ("runs", "periods", "failures", "outcomes")


def small_sweep(size: int = 16, **changes: Any) -> Sweep:
    scenario = small_scenario()
    axes = (
        of_parameter(PARAMETERS["overlap"], AxisText()),
        Axis("world.reps", ("world/reps",), "", (2, 4, 8)),
    )
    values: dict[str, Any] = {
        "name": "small", "description": "", "scenario": scenario, "policies": tuple(scenario.policies),
        "design": "sobol", "size": size, "points": size, "replications": 2, "axes": axes,
    }  # fmt: skip
    return Sweep(**{**values, **changes})


@dataclass(frozen=True)
class Sloped:
    """Worlds in which lockdown gains 1e6 (overlap - .4) reps cents of new ARR over the baseline, with the same luck."""

    worlds: FakeWorlds = field(default_factory=FakeWorlds)

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = self.worlds(scenario, replication, policies, seed)
        overlap = scenario.world.parameters.get("overlap", PARAMETERS["overlap"].default)
        gain = 1e6 * (overlap - 0.4) * scenario.world.reps
        base = 1e8 + 1e5 * replication
        return [
            replace(r, final={**r.final, "new_arr": base + gain * (r.policy == "lockdown")}) for r in records
        ]


def sweep(out: Path | None = None, **options: Any) -> SweepTables:
    given = options.pop("sweep", None) or small_sweep()
    return run_sweep(given, out=out, replicate=options.pop("worlds", None) or Sloped(), **options)


def assert_same(one: SweepTables, other: SweepTables) -> None:
    for kind in KINDS:
        pd.testing.assert_frame_equal(getattr(one, kind), getattr(other, kind))


def sweep_after(ready: Any, block: int, after: int, **options: Any) -> None:
    """`sweep` in blocks of so many runs; after `after` of them, if there are so many left, it waits to be killed."""

    def reached(state: Progress) -> None:
        if state.done >= after:
            ready.set()
            time.sleep(60)

    sweep_store.BLOCK = block
    sweep(progress=reached, **options)
    ready.set()
