"""How long runs take on this machine: measured by earlier commands, else a guess that is called one.

The figures stand in `runs/.pace.json`, apart from all results, which hold no clock time. Without it only the estimates of
`--dry-run` are worse.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from app.console import duration

FILE = Path("runs") / ".pace.json"
KEPT = 12
MILLION = 1e6
GUESS = 0.05  # all claims took 1,066 s of processor for 20,653 million; large worlds take half of it


@dataclass(frozen=True)
class Pace:
    """One command: seconds of a worker for a million customer-weeks, and seconds for all else `what` does."""

    what: str
    rate: float
    rest: float


@dataclass(frozen=True)
class Estimate:
    """Seconds a command will take. None where there is nothing left to run."""

    seconds: float | None
    measured: bool

    def data(self) -> dict[str, Any]:
        """For `--json`: a guess has one figure, so that it is not taken for more."""
        seconds = self.seconds or 0.0
        return {
            "seconds": round(seconds, 1) if self.measured else _one_figure(seconds),
            "measured": self.measured,
        }

    def words(self, workers: int) -> str:
        """One line for a person."""
        if self.seconds is None:
            return "nothing is left to run"
        crew = f"with {workers} worker{'s' if workers > 1 else ''}"
        if self.measured:
            return f"about {duration(self.seconds)} {crew}, as earlier runs here"
        return f"{_roughly(self.seconds)} {crew} (a guess: no run timed yet)"


def estimate(what: str, left: float, workers: int, rest: float) -> Estimate:
    """The time for `left` customer-weeks shared by `workers`, and for all else: `rest` where that is not known."""
    if left <= 0:
        return Estimate(None, True)
    known = _read()
    rates, rests = [pace.rate for pace in known], [pace.rest for pace in known if pace.what == what]
    runs = (median(rates) if rates else GUESS) * left / MILLION / workers
    besides = median(rests) if rests else rest
    # A guess within what is uncertain anyway makes no guess of the whole.
    return Estimate(runs + besides, bool(rates) and (bool(rests) or besides < 0.2 * runs))


def remember(pace: Pace) -> None:
    """Keep what was measured, for later estimates; not worth an error where it cannot be kept."""
    if not FILE.parent.is_dir() or not (pace.rate > 0 and pace.rest >= 0):
        return
    with suppress(OSError):
        FILE.write_text(json.dumps([asdict(one) for one in [*_read(), pace][-KEPT:]]), encoding="utf-8")


def _read() -> Sequence[Pace]:
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        return [
            Pace(str(one["what"]), float(one["rate"]), float(one["rest"]))
            for one in json.loads(FILE.read_text(encoding="utf-8"))
        ]
    return ()


def _one_figure(seconds: float) -> float:
    """Rounded to the leading digit."""
    size = 10.0 ** math.floor(math.log10(seconds)) if seconds > 0 else 1.0
    return round(seconds / size) * size


def _roughly(seconds: float) -> str:
    if seconds < 45:
        return "less than a minute"
    if seconds < 150:
        return "a minute or two"
    minutes = seconds / 60
    return (
        f"about {_one_figure(minutes):.0f} minutes"
        if minutes < 90
        else f"about {_one_figure(minutes / 60):.0f} hours"
    )
