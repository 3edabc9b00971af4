"""Whom a model asks at a decision point, and what levers of others are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.levers import Lever
from simulation.levers.points import ANSWERED_BY_DEFAULT, POINTS

if TYPE_CHECKING:
    from simulation.spec import Scenario

OURS = "simulation.levers."
"""Levers of these modules are held by tests to write into nothing; all others are shown arrays they cannot write into."""


def answers(scenario: Scenario, policy: str) -> dict[str, list[Any]]:
    """For each decision point the methods of this policy's levers that answer it, in order of the levers' names.

    The policy brings its levers along: in a process that knows fewer, none would be left out unnoticed. A lever without a
    setting repeats what was said before it, so it need not be asked.
    """
    levers = [lever for _, lever in sorted(scenario.policies[policy]) if isinstance(lever, Lever)]
    used = [lever for lever in levers if lever.model_fields_set]
    asked = {point: levers if point in ANSWERED_BY_DEFAULT else used for point in POINTS}
    return {
        point: [_answer(lever, point) for lever in asked[point] if point in answered_by(type(lever))]
        for point in POINTS
    }


@cache
def answered_by(kind: type[Lever]) -> frozenset[str]:
    """The points that a kind of lever answers. Kept: pydantic takes its time to say that a class lacks something."""
    return frozenset(point for point in POINTS if hasattr(kind, point))


def _answer(lever: Lever, point: str) -> Callable[[Any, Any], Any]:
    answer: Callable[[Any, Any], Any] = getattr(lever, point)
    if type(lever).__module__.startswith(OURS):
        return answer
    return lambda state, so_far: answer(read_only(state), read_only(so_far))


def read_only(shown: Any) -> Any:
    """A state or an answer with views in place of its arrays that cannot be written into."""
    if isinstance(shown, np.ndarray):
        view = shown.view()
        view.flags.writeable = False
        return view
    if isinstance(shown, tuple) and hasattr(shown, "_make"):
        return type(shown)._make(map(read_only, shown))
    return shown
