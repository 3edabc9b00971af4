"""Whether a setting is bounded: checked when a lever is loaded."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin


def bounded(kind: Any, limits: list[Any]) -> bool:
    """Whether a field of this type has bounds at both ends, or a closed list of words, or a largest length."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        inner = [limit for info in parts[1:] for limit in getattr(info, "metadata", [info])]
        return bounded(parts[0], [*limits, *inner])
    if origin in (Union, types.UnionType):
        return all(bounded(part, limits) for part in parts if part is not type(None))
    if origin is dict:
        return bounded(parts[1], limits)
    if kind is bool or origin is Literal:
        return True
    has = {end for end in ("ge", "gt", "le", "lt", "max_length") for limit in limits if hasattr(limit, end)}
    if origin in (tuple, list):
        return "max_length" in has and all(part in (str, Ellipsis) or bounded(part, []) for part in parts)
    return bool(has & {"ge", "gt"} and has & {"le", "lt"})
