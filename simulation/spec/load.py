"""From files to scenarios: the one way in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel

from simulation.levers import LEVERS, outside
from simulation.spec.checks import cross_checks
from simulation.spec.located import validated
from simulation.spec.overrides import apply_overrides
from simulation.spec.policies import PolicyResolver
from simulation.spec.problems import Mark, Problem, SpecError, tidy
from simulation.spec.schema import Policy, PolicyLibrary, Scenario
from simulation.spec.yaml_reader import Node, read_file

FilePath = str | os.PathLike[str]


def load_scenario(path: FilePath, overrides: Sequence[str] = ()) -> Scenario:
    """The scenario in a YAML file, with `overrides` such as "world.reps=60" applied.

    Raises `SpecError` with every problem that could be found, each with file, line and column; for an
    override the file is "--set" and the line its number. Reads files only: nothing is written, nothing large
    is allocated.
    """
    return _scenario(read_file(path), str(path), overrides)


def check_files(paths: Iterable[FilePath]) -> list[Problem]:
    """The problems of scenario files, and of policy files on their own. Empty when all is well."""
    found: list[Problem] = []
    for path in paths:
        try:
            root = read_file(path)
            kind = _kind(root)
            if kind is Scenario:
                _scenario(root, str(path), ())
            else:
                _policy_file(root, str(path), kind)
        except SpecError as error:
            found.extend(error.problems)
    return list(dict.fromkeys(found))


def _scenario(root: Node, file: str, overrides: Sequence[str]) -> Scenario:
    assert isinstance(root.value, dict)
    resolver = PolicyResolver(file)
    group = root.value.get("policies")
    if group is not None:
        resolver.include(group)
        if resolver.problems:  # without these policies everything that names them would look wrong
            raise SpecError(resolver.problems)
    apply_overrides(root, overrides)
    if (group := root.value.get("policies")) is not None:
        root.value["policies"] = resolver.resolve(group)
    root.value.setdefault("name", Node(Path(file).stem, Mark(file)))
    return _finished(root, resolver)


def _finished(root: Node, resolver: PolicyResolver) -> Scenario:
    try:
        scenario = validated(Scenario, root)
    except SpecError as error:
        raise SpecError(tidy([*resolver.problems, *error.problems])) from None
    problems = [*resolver.problems, *cross_checks(scenario, root)]
    if problems:
        raise SpecError(problems)
    return scenario


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
    """What a file is meant to be: a scenario, one policy, or a mapping of several."""
    keys = set(root.value) if isinstance(root.value, dict) else set()
    if keys & (set(Scenario.model_fields) - {"policies", "description"}):
        return Scenario
    if "policies" in keys:
        return PolicyLibrary
    return Policy if keys & {"inherits", *LEVERS} or keys & outside.offers().keys() else Scenario
