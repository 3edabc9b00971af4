"""Levers of other packages: entry points of the group `salespolicy.levers`, imported only when allowed by name.

The permission is the environment variable `SALESPOLICY_ALLOW_LEVERS`, names with commas between; the option
`--allow-lever` adds to it. It is read once, when the levers are first imported, because the schema of policies is made
from them then. Worker processes inherit it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple

from simulation.levers.base import Lever
from simulation.levers.contract import fault, line_of

GROUP, VARIABLE = "salespolicy.levers", "SALESPOLICY_ALLOW_LEVERS"


class Origin(NamedTuple):
    """The installed package a lever comes from."""

    package: str
    version: str


class LeverRefusedError(Exception):
    """A lever of another package that cannot be used; the text says why."""


def allowed_names() -> list[str]:
    """The names the user has allowed, in the order given."""
    return list(dict.fromkeys(filter(None, map(str.strip, os.environ.get(VARIABLE, "").split(",")))))


def offers() -> dict[str, list[EntryPoint]]:
    """What installed packages offer, by name; nothing of theirs is imported. Looks through all packages: slow."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        found.setdefault(entry.name, []).append(entry)
    return found


def origin(entry: EntryPoint) -> Origin:
    """The package of an entry point."""
    return Origin(entry.dist.name, entry.dist.version) if entry.dist else Origin("unknown", "")


def load(name: str, installed: Mapping[str, list[EntryPoint]], built_in: Collection[str]) -> type[Lever]:
    """Import the lever of this name. `LeverRefusedError` if it is not one, or claims more than a lever may."""
    if not (entries := installed.get(name, [])):
        raise LeverRefusedError(f"no installed package offers it (offered: {', '.join(installed) or 'none'})")
    packages = " and ".join(sorted(origin(entry).package for entry in entries))
    if name in built_in:
        raise LeverRefusedError(f"{packages} offers it under the name of a built-in lever")
    if len(entries) > 1:
        raise LeverRefusedError(f"several packages offer it: {packages}")
    try:
        lever: Any = entries[0].load()
    except (Exception, SystemExit) as error:  # code that ends the program would end it without a word
        raise LeverRefusedError(f"{packages} cannot be imported: {type(error).__name__}: {error}") from error
    if fault := _fault(name, lever):
        raise LeverRefusedError(f"{packages}: {entries[0].value} {fault}")
    found: type[Lever] = lever
    return found


def _fault(name: str, lever: Any) -> str:
    """What keeps this object from being a lever; empty for one that may be used."""
    if not (isinstance(lever, type) and issubclass(lever, Lever) and lever is not Lever):
        return "is not a subclass of Lever"
    if getattr(lever, "name", None) != name:
        return f"calls itself {getattr(lever, 'name', None)!r}, not {name!r}"
    if not (wrong := fault(lever)):
        return ""
    file = getattr(sys.modules.get(lever.__module__), "__file__", None) or lever.__module__
    hint = f" ({wrong.hint})" if wrong.hint else ""
    return f"{wrong.message}, {file}:{line_of(lever, wrong.word)}{hint}"
