"""What dates and money have in common: a column's distinct values made plain, and few unreadable ones borne."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.crm.raw import Column
from analysis.crm.vocabulary import MISSING

BEARABLE = 0.05
"""Up to this share of a column's values may be unreadable (they are counted); beyond, the column is something else."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass
class Distinct:
    """The distinct values of a column: `text` (pyarrow, made plain), whether each holds anything; `codes`: row -> value."""

    column: Column
    text: Any
    holds: Bools
    codes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, column: Column) -> Distinct:
        import pyarrow.compute as pc

        values, codes = column.distinct()
        # Full-width digits and signs are what Chinese keyboards write.
        text = pc.utf8_trim_whitespace(pc.utf8_normalize(values, form="NFKC"))
        missing = pc.is_in(pc.utf8_lower(text), value_set=_arrow(MISSING))
        return cls(column, text, ~flags(missing), codes)

    def rows(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """One entry a row from one entry a distinct value."""
        return values[self.codes]

    def first(self, which: Bools) -> int:
        """Index of the first row whose value is among these."""
        return int(np.argmax(which[self.codes]))

    def row_of(self, place: int) -> int:
        """Index of the first row with the value at this place of `text`."""
        return int(np.argmax(self.codes == place))

    def shown(self, row: int) -> str:
        """The value of a row, for messages."""
        return str(self.text[self.codes[row]].as_py())

    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows have each value."""
        return np.bincount(self.codes, minlength=len(self.holds))

    def bear(self, wrong: Bools, what: str, hint: str) -> Bools:
        """Rows whose value cannot be read. Raises DataError when they are more than a few."""
        counts = self.counts()
        if counts[wrong].sum() > BEARABLE * counts[self.holds].sum():
            at = self.first(wrong)
            raise self.column.error(f"'{self.shown(at)[:40]}' is not {what}", hint, at=at)
        return wrong[self.codes]


def flags(values: Any) -> Bools:
    """A pyarrow array of booleans as numpy; nulls count as false."""
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), dtype=bool)


def matching(text: Any, pattern: str) -> Bools:
    """Which texts match a pattern (RE2) from end to end."""
    import pyarrow.compute as pc

    return flags(pc.match_substring_regex(text, pattern=f"^(?:{pattern})$"))


def groups(text: Any, pattern: str) -> dict[str, Any]:
    """The named groups of a pattern (RE2), as pyarrow string arrays; null where it does not match end to end."""
    import pyarrow.compute as pc

    found = pc.extract_regex(text, pattern=f"^(?:{pattern})$")
    return {field.name: pc.struct_field(found, field.name) for field in found.type}


def numbers_in(text: Any) -> Floats:
    """Numbers in text, nan where there are none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    empty = pc.equal(text, "")
    return np.asarray(
        pc.if_else(empty, None, text).cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
    )


def _arrow(words: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.array(words, pa.string())
