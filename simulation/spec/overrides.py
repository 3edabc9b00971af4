"""`--set path.to.key=value`: a change to a scenario as if the file said so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulation.spec.characters import FORBIDDEN, forbidden
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.yaml_reader import MAX_DEPTH, Node, read_text

SOURCE = "--set"


def apply_overrides(root: Node, overrides: Sequence[str]) -> None:
    """Change `root` in place, in order. Raises `SpecError`; line n of its problems is the n-th override.

    Items of a list are named by their position from 0, segments and missions also by name. A policy must exist; groups in
    between are made. A change to a policy is seen by the policies that inherit from it.
    """
    problems: list[Problem] = []
    for line, text in enumerate(overrides, start=1):
        try:
            _apply(root, text, line)
        except SpecError as error:
            problems.extend(error.problems)
    if problems:
        raise SpecError(problems)


def _apply(root: Node, text: str, line: int) -> None:
    if found := FORBIDDEN.search(text):
        raise _error(line, found.start() + 1, f"the text contains {forbidden(found.group())}")
    path, sign, value = text.partition("=")
    parts = [part.strip() for part in path.split(".")]
    if not sign or not all(parts):
        raise _error(line, 1, f"expected path.to.key=value, found {show(text)}", "for example world.reps=60")
    if len(parts) > MAX_DEPTH:
        raise _error(line, 1, "the path has too many parts")
    node, column = root, 1
    for depth, part in enumerate(parts):
        mark = Mark(SOURCE, line, column)
        if depth == len(parts) - 1:
            new = _value(value, line, len(path) + 2)
            new.key = mark
            _put(node, part, new, mark, parts)
        else:
            node = _enter(node, part, mark, parts[:depth])
        column += len(path.split(".")[depth]) + 1


def _enter(node: Node, part: str, mark: Mark, above: list[str]) -> Node:
    if isinstance(node.value, list):
        return node.value[_position(node.value, part, mark)]
    if node.value is None:
        node.value = {}
    if not isinstance(node.value, dict):
        raise _error(
            mark.line, mark.column, f"{show('.'.join(above))} is a single value and has no key {show(part)}"
        )
    if part not in node.value:
        _policy_exists(node.value, part, mark, above)
        node.value[part] = Node({}, mark, mark)
    return node.value[part]


def _put(node: Node, part: str, new: Node, mark: Mark, parts: list[str]) -> None:
    if isinstance(node.value, list):
        node.value[_position(node.value, part, mark)] = new
        return
    _enter(node, part, mark, parts[:-1])  # refuses a policy that does not exist and a place without keys
    if isinstance(node.value, dict):
        node.value[part] = new


def _policy_exists(group: dict[str, Node], part: str, mark: Mark, above: list[str]) -> None:
    if above == ["policies"]:
        raise _error(mark.line, mark.column, f"there is no policy {show(part)}", did_you_mean(part, group))


def _position(items: list[Node], part: str, mark: Mark) -> int:
    names = [
        node.value["name"].value if isinstance(node.value, dict) and "name" in node.value else None
        for node in items
    ]
    if part in names:
        return names.index(part)
    if part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(items):
        return int(part)
    known = [name for name in names if isinstance(name, str)]
    raise _error(
        mark.line,
        mark.column,
        f"the list of {len(items)} has no item {show(part)}",
        did_you_mean(part, known) or f"positions run from 0 to {len(items) - 1}",
    )


def _value(text: str, line: int, column: int) -> Node:
    """The value by the rules of the file, with marks that point into the override."""
    if not text.strip():
        return Node(None, Mark(SOURCE, line, column))
    try:
        return _moved(read_text(text, SOURCE), line, column)
    except SpecError as error:
        raise SpecError(
            Problem(SOURCE, line, p.column + (column - 1 if p.line == 1 else 0), p.message, p.hint)
            for p in error.problems
        ) from None


def _moved(node: Node, line: int, column: int) -> Node:
    def move(mark: Mark) -> Mark:
        return Mark(SOURCE, line, mark.column + (column - 1 if mark.line == 1 else 0))

    value = node.value
    if isinstance(value, dict):
        value = {key: _moved(inner, line, column) for key, inner in value.items()}
    elif isinstance(value, list):
        value = [_moved(inner, line, column) for inner in value]
    return Node(value, move(node.mark), move(node.key) if node.key is not None else None, node.quoted)


def _error(line: int, column: int, message: str, hint: str = "") -> SpecError:
    return SpecError([Problem(SOURCE, line, column, message, hint)])


def value_at(resolved: Any, path: str) -> Any:
    """What stands at a path such as "world.reps" of a resolved scenario; None where nothing does."""
    for key in path.split("."):
        if isinstance(resolved, list):
            places = {item.get("name"): item for item in resolved if isinstance(item, dict)}
            resolved = {str(place): item for place, item in enumerate(resolved)} | places
        resolved = resolved.get(key) if isinstance(resolved, dict) else None
    return resolved
