"""A whole table as one argument: kernels that need many columns take its handle.

An array costs 0.15 microseconds to hand to a kernel, and a week hands over hundreds. A handle (`Columns.handle`) is one
array of the addresses of all columns. In a kernel `c = customers_of(handle)` stands for the table, and `c.stage` is the
column. Take what you need out of it once, before the loops. Interpreted, the handle is the table itself.

Word 0 of a handle says which table it is, so that none is taken for another; 1 and 2 are the sizes of the dimensions.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import cgutils, imputils
from numba.extending import intrinsic, models, overload_attribute, register_model

from simulation.compiled import INTERPRETED, inlined
from simulation.world.columns import CustomerColumns, DealColumns, RepColumns
from simulation.world.tables import FIRST_ADDRESS, HANDLES, Columns

_struct: Any = cgutils.create_struct_proxy  # numba has no types for mypy
_borrowed: Any = imputils.impl_ret_borrowed
_intrinsic: Any = intrinsic
_pointer: Any = types.CPointer
_numba: Any = numba
_carray: Any = _numba.carray


class TableType(types.Type):
    """What numba makes of a handle inside a kernel: the words, and which table they are of."""

    def __init__(self, table: str) -> None:
        self.table = table
        known_as: Any = super().__init__
        known_as(name=f"Table({table})")


WORDS = types.Array(types.uint64, 1, "C")


@register_model(TableType)
class _TableModel(models.StructModel):
    def __init__(self, dmm: Any, fe_type: TableType) -> None:
        made_of: Any = super().__init__
        made_of(dmm, fe_type, [("words", WORDS)])


_COLUMNS: dict[str, dict[str, Any]] = {}
"""By name of a column and of a table: the function that makes the column. Tables share names, numba asks by name."""


def _of(table: type[Columns]) -> Any:
    """The function that kernels call with a handle of this table."""
    if INTERPRETED:
        return lambda handle: handle
    number, kind = HANDLES.index(table.__name__), TableType(table.__name__)

    @_intrinsic
    def stands_for(typingctx: Any, words: Any) -> Any:
        def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            view = _struct(kind)(context, builder)
            view.words = arguments[0]
            return _borrowed(context, builder, kind, view._getvalue())

        return kind(WORDS), make

    @inlined
    def table_of(handle: Any) -> Any:
        if handle[0] != number:
            raise TypeError("this is the handle of another table")
        return stands_for(handle)

    for place, (name, dtype, wide) in enumerate(table.layout()):
        if name not in _COLUMNS:
            _let_tables_have(name)
        _COLUMNS[name][kind.table] = _column(FIRST_ADDRESS + place, numba.from_dtype(dtype), wide)
    return table_of


def _let_tables_have(name: str) -> None:
    tables = _COLUMNS[name] = {}

    @overload_attribute(TableType, name)
    def pick(table: Any) -> Any:
        return tables.get(table.table)


@_intrinsic
def _words(typingctx: Any, table: Any) -> Any:
    """The words of a table's handle."""

    def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = _struct(signature.args[0])(context, builder, value=arguments[0])
        return _borrowed(context, builder, signature.return_type, view.words)

    return WORDS(table), make


def _column(place: int, dtype: Any, wide: bool) -> Any:
    """What makes the column whose address stands in word `place`: an array that owns nothing."""
    pointer = _pointer(dtype)

    @_intrinsic
    def at(typingctx: Any, address: Any) -> Any:
        def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer))

        return pointer(types.uint64), make

    def narrow_column(table: Any) -> Any:
        words = _words(table)
        return _carray(at(words[place]), (np.int64(words[1]),))

    def wide_column(table: Any) -> Any:
        words = _words(table)
        return _carray(at(words[place]), (np.int64(words[1]), np.int64(words[2])))

    return wide_column if wide else narrow_column


customers_of = _of(CustomerColumns)
deals_of = _of(DealColumns)
reps_of = _of(RepColumns)
