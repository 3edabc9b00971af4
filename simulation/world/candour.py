"""How much of bad news passes from one level to the next."""

from __future__ import annotations

from typing import Any


def passed_upward(p: Any, candour: float) -> float:
    """Share of bad news that a level passes on: `pass_upward` at openness and prestige 0.5, all at openness 1."""
    filtered = (1 - float(p["pass_upward"])) * float(p["attenuation"])
    filtered *= 2 * (1 - candour) * (1 + float(p["prestige_weight"]) * (float(p["prestige"]) - 0.5))
    return min(1.0, max(0.0, 1 - filtered))
