"""Scenarios back to YAML, and their JSON Schema for editors."""

from __future__ import annotations

import re
from typing import Any

import yaml

from simulation.levers import LEVERS
from simulation.parameters import PARAMETERS
from simulation.spec.fields import first_line
from simulation.spec.scalars import ScalarError, read_scalar
from simulation.spec.schema import Scenario

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class _Dumper(yaml.SafeDumper):
    """Quotes every text that is not a plain word, so that no YAML reader can take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    try:
        bare = (
            _BARE.fullmatch(text) is not None and read_scalar(text) == text and text.casefold() not in _WORDS
        )
    except ScalarError:
        bare = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if bare else '"')


_WORDS = {"y", "n", "yes", "no", "on", "off"}  # logical values to YAML 1.1 readers
_Dumper.add_representer(str, _text)


def dump_scenario(scenario: Scenario) -> str:
    """The resolved scenario as YAML; loading it gives an equal scenario, whatever the name of the file."""
    return yaml.dump(scenario.resolved(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file, with all levers and parameters."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Sales Policy Lab scenario"
    schema["required"] = [name for name in schema["required"] if name != "name"]
    for name, entry in schema["$defs"]["World"]["properties"]["parameters"]["properties"].items():
        p = PARAMETERS[name]
        text = f"{p.description} (source: {p.source}; confidence: {p.confidence})"
        entry |= {"description": text, "unit": p.unit, "default": p.default}
    schema["properties"]["draws"]["anyOf"].append({"type": "string"})  # a file of them
    policy = schema["$defs"]["Policy"]
    policy["properties"]["inherits"] = {
        "type": "string",
        "description": "a policy of this file, a policy file, or file.yaml#name; single fields override it",
    }
    for name, lever in LEVERS.items():  # an empty lever is neutral, an empty policy is the status quo
        policy["properties"][name] = {
            "anyOf": [{"$ref": policy["properties"][name]["$ref"]}, {"type": "null"}],
            "description": first_line(lever),
        }
    policies = schema["properties"]["policies"]
    policies["additionalProperties"] = {"anyOf": [policies["additionalProperties"], {"type": "null"}]}
    policies["properties"] = {
        "include": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "files whose policies are added",
        }
    }
    return schema
