"""The scenarios of missions in small: every policy lives, and each differs from the one it is to be compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.runs.replicate import replicate
from simulation.spec import load_scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SMALL = ("world.reps=20", "world.managers=2", "world.customers=2000", "burn_in_weeks=13")
SOON = {
    "risky_mission": ("weeks=70", "world.missions.1.week=45"),
    "efficiency_innovation": ("weeks=104", "world.missions.0.weeks=8"),
}
COMPARED = {
    "risky_mission": [
        ("stay", "stay_protected"), ("stay", "order"), ("order", "half_hearted"), ("order", "open_veterans"),
        ("order", "order_protected"), ("order_tripwire", "firm_outside_flexible_inside"), ("open_veterans", "protected"),
        ("order_protected", "protected"), ("protected", "volunteers"), ("protected", "leader_led"),
        ("protected", "everybody"),
        ("vague", "smart"), ("protected", "debriefed"), ("protected", "second_only"), ("horizon_13", "horizon_26"),
        ("horizon_26", "horizon_52"),
    ],
    "efficiency_innovation": [
        ("baseline", "baseline_protected"), ("baseline", "efficiency_only"), ("baseline_protected", "innovation_only"),
        ("innovation_only", "short_horizon"), ("efficiency_only", "protected_share"),
        ("protected_share", "learning_organisation"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", COMPARED)
def test_policies_to_be_compared_are_lived_differently(name):
    scenario = load_scenario(SCENARIOS / f"{name}.yaml", [*SMALL, *SOON[name]])
    records = {record.policy: record for record in replicate(scenario, 0)}
    named = {policy for pair in COMPARED[name] for policy in pair}
    assert set(records) - named <= {"order_tripwire"}
    for one, other in COMPARED[name]:
        a, b = (records[policy].periods for policy in (one, other))
        start = scenario.start_week
        assert all(a[o][:start].tobytes() == b[o][:start].tobytes() for o in a), (one, other)
        assert any(a[o].tobytes() != b[o].tobytes() for o in a), (one, other)
