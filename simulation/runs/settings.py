"""The scenario of one world: parameters, fields of segments and settings of levers that differ from the scenario's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.runs.drawn import changed
from simulation.spec.axes import PATH
from simulation.spec.checks import cross_checks
from simulation.spec.located import validated
from simulation.spec.problems import SpecError
from simulation.spec.yaml_reader import plain_node

if TYPE_CHECKING:
    from simulation.spec import Scenario


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
    data = scenario.resolved()
    for path, value in paths.items():
        *above, last = path.split(PATH)
        place: Any = data
        for key in above:
            place = place[int(key) if isinstance(place, list) else key]
        place[int(last) if isinstance(place, list) else last] = value
    root = plain_node(data, scenario.name)
    other = validated(type(scenario), root)
    if problems := list(cross_checks(other, root)):
        raise SpecError(problems)
    return other
