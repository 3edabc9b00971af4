"""A firm of 24 reps and 3,000 customers that lives through all policies in a fraction of a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simulation.outcomes import OUTCOMES
from simulation.runs.record import RunRecord
from simulation.runs.replicate import replicate
from simulation.spec import Scenario, load_scenario
from simulation.world.model import SalesModel

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "industry_focus.yaml"
SMALL = ("world.reps=24", "world.managers=3", "world.customers=3000", "weeks=40", "burn_in_weeks=26")
FLOWS = ("new_arr", "expansion", "contraction", "churn", "renewed")


@cache
def scenario(*overrides: str) -> Scenario:
    return load_scenario(SCENARIO, [*SMALL, *overrides])


@cache
def records(*overrides: str) -> dict[str, RunRecord]:
    """All policies of replication 0, by name."""
    return {record.policy: record for record in replicate(scenario(*overrides), 0)}


def changed(folder: Path, change: Callable[[dict[str, Any]], None]) -> Scenario:
    """The small scenario after `change` to its plain data, by way of a file."""
    data = scenario().resolved()
    change(data)
    file = folder / "changed.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return load_scenario(file)


def differing(a: dict[str, Any], b: dict[str, Any], weeks: slice = slice(None)) -> list[str]:
    """Names of the weekly outcomes that are not equal to the last bit (nan equals nan)."""
    assert a.keys() == b.keys() == {o.name for o in OUTCOMES.values() if o.weekly}
    return [name for name in a if a[name][weeks].tobytes() != b[name][weeks].tobytes()]


def differing_state(a: SalesModel, b: SalesModel) -> list[str]:
    """Names of the columns of the state that are not equal to the last bit."""
    names = []
    for place in ("customers", "reps", "managers", "playbook", "segments", "missions"):
        one, other = getattr(a.state, place), getattr(b.state, place)
        names += [
            f"{place}.{name}"
            for name in one.names()
            if getattr(one, name).tobytes() != getattr(other, name).tobytes()
        ]
    for name in ("records", "renewals", "opened"):
        if getattr(a.state, name).tobytes() != getattr(b.state, name).tobytes():
            names.append(name)
    scalars = [(m.week, m.state.arr, m.state.quota, m.state.maturity, m.state.capability) for m in (a, b)]
    if scalars[0] != scalars[1]:
        names.append("week, arr, quota, maturity or capability")
    return names


def floats(columns: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The columns of a table that hold floats."""
    return {n: getattr(columns, n) for n in columns.names() if getattr(columns, n).dtype.kind == "f"}


def qualified_weeks(model: SalesModel) -> Any:
    """For each customer with an open deal the week it was qualified; -1 for others."""
    deals, n = model.state.deals, model.state.n_deals
    weeks = np.full(len(model.state.customers.stage), -1)
    weeks[deals.row[:n]] = deals.qualified_week[:n]
    return weeks
