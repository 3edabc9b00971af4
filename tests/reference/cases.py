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


def firm(policies: dict[str, Any], **parameters: float) -> Scenario:
    """The lively firm under these policies, beside `open`. SpecError where they contradict themselves or the world."""
    world = {**WORLD["world"], "parameters": {**WORLD["world"]["parameters"], **parameters}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "firm.yaml"
        data = {**WORLD, "world": world, "policies": {"open": {}, **policies}}
        plain = json.loads(json.dumps(data))  # no two parts of a file are one
        file.write_text(yaml.safe_dump(plain), encoding="utf-8")
        return load_scenario(file)


def assert_same(scenario: Scenario, policy: str, closed_gates: tuple[str, ...] = ()) -> None:
    """Engine and reference live the same history; else the test says where they part."""
    found = same_history(scenario, policy, closed_gates=closed_gates)
    assert found is None, str(found)
