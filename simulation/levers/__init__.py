"""The levers a policy can set. Dropping a file with a `Lever` subclass into this folder registers it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from simulation.levers.base import Finding, Lever, WorldFacts

__all__ = ["LEVERS", "Finding", "Lever", "WorldFacts"]


def _discover() -> dict[str, type[Lever]]:
    """Every lever defined by a module of this package, by name in alphabetical order."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {cls.name: cls for cls in sorted(Lever.__subclasses__(), key=lambda cls: cls.name)}


LEVERS: dict[str, type[Lever]] = _discover()
