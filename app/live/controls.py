"""From the schema to controls: every setting of a lever and of the world with its bounds, unit, meaning and source."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from analysis.language import mark

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from simulation.spec import Policy, Scenario

STEPS = 200
WIDE, AROUND = 1500, 4
"""A range of more steps than this is slid from a quarter of what the scenario has to four times that."""
OF_SEGMENTS = ("product_fit", "deal_value_median", "deal_value_sigma", "relationship_share", "cycle", "drift")
OF_WORLD = ("reps", "managers", "customers")


@dataclass(frozen=True)
class Control:
    """One setting. `path` is where it stands: below the policy for a lever, else in the scenario.

    `kind` is "slider", "choice", "switch", or "text" for what only the file can say.
    `empty`: the setting may be left out, and the world's own value counts then.
    """

    path: str
    name: str
    kind: str
    hint: str
    unit: str = ""
    low: float = 0
    high: float = 0
    step: float = 1
    whole: bool = False
    choices: tuple[str, ...] = ()
    empty: bool = False
    source: str = ""

    def read(self, value: Any) -> Any:
        """A value that came from the page, in the type of the setting; whether it is allowed is for the schema to say.

        ValueError for what is no value of this kind at all.
        """
        if value is None and self.empty:
            return None
        if self.kind == "choice" and isinstance(value, str) and len(value) < 100:
            return value
        if self.kind == "switch" and isinstance(value, bool):
            return value
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        if self.kind == "slider" and number and (not self.whole or value == int(value)):
            return int(value) if self.whole else float(value)
        raise ValueError(f"no value of {self.name}")


@dataclass(frozen=True)
class Group:
    """Controls under one heading; `about` says in a line what they are for."""

    name: str
    about: str
    controls: tuple[Control, ...]


@cache
def lever_groups() -> tuple[Group, ...]:
    """A group for each lever; paths are "territory/teams"."""
    from simulation.levers import LEVERS
    from simulation.spec.fields import first_line

    return tuple(
        Group(name, first_line(lever), tuple(_of_field(f"{name}/{k}", k, info) for k, info in lever.model_fields.items()))
        for name, lever in LEVERS.items()
    )  # fmt: skip


def world_groups(scenario: Scenario) -> tuple[Group, ...]:
    """The size of the world, its segments, and every parameter by group; paths are "world/reps"."""
    from simulation.spec import Segment, World

    size = [_of_field(f"world/{key}", key, World.model_fields[key]) for key in OF_WORLD]
    segments = [
        Group(
            segment.name,
            "",
            tuple(
                _near(_of_field(f"world/segments/{n}/{key}", key, Segment.model_fields[key]), scenario)
                for key in OF_SEGMENTS
            ),
        )
        for n, segment in enumerate(scenario.world.segments)
    ]
    return (
        Group(mark("Size"), "", tuple(_near(one, scenario) for one in size)),
        *_parameter_groups(),
        *segments,
    )


def _near(control: Control, scenario: Scenario) -> Control:
    """A range too wide to slide, cut down to what is near the scenario's own value."""
    if (control.high - control.low) / control.step <= WIDE and control.high <= 1e6:
        return control
    value = value_at(scenario, control.path)
    low, high = max(control.low, value / AROUND), min(control.high, value * AROUND)
    low, high = (math.floor(low) or 1, math.ceil(high)) if control.whole else (low, high)
    step = max(1.0, step_of(low, high)) if control.whole else step_of(low, high)
    return replace(control, low=low, high=high, step=step)


@cache
def _parameter_groups() -> tuple[Group, ...]:
    from simulation.parameters import PARAMETERS

    return tuple(
        Group(name, "", tuple(_of_parameter(p) for p in members))
        for name, members in groupby(PARAMETERS.values(), key=lambda p: p.group)
    )


def _of_parameter(p: Any) -> Control:
    source = mark("assumption") if p.source == "assumption" else f"{p.source}; {p.confidence}"
    return Control(
        f"world/parameters/{p.name}", p.name, "slider", p.description, p.unit, p.low, p.high,
        1 if p.integer else step_of(p.low, p.high), p.integer, source=source,
    )  # fmt: skip


def _of_field(path: str, name: str, info: FieldInfo) -> Control:
    unit = (
        str((info.json_schema_extra or {}).get("unit", ""))
        if isinstance(info.json_schema_extra, dict)
        else ""
    )
    kinds, empty = _kinds(info.annotation)
    hint = info.description or ""
    if kinds and get_origin(kinds[0]) is Literal:
        return Control(path, name, "choice", hint, choices=get_args(kinds[0]), empty=empty)
    if kinds == [bool]:
        return Control(path, name, "switch", hint, empty=empty)
    if kinds in ([int], [float]):
        whole = kinds == [int]
        bounds = {
            key: getattr(m, key) for m in info.metadata for key in ("ge", "gt", "le", "lt") if hasattr(m, key)
        }
        low, high = bounds.get("ge", bounds.get("gt", 0)), bounds.get("le", bounds.get("lt", 1))
        step = 1.0 if whole else step_of(low, high)
        low += step if "gt" in bounds and high <= 1e6 else 0
        return Control(path, name, "slider", hint, unit, low, high, step, whole, empty=empty)
    return Control(path, name, "text", hint, unit)


def _kinds(annotation: Any) -> tuple[list[Any], bool]:
    """The types a setting may have, without None; and whether None is one."""
    import types

    if get_origin(annotation) in (Union, types.UnionType):
        parts = get_args(annotation)
        return [part for part in parts if part is not type(None)], type(None) in parts
    return [annotation], False


def step_of(low: float, high: float) -> float:
    """A round step (1, 2 or 5 times a power of ten) of about a two-hundredth of the range."""
    rough = (high - low) / STEPS
    size = 10.0 ** math.floor(math.log10(rough))
    return float(f"{next(size * k for k in (1, 2, 5, 10) if size * k >= rough * 0.999):.6g}")


def values_of(groups: tuple[Group, ...], holder: Any) -> dict[str, Any]:
    """The present value of each control by path. `holder` is a policy or a scenario; a parameter not set has its default."""
    return {control.path: value_at(holder, control.path) for group in groups for control in group.controls}


def value_at(holder: Policy | Scenario | Any, path: str) -> Any:
    """What stands at a path."""
    from simulation.parameters import PARAMETERS

    if path.startswith("world/parameters/"):
        name = path.rpartition("/")[2]
        return holder.world.parameters.get(name, PARAMETERS[name].default)
    for key in path.split("/"):
        holder = holder[int(key)] if isinstance(holder, tuple) else getattr(holder, key)
    return holder


def shown(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping | tuple | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def words(name: str) -> str:
    """The name of a setting or a group as people read it: "Focus share"."""
    return name.replace("_", " ").capitalize()


def choice_words(name: str) -> str:
    """One of a setting's choices as people read it."""
    return name.replace("_", " ")


def every_control() -> Iterator[Control]:
    """Those of every lever that is ours, and of the world but for its parameters: what a catalogue has to know."""
    from simulation.levers import OUTSIDE
    from simulation.spec import Segment, World

    for group in lever_groups():
        if group.name not in OUTSIDE:
            yield from group.controls
    for model, names in ((World, OF_WORLD), (Segment, OF_SEGMENTS)):
        for name in names:
            yield _of_field(name, name, model.model_fields[name])


def every(groups: tuple[Group, ...]) -> Iterator[Control]:
    """All controls of all groups."""
    for group in groups:
        yield from group.controls
