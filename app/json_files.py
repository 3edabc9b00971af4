"""Files of plain data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.console import finite


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write plain data as JSON, all or nothing; makes the folder."""
    from simulation.runs.parts import replace_durably

    path.parent.mkdir(parents=True, exist_ok=True)
    replace_durably(
        path, (json.dumps(finite(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    )
