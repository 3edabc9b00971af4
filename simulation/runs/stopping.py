"""By what rule an experiment that grew came to its end: `until.json` in its run directory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from simulation.runs.parts import replace_durably

UNTIL = "until.json"


def keep_stop(directory: Path, facts: Mapping[str, Any]) -> None:
    """Write it, all or nothing. `facts["worlds"]` is how many worlds of each policy there were."""
    replace_durably(directory / UNTIL, (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode())


def stop_of(directory: Path, held: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """`{"until": facts}` if the runs held, by (policy, world), are just those that the rule asked for; else nothing.

    Somebody may have added worlds since, and then the rule says nothing of what is there.
    """
    with suppress(OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        facts = json.loads((directory / UNTIL).read_text(encoding="utf-8"))
        asked = {(policy, world) for policy, worlds in facts["worlds"].items() for world in range(worlds)}
        if asked == set(held):
            return {"until": facts}
    return {}
