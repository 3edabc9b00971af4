"""Commands of developers say what is wrong with their input as the command line does: a message, and its exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

INPUT = {"SpecError", "RunsError", "BadInput"}


def plainly(main: Callable[..., int | None]) -> Callable[..., int]:
    """`main` with an exit code: 3 for a scenario that cannot be used, 2 for a policy it does not have.

    Any other error keeps its traceback: it is a fault in what is being developed.
    """

    @functools.wraps(main)
    def call(*words: object) -> int:
        try:
            return main(*words) or 0
        except Exception as error:
            if not INPUT & {kind.__name__ for kind in type(error).__mro__}:
                raise
            from app.guard import explain

            return explain(error)

    return call


def asked_for(scenario: str, overrides: Sequence[str], policies: Sequence[str]) -> tuple[Any, list[str]]:
    """A scenario by file or name, and those of its policies that are named, or all."""
    from app.inputs import load
    from simulation.runs import choose_policies

    found = load(scenario, overrides)
    return found, choose_policies(found, policies or None)
