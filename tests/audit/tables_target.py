"""Workbooks and Parquet files, fuzzed: cells of every kind, sheets of every state, and files that are damaged inside."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .choices import ODD, Choices, damaged, one_in, pick

ROLES = ("deal", "created", "ended", "outcome")
DAY = datetime(2024, 1, 1)
CELLS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.1, 1e300, 45_000, 45_000.5, 60, -5, 2**53 + 1, 10**20, time(12, 30), timedelta(days=3),
    date(1900, 1, 1), date(9999, 12, 31), datetime(2024, 2, 29, 23, 59, 59), "=A1", "=1+1", "#REF!", "#N/A", "'x",
    "2024-01-01T00:00:00Z", "1.234,5", " ", "\n", "x\ny",
)  # fmt: skip
"""What a sheet may hold where something else was meant."""


def tables(choices: Choices, folder: Path) -> None:
    """An export in a workbook or a Parquet file."""
    from .targets import imported

    path, raw = (
        (folder / "deals.parquet", parquet(choices)) if one_in(choices, 2)
        else (folder / "deals.xlsx", workbook(choices))
    )  # fmt: skip
    path.write_bytes(damaged(choices, raw) if one_in(choices, 4) else raw)
    imported(choices, path)


def rows(choices: Choices) -> tuple[list[str], list[list[Any]]]:
    """Names of columns, and rows of cells that mostly fit them."""
    from test_crm_fuzz import NAMES

    roles = [*ROLES] if not one_in(choices, 6) else ["deal"]
    roles += [pick(choices, list(NAMES)) for _ in range(choices.below(4))]
    return (
        [pick(choices, NAMES[role]) if not one_in(choices, 20) else pick(choices, ODD) for role in roles],
        [[cell(choices, role) for role in roles] for _ in range(choices.below(9))],
    )


def cell(choices: Choices, role: str) -> Any:
    """A cell as a program writes it: typed."""
    if one_in(choices, 12):
        return pick(choices, (*CELLS, *ODD))
    if role in {"created", "ended", "won_on", "moved", "touched", "stated"}:
        day = DAY + timedelta(days=choices.below(900), seconds=choices.below(3) * 3600)
        return pick(choices, (day, day.date(), day.date().isoformat(), None))
    if role in {"outcome", "stage"}:
        return pick(choices, ("won", "lost", "open", "Closed Won", "赢单", ""))
    if role == "deal":
        return choices.below(30)
    if role == "value":
        return pick(choices, (None, 100, 0.5, "1,000", "¥12", -3, 1e12))
    return pick(choices, (None, "a", "b", "王", 7))


def workbook(choices: Choices) -> bytes:
    """A workbook of one to three sheets; sometimes one of its parts is damaged, and packed again as if it were sound."""
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook()
    for number in range(1 + (choices.below(3) if one_in(choices, 3) else 0)):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        if number and one_in(choices, 3):
            sheet.sheet_state = pick(choices, ("hidden", "veryHidden"))
        names, found = rows(choices)
        above = [["Report of deals"], [None]][: choices.below(3)] if one_in(choices, 6) else []
        for row in (*above, names, *found):
            try:
                sheet.append(row)
            except (IllegalCharacterError, ValueError):  # what no workbook can hold
                sheet.append([None])
        if one_in(choices, 10):
            sheet.merge_cells("A1:B2")
    packed = io.BytesIO()
    try:
        book.save(packed)
    except (UnicodeEncodeError, OverflowError):  # half of a sign, a date before 1900
        return b""
    return repacked(choices, packed.getvalue()) if one_in(choices, 3) else packed.getvalue()


def repacked(choices: Choices, raw: bytes) -> bytes:
    """The same archive with a part damaged, missing, or there twice."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        warnings.catch_warnings(action="ignore"),  # of names that are there twice
    ):
        names = old.namelist()
        chosen, kind = pick(choices, names), choices.below(6)
        for name in names:
            content = old.read(name)
            if name != chosen:
                new.writestr(name, content)
            elif kind == 1:
                for _ in range(2):
                    new.writestr(name, content)
            elif kind:
                new.writestr(name, damaged(choices, content))
    return out.getvalue()


def parquet(choices: Choices) -> bytes:
    """A Parquet file whose columns are of one type each, most of them the right one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, found = rows(choices)
    columns = [
        column([row[place] for row in found], pick(choices, types()) if one_in(choices, 3) else None)
        for place in range(len(names))
    ]
    out = io.BytesIO()
    try:
        pq.write_table(
            pa.Table.from_arrays(columns, [name.encode("utf-8", "replace").decode() for name in names]), out
        )
    except (pa.ArrowException, ValueError):  # a type that cannot be stored
        return b"PAR1"
    return out.getvalue()


def types() -> tuple[Any, ...]:
    """Types of columns that somebody may export."""
    import pyarrow as pa

    return (
        pa.string(), pa.large_string(), pa.binary(), pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64(),
        pa.bool_(), pa.date32(), pa.date64(), pa.time64("us"), pa.timestamp("ns"), pa.timestamp("us", "Asia/Shanghai"),
        pa.timestamp("s", "nowhere"), pa.duration("s"), pa.decimal128(20, 3), pa.null(), pa.list_(pa.string()),
        pa.struct([("a", pa.int64())]), pa.dictionary(pa.int32(), pa.string()), pa.float16(),
    )  # fmt: skip


def column(values: list[Any], kind: Any) -> Any:
    """An array of that type, or of the type that its first value has; what does not fit is left out."""
    import pyarrow as pa

    kind = kind or kind_of(next((value for value in values if value is not None), ""))
    stand_ins = (7, 0.5, True, DAY, DAY.replace(tzinfo=UTC), DAY.date(), DAY.time(), Decimal("1.5"), {"a": 1})
    made = [
        next((one for one in (value, str(value), *stand_ins, [str(value)]) if fits(one, kind)), None)
        for value in values
    ]
    try:
        return pa.array(made, kind)
    except pa.ArrowTypeError:  # each would fit alone: groups as names and as pairs
        return pa.nulls(len(made), kind)


def kind_of(value: Any) -> Any:
    """The Arrow type of a value; text where it has none."""
    import pyarrow as pa

    try:
        return pa.array([value]).type
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.string()


def fits(value: Any, kind: Any) -> bool:
    """Whether an array of that type can hold it."""
    import pyarrow as pa

    try:
        pa.array([value], kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False
    return True
