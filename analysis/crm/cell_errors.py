"""Cells that hold an error of Excel, such as #REF!, and neither a name nor a word: whatever wrote the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.crm.mapping import Mapped
from analysis.crm.typed import ENDS
from analysis.crm.values import flags

if TYPE_CHECKING:
    from analysis.crm.raw import Raw

AS_MISSING = "read as missing"
_NOT_AVAILABLE = "#N/A"
_ERRORS = (_NOT_AVAILABLE, "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")


def without_errors(table: Raw) -> Raw:
    """The table with empty cells instead of errors; the columns that hold any stay in `errors` as they are in the file."""
    import pyarrow.compute as pc

    columns, errors = dict(table.columns), {}
    for name, values in table.columns.items():
        wrong = _wrong(values)
        if pc.any(wrong).as_py():
            errors[name], columns[name] = values, pc.if_else(wrong, "", values)
    return replace(table, columns=columns, errors=errors) if errors else table


def say_errors(mapped: Sequence[Mapped]) -> None:
    """Which columns lost cells to errors. Raises DataError where one stands for a deal or an outcome.

    Days that tell how deals ended get theirs back: their rows are set aside, not taken for open deals.
    """
    import pyarrow.compute as pc

    for one in mapped:
        by_column = {name: role for role, name in one.roles.items()} | dict.fromkeys(one.stated, "stated")
        for name, values in one.table.errors.items():
            role = by_column.get(name, "") if one.kind else ""
            wrong = flags(_wrong(values))
            if role == "deal" or role == ("outcome" if one.has("outcome") else "stage"):
                grave = wrong & ~flags(pc.equal(values, _NOT_AVAILABLE))
                if grave.any():
                    at = int(grave.argmax())
                    raise one.table.column(name).error(
                        f"an error of Excel: {values[at].as_py()}",
                        "mend its formula, or empty the cell",
                        at=at,
                    )
            if role in ENDS or (role == "moved" and one.kind == "changes"):
                one.table.columns[name] = values
            elif role and wrong.any():
                count, at = int(wrong.sum()), int(wrong.argmax())
                what = "1 cell holds an error" if count == 1 else f"{count:,} cells hold an error"
                first = f"{values[at].as_py()} in line {one.table.lines[at]}"
                one.remark(name, f"{what} of Excel ({first}{'' if count == 1 else ' first'}): {AS_MISSING}")


def _wrong(values: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(values, value_set=pa.array(_ERRORS, pa.string()))
