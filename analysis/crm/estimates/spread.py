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
LUCK_CELLS = 40_000
"""Groups times draws of their luck, more or less: 1,000 draws of up to 40 groups, 500 of 80 and more."""


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


Luck = Callable[[float], Floats]
"""Draws of the means of groups at a standard deviation between them, (draws, groups)."""


def deviations(rng: np.random.Generator, many: int, groups: int, *, these: bool) -> Floats:
    """Standard deviations by which groups stand off their mean, (many, groups).

    `these`: the spread is that of the very groups (Gelman 2005, Annals of Statistics 33(1): the finite-population standard
    deviation), as of segments, which a scenario has one by one. Else that of a population they are drawn from, as of reps,
    who come and go; two or three of them say little of it.
    """
    lot = rng.standard_normal((many, groups))
    if these:
        lot -= lot.mean(axis=1, keepdims=True)
        lot /= np.maximum(lot.std(axis=1, ddof=1, keepdims=True), 1e-12)
    return lot


def draws_of_luck(groups: int) -> int:
    """How many draws of the luck of so many groups are enough, and not too slow."""
    return int(np.clip(LUCK_CELLS // groups, 500, 1000))


def normal_luck(variance: Floats) -> Luck:
    """Luck of these groups, whose means have normal errors of this variance, (groups,)."""
    many = draws_of_luck(len(variance))

    def drawn(sd: float) -> Floats:
        rng = generator(13)
        lot = deviations(rng, many, len(variance), these=True)
        return sd * lot + np.sqrt(variance) * rng.standard_normal((many, len(variance)))

    return drawn


class _Profile:
    """Generalised Q of the means at any spread between the groups, against what chance gives."""

    def __init__(self, mean: Floats, variance: Floats, luck: Luck | None) -> None:
        self.mean, self.variance, self.luck = mean, variance, luck
        self.place = cache(self._place)

    def _place(self, sd: float) -> tuple[float, float, float]:
        """Chance of a Q as small and as large as the data's, and its mean over the data's."""
        weight = 1 / (self.variance + sd**2)

        def q(means: Floats) -> Floats:
            return np.asarray((means - (means @ weight / weight.sum())[..., None]) ** 2 @ weight)

        seen, free = float(q(self.mean)), len(self.mean) - 1
        if self.luck is None:
            return float(chi2.cdf(seen, free)), float(chi2.sf(seen, free)), free / max(seen, 1e-300)
        drawn, tie = q(self.luck(sd)), 1e-9 * (1 + seen)
        return (
            float((drawn <= seen + tie).mean()),
            float((drawn >= seen - tie).mean()),
            float(drawn.mean()) / max(seen, 1e-300),
        )

    def solve(self, still: Callable[[float], float]) -> float:
        """Where what is positive for spreads too small becomes negative."""
        if still(0.0) <= 0:
            return 0.0
        most = 1.0
        while still(most) > 0:
            most *= 2
            if self.luck is not None and most > FARTHEST:
                return FARTHEST
        return float(brentq(still, 0.0, most, xtol=1e-6 if self.luck is None else 2e-3))

    def middle(self) -> float:
        """The spread at which Q is what it is in the mean."""
        return self.solve(lambda sd: 1 - self.place(sd)[2])


def middle_of_spread(mean: Floats, variance: Floats, luck: Luck | None = None) -> float:
    """`spread(...).sd` without its interval."""
    return _Profile(mean, variance, luck).middle()


def spread(mean: Floats, variance: Floats, names: Sequence[str] = (), luck: Luck | None = None) -> Spread:
    """Groups with a mean and the variance of its error, (groups,).

    Paule & Mandel (1982) for the variance between groups; its interval by the Q profile (Viechtbauer 2007, Statistics in
    Medicine 26(1)), which is exact for normal errors and holds 0 where chance alone can explain what is seen. Where
    errors are not normal, as with few ends a group, or where these very groups are meant, `luck` draws such means, and its
    Q stands in for chi-square.
    """
    profile, tail = _Profile(mean, variance, luck), (1 - LEVEL) / 2
    sd = profile.middle()
    low = profile.solve(lambda sd: tail - profile.place(sd)[1])
    high = profile.solve(lambda sd: profile.place(sd)[0] - tail)
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
    luck: Callable[[Bools], Luck] | None = None,
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
