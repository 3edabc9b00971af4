"""Scenarios back to YAML."""

from __future__ import annotations

import re
from typing import Any

import yaml

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
