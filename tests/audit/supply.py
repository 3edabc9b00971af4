"""What the product is made of: pins, licences, and no code that runs out of a file. All of it works without a network.

`python -m tests.audit.supply` checks; `--write` makes docs/licences.md again; `--advisories FOLDER` compares the pins with
advisories in the OSV format (one JSON file each), which somebody has to have downloaded.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import running_code

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
SHIPPED = ("simulation", "analysis", "app", "run.py")
CORE = {
    "jinja2", "matplotlib", "mesa", "networkx", "numba", "numpy", "openpyxl", "pandas", "pyarrow", "pydantic",
    "pyyaml", "rich", "scipy", "typer",
}  # fmt: skip
"""The core install. Whoever adds to it does so here too, and says why in pyproject.toml."""
ALLOWED = re.compile(
    r"(MIT(-CMU)?|BSD(-[23]-Clause)?|0BSD|Apache-2\.0( WITH LLVM-exception)?|PSF-2\.0|MPL-2\.0|ISC|Zlib|CC0-1\.0)"
)
WORDS = {
    "MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
}  # fmt: skip
STATED = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT AND MPL-2.0"}
"""Those whose metadata do not say, by the file LICENSE that they bring (and that of axe-core within)."""
OWN_ROOM = {"app/live/": {"shiny"}}
"""Extras that a folder may import when it is loaded: one command loads it, and says so where the extra is missing."""


def pins() -> dict[str, list[Requirement]]:
    """constraints.txt by name."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def wanted() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for: "core", and the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    return {group: [Requirement(text) for text in texts] for group, texts in groups.items()}


def closure(requirements: list[Requirement]) -> set[str]:
    """Names of all that these bring along here, and of what they would if it were installed."""
    found: set[str] = set()
    waiting = [(r.name, r.extras) for r in requirements]
    while waiting:
        name, extras = waiting.pop()
        key = canonicalize_name(name)
        if key in found:
            continue
        found.add(key)
        try:
            texts = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, texts):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append((requirement.name, requirement.extras))
    return found


def unpinned() -> list[str]:
    """Distributions that an install would bring along in any version, and pins that are not what is installed."""
    known, found = pins(), []
    for group, requirements in wanted().items():
        for name in sorted(closure(requirements)):
            if name not in known:
                found.append(f"{name}, of {group}, has no pin in constraints.txt")
                continue
            here = [r for r in known[name] if r.marker is None or r.marker.evaluate()]
            try:
                version = distribution(name).version
            except PackageNotFoundError:
                continue
            if here and not any(r.specifier.contains(version, prereleases=True) for r in here):
                found.append(f"{name} {version} is installed, and {here[0]} is pinned")
    return sorted(set(found))


def loose() -> list[str]:
    """Lines of constraints.txt that allow more than one version."""
    return [f"{pin} is no pin (==)" for every in pins().values() for pin in every if not _pins(pin)]


def _pins(requirement: Requirement) -> bool:
    specifiers = list(requirement.specifier)
    return len(specifiers) == 1 and specifiers[0].operator == "==" and "*" not in specifiers[0].version


def core_is_small() -> list[str]:
    """The core install is what CORE lists, and no shipped module imports a package of an extra in its outermost lines.

    Imports in functions are not looked at, since that is where extras belong; nor are packages that are in no list.
    """
    names = {canonicalize_name(r.name) for r in wanted()["core"]}
    found = [
        f"{name} is in the core install and not in CORE, or the other way round"
        for name in sorted(names ^ CORE)
    ]
    extras = {
        canonicalize_name(r.name).replace("-", "_")
        for group, rs in wanted().items()
        if group != "core"
        for r in rs
    }
    for path, tree in shipped():
        own = {name for room, names in OWN_ROOM.items() if path.startswith(room) for name in names}
        for node in tree.body:
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else [])  # fmt: skip
            found += [
                f"{path}:{node.lineno}: {m} is in an extra"
                for m in modules
                if m.split(".")[0] in extras - CORE - own
            ]
    return found


def code_from_files() -> list[str]:
    """Names and imports in shipped code that could run what stands in a file."""
    return running_code.found(shipped())


def shipped() -> tuple[tuple[str, ast.Module], ...]:
    """Every module that is installed, by its path."""
    return _parsed(ROOT, SHIPPED)


@cache
def _parsed(root: Path, parts: tuple[str, ...]) -> tuple[tuple[str, ast.Module], ...]:
    files = [path for part in parts for path in (sorted((root / part).rglob("*.py")) or [root / part])]
    return tuple(
        (path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in files
    )


def licence(name: str) -> str:
    """The licence that an installed distribution names, as an SPDX expression where it can be told. PackageNotFoundError."""
    metadata: Any = distribution(name).metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classes = [
        c.split("::")[-1].strip() for c in metadata.get_all("Classifier") or () if c.startswith("License ::")
    ]
    told = str(metadata.get("License") or "").split("\n")[0].strip()
    told = WORDS.get(told, told)
    if ALLOWED.fullmatch(told) or all(ALLOWED.fullmatch(part) for part in re.split(r" AND | OR ", told)):
        return told
    return " AND ".join(sorted({WORDS.get(c, c) for c in classes})) or STATED.get(name, "not stated")


def rows() -> dict[str, str]:
    """Lines of the page by name. What is not installed here keeps the line it has."""
    groups = {group: closure(requirements) for group, requirements in wanted().items()}
    before = kept()
    found = {}
    for name in sorted(pins()):
        needed = ["core"] if name in groups["core"] else [group for group in groups if name in groups[group]]
        try:
            found[name] = f"| {name} | {licence(name)} | {', '.join(needed)} |"
        except PackageNotFoundError:
            found[name] = before.get(name, f"| {name} | not known | {', '.join(needed)} |")
    return found


def kept() -> dict[str, str]:
    """Lines that the page has."""
    lines = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    return {
        line.split("|")[1].strip(): line
        for line in lines
        if re.match(r"\| (?!distribution)[a-z0-9-]+ \| ", line)
    }


def page() -> str:
    """docs/licences.md."""
    head = (
        "# Licences of what the product is made of\n\n"
        "Written by `python -m tests.audit.supply --write` from the metadata of the installed distributions; a test "
        "compares the two.\nThe product itself is under the [MIT licence](../LICENSE). Versions: `constraints.txt`.\n\n"
        "| distribution | licence | part of |\n|---|---|---|\n"
    )
    return head + "\n".join(rows().values()) + "\n"


def odd_licences() -> list[str]:
    """Licences that ask more of users than to be named, or that nobody has stated."""
    found = []
    for line in kept().values():
        name, told = (part.strip() for part in line.split("|")[1:3])
        if not all(ALLOWED.fullmatch(part.strip("()")) for part in re.split(r" AND | OR ", told)):
            found.append(f"{name}: {told}")
    return found


def outdated_page() -> list[str]:
    """Lines of the page that are not what the metadata say. What a thing is part of differs between versions of Python."""
    now, then = ({name: line.split("|")[1:3] for name, line in lines.items()} for lines in (rows(), kept()))
    return [
        f"docs/licences.md: {name}"
        for name in sorted(now.keys() | then.keys())
        if now.get(name) != then.get(name)
    ]


CHECKS = {
    "every distribution is pinned": unpinned,
    "a pin is of one version": loose,
    "the core install is small": core_is_small,
    "no code runs out of a file, no pickle in stores": code_from_files,
    "licences are listed": outdated_page,
    "licences ask nothing unusual": odd_licences,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit.supply", description=__doc__.split("\n", maxsplit=1)[0]
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--advisories", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.write:
        PAGE.write_text(page(), encoding="utf-8")
    wrong = False
    for name, check in CHECKS.items():
        found = check()
        wrong |= bool(found)
        print(f"{'sound' if not found else 'WRONG'}  {name}", *found, sep="\n       ")
    if chosen.advisories:
        from .advisories import advised

        try:
            compared = advised(chosen.advisories, pins())
        except ValueError as error:
            parser.error(str(error))
        wrong |= bool(compared.found)
        told = f"{'WRONG' if compared.found else 'sound'}  no advisory of {compared.read:,} names a pin"
        print(told, *compared.found, sep="\n       ")
    else:
        print("not asked  no advisory names a pin (--advisories FOLDER)")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
