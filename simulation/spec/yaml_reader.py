"""YAML with line numbers, for files that people write and strangers may send.

The C parser hands over one event at a time, so that depth and size are counted before anything is built:
composing a file nested 100,000 levels deep crashes the process. A scenario needs mappings, lists and scalars
only; anchors, aliases, merge keys, tags, directives and several documents are refused (policies are reused by
`inherits`), which leaves nothing to explode.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulation.spec.characters import (
    FORBIDDEN,
    LOOKALIKE,
    decode,
    explain_broken,
    explain_key,
    explain_value,
    forbidden,
    lookalike,
    place,
)
from simulation.spec.files import read_bytes
from simulation.spec.problems import Mark, Problem, SpecError, show
from simulation.spec.scalars import Scalar, ScalarError, read_scalar

MAX_DEPTH = 32
MAX_EVENTS = 50_000
MAX_KEY = 200

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ADVICE = {
    "escape": "in double quotes a backslash starts an escape; use single quotes",
    "mapping values are not allowed": "put text that contains ': ' in quotes, or check the indentation",
    "expected ':'": "each line needs 'key: value'",
    "expected key": "check the indentation and the line above",
    "expected ','": "a bracket or a comma is missing",
    "quoted scalar": "a quotation mark is missing",
    "cannot start any token": "put text that begins with a special character in quotes",
}
_REUSE = "policies are reused with 'inherits'; write other values out"


@dataclass(slots=True)
class Node:
    """A value, where it stands, where its key stands (if it has one), and whether it is in quotes."""

    value: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    key: Mark | None = None
    quoted: bool = False

    @property
    def head(self) -> Mark:
        """Where to point when the value as a whole is meant: groups and lists by their key."""
        return self.key if self.key is not None and isinstance(self.value, list | dict) else self.mark

    def plain(self) -> Any:
        """The value without marks."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def plain_node(data: Any, mark: Mark) -> Node:
    """A node of plain data that stands in no file: all of it is said to be at `mark`. Nodes in it stay as they are."""
    if isinstance(data, Node):
        return data
    if isinstance(data, dict):
        return Node({key: plain_node(value, mark) for key, value in data.items()}, mark, mark)
    if isinstance(data, list | tuple):
        return Node([plain_node(value, mark) for value in data], mark, mark)
    return Node(data, mark, mark, quoted=isinstance(data, str))


def read_file(path: str | os.PathLike[str]) -> Node:
    """The root mapping of a YAML file. Raises `SpecError` for anything that cannot be read."""
    file = str(path)
    return read_mapping(decode(read_bytes(Path(path), file), file), file)


def read_mapping(text: str, file: str) -> Node:
    """The root mapping of a YAML text."""
    node = read_text(text, file)
    if not isinstance(node.value, dict):
        cause = explain_broken(file, text, text.count("\n") + 1)
        raise SpecError(
            [cause or Problem.at(node.mark, f"expected lines of 'key: value', found {show(node.plain())}")]
        )
    return node


def read_text(text: str, file: str) -> Node:
    """The one document of a YAML text; its root may be of any kind. Raises `SpecError`."""
    if text.startswith("%") or "\n%" in text:
        index = 0 if text.startswith("%") else text.index("\n%") + 1
        raise SpecError(
            [Problem.at(place(file, text, index), "YAML directives are not supported", "remove the line")]
        )
    builder = _Builder(file, text)
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if count > MAX_EVENTS:
                raise SpecError(
                    [Problem.at(builder.mark(event), f"the file holds more than {MAX_EVENTS} values")]
                )
            builder.take(event)
    except yaml.YAMLError as error:
        broken = _broken(error, file, text)
        seen = [p for p in builder.problems if (p.line, p.column) == (broken.line, broken.column)]
        raise SpecError([*builder.problems, *([] if seen else [broken])]) from None
    except (ValueError, OverflowError):  # from the Python parser, for escapes beyond Unicode
        raise SpecError(
            [*builder.problems, Problem(file, 1, 1, "not valid YAML: a wrong escape in quotes")]
        ) from None
    if builder.problems:
        raise SpecError(builder.problems)
    if builder.root is None:
        raise SpecError([Problem(file, 1, 1, "the file is empty")])
    return builder.root


class _Builder:
    """Builds nodes from parser events without recursion, and collects what is not allowed."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._open: list[tuple[Node, bool]] = []  # unfinished groups, and whether they stand in brackets
        self._keys: list[tuple[str, Mark] | None] = []  # for each of them, the key that waits for its value
        self._documents = 0

    def mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._open) >= MAX_DEPTH:
                raise SpecError([Problem.at(self.mark(event), f"nested more than {MAX_DEPTH} levels deep")])
            node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], self.mark(event))
            self._refuse_extras(event)
            self._place(node)
            self._open.append((node, bool(event.flow_style)))
            self._keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._say(event, f"the alias '*{str(event.anchor)[:40]}' is not supported", _REUSE)
            self._place(Node(None, self.mark(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise SpecError(
                    [
                        *self.problems,
                        Problem.at(
                            self.mark(event),
                            "a second YAML document begins here",
                            "one file holds one scenario or policy",
                        ),
                    ]
                )

    def _scalar(self, event: Any) -> None:
        mark, plain = self.mark(event), not event.style
        self._refuse_extras(event)
        if self._expects_key():
            self._key(event.value, mark, plain)
            return
        value: Scalar = event.value
        if plain:
            source = self.text[event.start_mark.index : event.end_mark.index]
            parent = self._open[-1] if self._open else None
            own_line = parent is None or isinstance(parent[0].value, list)
            if problem := explain_value(source, mark, own_line, parent is not None and parent[1]):
                self.problems.append(problem)
            try:
                value = read_scalar(event.value)
            except ScalarError as error:
                self._say(event, str(error), "every number must be finite and of ordinary size")
        if isinstance(value, str) and (found := FORBIDDEN.search(value)):
            self._say(event, f"the text contains {forbidden(found.group())}", "remove it")
        self._place(Node(value, mark, quoted=not plain))

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0].value, dict) and self._keys[-1] is None

    def _key(self, key: str, mark: Mark, plain: bool) -> None:
        group = self._open[-1][0].value
        assert isinstance(group, dict)
        problem = explain_key(key, mark) if plain else None
        if key == "<<" and plain:
            problem = Problem.at(mark, "merge keys '<<' are not supported", _REUSE)
        elif not key.strip() or len(key) > MAX_KEY or FORBIDDEN.search(key) or "\n" in key:
            problem = Problem.at(mark, "a key must be a short name on one line")
        elif key in group:
            first = group[key].key or mark
            problem = Problem.at(
                mark,
                f"the key {show(key)} is given twice; first at line {first.line}, column {first.column}",
                "keep one of the two",
            )
        if problem is not None:
            self.problems.append(problem)
        self._keys[-1] = (key, mark)

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        group = self._open[-1][0].value
        if isinstance(group, list):
            group.append(node)
        elif isinstance(group, dict):
            waiting = self._keys[-1]
            if waiting is None:  # a list, group or alias where a key belongs
                self.problems.append(Problem.at(node.mark, "a key must be a short name on one line"))
                waiting = ("", node.mark)
                self._keys[-1] = waiting
                return
            node.key = waiting[1]
            group.setdefault(waiting[0], node)
            self._keys[-1] = None

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._say(event, f"the anchor '&{str(event.anchor)[:40]}' is not supported", _REUSE)
        if event.tag is not None:
            self._say(
                event,
                f"the tag {show(event.tag)} is not supported",
                "remove it; quote a value that must be text",
            )

    def _say(self, event: Any, message: str, hint: str) -> None:
        self.problems.append(Problem.at(self.mark(event), message, hint))


def _broken(error: yaml.YAMLError, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = min(mark.line + 1, text.count("\n") + 1) if mark is not None else 1
    if cause := explain_broken(file, text, line):
        return cause
    problem = getattr(error, "problem", None) or "it cannot be parsed"
    if "end of stream" in problem and getattr(error, "context_mark", None) is not None:
        mark, line = error.context_mark, error.context_mark.line + 1  # type: ignore[attr-defined]  # where it was opened
    if mark is not None and LOOKALIKE.match(text[mark.index : mark.index + 1]):
        wide = lookalike(text[mark.index])
        return Problem.at(place(file, text, mark.index), wide, "switch the keyboard to half-width")
    context = f"{getattr(error, 'context', None) or ''} {problem}"
    hint = next((advice for sign, advice in _ADVICE.items() if sign in context), "")
    return Problem(file, line, mark.column + 1 if mark is not None else 1, f"not valid YAML: {problem}", hint)
