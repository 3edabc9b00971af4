"""The levers a policy can set. Dropping a file with a `Lever` subclass into this folder registers it.

Those of other packages come in through an entry point, and only if the user has allowed them by name (see `outside`).
"""

from __future__ import annotations

from pkgutil import iter_modules

from simulation.levers.base import Finding, Lever, WorldFacts
from simulation.levers.dropped_in import LeverFaultError, levers_of
from simulation.levers.outside import LeverRefusedError, Origin, allowed_names, load, offers, origin

__all__ = ["LEVERS", "OUTSIDE", "REFUSED", "Finding", "Lever", "LeverFaultError", "WorldFacts"]


LEVERS: dict[str, type[Lever]] = levers_of(__name__, [module.name for module in iter_modules(__path__)])
"""Every lever by name in alphabetical order, the order in which they answer. Fixed once the package is imported."""

OUTSIDE: dict[str, Origin] = {}
"""Which of them come from other packages, and from which."""

REFUSED: dict[str, str] = {}
"""Names that were allowed but cannot be used, each with the reason."""


def _admit() -> None:
    """Take in what the user has allowed."""
    built_in, names = set(LEVERS), allowed_names()
    installed = offers() if names else {}
    for name in names:
        if name in built_in and name not in installed:
            continue
        try:
            LEVERS[name] = load(name, installed, built_in)
            OUTSIDE[name] = origin(installed[name][0])
        except LeverRefusedError as error:
            REFUSED[name] = str(error)
    for name in sorted(LEVERS):
        LEVERS[name] = LEVERS.pop(name)


_admit()
