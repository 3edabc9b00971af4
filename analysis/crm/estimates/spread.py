"""How far groups (reps, segments) differ beyond chance: a random effect with an interval that may hold nought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from analysis.crm.finding import DRAWS, LEVEL, Bools, Estimate, Floats, Verdict, cannot_tell, generator

LEAST_ENDED = 10
"""A group with fewer ends than this is not compared."""
LEAST_GROUPS = 2
MATTERS = 0.25
"""Spreads that would change a decision: a quarter of a logit (6 points of a win rate of half), a quarter of a log unit."""
FARTHEST = 8.0
"""Logits: where the luck of ends is drawn, no spread larger than this is told from a larger one."""
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


def spread(
    mean: Floats, variance: Floats, names: Sequence[str] = (), luck: Callable[[float], Floats] | None = None
) -> Spread:
    """Groups with a mean and the variance of its error, (groups,).

    Paule & Mandel (1982) for the variance between groups; its interval by the Q profile (Viechtbauer 2007, Statistics in
    Medicine 26(1)), which is exact for normal errors and holds 0 where chance alone can explain what is seen. Where
    errors are not normal, as with few ends a group, `luck` draws such means at a standard deviation between groups, (draws,
    groups), and its Q stands in for chi-square.
    """
    free = len(mean) - 1

    @cache
    def place(sd: float) -> tuple[float, float, float]:
        """Chance of a Q as small and as large as the data's, and its mean over the data's."""
        weight = 1 / (variance + sd**2)
        weight /= weight.sum()

        def q(means: Floats) -> Floats:
            return np.asarray((means - (means @ weight)[..., None]) ** 2 @ (1 / (variance + sd**2)))

        seen = float(q(mean))
        if luck is None:
            return float(chi2.cdf(seen, free)), float(chi2.sf(seen, free)), free / max(seen, 1e-300)
        drawn, tie = q(luck(sd)), 1e-9 * (1 + seen)
        return (
            float((drawn <= seen + tie).mean()),
            float((drawn >= seen - tie).mean()),
            float(drawn.mean()) / max(seen, 1e-300),
        )

    def solve(still: Callable[[float], float]) -> float:
        """Where what is positive for spreads too small becomes negative."""
        if still(0.0) <= 0:
            return 0.0
        most = 1.0
        while still(most) > 0:
            most *= 2
            if luck is not None and most > FARTHEST:
                return FARTHEST
        return float(brentq(still, 0.0, most, xtol=1e-6 if luck is None else 2e-3))

    tail = (1 - LEVEL) / 2
    sd = solve(lambda sd: 1 - place(sd)[2])
    low, high = solve(lambda sd: tail - place(sd)[1]), solve(lambda sd: place(sd)[0] - tail)
    weight = 1 / (variance + sd**2)
    centre = float((weight * mean).sum() / weight.sum())
    kept = sd**2 / (variance + sd**2)
    return Spread(sd, min(low, sd), max(high, sd), kept * (mean - centre), np.sqrt(kept * variance), names)


def compared(
    name: str,
    unit: str,
    kind: str,
    ends: str,
    mean: Floats,
    variance: Floats,
    n: Floats,
    names: Sequence[str],
    luck: Callable[[Bools], Callable[[float], Floats]] | None = None,
) -> tuple[Estimate, Spread | None]:
    """The spread of the groups that have enough ends, and the verdict on it; no spread where fewer than two have.

    `kind`: what the groups are, in the plural; `ends`: what was counted, for the words. `mean` of each group, `variance` of
    its error, number of ends `n`, all (groups,). `luck` of those compared, as in `spread`; None: normal errors.
    """
    use = n >= LEAST_ENDED
    if use.sum() < LEAST_GROUPS:
        words = f"fewer than {LEAST_GROUPS} {kind} with {LEAST_ENDED} {ends}"
        return cannot_tell(name, unit, words, int(n.sum())), None
    kept = [one for one, u in zip(names, use, strict=True) if u]
    found = spread(mean[use], variance[use], kept, luck(use) if luck else None)
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
