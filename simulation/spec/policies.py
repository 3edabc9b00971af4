"""Policies that live in files of their own, are reused, inherited from and overridden.

A policy may say `inherits: other`, with the name of a policy in the same file, `inherits: policies/foo.yaml`
for a file that holds one policy, or `inherits: policies/foo.yaml#name` for one of several. The child sets
single fields of single levers and takes the rest from its parent; a lever left empty in the child is neutral
again; descriptions are not inherited. In a scenario, `include: [policies/foo.yaml]` under `policies` adds the
policies of other files, a single one under its file's name. Paths are relative to the file that names them
and stay inside the scenario's folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from simulation.levers import LEVERS
from simulation.spec.files import is_file
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.yaml_reader import Node, read_file

MAX_CHAIN = 32
MAX_FILES = 100


@dataclass(frozen=True, slots=True)
class _Scope:
    """What `inherits` may refer to by name, and the folder its paths start from."""

    folder: Path
    policies: dict[str, Node]


class PolicyResolver:
    """Reads policy files and applies inheritance; collects `problems` instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.orphans: set[str] = set()  # policies of which something is missing: a parent could not be had
        self._parent_lost = False
        self._folder = Path(file).parent
        self._root = self._folder.resolve()
        self._files: dict[Path, Node | None] = {}
        self._scopes: dict[int, _Scope] = {}  # by id of a policy's node, for policies that came by `include`

    def include(self, group: Node) -> None:
        """Replace `include` in a mapping of policies by what it names."""
        if not isinstance(group.value, dict) or "include" not in group.value:
            return
        merged: dict[str, Node] = {}
        for name, node in group.value.items():
            for key, policy in self._included(node) if name == "include" else [(name, node)]:
                if key in merged:
                    first = merged[key].key or merged[key].mark
                    self._say(
                        policy.key or node.mark,
                        f"the policy {show(key)} exists already: {first.file}, line {first.line}",
                        "give one of them another name, or inherit from it",
                    )
                else:
                    merged[key] = policy
        group.value = merged

    def resolve(self, group: Node) -> Node:
        """The mapping of policies with inheritance applied; every node keeps its mark."""
        if not isinstance(group.value, dict):
            return group
        here = _Scope(self._folder, group.value)
        merged = {}
        for name, node in group.value.items():
            self._parent_lost = False
            merged[name] = self.policy(node, self._scopes.get(id(node), here))
            if self._parent_lost:
                self.orphans.add(name)
        return Node(merged, group.mark, group.key)

    def policy(self, node: Node, scope: _Scope | None = None, chain: tuple[int, ...] = ()) -> Node:
        """One policy with its parents' settings filled in. A lever with an empty value is neutral."""
        node.value = {} if node.value is None and not node.quoted else node.value
        if not isinstance(node.value, dict):
            return node
        scope = scope or _Scope(self._folder, {})
        own = {key: value for key, value in node.value.items() if key != "inherits"}
        reference = node.value.get("inherits")
        parent = self._parent(reference, scope, (*chain, id(node))) if reference is not None else None
        self._parent_lost |= reference is not None and parent is None
        if parent is not None and isinstance(parent.value, dict):
            inherited = {key: value for key, value in parent.value.items() if key != "description"}
            own = merge(inherited, own)
        for key in [
            key for key, value in own.items() if key in LEVERS and value.value is None and not value.quoted
        ]:
            del own[key]
        return Node(own, node.mark, node.key)

    def _parent(self, reference: Node, scope: _Scope, chain: tuple[int, ...]) -> Node | None:
        text = reference.value
        if not isinstance(text, str):
            self._say(
                reference.head,
                f"inherits must be the name or file of one policy, not {show(reference.plain())}",
            )
            return None
        path, _, name = text.partition("#")
        if PurePosixPath(path).suffix in {".yaml", ".yml"} or "/" in path:
            opened = self._open(path, reference.mark, scope.folder)
            if opened is None:
                return None
            document, folder = opened
            policies = _policies_of(document)
            scope = _Scope(folder, policies or {})
            if policies is None and not name:
                parent: Node | None = document
            elif policies is None or not name:
                self._say(
                    reference.mark,
                    f"{show(path)} holds {'one policy' if policies is None else 'several policies'}",
                    "leave out the part after '#'"
                    if policies is None
                    else f"name one: {path}#{next(iter(policies), 'name')}",
                )
                return None
            else:
                parent = policies.get(name)
        else:
            name, parent = text, scope.policies.get(text)
            scope = self._scopes.get(id(parent), scope)
        if parent is None:
            self._say(
                reference.mark,
                f"there is no policy {show(name)} to inherit from",
                did_you_mean(name, scope.policies),
            )
            return None
        if id(parent) in chain:
            self._say(
                reference.mark, f"the policy inherits from itself through {show(text)}", "break the circle"
            )
            return None
        if len(chain) >= MAX_CHAIN:
            self._say(reference.mark, f"more than {MAX_CHAIN} policies inherit from each other in a row")
            return None
        return self.policy(parent, scope, chain)

    def _included(self, node: Node) -> list[tuple[str, Node]]:
        references = node.value if isinstance(node.value, list) else [node]
        found: list[tuple[str, Node]] = []
        for reference in references:
            if not isinstance(reference.value, str):
                self._say(
                    reference.head,
                    f"include needs a list of files, not {show(reference.plain())}",
                    "include: [policies/industry.yaml]",
                )
                continue
            opened = self._open(reference.value, reference.mark, self._folder)
            if opened is None:
                continue
            document, folder = opened
            policies = _policies_of(document)
            if policies is None:
                found.append((PurePosixPath(reference.value).stem, document))
                self._scopes[id(document)] = _Scope(folder, {})
                continue
            for name, policy in policies.items():
                found.append((name, policy))
                self._scopes[id(policy)] = _Scope(folder, policies)
        return found

    def _open(self, reference: str, mark: Mark, folder: Path) -> tuple[Node, Path] | None:
        """The root of a policy file and its folder, or None after noting why not."""
        pure = PurePosixPath(reference)
        if (
            pure.is_absolute()
            or ".." in pure.parts
            or "\\" in reference
            or ":" in reference
            or "\0" in reference
        ):
            self._say(
                mark,
                f"the path {show(reference)} leads out of the scenario's folder",
                "use a path below the file, with forward slashes",
            )
            return None
        if pure.suffix not in {".yaml", ".yml"}:
            self._say(
                mark, f"{show(reference)} is not a YAML file", "the name of a policy file ends in .yaml"
            )
            return None
        path = folder / reference
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            target = path
        if not target.is_relative_to(self._root):
            self._say(
                mark,
                f"the path {show(reference)} leads out of the scenario's folder through a link",
                "copy the file",
            )
            return None
        if target not in self._files:
            self._files[target] = self._read(path, reference, mark)
        document = self._files[target]
        return None if document is None else (document, path.parent)

    def _read(self, path: Path, reference: str, mark: Mark) -> Node | None:
        if len(self._files) >= MAX_FILES:
            self._say(mark, f"more than {MAX_FILES} policy files")
            return None
        if not is_file(path):
            self._say(
                mark,
                f"there is no policy file {show(reference)}",
                "the path is relative to the file that names it",
            )
            return None
        try:
            return read_file(path)
        except SpecError as error:
            self.problems.extend(error.problems)
            return None

    def _say(self, mark: Mark, message: str, hint: str = "") -> None:
        self.problems.append(Problem.at(mark, message, hint))


def merge(parent: dict[str, Node], child: dict[str, Node]) -> dict[str, Node]:
    """Settings of `parent` with those of `child` on top: groups merge key by key, all else is replaced."""
    merged = dict(parent)
    for key, node in child.items():
        below = merged.get(key)
        if below is not None and isinstance(below.value, dict) and isinstance(node.value, dict):
            merged[key] = Node(merge(below.value, node.value), node.mark, node.key)
        else:
            merged[key] = node
    return merged


def _policies_of(document: Node) -> dict[str, Node] | None:
    """The policies of a file that holds several, or None for a file that is one policy."""
    group = document.value.get("policies") if isinstance(document.value, dict) else None
    if group is None:
        return None
    return group.value if isinstance(group.value, dict) else {}
