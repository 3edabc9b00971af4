"""How far groups (reps, segments) differ beyond chance: a random effect with an interval that may hold nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from analysis.crm.finding import DRAWS, LEVEL, Estimate, Floats, Verdict, cannot_tell, generator

LEAST_ENDED = 10
"""A group with fewer ends than this is not compared."""
LEAST_GROUPS = 2
MATTERS = 0.25
"""Spreads that would change a decision: a quarter of a logit (6 points of a win rate of half), a quarter of a log unit."""
NAMES = {"rep": "reps", "segment": "segments"}


@dataclass(frozen=True)
class Spread:
    """Standard deviation between groups and its interval; each group's deviation from the common mean, drawn towards it
    (partial pooling), and the standard error of that, both (groups,).
    """

    sd: float
    low: float
    high: float
    pooled: Floats
    error: Floats
    names: Sequence[str] = ()


def spread(mean: Floats, variance: Floats, names: Sequence[str] = ()) -> Spread:
    """Groups with a mean and the variance of its error, (groups,).

    Paule & Mandel (1982) for the variance between groups; its interval by the Q profile (Viechtbauer 2007, Statistics in
    Medicine 26(1)), which is exact for normal errors and holds 0 where chance alone can explain what is seen.
    """
    free = len(mean) - 1

    def q(between: float) -> float:
        weight = 1 / (variance + between)
        centre = (weight * mean).sum() / weight.sum()
        return float((weight * (mean - centre) ** 2).sum())

    def solve(target: float) -> float:
        if q(0.0) <= target:
            return 0.0
        most = 1.0
        while q(most) > target:
            most *= 4
        return float(brentq(lambda between: q(between) - target, 0.0, most))

    between = solve(free)
    low, high = solve(float(chi2.ppf((1 + LEVEL) / 2, free))), solve(float(chi2.ppf((1 - LEVEL) / 2, free)))
    weight = 1 / (variance + between)
    centre = float((weight * mean).sum() / weight.sum())
    kept = between / (variance + between)
    return Spread(between**0.5, low**0.5, high**0.5, kept * (mean - centre), np.sqrt(kept * variance), names)


def compared(
    name: str,
    unit: str,
    kind: str,
    ends: str,
    mean: Floats,
    variance: Floats,
    n: Floats,
    names: Sequence[str],
) -> tuple[Estimate, Spread | None]:
    """The spread of the groups that have enough ends, and the verdict on it; no spread where fewer than two have.

    `kind`: what the groups are, in the plural; `ends`: what was counted, for the words. `mean` of each group, `variance` of
    its error, number of ends `n`, all (groups,).
    """
    use = n >= LEAST_ENDED
    if use.sum() < LEAST_GROUPS:
        words = f"fewer than {LEAST_GROUPS} {kind} with {LEAST_ENDED} {ends}"
        return cannot_tell(name, unit, words, int(n.sum())), None
    found = spread(mean[use], variance[use], [one for one, u in zip(names, use, strict=True) if u])
    return judged_spread(name, found, MATTERS, unit, int(n[use].sum()), kind), found


def judged_spread(name: str, found: Spread, matters: float, unit: str, n: int, groups: str) -> Estimate:
    """A spread of less than `matters` is none that anybody would notice.

    found: chance alone explains the differences in less than one case of forty. not_found: chance may explain them, and the
    interval leaves out a spread that matters.
    """
    verdict: Verdict = "cannot_tell"
    if found.low > 0:
        verdict = "found"
    elif found.high <= matters:
        verdict = "not_found"
    many = f"{len(found.pooled)} {groups}"
    words = {
        "found": f"{many} differ by more than chance explains",
        "not_found": f"{many} differ no more than chance explains; a spread of {matters:g} would have been seen",
        "cannot_tell": f"chance alone may explain how {many} differ, and so may a spread that matters ({matters:g})",
    }[verdict]
    return Estimate(
        name,
        verdict,
        found.sd,
        found.low,
        found.high,
        unit,
        n,
        words,
        "",
        spread_draws(found) if verdict == "found" else None,
    )


def spread_draws(found: Spread) -> Floats:
    """Draws of the spread: half normals to either side, so that they have the median and the ends of the interval."""
    lot = generator(11).standard_normal(DRAWS) / 1.959964
    side = np.where(lot < 0, found.sd - found.low, found.high - found.sd)
    return np.asarray(np.maximum(found.sd + side * lot, 0.0))
