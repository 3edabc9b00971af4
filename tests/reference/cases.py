"""What the reference is compared on: scenarios made small, levers set, gates closed."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.reference.side_by_side import same_history
from simulation.compiled import INTERPRETED
from simulation.spec import Scenario, load_scenario

SCENARIOS = sorted((Path(__file__).resolve().parents[2] / "scenarios").glob("*.yaml"))
SMALL = (
    *("world.reps=12", "world.managers=3", "world.customers=300"),
    *("weeks=60", "start_week=6", "burn_in_weeks=8"),
)
COMPILED_ONLY = pytest.mark.skipif(
    INTERPRETED,
    reason="takes minutes, and the engine's mean knowledge differs in the last bit when it is not compiled",
)
LONG = bool(os.environ.get("SALESPOLICY_LONG_REFERENCE"))
"""Whether every setting of every lever is lived through, and more random worlds."""

ROADS = (
    {
        "name": "road",
        "week": 4,
        "feasible": 0.5,
        "hazard": 0.05,
        "people": 4,
        "weeks": 13,
        "prize": 1e6,
        "pause": 3,
    },
    {
        "name": "far",
        "week": 9,
        "feasible": 0.9,
        "hazard": 0.02,
        "people": 3,
        "weeks": 30,
        "prize": 1e5,
        "tail": 1.4,
    },
)
SEGMENTS = [
    {"name": name, "share": share, "deal_value_median": 10_000.0, "deal_value_sigma": 1.2, "cycle": cycle}
    for name, share, cycle in (("A", 0.5, 1.0), ("B", 0.3, 1.0), ("C", 0.2, 0.5))
]
WORLD: dict[str, Any] = {
    "weeks": 40, "start_week": 4, "burn_in_weeks": 8, "baseline": "open",
    "world": {
        "reps": 12, "managers": 3, "customers": 300, "segments": SEGMENTS,
        "missions": [{**ROADS[0], "repeats": True}, ROADS[1]],
        "parameters": {"initial_customers": 0.3, "surfacing": 0.1, "cooling_weeks": 6, "vacancy_weeks": 13},
    },
}  # fmt: skip
"""A lively firm: many prospects surface, seats are filled soon, missions repeat."""


@cache
def small(path: Path) -> Scenario:
    return load_scenario(path, SMALL)


LARGE: dict[str, Any] = {
    "weeks": 8, "start_week": 2, "burn_in_weeks": 2,
    "world": {
        **WORLD["world"], "reps": 200, "managers": 16, "customers": 9_000,
        "parameters": {
            "initial_customers": 0.1, "surfacing": 0.1, "vacancy_weeks": 13, "quota_ratio": 1.5, "assessment_weeks": 4,
            "grace_weeks": 0, "involuntary_exit": 0.0043, "exit_attainment": 4.0, "voluntary_exit": 0.0043,
            "exit_morale": 10.0, "morale_rest": 0.9, "morale_result": 0.1, "fallback_weight": 5.0,
        },
    },
}  # fmt: skip
"""So many people and accounts that loops take their way for many: several blocks of 1,024 customers, more than 32 who may
claim a prospect, more than eight who leave in one week."""


def firm(policies: dict[str, Any], sizes: dict[str, Any] | None = None, **parameters: float) -> Scenario:
    """The lively firm (`sizes`: another) under these policies, beside `open`. SpecError where they contradict it."""
    base = {**WORLD, **(sizes or {})}
    world = {**base["world"], "parameters": {**base["world"]["parameters"], **parameters}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "firm.yaml"
        data = {**base, "world": world, "policies": {"open": {}, **policies}}
        plain = json.loads(json.dumps(data))  # no two parts of a file are one
        file.write_text(yaml.safe_dump(plain), encoding="utf-8")
        return load_scenario(file)


def assert_same(scenario: Scenario, policy: str, closed_gates: tuple[str, ...] = ()) -> None:
    """Engine and reference live the same history; else the test says where they part."""
    found = same_history(scenario, policy, closed_gates=closed_gates)
    assert found is None, str(found)
