"""Building blocks of the schema: names, units, and parameters checked against the one table."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from simulation.parameters import PARAMETERS, Parameter

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """An error of our own wording. The parts go in as context so that braces in them stay as they are."""
    return PydanticCustomError("spec", "{message}", {"message": message, "hint": hint})


def check_name(name: str, what: str = "name", also: str = "") -> str:
    """`name`, if it can serve as a file name on every system. Raises `PydanticCustomError`."""
    if not name.strip() or len(name) > 80 or len(name.encode("utf-8", "replace")) > 200:
        raise wrong(f"a {what} has 1 to 80 characters (200 bytes)", "shorten it")
    if found := re.search(r"[\x00-\x1f\x7f/\\:*?\"<>|" + re.escape(also) + "]", name):
        raise wrong(
            f"a {what} cannot contain {found.group()!r}",
            "it also serves as a file name; use letters, digits, _ and -",
        )
    if not name.isprintable() or name != name.strip() or name[0] in "-." or name[-1] == ".":
        raise wrong(
            f"a {what} cannot begin with '-' or '.', end with '.', or have spaces around it",
            "it also serves as a file name; use letters, digits, _ and -",
        )
    if is_device(name):
        raise wrong(f"{name!r} is a reserved device name on Windows", "choose another name")
    return name


def is_device(name: str) -> bool:
    """Whether no file can be called that on Windows: the system takes it for a device, also with an ending."""
    return name.split(".", maxsplit=1)[0].casefold() in _DEVICES


def in_unit(unit: str) -> dict[str, Any]:
    """The unit of a field, for its schema, its reference page and messages about it."""
    return {"unit": unit}


def first_line(model: type[BaseModel]) -> str:
    """What a model says of itself in its first line."""
    return (model.__doc__ or "").strip().split("\n")[0]


class ParameterTable:
    """Validates a mapping of parameter names to numbers against `PARAMETERS`, built without a class."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def entry(p: Parameter) -> core_schema.TypedDictField:
            number = core_schema.float_schema(
                ge=p.low, le=p.high, multiple_of=1 if p.integer else None, allow_inf_nan=False, strict=True
            )
            return core_schema.typed_dict_field(number, required=False)

        fields = {p.name: entry(p) for p in PARAMETERS.values()}
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)


class Strict(BaseModel):
    """Base of the schema's models: exact types, no unknown keys, no changes, defaults checked like values."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )


def check_label(name: str, what: str) -> str:
    """The name of a part of the world, as people read it; `what` is whose, as "a segment's name"."""
    if not name.strip() or len(name) > 80 or not name.isprintable() or name != name.strip():
        raise wrong(f"{what} has 1 to 80 printable characters and no spaces around it")
    return name
