"""The scenario of one world: parameters, fields of segments and settings of levers that differ from the scenario's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from simulation.runs.drawn import changed
from simulation.spec.axes import PATH
from simulation.spec.checks import cross_checks
from simulation.spec.located import validated
from simulation.spec.problems import Mark, SpecError
from simulation.spec.yaml_reader import Node, plain_node

if TYPE_CHECKING:
    from simulation.spec import Scenario

POLICIES = f"policies{PATH}"


def with_settings(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """The scenario with other values: by parameter or `segments.NAME.FIELD`, whose ranges are not checked again, or by a
    path in the resolved scenario such as "world/reps". Raises `SpecError` where those do not fit each other.
    """
    if paths := {place: value for place, value in settings.items() if PATH in place}:
        scenario = _rebuilt(scenario, paths)
    values = {place: value for place, value in settings.items() if PATH not in place}
    if not values:
        return scenario
    return scenario.model_copy(update={"world": changed(scenario.world, values)})


def _rebuilt(scenario: Scenario, paths: Mapping[str, Any]) -> Scenario:
    try:
        other = scenario
        for path, value in paths.items():
            other = _put(other, path.split(PATH), value)
    except (ValidationError, _NoModelError):
        other = read_again(scenario, paths)
    # What is said of a policy follows from it and from what is above it: the others were found in order before.
    touched = {path.split(PATH)[1] for path in paths if path.startswith(POLICIES)}
    everywhere = any(not path.startswith(POLICIES) for path in paths)
    as_before = () if everywhere else scenario.policies.keys() - touched
    nowhere = Node({}, Mark(scenario.name))  # a world of a sweep stands in no file
    if problems := list(cross_checks(other, nowhere, as_before)):
        raise SpecError(problems)
    return other


def _put(place: Any, path: Sequence[str], value: Any) -> Any:
    """`place` with another value at the end of the path. Only the models on the way are validated: the rest is as it was."""
    if not path:
        return value
    key, *below = path
    if isinstance(place, BaseModel):
        if key not in type(place).model_fields:
            raise _NoModelError
        given = {**dict(place), key: _put(getattr(place, key), below, value)}
        return type(place).model_validate(given)
    if isinstance(place, dict):
        return {**place, key: _put(place.get(key), below, value)}
    if isinstance(place, tuple) and key.isdecimal() and int(key) < len(place):
        number = int(key)
        return (*place[:number], _put(place[number], below, value), *place[number + 1 :])
    raise _NoModelError


class _NoModelError(Exception):
    """The path leads to where there is nothing yet."""


def read_again(scenario: Scenario, paths: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at these paths, as if read from a file: slower, and it says what is wrong."""
    data = scenario.resolved()
    for path, value in paths.items():
        *above, last = path.split(PATH)
        place: Any = data
        for key in above:
            place = place[int(key) if isinstance(place, list) else key]
        place[int(last) if isinstance(place, list) else last] = value
    return validated(type(scenario), plain_node(data, Mark(scenario.name)))
