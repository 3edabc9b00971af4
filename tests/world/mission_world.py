"""The small firm with one mission or more, and policies that differ in how they go about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from small_world import changed

from simulation.spec import Scenario
from simulation.world.model import SalesModel

START = 13
ROAD = {
    "name": "road",
    "week": START,
    "feasible": 0.3,
    "hazard": 0.01,
    "people": 6,
    "weeks": 20,
    "prize": 5_000_000.0,
}
GO = {"staffing": {"who": "volunteers", "share": 1.0}}


def with_missions(
    folder: Path,
    policies: dict[str, Any],
    *missions: dict[str, Any],
    parameters: dict[str, float] | None = None,
) -> Scenario:
    """The small scenario, 40 weeks, with these missions (each completing `ROAD`) and policies beside `open`."""

    def change(data: dict[str, Any]) -> None:
        data["world"]["missions"] = [ROAD | mission for mission in missions]
        data["world"]["parameters"] |= parameters or {}
        data["policies"] = json.loads(json.dumps({"open": {}, **policies}))  # no two parts of a file are one

    return changed(folder, change)


def lived(scenario: Scenario, policy: str, week: int | None = None, replication: int = 0) -> SalesModel:
    """A model of this policy, lived up to the week (the end)."""
    model = SalesModel(scenario, policy, replication=replication)
    return model.run_until(scenario.weeks if week is None else week)
