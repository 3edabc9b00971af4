"""Scenario to YAML and back, its hash, and the JSON Schema."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.levers import LEVERS
from simulation.parameters import PARAMETERS
from simulation.spec import Scenario, dump_scenario, json_schema, load_scenario
from simulation.spec.characters import FORBIDDEN
from simulation.spec.yaml_reader import read_mapping

DATA = Path(__file__).parent / "data"


def test_dump_loads_as_an_equal_scenario(tmp_path: Path) -> None:
    scenario = load_scenario(
        DATA / "minimal.yaml", ["world.parameters.selling_share=0.375", "policies.open.decision.z=3"]
    )
    (tmp_path / "other name.yaml").write_text(dump_scenario(scenario), encoding="utf-8")
    again = load_scenario(tmp_path / "other name.yaml")
    assert again == scenario
    assert again.content_hash() == scenario.content_hash()
    assert dump_scenario(again) == dump_scenario(scenario)
    assert yaml.safe_load(dump_scenario(scenario)) == scenario.resolved()  # other readers see the same


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(
    lambda t: not FORBIDDEN.search(t)
)
words = st.sampled_from(
    ["yes", "null", "1e3", "0777", "12:30", "- x", "a: b", "# x", "“x”", "weeks：5", "x\ty", " x ", "\n", "%"]
)


@given(
    question=text | words,
    description=text | words,
    seed=st.integers(0, 2**63 - 1),
    fit=st.floats(-3, 3),
    share=st.floats(0.01, 0.99),
    every=st.integers(0, 52),
    horizon=st.none() | st.integers(4, 104),
)
@example(question="", description="", seed=0, fit=-0.0, share=0.5, every=0, horizon=None)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_scenario_survives_the_round_trip(
    tmp_path, question, description, seed, fit, share, every, horizon
) -> None:
    data = load_scenario(DATA / "minimal.yaml").resolved()
    data |= {"question": question, "description": description, "seed": seed}
    data["world"]["segments"][0] |= {"product_fit": fit, "share": share}
    data["world"]["segments"][1]["share"] = 1 - share
    data["policies"]["锁定 " + str(every)] = {
        "retrospective": {"every": every},
        "assessment": {"horizon": horizon},
    }
    scenario = Scenario.model_validate_json(json.dumps(data))
    path = tmp_path / "any.yaml"
    path.write_text(dump_scenario(scenario), encoding="utf-8", newline="\n")
    again = load_scenario(path)
    assert again == scenario
    assert again.content_hash() == scenario.content_hash()


def test_the_hash_ignores_the_order_of_keys_and_sees_every_value(tmp_path: Path) -> None:
    scenario = load_scenario(DATA / "minimal.yaml")

    def shuffled(value):
        if isinstance(value, dict):
            keys = list(value)
            random.Random(3).shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    (tmp_path / "shuffled.yaml").write_text(yaml.safe_dump(shuffled(scenario.resolved()), sort_keys=False))
    again = load_scenario(tmp_path / "shuffled.yaml")
    assert list(again.policies) != list(scenario.policies)
    assert again.content_hash() == scenario.content_hash()
    for change in (
        "seed=2",
        "weeks=53",
        "name=x",
        "world.reps=13",
        "world.segments.0.cycle=1.5",
        "baseline=lockdown",
        "world.parameters.selling_share=0.4",
        "policies.open.retrospective.every=1",
        "policies.phased.release.to=pool",
    ):
        assert load_scenario(DATA / "minimal.yaml", [change]).content_hash() != scenario.content_hash(), (
            change
        )


def test_the_hash_is_that_of_canonical_json_in_every_process() -> None:
    scenario = load_scenario(DATA / "minimal.yaml")
    canonical = json.dumps(scenario.resolved(), sort_keys=True, separators=(",", ":"))
    assert scenario.content_hash() == hashlib.sha256(canonical.encode()).hexdigest()
    load = f"load_scenario({str(DATA / 'minimal.yaml')!r})"
    code = f"from simulation.spec import load_scenario; print({load}.content_hash())"
    for seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=DATA.parents[2],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        assert run.stdout.strip() == scenario.content_hash()


def test_equal_numbers_have_equal_hashes(tmp_path: Path) -> None:
    text = (DATA / "minimal.yaml").read_text()
    hashes = set()
    for fit in ("0", "0.0", "-0.0", "0e5"):
        (tmp_path / "minimal.yaml").write_text(text.replace("product_fit: 0.5", f"product_fit: {fit}"))
        hashes.add(load_scenario(tmp_path / "minimal.yaml").content_hash())
    assert len(hashes) == 1


def test_json_schema_describes_every_key_and_bound() -> None:
    schema = json_schema()
    json.dumps(schema, allow_nan=False)
    assert "name" not in schema["required"]
    parameters = schema["$defs"]["World"]["properties"]["parameters"]
    table = schema["$defs"][parameters["$ref"].rsplit("/", 1)[1]] if "$ref" in parameters else parameters
    assert list(table["properties"]) == list(PARAMETERS)
    for name, entry in table["properties"].items():
        assert (entry["minimum"], entry["maximum"]) == (PARAMETERS[name].low, PARAMETERS[name].high)
        assert entry["unit"] == PARAMETERS[name].unit
        assert PARAMETERS[name].source in entry["description"]
    assert table["additionalProperties"] is False
    policy = schema["$defs"]["Policy"]
    assert set(policy["properties"]) == {"description", "inherits", *LEVERS}
    for name, lever in LEVERS.items():
        reference = policy["properties"][name]["anyOf"][0]["$ref"].rsplit("/", 1)[1]
        properties = schema["$defs"][reference]["properties"]
        assert set(properties) == set(lever.model_fields)
        assert all(entry["description"] for entry in properties.values())


def test_the_schema_and_the_reader_agree_on_an_example() -> None:
    """Keys of the example file exist in the published schema, level by level."""
    schema = json_schema()
    plain = read_mapping((DATA / "minimal.yaml").read_text(), "f").plain()
    assert set(plain) <= set(schema["properties"])
    assert set(plain["world"]) <= set(schema["$defs"]["World"]["properties"])
    for segment in plain["world"]["segments"]:
        assert set(segment) <= set(schema["$defs"]["Segment"]["properties"])


def test_policies_and_segments_cannot_be_changed_afterwards() -> None:
    scenario = load_scenario(DATA / "minimal.yaml")
    for target, name in (
        (scenario.world, "reps"),
        (scenario.world.segments[0], "share"),
        (scenario.policies["open"], "release"),
    ):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(target, name, 1)
