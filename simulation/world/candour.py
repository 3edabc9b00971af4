"""How much of bad news passes from one level to the next."""

from __future__ import annotations

from collections.abc import Mapping


def passed_upward(p: Mapping[str, float], candour: float) -> float:
    """Share of bad news that a level passes on: `pass_upward` at openness and prestige 0.5, all at openness 1."""
    filtered = (1 - p["pass_upward"]) * p["attenuation"]
    filtered *= 2 * (1 - candour) * (1 + p["prestige_weight"] * (p["prestige"] - 0.5))
    return min(1.0, max(0.0, 1 - filtered))
