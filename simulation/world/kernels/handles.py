"""A whole table as one argument: kernels that need many columns take its handle.

An array costs 0.15 microseconds to hand to a kernel, and a week hands over hundreds. A handle (`Columns.handle`) is one
array of the addresses of all columns. In a kernel `c = customers_of(handle)` stands for the table, and `c.stage` is the
column. Take what you need out of it once, before the loops. Interpreted, the handle is the table itself.

Word 0 of a handle says which table it is, so that none is taken for another; 1 and 2 are the sizes of the dimensions.

Numba's `overload_attribute` would do, but compiles several small functions for each of a hundred columns in every process:
40 seconds of a first run.
"""

from __future__ import annotations

from typing import Any

import numba
from numba import types
from numba.core import cgutils, imputils
from numba.core.typing import templates
from numba.extending import intrinsic, models, register_model
from numba.np import arrayobj

from simulation.compiled import INTERPRETED, inlined
from simulation.world.columns import CustomerColumns, DealColumns, RepColumns
from simulation.world.tables import FIRST_ADDRESS, HANDLES, Columns

_struct: Any = cgutils.create_struct_proxy  # numba has no types for mypy
_borrowed: Any = imputils.impl_ret_borrowed
_types_attributes: Any = templates.infer_getattr
_makes_attributes: Any = imputils.lower_getattr_generic
_intrinsic: Any = intrinsic
_numba: Any = numba
_arrays: Any = arrayobj
_tools: Any = cgutils


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


_COLUMNS: dict[tuple[str, str], tuple[int, Any]] = {}
"""By table and column: the place of its address among the words, and the type of the array."""


@_types_attributes
class _TableAttributes(templates.AttributeTemplate):
    key = TableType

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        return _COLUMNS.get((value.table, attr), (0, None))[1]


@_makes_attributes(TableType)
def _column(context: Any, builder: Any, table: TableType, value: Any, name: str) -> Any:
    """An array over the memory at a column's address. It owns nothing."""
    place, kind = _COLUMNS[table.table, name]
    words = _arrays.make_array(WORDS)(context, builder, _struct(table)(context, builder, value=value).words)

    def word(number: int) -> Any:
        return builder.load(_tools.gep_inbounds(builder, words.data, number))

    array = _arrays.make_array(kind)(context, builder)
    shape = [word(1 + dimension) for dimension in range(kind.ndim)]
    itemsize = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [builder.mul(itemsize, size) for size in shape[1:]] + [itemsize]
    address = builder.inttoptr(word(place), array.data.type)
    _arrays.populate_array(array, address, shape, strides, itemsize, None)
    return _borrowed(context, builder, kind, array._getvalue())


def _of(table: type[Columns]) -> Any:
    """The function that kernels call with a handle of this table."""
    if INTERPRETED:
        return lambda handle: handle
    number, kind = HANDLES.index(table.__name__), TableType(table.__name__)
    for place, (name, dtype, wide) in enumerate(table.layout()):
        array = types.Array(_numba.from_dtype(dtype), 2 if wide else 1, "C")
        _COLUMNS[kind.table, name] = FIRST_ADDRESS + place, array

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

    return table_of


customers_of = _of(CustomerColumns)
deals_of = _of(DealColumns)
reps_of = _of(RepColumns)
