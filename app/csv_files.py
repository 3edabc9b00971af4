"""Tables as CSV files that a spreadsheet can open without harm."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets take these too


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """One table as CSV with a byte order mark, which spreadsheets need to read UTF-8."""
    from simulation.runs.parts import replace_durably

    safe = table.rename(columns=defused)
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufb":
            safe[column] = [defused(cell) if isinstance(cell, str) else cell for cell in safe[column]]
    buffer = io.StringIO()
    safe.to_csv(buffer, index=False, lineterminator="\r\n")
    replace_durably(path, buffer.getvalue().encode("utf-8-sig"))
    return path


def defused(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
