"""What commands need from outside. Tests pass their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.runs.record import Replicate


@dataclass
class Services:
    """`replicate` runs one world under some policies; None means the real model."""

    replicate: Replicate | None = None
