"""One number that a history and a simulated world have alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """A figure on a scale on which it is nearly normal (logs of rates and ratios), its standard error, and its cases."""

    value: float
    error: float
    n: int
