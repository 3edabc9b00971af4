"""From files to scenarios: the one way in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from simulation.spec.checks import cross_checks
from simulation.spec.draws_file import drop_changed, inline_draws
from simulation.spec.located import validated
from simulation.spec.overrides import apply_overrides
from simulation.spec.policies import PolicyResolver
from simulation.spec.problems import Mark, Problem, SpecError, show, tidy
from simulation.spec.schema import Scenario
from simulation.spec.yaml_reader import Node, read_file

FilePath = str | os.PathLike[str]


def load_scenario(
    path: FilePath, overrides: Sequence[str] = (), more_policies: Mapping[str, Node] | None = None
) -> Scenario:
    """The scenario in a YAML file, with `overrides` such as "world.reps=60" applied; `more_policies` are
    taken as if they stood in that file.

    Raises `SpecError` with every problem that could be found, each with file, line and column; for an
    override the file is "--set" and the line its number. Reads files only: nothing is written, nothing large
    is allocated.
    """
    root = read_file(path)
    keys = set(root.value) if isinstance(root.value, dict) else set()
    if {"claim", "direction"} <= keys and "world" not in keys:
        hint = f"hypotheses {path} tests it"
        raise SpecError([Problem(str(path), 1, 1, "this is a claim, not a scenario", hint)])
    return scenario_of(root, str(path), overrides, more_policies)


def scenario_of(
    root: Node, file: str, overrides: Sequence[str] = (), more_policies: Mapping[str, Node] | None = None
) -> Scenario:
    """The scenario whose file reads as `root`, which is changed. Raises `SpecError`."""
    assert isinstance(root.value, dict)
    resolver = PolicyResolver(file)
    group = root.value.get("policies")
    if group is not None:
        if isinstance(group.value, dict):
            _add(group.value, more_policies or {})
        resolver.include(group)
        if resolver.problems:  # without these policies everything that names them would look wrong
            raise SpecError(resolver.problems)
    apply_overrides(root, overrides)
    inline_draws(root, file)
    drop_changed(root, overrides)
    if (group := root.value.get("policies")) is not None:
        root.value["policies"] = resolver.resolve(group)
    root.value.setdefault("name", Node(Path(file).stem, Mark(file)))
    return _finished(root, resolver)


def _finished(root: Node, resolver: PolicyResolver) -> Scenario:
    try:
        scenario = validated(Scenario, root)
    except SpecError as error:
        raise SpecError(tidy([*resolver.problems, *error.problems])) from None
    problems = [*resolver.problems, *cross_checks(scenario, root, resolver.orphans)]
    if problems:
        raise SpecError(problems)
    return scenario


def _add(policies: dict[str, Node], more: Mapping[str, Node]) -> None:
    """Put policies that stand elsewhere beside those of a scenario."""
    twice = [name for name in more if name in policies]
    if twice:
        problems = [
            Problem.at(more[name].key or more[name].mark, f"the scenario has a policy {show(name)} already",
                       "give yours another name") for name in twice
        ]  # fmt: skip
        raise SpecError(problems)
    policies.update(more)
