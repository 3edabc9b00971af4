"""Money as people of a language say it: thousands and millions, or the ten thousands and hundred millions of Chinese."""

from __future__ import annotations

import math

from analysis.language import language, say
from app.console import money

HUNDRED_MILLION, TEN_THOUSAND = "亿", "万"


def amount(cents: float) -> str:
    """Cents as currency units, to three figures: 1.23M, or 123万."""
    if not math.isfinite(cents):
        return say("n/a")
    if language() != "zh":
        return money(cents)
    units = cents / 100
    for size, sign in ((1e8, HUNDRED_MILLION), (1e4, TEN_THOUSAND)):
        if abs(units) >= size * 0.9995:
            scaled = units / size
            return f"{scaled:,.0f}{sign}" if abs(scaled) >= 999.5 else f"{scaled:.3g}{sign}"
    return f"{units:.0f}"
