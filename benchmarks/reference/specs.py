"""Random worlds and policies, as hypothesis draws and shrinks them: parameters in their ranges, levers at any setting."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from simulation.levers import LEVERS
from simulation.parameters import PARAMETERS
from simulation.spec import Scenario, SpecError, load_scenario

GATES = ("handover_loss", "morale_effort", "exits", "field_learning", "playbook", "reports")
LIVELY = {"surfacing": 0.1, "initial_customers": 0.3, "cooling_weeks": 6}
"""Parameters by which much happens in few weeks; half of the worlds have them."""

HARD = {"territory": {"mode": "lockdown", "teams": 1}, "release": {"accounts": "outside"}}
PILOT = {**HARD, "territory": {"mode": "lockdown", "teams": 1, "share": 0.5}}
TESTED = {
    "decision": {"rule": "sequential_test", "z": 0.1},
    "review": {"every": 3, "max_share": 0.5},
    "evidence": {"before_weeks": 3},
}
FOUNDATIONS: tuple[dict[str, dict[str, Any]], ...] = (
    {},
    HARD,
    {**HARD, "release": {"accounts": "outside", "in_flight": "split"}, "assessment": {"double_credit": 20}},
    {**HARD, "decision": {"reverse_week": 12}, "release": {"accounts": "outside", "return_weeks": 30}},
    {**PILOT, **TESTED},
    {"territory": {"mode": "preferred", "teams": 1}},
    {"allocation": {"rule": "chosen"}, "decision": {"rule": "probe_then_commit", "probe_weeks": 4}},
    {"staffing": {"share": 1.0}, "retrospective": {"every": 3}},
    {"pool": {"untouched_weeks": 3, "unclosed_weeks": 8}},
    {"codification": {"share": 0.2}, "retrospective": {"every": 2}},
)
"""What a random policy builds on: levers that show only in company of others would hardly ever meet by chance."""


@dataclass(frozen=True)
class Case:
    """One thing to compare: a policy in a world, with gates closed or not."""

    scenario: Scenario
    policy: str
    replication: int
    closed_gates: tuple[str, ...]
    text: str  # the scenario's file

    def __str__(self) -> str:
        rest = f"policy {self.policy}, replication {self.replication}, closed {self.closed_gates}"
        return f"{self.text}\n{rest}"


LEAST = 1e-6
"""What stands for just above 0 where 0 is excluded."""


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """Anywhere in the range, its ends more often than by chance."""
    return st.floats(low, high, allow_subnormal=False) | st.sampled_from([low, high])


def count(low: int, high: int) -> st.SearchStrategy[int]:
    """Small ones more often: most weeks and numbers that a policy sets are."""
    return st.integers(low, min(high, low + 8)) | st.integers(low, high)


def setting(schema: dict[str, Any], segments: list[str]) -> st.SearchStrategy[Any]:
    """Any value that a field of a lever takes, by its JSON Schema."""
    if "anyOf" in schema:
        return st.one_of([setting(option, segments) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return count(schema["minimum"], schema["maximum"])
    if kind == "number":
        low = schema["minimum"] if "minimum" in schema else schema["exclusiveMinimum"] + LEAST
        return number(low, schema["maximum"])
    if kind == "object":  # all to one segment, or even
        even = {name: 1.0 / len(segments) for name in segments}
        return st.sampled_from([{name: 1.0} for name in segments] + [even])
    accounts = st.builds("{}:{}".format, st.sampled_from(segments), st.integers(0, 3))
    return st.lists(accounts, max_size=3)


@st.composite
def policies(draw: st.DrawFn, segments: list[str], most: int) -> dict[str, dict[str, Any]]:
    """Some levers, each with some of its settings, on a foundation."""
    policy = {name: dict(fields) for name, fields in draw(st.sampled_from(FOUNDATIONS)).items()}
    for name in draw(st.lists(st.sampled_from(sorted(LEVERS)), unique=True, max_size=most)):
        fields = LEVERS[name].model_json_schema()["properties"]
        chosen = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, min_size=1))
        drawn = {field: draw(setting(fields[field], segments)) for field in chosen}
        policy[name] = {**policy.get(name, {}), **drawn}
    return policy


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, float]:
    """Some parameters, anywhere in their ranges."""
    chosen = draw(st.lists(st.sampled_from(sorted(PARAMETERS)), unique=True, max_size=25))
    values: dict[str, float] = dict(LIVELY) if draw(st.booleans()) else {}
    for name in chosen:
        p = PARAMETERS[name]
        inside = count(int(p.low), int(p.high)) if p.integer else number(p.low, p.high)
        values[name] = draw(inside)
    return values


@st.composite
def missions(draw: st.DrawFn) -> list[dict[str, Any]]:
    roads = []
    for n in range(draw(st.integers(0, 3))):
        road = {
            "name": f"road {n}", "week": draw(count(0, 30)), "feasible": draw(number(0, 1)),
            "hazard": draw(number(0.001, 1.0)), "people": draw(count(1, 12)), "weeks": draw(count(1, 40)),
            "prize": draw(number(1_000.0, 1e8)), "tail": draw(st.just(0.0) | number(1.01, 5.0)),
            "adoption_p": draw(number(0, 1)), "adoption_q": draw(number(0, 5)), "repeats": draw(st.booleans()),
            "pause": draw(count(0, 12)), "craft_needed": draw(number(0, 1)),
        }  # fmt: skip
        roads.append(road)
    return roads


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A small market: up to nine segments, 16 reps and 300 customers."""
    sizes = draw(st.lists(st.integers(1, 10), min_size=1, max_size=9))
    cycles = draw(st.lists(number(0.25, 4.0), min_size=1, max_size=2))  # each takes a table of chances
    segments = []
    for n, size in enumerate(sizes):
        segment = {
            "name": f"s{n}", "share": size / sum(sizes), "deal_value_median": draw(number(1.0, 1e6)),
            "deal_value_sigma": draw(number(0, 3)), "product_fit": draw(number(-3, 3)),
            "relationship_share": draw(number(0, 1)), "cycle": draw(st.sampled_from(cycles)),
            "first_playbook": draw(st.none() | number(0, 1)), "drift": draw(st.just(0.0) | number(0, 1)),
        }  # fmt: skip
        segments.append(segment)
    reps = draw(st.integers(1, 16))
    return {
        "reps": reps, "managers": draw(st.integers(1, max(1, reps // 3))),
        "customers": draw(st.integers(max(reps, len(sizes)), 300)),
        "price_level": draw(st.sampled_from([1, 1, 7])), "segments": segments,
        "missions": draw(missions()), "parameters": draw(parameters()),
    }  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A world, a baseline and a policy that fit together: levers that contradict others are left out, the last first."""
    world = draw(worlds())
    names = [segment["name"] for segment in world["segments"]]
    weeks = draw(st.integers(20, 60) | st.integers(1, 60))
    found = {"base": draw(policies(names, 3)), "tried": draw(policies(names, 8))}
    data = {
        "name": "random", "seed": draw(st.integers(0, 2**40)), "weeks": weeks,
        "start_week": draw(count(0, weeks - 1)), "burn_in_weeks": draw(st.integers(0, 16)),
        "baseline": "base", "world": world, "policies": found,
    }  # fmt: skip
    scenario, text = loaded(data)
    gates = draw(st.just([]) | st.lists(st.sampled_from(GATES), unique=True, max_size=6))
    policy, replication = draw(st.sampled_from(["tried", "tried", "base"])), draw(st.integers(0, 3))
    return Case(scenario, policy, replication, tuple(gates), text)


def loaded(data: dict[str, Any]) -> tuple[Scenario, str]:
    """The scenario, and the file it was read from, after levers have been left out until it can be read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "random.yaml"
        while True:
            text = yaml.safe_dump(data, sort_keys=False)
            file.write_text(text, encoding="utf-8")
            try:
                return load_scenario(file), text
            except SpecError as error:
                blamed = [
                    policy for name, policy in data["policies"].items() if policy and name in str(error)
                ]
                if not blamed:
                    raise
                blamed[-1].popitem()
