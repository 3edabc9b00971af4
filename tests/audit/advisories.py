"""Advisories in the OSV format, which somebody has downloaded, against pinned versions. Nothing is asked of a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


@dataclass(frozen=True)
class Compared:
    """How many advisories on a package of PyPI were read (withdrawn ones apart), and the pins that one of them names."""

    read: int
    found: list[str]


def advised(folder: Path, pins: Mapping[str, list[Requirement]]) -> Compared:
    """Pins that an advisory in the OSV format names. Ranges by events "introduced", "fixed" and "last_affected".

    ValueError where no advisory on a package of PyPI is to be read there: nothing compared is nothing sound.
    """
    read, found = 0, []
    for path in sorted(folder.rglob("*.json")):
        advisory = _advisory(path)
        every = [a for a in advisory.get("affected", ()) if a.get("package", {}).get("ecosystem") == "PyPI"]
        if not every or advisory.get("withdrawn"):
            continue
        read += 1
        found += [
            f"{name} {version}: {advisory.get('id')}: {advisory.get('summary', '')[:100]}"
            for affected in every
            for name in [canonicalize_name(str(affected["package"].get("name", "")))]
            for version in [one.version for pin in pins.get(name, ()) for one in pin.specifier]
            if version in affected.get("versions", ()) or any(_within(version, r) for r in affected.get("ranges", ()))
        ]  # fmt: skip
    if not read:
        raise ValueError(f"{folder}: no advisory in the OSV format (*.json) on a package of PyPI is there")
    return Compared(read, sorted(set(found)))


def _advisory(path: Path) -> dict[str, Any]:
    """A file as an advisory; empty for other JSON, such as a list of files."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: no JSON: {error}") from error
    return told if isinstance(told, dict) else {}


def _within(text: str, span: dict[str, Any]) -> bool:
    version, inside = Version(text), False
    if span.get("type") != "ECOSYSTEM":
        return False
    for event in span.get("events", ()):
        try:
            ((kind, edge),) = event.items()
            bound = Version("0" if edge == "0" else edge)
        except (ValueError, InvalidVersion):
            continue
        if kind == "introduced" and version >= bound:
            inside = True
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            inside = False
    return inside
