"""What the leader believes of each segment, and how likely each is to be the best."""

from __future__ import annotations

import math
from typing import Any

POINTS = 64
"""Equally likely points by which a normal belief is represented."""


def believe(model: Any, observed: list[float], error: list[float]) -> None:
    """From what is to be seen now and a normal prior; an infinite error says nothing."""
    prior = float(model.p.prior_spread) * float(model.p.prior_spread)
    for segment, seen, variance in zip(model.segments, observed, error, strict=True):
        gain = prior / (prior + variance) if prior > 0.0 else 0.0
        segment.mean = 0.0 + gain * (seen - 0.0)
        segment.variance = prior * (1.0 - gain)
    chances = chances_of_best(model)
    total = 0.0
    for chance in chances:
        total += chance
    for segment, chance in zip(model.segments, chances, strict=True):
        segment.best = chance / total if total > 0.0 else 1.0 / len(model.segments)


def chances_of_best(model: Any) -> list[float]:
    """Chance of each segment to be the best, for independent normal beliefs; they add up to about 1."""
    quantile, number = model.arithmetic.normal_quantile, model.number
    z = [float(quantile(number((k + 0.5) / POINTS))) for k in range(POINTS)]
    points = [[s.mean + math.sqrt(s.variance) * at for at in z] for s in model.segments]
    chances = []
    for mine in points:
        total = 0.0
        for x in mine:
            chance = 1.0
            for others in points:
                if others is not mine:
                    below = 0.0
                    for y in others:
                        below += 1.0 if y < x else (0.5 if y == x else 0.0)
                    chance *= below / POINTS
            total += chance / POINTS
        chances.append(total)
    return chances
