"""JSON Schemas of the files that people write, so that editors complete keys and mark faults while one types.

Editors know less than `validate`: shares that must add up, names that must exist and whatever spans two files stay its work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS, Parameter
from simulation.spec.axis_reader import FIXED
from simulation.spec.fields import first_line
from simulation.spec.hypotheses import END, Hypothesis
from simulation.spec.schema import PolicyLibrary, Scenario
from simulation.spec.sweep_schema import SweepText

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTHING: Schema = {"type": "null"}
MODELINE = "# yaml-language-server: $schema="
"""How the first line of a YAML file begins that says which schema it follows; the rest is a path from the file."""


def json_schema(kind: str = "scenario") -> Schema:
    """JSON Schema (draft 2020-12) of a kind of file, with all levers and parameters. KeyError for a kind that is none."""
    schema = {"$schema": DIALECT, **_MAKERS[kind](), "title": f"Sales Policy Lab {kind}"}
    _units_in_words(schema)
    return schema


def schema_files() -> dict[str, str]:
    """The committed files, `scenario.json` and so on, by name."""
    return {
        f"{kind}.json": json.dumps(json_schema(kind), indent=1, ensure_ascii=False) + "\n" for kind in KINDS
    }


def _scenario() -> Schema:
    schema = _named_by_its_file(Scenario)
    table = schema["$defs"]["World"]["properties"]["parameters"]["properties"]
    for name, entry in table.items():
        p = PARAMETERS[name]
        entry |= {"description": _about(p), "unit": p.unit, "default": p.default}
    schema["properties"]["draws"]["anyOf"].append({"type": "string"})  # a file of them
    schema["properties"]["outcome"]["enum"] = [o.name for o in OUTCOMES.values() if o.direction]
    _policy(schema["$defs"]["Policy"])
    policies = schema["properties"]["policies"]
    policies["additionalProperties"] = {"anyOf": [policies["additionalProperties"], NOTHING]}
    policies["properties"] = {
        "include": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "files whose policies are added",
        }
    }
    return schema


def _policies() -> Schema:
    """A file of several policies, or of one."""
    library = PolicyLibrary.model_json_schema()
    definitions = library.pop("$defs")
    _policy(definitions["Policy"])
    policies = library["properties"]["policies"]
    policies["additionalProperties"] = {"anyOf": [policies["additionalProperties"], NOTHING]}
    return {"$defs": definitions | {"PolicyLibrary": library},
            "anyOf": [{"$ref": "#/$defs/PolicyLibrary"}, {"$ref": "#/$defs/Policy"}]}  # fmt: skip


def _hypothesis() -> Schema:
    schema = Hypothesis.model_json_schema(by_alias=True)
    policies = _policies()["$defs"]
    schema["$defs"] |= {name: entry for name, entry in policies.items() if name != "PolicyLibrary"}
    schema["properties"]["policies"]["additionalProperties"] = {
        "anyOf": [{"$ref": "#/$defs/Policy"}, NOTHING]
    }
    week = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": END}]}
    for part, optional in ((schema, False), (schema["$defs"]["Measured"], True)):
        fields = part["properties"]
        fields["at"] = {**{k: v for k, v in fields["at"].items() if k not in ("anyOf", "type")}, **week}
        fields["outcome"] = _one_of(fields["outcome"], list(OUTCOMES), optional=optional)
    names = schema["properties"]["holds_over"]["anyOf"]
    next(entry for entry in names if entry.get("type") == "array")["items"] = {"enum": list(PARAMETERS)}
    return schema


def _sweep() -> Schema:
    schema = _named_by_its_file(SweepText)
    fields = schema["properties"]
    values = {"type": "array", "minItems": 2, "items": {"type": ["boolean", "integer", "number", "string"]}}
    axis = {"anyOf": [{"$ref": "#/$defs/AxisText"}, values]}
    parameters = {
        name: {"anyOf": [*axis["anyOf"], NOTHING], "description": _about(p)} for name, p in PARAMETERS.items()
    }
    paths = {rf"^(?!({'|'.join(FIXED)})\b)\w+\.": axis}
    fields["vary"] |= {"properties": parameters, "patternProperties": paths, "additionalProperties": False}
    fields["weekly"]["items"] = {"enum": [o.name for o in OUTCOMES.values() if o.weekly]}
    return schema


def _named_by_its_file(model: type[BaseModel]) -> Schema:
    """The schema of a model whose name may be left out in the file."""
    schema = model.model_json_schema(by_alias=True)
    schema["required"] = [name for name in schema["required"] if name != "name"]
    return schema


def _policy(policy: Schema) -> None:
    """What a policy may say in a file: `inherits`, and levers left empty, which are neutral."""
    policy["properties"]["inherits"] = {
        "type": "string",
        "description": "a policy of this file, a policy file, or file.yaml#name; single fields override it",
    }
    for name, lever in LEVERS.items():
        policy["properties"][name] = {
            "anyOf": [{"$ref": policy["properties"][name]["$ref"]}, NOTHING],
            "description": first_line(lever),
        }


def _one_of(field: Schema, names: list[str], *, optional: bool) -> Schema:
    kept = {key: value for key, value in field.items() if key not in ("anyOf", "type")}
    return {**kept, "enum": [*names, None] if optional else names}


def _about(p: Parameter) -> str:
    return f"{p.description} (source: {p.source}; confidence: {p.confidence})"


def _units_in_words(part: Any) -> None:
    """Editors show descriptions and do not know the key `unit`: put it there too."""
    if isinstance(part, list):
        for entry in part:
            _units_in_words(entry)
    elif isinstance(part, dict):
        unit, about = part.get("unit"), part.get("description")
        if isinstance(unit, str) and isinstance(about, str) and unit not in ("choice", "yes or no", ""):
            part["description"] = f"{about} [{unit}]"
        for entry in part.values():
            _units_in_words(entry)


_MAKERS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {"scenario": _scenario, "policies": _policies, "sweep": _sweep, "hypothesis": _hypothesis}
)
KINDS = tuple(_MAKERS)
"""Kinds of files that have a schema."""
