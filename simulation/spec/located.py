"""From what pydantic found to a problem with a line, a column, plain words and a hint."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from simulation.levers import LEVERS, REFUSED, outside
from simulation.parameters import PARAMETERS
from simulation.spec.problems import MAX_PROBLEMS, Problem, SpecError, did_you_mean, show
from simulation.spec.scalars import number_hint
from simulation.spec.schema import Policy, Scenario
from simulation.spec.world_schema import World
from simulation.spec.yaml_reader import Node

Loc = Sequence[str | int]
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of ordinary size",
    "multiple_of": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "model_type": "a group of 'key: value' lines",
    "dict_type": "a group of 'key: value' lines",
    "model_attributes_type": "a group of 'key: value' lines",
    "tuple_type": "a list",
    "list_type": "a list",
    "none_required": "nothing",
    "finite_number": "a finite number",
}
_OF_AXES = {"bool", "int", "float", "str"}
"""What pydantic calls the kinds of values that an axis may have."""
_LIMITS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], node: Node) -> M:
    """The model made from the plain data of `node`. Raises `SpecError` with every problem at its place."""
    try:
        # JSON is the strict mode that takes lists for tuples and nothing else on trust
        return model.model_validate_json(json.dumps(node.plain()))
    except ValidationError as error:
        raise SpecError(problems_of(error, node, model)) from None


def locate(node: Node, loc: Loc) -> tuple[Node, str | int | None]:
    """The node at `loc`, or the deepest there is above it together with the first part that is missing."""
    for part in loc:
        inner: Node | None = None
        if isinstance(node.value, dict):
            inner = node.value.get(str(part))
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        if inner is None:
            return node, part
        node = inner
    return node, None


def problems_of(error: ValidationError, node: Node, model: type[BaseModel]) -> list[Problem]:
    """Pydantic's findings about the plain data of `node`, each at the place it concerns."""
    found: dict[tuple[int, int, str, str], Problem] = {}
    for item in error.errors(include_url=False)[: 4 * MAX_PROBLEMS]:
        loc = tuple(item["loc"])
        if item["type"] in ("too_short", "too_long") and _length_is_right(node, loc, item["ctx"]):
            continue  # pydantic also counts the items it refused
        problem = _problem(item, node, loc, model)
        # a wrong setting that others inherit, or that fits no part of a union, is still one problem
        same = problem.message if item["type"] == "missing" else ""
        found.setdefault((problem.line, problem.column, problem.file, same), problem)
    return list(found.values())


def _length_is_right(node: Node, loc: Loc, context: dict[str, Any]) -> bool:
    value = locate(node, loc)[0].value
    size = len(value) if isinstance(value, list | dict) else 0
    return bool(context.get("min_length", 0) <= size <= context.get("max_length", size))


def _problem(item: Any, root: Node, loc: tuple[str | int, ...], model: type[BaseModel]) -> Problem:
    kind, context = item["type"], item.get("ctx", {})
    if loc and loc[-1] == "[key]":
        node, _ = locate(root, loc[:-1])
        return Problem.at(node.key or node.mark, *_own_words(item))
    node, missing = locate(root, loc)
    if kind == "missing":
        where = _where(loc[:-1])
        return Problem.at(
            node.key or node.mark, f"'{loc[-1]}' is missing{where}", _describe(field_at(model, loc))
        )
    if kind == "extra_forbidden":
        return Problem.at(node.key or node.mark, *_unknown_key(loc, model))
    mark = node.key or node.mark if missing is not None and isinstance(node.value, dict) else node.head
    if kind == "spec" or kind == "value_error" or kind == "assertion_error":
        return Problem.at(mark, *_own_words(item))
    return Problem.at(mark, *_wrong_value(kind, context, item, node, loc, model))


def _own_words(item: Any) -> tuple[str, str]:
    context = item.get("ctx", {})
    return str(context.get("message") or item["msg"].removeprefix("Value error, ")), str(
        context.get("hint", "")
    )


def _wrong_value(
    kind: str,
    context: dict[str, Any],
    item: Any,
    node: Node,
    loc: tuple[str | int, ...],
    model: type[BaseModel],
) -> tuple[str, str]:
    name, value, field = _name(loc), node.plain(), field_at(model, loc)
    if tuple(loc[:2]) == ("world", "parameters") and len(loc) > 2 and loc[2] in PARAMETERS:
        return _wrong_parameter(kind, str(loc[2]), value)
    if loc[:1] == ("vary",) and len(loc) > 3 and loc[-1] in _OF_AXES:
        what = f"a value of {show(loc[1])} must be a number, text, true or false, not {show(item['input'])}"
        return what, "as world.reps: [20, 40]"
    if kind in _TYPES:
        hint = number_hint(value) if isinstance(value, str) and kind != "string_type" else ""
        if kind == "string_type" and isinstance(value, int | float | bool):
            hint = "put it in quotes"
        return f"{name} must be {_TYPES[kind]}, not {show(value)}", hint or _describe(field)
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return (
            f"{name} must be {words} {show(context[key])}{_unit(field, name, context[key])}, not {show(value)}",
            _describe(field),
        )
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", context.get("expected", ""))
        near = did_you_mean(value, options) if isinstance(value, str) else ""
        return f"{name} must be one of {', '.join(options)}, not {show(value)}", near if near.startswith(
            "did"
        ) else ""
    if kind in ("too_short", "too_long"):
        limit = (
            f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        )
        return f"{name} needs {limit} item{'s' if limit[-2:] != ' 1' else ''}", _describe(field)
    if kind == "string_too_long":
        return f"{name} is longer than {context['max_length']} characters", "shorten it"
    return f"{name}: {item['msg'][:1].lower()}{item['msg'][1:]}, not {show(value)}", _describe(field)


def _wrong_parameter(kind: str, name: str, value: object) -> tuple[str, str]:
    p = PARAMETERS[name]
    unit = in_unit(p.unit, name, 0)
    hint = f"{p.description}; range {p.low:g} to {p.high:g}{unit}, default {p.default:g}, source: {p.source}"
    if kind in _LIMITS:
        return f"parameter {name} must be between {p.low:g} and {p.high:g}{unit}, not {show(value)}", hint
    advice = number_hint(value) if isinstance(value, str) else ""
    return f"parameter {name} must be {_TYPES.get(kind, 'a number')}, not {show(value)}", advice or hint


def _unknown_key(loc: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    key, parent = str(loc[-1]), loc[:-1]
    if tuple(parent) == ("world", "parameters"):
        return f"there is no parameter {show(key)}", did_you_mean(key, PARAMETERS)
    owner = _owner(model, parent)
    known = [field.alias or name for name, field in owner.model_fields.items()] if owner else []
    if owner is Policy:
        known.append("inherits")
        if elsewhere := _elsewhere(key):
            return elsewhere
    near = did_you_mean(key, known)
    if not near.startswith("did"):
        near = _belongs(key, owner) or near
    return f"unknown key {show(key)}{_where(parent)}", near


def _elsewhere(key: str) -> tuple[str, str] | None:
    """A lever of another package that was not allowed, or was and cannot be used."""
    if key in REFUSED:
        return f"the lever {show(key)} cannot be used: {REFUSED[key]}", ""
    if not (entries := outside.offers().get(key)):
        return None
    package = outside.origin(entries[0]).package
    return (
        f"the lever {show(key)} comes from the package {show(package)} and has not been allowed",
        f"if you trust that package: --allow-lever {key}, or {outside.VARIABLE}={key} in the environment",
    )


def _belongs(key: str, owner: type[BaseModel] | None) -> str:
    """Where a key that stands in the wrong place would be right."""
    if owner is Policy:
        homes = [name for name, lever in LEVERS.items() if key in lever.model_fields]
        return f"it belongs under the lever {' or '.join(homes)}" if homes else ""
    if key in PARAMETERS:
        return "it is a parameter: it belongs under world.parameters"
    if owner is not World and key in World.model_fields:
        return "it belongs under world"
    if owner is not Scenario and key in Scenario.model_fields:
        return "it belongs at the top of the file"
    return "it is a lever: it belongs under a policy" if key in LEVERS else ""


def field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """The schema's field that `loc` leads to; indexes and names of policies are passed over."""
    field: FieldInfo | None = None
    owner: type[BaseModel] | None = model
    for part in loc:
        if owner is not None and part in owner.model_fields:
            field = owner.model_fields[str(part)]
            owner = _model_in(field.annotation)
    return field


def _owner(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    field = field_at(model, loc)
    return model if field is None else _model_in(field.annotation)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model_in, typing.get_args(annotation)) if m is not None), None)


def _unit(field: FieldInfo | None, name: str, number: float) -> str:
    extra = field.json_schema_extra if field is not None else None
    unit = extra.get("unit") if isinstance(extra, dict) else None
    return in_unit(str(unit or ""), name, number)


def in_unit(unit: str, name: str, number: float) -> str:
    """The unit after a number; nothing where it repeats the name or is a range, and one of it in the singular."""
    if not unit or unit in name.split("_") or unit[-1].isdigit():
        return ""
    return f" {unit.removesuffix('s') if number == 1 else unit}"


def _describe(field: FieldInfo | None) -> str:
    return field.description or "" if field is not None else ""


def _name(loc: Loc) -> str:
    return str(next((part for part in reversed(loc) if isinstance(part, str)), "the file"))


def _where(loc: Loc) -> str:
    return f" in {'.'.join(map(str, loc))}" if loc else ""
