"""Commands of developers say what is wrong with their input as the command line does: a message, and its exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable

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
