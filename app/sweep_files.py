"""From what is typed to a sweep: a file, or a scenario with what varies given as options."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.guard import BadInput
from app.inputs import SHIPPED, find_scenario

if TYPE_CHECKING:
    from simulation.spec.sweeps import Sweep
    from simulation.spec.yaml_reader import Node


def sweep_files() -> list[Path]:
    """Files below `scenarios/sweeps/` here; where there is no such directory, those that come with the tool."""
    here = Path("scenarios")
    found = (here if here.is_dir() else SHIPPED).glob("sweeps/*.y*ml")
    return sorted(p for p in found if p.suffix in {".yaml", ".yml"} and p.name[0] != ".")


def load(text: str, vary: Sequence[str], changes: Sequence[str], options: dict[str, Any]) -> Sweep:
    """The sweep in a file or by name, or over a scenario with `--vary`; `options` replace keys of the file.

    Raises SpecError or BadInput.
    """
    from simulation.spec.sweeps import is_sweep, sweep_of
    from simulation.spec.yaml_reader import read_file

    path = find_sweep(text)
    root = read_file(path)
    if not is_sweep(root):
        if not vary:
            raise BadInput(
                f"{path}:1:1: this is a scenario: say what varies (--vary NAME, --vary NAME=LOW:HIGH)"
            )
        root = _over(path, root)
    assert isinstance(root.value, dict)
    for number, word in enumerate(vary, start=1):
        _put(root, "vary", *_axis(word, number))
    for number, word in enumerate(changes, start=1):
        name, sign, value = word.partition("=")
        if not sign:
            raise BadInput(f"--set:{number}:1: expected path.to.key=value, found '{word}'")
        _put(root, "set", name.strip(), _value(value, "--set", number))
    for name, value in options.items():
        if value is not None:
            root.value[name] = _node(value, f"--{name}")
    return sweep_of(root, str(path))


def find_sweep(text: str) -> Path:
    """The file meant by a path or by the name of a sweep or a scenario. BadInput, with a suggestion, if there is none."""
    path = Path(text)
    if path.exists():
        return path
    known = {name: file for file in sweep_files() for name in (file.stem, file.name, str(file))}
    if text in known:
        return known[text]
    try:
        return find_scenario(text)
    except BadInput as error:
        near = difflib.get_close_matches(text, known, n=1)
        raise (
            BadInput(f"{text}:1:1: there is no such sweep (did you mean '{near[0]}'?)") if near else error
        ) from None


def _over(path: Path, scenario: Node) -> Node:
    """A sweep of this scenario and nothing else yet."""
    name = scenario.value.get("name") if isinstance(scenario.value, dict) else None
    stem = str(name.value) if name is not None else path.stem
    return _node({"name": f"{stem}_sweep", "scenario": path.name}, "--vary")


def _axis(word: str, number: int) -> tuple[str, Node]:
    """NAME, NAME=LOW:HIGH, NAME=LOW:HIGH:STEPS or NAME=VALUE,VALUE,..."""
    name, _, text = word.partition("=")
    if ":" in text and "," not in text:
        ends = [_value(part, "--vary", number) for part in text.split(":")]
        if len(ends) not in (2, 3):
            raise BadInput(
                f"--vary:{number}:1: expected NAME=LOW:HIGH or NAME=LOW:HIGH:STEPS, found '{word}'"
            )
        return name.strip(), _node(dict(zip(("low", "high", "steps"), ends, strict=False)), "--vary", number)
    values = [_value(part, "--vary", number) for part in text.split(",") if part.strip()]
    return name.strip(), _node(values or None, "--vary", number)


def _value(text: str, source: str, number: int) -> Node:
    from simulation.spec.problems import SpecError
    from simulation.spec.yaml_reader import read_text

    try:
        return read_text(text, source)
    except SpecError as error:
        raise BadInput(f"{source}:{number}:1: {error.problems[0].message}") from None


def _put(root: Node, group: str, name: str, node: Node) -> None:
    from simulation.spec.yaml_reader import Node

    assert isinstance(root.value, dict)
    held = root.value.setdefault(group, Node({}, node.mark, node.mark))
    if held.value is None:
        held.value = {}
    if isinstance(held.value, dict):
        held.value[name] = node


def _node(data: Any, source: str, number: int = 1) -> Node:
    from simulation.spec.problems import Mark
    from simulation.spec.yaml_reader import plain_node

    return plain_node(data, Mark(source, number))
