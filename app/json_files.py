"""Files of plain data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.console import finite


def json_bytes(data: dict[str, Any]) -> bytes:
    """Plain data as a file has them."""
    return (json.dumps(finite(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write plain data as JSON, all or nothing; makes the folder."""
    from simulation.runs.parts import replace_durably

    path.parent.mkdir(parents=True, exist_ok=True)
    replace_durably(path, json_bytes(data))


def read_json(path: Path) -> dict[str, Any] | None:
    """What stands in a file of ours; None where there is none, or none that can be read as that."""
    if not path.is_file():  # none, or a pipe that would be waited for
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
