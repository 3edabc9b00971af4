"""What the columns of a part are: those that we write, of the kinds that we write them in.

A part whose hash is in the ledger is believed. Somebody may have entered a table of their own, which is told here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulation.measures.base import LARGEST

if TYPE_CHECKING:
    import pyarrow as pa

AXIS = "x."
"""Columns of parts that hold the values of an axis begin with this."""
CANDIDATE = "candidate"
_TEXT = {"scenario", "policy", "action", "why", CANDIDATE}
_WHOLE = {"replication", "week", "seed", "point", "world"}
_OF_RUNS = ("scenario", "policy", "replication")
_NEEDED: dict[str, dict[str, tuple[str, ...]]] = {
    "": {"runs": (*_OF_RUNS, "seed"), "periods": (*_OF_RUNS, "week"), "decisions": (*_OF_RUNS, "week", "action", "why")},
    "sweep": {"runs": ("point", "policy", "replication", "seed"), "periods": ("point", "policy", "replication", "week")},
    "optimize": {"runs": (CANDIDATE, "world", "policy", "replication")},
}  # fmt: skip
"""By what made the directory: columns of each table that nobody can do without."""
_ENDLESS = LARGEST * 1e20
"""Sums of outcomes stay below; squares of what is below can still be reckoned with."""


def wrong_columns(schema: pa.Schema, kind: str, made_by: str) -> str:
    """What tells that a table of this kind, in a directory made by a command ("" for `compare`), is none of ours."""
    names: list[str] = schema.names
    needed = _NEEDED.get(made_by, _NEEDED[""]).get(kind, ())
    if missing := [name for name in needed if name not in names]:
        return f"column '{missing[0]}' is missing"
    for name, type_ in zip(names, schema.types, strict=True):
        if names.count(name) > 1:
            return f"column '{name}' is there twice"
        if not _is_kind(name, type_):
            return f"column '{name}' is of kind {str(type_)[:40]}"
    return ""


def _is_kind(name: str, found: pa.DataType) -> bool:
    from pyarrow import types

    if name in _TEXT:
        return bool(types.is_string(found))
    if name in _WHOLE:
        return bool(types.is_int64(found))
    if name.startswith(AXIS):
        return bool(types.is_float64(found) or types.is_boolean(found) or types.is_string(found))
    return bool(types.is_integer(found) or types.is_floating(found))


def wrong_values(table: pa.Table) -> str:
    """What tells that the rows of a table with such columns are none of ours; numbers that are not there are nan."""
    import numpy as np
    from pyarrow import types

    for name, column in zip(table.column_names, table.columns, strict=True):
        if column.null_count:
            return f"column '{name}' has gaps"
        if types.is_string(column.type) and not _is_text(column):
            return f"column '{name}' has bytes that are no text"
        if types.is_floating(column.type) and (np.abs(column.cast("float64").to_numpy()) > _ENDLESS).any():
            return f"column '{name}' has numbers that are no result"
        if name == CANDIDATE and not all(map(_is_candidate, column.unique().to_pylist())):
            return f"column '{name}' has texts that are no settings"
    return ""


def _is_text(column: pa.ChunkedArray) -> bool:
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_candidate(text: str) -> bool:
    """Whether it is a list of values, as JSON, or null for the baseline."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return found is None or (
        isinstance(found, list) and all(isinstance(one, int | float | str) for one in found)
    )
