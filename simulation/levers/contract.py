"""What is asked of a lever when it is loaded, dropped in or from another package: none is without effect unseen."""

from __future__ import annotations

import dataclasses
import difflib
import inspect
import re
import types
from typing import NamedTuple

from simulation.levers.base import Lever
from simulation.levers.bounds import bounded
from simulation.levers.points import POINTS

HOOKS = ("check", "check_with")
RESERVED = ("description", "inherits", "include")  # keys of a policy that are no levers
METHODS = (types.FunctionType, staticmethod, classmethod)
EXAMPLE = 'as hours: float = setting(0.0, "hours", "what it is", ge=0, le=8)'


class Fault(NamedTuple):
    """What is wrong with a lever, in words that follow its name; `word` is what the line in question defines."""

    message: str
    hint: str = ""
    word: str = ""


def fault(lever: type[Lever]) -> Fault | None:
    """The first thing that keeps this subclass from being used as a lever."""
    name = getattr(lever, "name", None)
    if not isinstance(name, str) or not name.isidentifier() or name in RESERVED:
        return Fault("has no name that a policy can call it by", 'name: ClassVar[str] = "stand_up"', "name")
    if any(lever.model_config.get(key) != value for key, value in Lever.model_config.items()):
        return Fault("changes the strictness of levers", "leave model_config out", "model_config")
    if required := [field for field, info in lever.model_fields.items() if info.is_required()]:
        return Fault(f"has no default for {', '.join(required)}", EXAMPLE, required[0])
    answers = answered(lever)
    for strange in sorted(answers - set(POINTS)):
        near = difflib.get_close_matches(strange, (*POINTS, *HOOKS), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "the name of a helper begins with an underscore"
        return Fault(f"answers {strange}, which is no decision point", hint, f"def {strange}")
    for field, info in lever.model_fields.items():
        if field in (*POINTS, *HOOKS):
            return Fault(
                f"has a setting called {field}, which is a decision point",
                "give the setting another name",
                field,
            )
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        for what, text in (("unit", extra.get("unit")), ("description", info.description)):
            if not str(text or "").strip():
                return Fault(f"has no {what} for {field}", EXAMPLE, field)
        if not bounded(info.annotation, info.metadata):
            return Fault(f"has no bounds at both ends for {field}", EXAMPLE, field)
    return (
        None
        if answers
        else Fault("answers no decision point", f"a method named as one of {', '.join(POINTS)}")
    )


def answered(lever: type[Lever]) -> set[str]:
    """Names of a lever's public methods beyond those of `Lever` and pydantic's: each must be a decision point."""
    found = {name for cls in lever.__mro__ for name, value in vars(cls).items() if isinstance(value, METHODS)}
    decorators = lever.__pydantic_decorators__
    of_pydantic = {name for part in dataclasses.fields(decorators) for name in getattr(decorators, part.name)}
    return {name for name in found - of_pydantic if not name.startswith("_") and not hasattr(Lever, name)}


def line_of(lever: type[Lever], word: str = "") -> int:
    """The line of its file in which a lever defines this word, or else in which it begins."""
    try:
        lines, first = inspect.getsourcelines(lever)
    except (OSError, TypeError):
        return 1
    begins = re.compile(rf"\s+(async )?{re.escape(word)}\b")
    return first + next((n for n, text in enumerate(lines) if word and begins.match(text)), 0)
