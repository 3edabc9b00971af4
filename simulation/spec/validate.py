"""What is wrong with files of any kind that people write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import BaseModel

from simulation.levers import LEVERS, outside
from simulation.spec.checks import notes
from simulation.spec.claims import claim_of
from simulation.spec.hypotheses import Hypothesis
from simulation.spec.load import FilePath, scenario_of
from simulation.spec.located import validated
from simulation.spec.policies import PolicyResolver
from simulation.spec.problems import Problem, SpecError
from simulation.spec.schema import Policy, PolicyLibrary, Scenario
from simulation.spec.sweep_schema import SweepText
from simulation.spec.sweeps import is_sweep, sweep_of
from simulation.spec.yaml_reader import Node, read_file


class Checked(NamedTuple):
    """What has to be mended, and what is sound but without effect."""

    problems: list[Problem]
    notes: list[Problem]


def check_files(paths: Iterable[FilePath]) -> list[Problem]:
    """The problems of scenario files, hypotheses, sweeps, and policy files on their own. Empty when all is well."""
    return checked(paths).problems


def checked(paths: Iterable[FilePath]) -> Checked:
    """The problems of files of any kind, and notes on the scenarios that have none."""
    found = Checked([], [])
    for path in paths:
        try:
            root = read_file(path)
            kind = _kind(root)
            if kind is Hypothesis:
                claim_of(root, str(path))
            elif kind is SweepText:
                sweep_of(root, str(path))
            elif kind is Scenario:
                found.notes.extend(notes(scenario_of(root, str(path)), root))
            else:
                _policy_file(root, str(path), kind)
        except SpecError as error:
            found.problems.extend(error.problems)
    return Checked(*(list(dict.fromkeys(part)) for part in found))


def _policy_file(root: Node, file: str, kind: type[BaseModel]) -> None:
    assert isinstance(root.value, dict)
    resolver = PolicyResolver(file)
    if kind is PolicyLibrary:
        root.value["policies"] = resolver.resolve(root.value["policies"])
    else:
        root = resolver.policy(root)
    try:
        validated(kind, root)
    except SpecError as error:
        raise SpecError([*resolver.problems, *error.problems]) from None
    if resolver.problems:
        raise SpecError(resolver.problems)


def _kind(root: Node) -> type[BaseModel]:
    """What a file is meant to be: a scenario, a hypothesis, a sweep, one policy, or a mapping of several."""
    keys = set(root.value) if isinstance(root.value, dict) else set()
    if is_sweep(root):
        return SweepText
    if keys & {"claim", "scenario", "direction", "smallest", "holds_over"}:
        return Hypothesis
    if keys & (set(Scenario.model_fields) - {"policies", "description"}):
        return Scenario
    if "policies" in keys:
        return PolicyLibrary
    return Policy if keys & {"inherits", *LEVERS} or keys & outside.offers().keys() else Scenario
