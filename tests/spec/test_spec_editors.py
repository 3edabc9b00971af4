"""The schemas for editors: current, named by every shipped YAML, true of them all, and false of files with a fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.cli import main
from app.commands import schema as command
from simulation.levers import LEVERS, OUTSIDE
from simulation.spec import check_files
from simulation.spec.editors import KINDS, MODELINE, json_schema, schema_files
from simulation.spec.yaml_reader import read_mapping

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.rglob("*.y*ml"))

WORLD = "world:\n  segments:\n    - {name: A, share: 1, deal_value_median: 9, deal_value_sigma: 1}\n"
SCENARIO = WORLD + "policies:\n  open:\n"
CLAIM = "id: C1\nclaim: x\nscenario: spiral\npolicy: a\noutcome: new_arr\ndirection: less\nsmallest: 5\n"
SWEEP = "scenario: spiral\npoints: 8\nvary:\n  overlap:\n"
SOUND = {
    "scenario": [SCENARIO, SCENARIO + "draws: draws.csv\n", SCENARIO + "  include: policies/a.yaml\n"],
    "policies": ["policies:\n  a:\n    inherits: b\n  b:\n", "inherits: a.yaml#b\nrelease: {protect_share: 0.1}\n"],
    "hypothesis": [CLAIM + "at: end\n", CLAIM + "policies: {a: {inherits: open, review: {every: 4}}, b: }\n"],
    "sweep": [SWEEP, SWEEP + "  world.reps: {low: 10, high: 20}\n  policies.a.territory.teams: [2, 4]\n"],
}  # fmt: skip
FAULTS = [
    ("scenario", SCENARIO + "weaks: 3\n", "weaks"),
    ("scenario", SCENARIO + "weeks: soon\n", "soon"),
    ("scenario", SCENARIO + "outcome: new_ar\n", "new_ar"),
    ("scenario", SCENARIO + "    territory: {mode: lockdwn}\n", "lockdwn"),
    ("scenario", SCENARIO + "    teritory: {}\n", "teritory"),
    ("scenario", WORLD + "  parameters: {overlap: 7}\npolicies: {open: }\n", "7"),
    ("scenario", WORLD + "  parameters: {overlop: .5}\npolicies: {open: }\n", "overlop"),
    ("scenario", "weeks: 3\npolicies: {open: }\n", "world"),
    ("policies", "policies:\n  a:\n    release: {protect_share: 3}\n", "3"),
    ("policies", "relaese: {protect_share: 0.1}\n", "relaese"),
    ("hypothesis", CLAIM.replace("claim: x\n", ""), "claim"),
    ("hypothesis", CLAIM.replace("less", "fewer"), "fewer"),
    ("hypothesis", CLAIM + "at: late\n", "late"),
    ("hypothesis", CLAIM + "holds_over: [overlop]\n", "overlop"),
    ("sweep", SWEEP + "  overlop:\n", "overlop"),
    ("sweep", SWEEP + "  world.reps: [10]\n", "10"),
    ("sweep", SWEEP + "  weeks: [10, 20]\n", "weeks"),
    ("sweep", SWEEP + "weekly: [commit_week]\n", "commit_week"),
]


def read(text: str) -> Any:
    """As editors read YAML: by its version 1.2, in which 'no' is a word."""
    return read_mapping(text, "file").plain()


def faults_of(kind: str, data: Any) -> list[str]:
    """What an editor would mark; of a fault in either of two ways, both."""
    found = Draft202012Validator(json_schema(kind)).iter_errors(data)
    return [text for error in found for text in (error.message, *(inner.message for inner in error.context))]


def test_committed_schemas_are_current() -> None:
    if OUTSIDE:
        pytest.skip("a lever of another package is allowed here")
    committed = {p.name: p.read_text(encoding="utf-8") for p in (SCENARIOS / "schemas").iterdir()}
    assert committed == schema_files(), "python run.py schema --write scenarios/schemas"


def test_kinds_of_the_command_are_those_there_are() -> None:
    assert command.KINDS == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_file_names_its_schema_and_follows_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    assert first.startswith(MODELINE), "the first line says which schema the file follows"
    schema = (file.parent / first.removeprefix(MODELINE)).resolve()
    assert schema.parent == SCENARIOS / "schemas"
    kind = {"hypotheses": "hypothesis", "sweeps": "sweep"}.get(
        file.relative_to(SCENARIOS).parts[0], "scenario"
    )
    assert schema.name == f"{kind}.json"
    assert not faults_of(kind, read(text))


def test_there_are_shipped_files() -> None:
    assert len(SHIPPED) > 30


@pytest.mark.parametrize("kind", KINDS)
def test_sound_files_pass(kind: str) -> None:
    for text in SOUND[kind]:
        assert not faults_of(kind, read(text)), text


@pytest.mark.parametrize(("kind", "text", "word"), FAULTS, ids=[f"{k}-{w}" for k, _, w in FAULTS])
def test_a_fault_is_marked(kind: str, text: str, word: str, tmp_path: Path) -> None:
    assert any(word in said for said in faults_of(kind, read(text))), faults_of(kind, read(text))
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    assert check_files([tmp_path / "file.yaml"]), "validate refuses it too"


def test_completion_has_what_there_is() -> None:
    scenario, sweep = json_schema(), json_schema("sweep")
    assert set(scenario["$defs"]["Policy"]["properties"]) == {"description", "inherits", *LEVERS}
    about = scenario["$defs"]["World"]["properties"]["parameters"]["properties"]["overlap"]["description"]
    assert "source: " in about
    assert sweep["properties"]["vary"]["properties"]["overlap"]["description"] in about
    assert scenario["properties"]["weeks"]["description"].endswith("[weeks]")


def test_the_command_writes_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--write", str(tmp_path / "new")]) == 0
    assert {p.name for p in (tmp_path / "new").iterdir()} == {f"{kind}.json" for kind in KINDS}
    capsys.readouterr()
    assert main(["schema", "sweep"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema("sweep")
    assert main(["schema", "sweeep"]) == 2
    assert "Did you mean 'sweep'?" in capsys.readouterr().err
