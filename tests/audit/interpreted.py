"""Small lives, uncompiled: the engine against the reference, for mutants of kernels. Exit code 1 where they differ.

    python -m tests.audit.interpreted

Compiled, a mutant would have to be compiled anew, which takes longer than these lives. Uncompiled, the mean of knowledge
over the reps is summed in another order and may differ in its last bits: that one column is compared to ten digits.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from reference.cases import SCENARIOS, firm
from reference.test_reference_history import LOCKDOWN

from benchmarks.reference import side_by_side
from simulation.spec import load_scenario

SIZES: dict[str, Any] = {"weeks": 14, "start_week": 2, "burn_in_weeks": 3}
SMALL = (
    "world.reps=8", "world.managers=2", "world.customers=60", "weeks=14", "start_week=2", "burn_in_weeks=2",
)  # fmt: skip
POOL = {
    "pool": {"untouched_weeks": 3, "unclosed_weeks": 6, "claims": 3, "cap": 12, "locks": 4, "cooling_off": 4},
    "territory": {"mode": "preferred"},
    "codification": {"share": 0.05},
    "retrospective": {"every": 4},
    "targets": {"clarity": 1.0},
}
REVERSED = "policies.lockdown_reversed.decision.reverse_week=8"
LOOSE = "history.knowledge_mean"


def cases() -> Iterator[tuple[str, Any, str, tuple[str, ...]]]:
    """Name, scenario, policy and closed gates, those that reach most first."""
    sizes = {**SIZES, "world": {**_world(), "reps": 6, "managers": 2, "customers": 80}}
    lively = firm({"tried": LOCKDOWN}, sizes)
    yield "everything at once", lively, "tried", ()
    moving = {"rnd_gain": 1.0, "segment_fit_drift": 0.5, "segment_fit_spread": 0.5, "hot_stove": 0.5}
    yield "moving segments", firm({"tried": LOCKDOWN}, sizes, **moving), "tried", ()
    exits = {
        "voluntary_exit": 0.0043,
        "exit_morale": 10.0,
        "morale_rest": 0.4,
        "grace_weeks": 0,
        "optimism": 0.0,
    }
    yield "people leave", firm({"tried": {**LOCKDOWN, "pool": POOL["pool"]}}, sizes, **exits), "tried", ()
    yield "all gates closed", lively, "tried", tuple(side_by_side.gates())
    for path in SCENARIOS:
        scenario = load_scenario(path, [*SMALL, *([REVERSED] * (path.stem == "industry_focus"))])
        yield path.stem, scenario, list(scenario.policies)[-1], ()


def _world() -> dict[str, Any]:
    from reference.cases import WORLD

    world: dict[str, Any] = WORLD["world"]
    return world


def main() -> int:
    """Live through all cases; 1 at the first difference."""

    def pairs(engine: Any, reference: Any, row: int) -> Iterator[tuple[str, Any, Any]]:
        for what, theirs, ours in every(engine, reference, row):
            if what == LOOSE and np.allclose(theirs, ours, rtol=1e-10, atol=1e-12, equal_nan=True):
                continue
            yield what, theirs, ours

    every, side_by_side._pairs = side_by_side._pairs, pairs
    for name, scenario, policy, gates in cases():
        began = time.process_time()
        found = side_by_side._lived(scenario, policy, None, 0, gates, each_phase=False)
        if found is not None:
            print(f"{name}: {found}")
            return 1
        print(f"{name}: the same ({time.process_time() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
