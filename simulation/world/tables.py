"""Tables of columns, and how a kernel gets all of one as a single argument."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

import numpy as np

from simulation.compiled import INTERPRETED

HANDLES = ("CustomerColumns", "DealColumns", "RepColumns")
"""Tables that kernels take as a handle."""
FIRST_ADDRESS = 3


def column(dtype: Any, *more: str, fill: float = 0) -> Any:
    """A dataclass field holding an array of (rows, *more); `more` names dimensions of the table."""
    return field(metadata={"dtype": np.dtype(dtype), "more": more, "fill": fill})


class _Handle:
    """Made when first asked for, and then an attribute of the table like any other, until a column is replaced."""

    def __get__(self, table: Any, owner: Any = None) -> Any:
        if table is None or INTERPRETED:
            return table
        kept = table.__dict__["handle"] = table._words()
        return kept


@dataclass
class Columns:
    """Base of the tables. `Table.of(rows, segments=8)` allocates; `copy()` is independent of the original."""

    @classmethod
    def of(cls, rows: int, **dimensions: int) -> Self:
        arrays = {}
        for f in fields(cls):
            shape = (rows, *(dimensions[name] for name in f.metadata["more"]))
            arrays[f.name] = np.full(shape, f.metadata["fill"], f.metadata["dtype"])
        return cls(**arrays)

    def grown(self, rows: int) -> Self:
        """A copy with room for `rows` rows, of a table whose columns have one dimension."""
        wider = type(self).of(rows)
        for f in fields(self):
            getattr(wider, f.name)[: len(getattr(self, f.name))] = getattr(self, f.name)
        return wider

    def copy(self) -> Self:
        return type(self)(**{f.name: getattr(self, f.name).copy() for f in fields(self)})

    handle: ClassVar[Any] = _Handle()
    """All columns as one argument for kernels: words of `HANDLES` place, two dimensions, and the addresses.

    See `simulation.world.kernels.handles`; where kernels are interpreted, the table itself.
    """

    def _words(self) -> Any:
        arrays = [getattr(self, f.name) for f in fields(self)]
        wide = next((array.shape[1] for array in arrays if array.ndim > 1), 0)
        for f, array in zip(fields(self), arrays, strict=True):
            if (
                array.dtype != f.metadata["dtype"]
                or len(array) != len(arrays[0])
                or (array.ndim > 1 and array.shape[1] != wide)
                or not array.flags.c_contiguous
            ):
                raise TypeError(
                    f"column {f.name} of {type(self).__name__} has another shape or type than it was given"
                )
        number = HANDLES.index(type(self).__name__)
        words = [number, len(arrays[0]), wide, *(array.ctypes.data for array in arrays)]
        return np.array(words, np.uint64)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__.pop("handle", None)  # another array has another address
        self.__dict__[name] = value

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "handle"}

    @classmethod
    def layout(cls) -> list[tuple[str, Any, bool]]:
        """Name, type, and whether there is a second dimension, of each column in order."""
        return [(f.name, f.metadata["dtype"], bool(f.metadata["more"])) for f in fields(cls)]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls))

    @classmethod
    def row_bytes(cls, **dimensions: int) -> int:
        """Bytes of state per row."""
        return sum(
            f.metadata["dtype"].itemsize
            * int(np.prod([dimensions[name] for name in f.metadata["more"]], initial=1))
            for f in fields(cls)
        )
