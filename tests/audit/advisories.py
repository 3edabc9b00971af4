"""Advisories in the OSV format, which somebody has downloaded, against pinned versions. Nothing is asked of a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def advised(folder: Path, pins: Mapping[str, list[Requirement]]) -> list[str]:
    """Pins that an advisory in the OSV format names. Ranges by events "introduced", "fixed" and "last_affected"."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        advisory = json.loads(path.read_text(encoding="utf-8"))
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") != "PyPI" or name not in pins:
                continue
            for pin in pins[name]:
                version = next(iter(pin.specifier)).version
                if version in affected.get("versions", ()) or any(
                    _within(version, r) for r in affected.get("ranges", ())
                ):
                    found.append(
                        f"{name} {version}: {advisory.get('id')}: {advisory.get('summary', '')[:100]}"
                    )
    return sorted(set(found))


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
