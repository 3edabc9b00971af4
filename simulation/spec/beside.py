"""Scenarios that another file names, and changes that it makes to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulation.spec.files import is_file
from simulation.spec.load import load_scenario
from simulation.spec.overrides import SOURCE
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.schema import Scenario
from simulation.spec.yaml_reader import Node, read_file

Change = tuple[Mark, str, Any]
"""Where a change to a scenario is written, its path as of `--set`, and the value."""


def scenario_file(folder: Path, text: str, mark: Mark) -> Path:
    """The scenario that a file in `folder` calls `text`: a path from there, or a name beside or above it, or in `scenarios`.

    Raises `SpecError` at `mark`, with a suggestion.
    """
    if is_file(folder / text):
        return folder / text
    folders = [folder, folder.parent, folder.parent.parent, Path("scenarios")]
    known = {
        p.stem: p for f in reversed(folders) for p in sorted([*f.glob("[!.]*.yaml"), *f.glob("[!.]*.yml")])
    }
    if text in known:
        return known[text]
    shown = sorted(name for name, path in known.items() if is_scenario(path))
    raise SpecError([Problem.at(mark, f"there is no scenario {show(text)}", did_you_mean(text, shown))])


def is_scenario(path: Path | str) -> bool:
    """Whether a file can be read and means to be a scenario: claims, sweeps and policies lie beside them."""
    try:
        root = read_file(path)
    except SpecError:
        return False
    keys = set(root.value) if isinstance(root.value, dict) else set()
    return "world" in keys and "claim" not in keys


def load_changed(
    path: Path, changes: Sequence[Change], more_policies: Mapping[str, Node] | None = None
) -> Scenario:
    """The scenario with changes, in order. Raises `SpecError`, what a change has caused at the place that makes it."""
    overrides = [f"{key}={json.dumps(value, ensure_ascii=False)}" for _, key, value in changes]
    try:
        return load_scenario(path, overrides, more_policies)
    except SpecError as error:
        raise SpecError(_moved(p, changes) if p.file == SOURCE else p for p in error.problems) from None


def _moved(problem: Problem, changes: Sequence[Change]) -> Problem:
    mark = changes[problem.line - 1][0]
    return replace(problem, file=mark.file, line=mark.line, column=mark.column)
