"""Where something happens: one box of conditions, chosen by a stated rule and judged by cases it has not seen.

**Rule.** Of PRIM's trajectory the box in which hits most outnumber what a bar asks for: the sum of (hit - bar) over its
cases is largest. The bar is a half, or the share of hits in all cases where that is more, so that the edge of the box lies
where the thing becomes more likely than not. The box is pasted by the same sum. Then restrictions go, the weakest first,
until the quasi-p-value of each is below `CHANCE`. Where no box clears that bar the share in all cases is the bar: the thing
is *more frequent* there, not usual (`usual` False).

**Judged.** The share of hits inside the box that was chosen flatters it. So the whole rule is applied ten times with a
tenth of the cases held back: by how much the share among the cases that chose exceeds that among those held back is taken
off (`density`), and half the cases of the box stand in its interval, since that is uncertain too. A box is *found* if the
hits held back are beyond chance (hypergeometric test at `ERROR`).

Measured on boxes known beforehand, 40 fresh samples each: `density` .82, .73 and .55 where .81, .74 and .55 are true (seen:
.82, .76 and .60), intervals that hold the truth in 95 of 99 boxes; but in 27 of 40 where nothing inside the box is left to
chance. In noise a box is found in 3 samples of 800 (`docs/flip.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.conditions import Bools, Column, Limits, inside
from analysis.paired import LEVEL, Estimate, wilson, z_quantile
from analysis.prim import ALPHA, paste, peel, quasi_p, relaxed

MIN_CASES, MIN_HITS = 40, 10
"""With fewer cases, or fewer hits or misses, no box is looked for."""
FOLDS, ERROR, CHANCE = 10, 0.05, 0.05
_KEY = 19_990_409


@dataclass(frozen=True)
class Box:
    """Conditions and what is inside: `mass` the share of all cases, `coverage` that of all hits, `seen` the share of hits
    among its cases, `density` what is left of it for other cases, `weights` the quasi-p-value of each restriction.
    """

    limits: Limits
    usual: bool
    cases: int
    mass: float
    coverage: float
    seen: float
    density: Estimate
    chance: float
    weights: dict[tuple[int, str], float]

    @property
    def found(self) -> bool:
        """Whether cases held back say that it is more than chance."""
        return self.chance < ERROR


def find_box(columns: Sequence[Column], hits: Bools) -> Box | str:
    """The box of the rule above, or in words why there is none. `hits` (cases,)."""
    n, k = len(hits), int(hits.sum())
    if n < MIN_CASES:
        return f"{n} cases are too few to look for conditions (at least {MIN_CASES})"
    if min(k, n - k) < MIN_HITS:
        return f"{k} of {n} cases: too {'few' if k < MIN_HITS else 'many'} to tell them from the others"
    if not columns:
        return "nothing varies"
    nothing = "nothing that varies tells where, beyond chance"
    for usual in (True, False):
        limits = choose(columns, hits, usual)
        if limits:
            found = _judged(columns, hits, limits, usual)
            if found.found:
                return found
    return nothing


def choose(columns: Sequence[Column], hits: Bools, usual: bool) -> Limits | None:
    """The box of the rule; None where no box clears the bar, or no restriction is beyond chance."""
    share = float(hits.mean())
    worth = hits.astype(np.float64) - (max(0.5, share) if usual else share)
    trajectory = peel(columns, hits, ALPHA)
    sums = [float(worth[inside(columns, box)].sum()) for box in trajectory]
    if max(sums[1:], default=0.0) <= max(0.0, sums[0]):
        return None
    box = paste(columns, worth, trajectory[int(np.argmax(sums))])
    box = _without_chance(columns, hits, box)
    return box if box and worth[inside(columns, box)].sum() > 0 else None  # it may have grown past the bar


def _without_chance(columns: Sequence[Column], hits: Bools, box: Limits) -> Limits:
    """The box with only those restrictions that are beyond chance."""
    box = {place: limit for place, limit in box.items() if not limit.holds(columns[place].values).all()}
    while box:
        weights = quasi_p(columns, hits, box)
        weakest = max(weights, key=lambda key: weights[key])
        if weights[weakest] <= CHANCE:
            return box
        box = next(rest for place, side, rest in relaxed(box) if (place, side) == weakest)
    return box


def _judged(columns: Sequence[Column], hits: Bools, limits: Limits, usual: bool) -> Box:
    from scipy.stats import hypergeom

    held, flattery = held_back(columns, hits, usual)
    n, k, drawn, got = len(hits), int(hits.sum()), int(held.sum()), int(hits[held].sum())
    chance = float(hypergeom.sf(got - 1, n, k, drawn)) if drawn else 1.0
    here = inside(columns, limits)
    seen, cases = float(hits[here].mean()), int(here.sum())
    return Box(
        limits, usual, cases, float(here.mean()), float(hits[here].sum() / k), seen,
        _shrunk(min(max(seen - flattery, 0.0), 1.0), cases / 2), chance, quasi_p(columns, hits, limits),
    )  # fmt: skip


def _shrunk(share: float, n: float) -> Estimate:
    return Estimate(share, *wilson(share, n, z_quantile(LEVEL)), int(n))


def held_back(columns: Sequence[Column], hits: Bools, usual: bool) -> tuple[Bools, float]:
    """Which cases lie inside the box that the other nine tenths of cases choose, (cases,); and by how much the share of hits
    among the cases that chose a box exceeds that among those held back.
    """
    n = len(hits)
    fold = np.random.Generator(np.random.Philox(key=_KEY + n)).permutation(n) % FOLDS
    found, inner, inner_hits = np.zeros(n, dtype=bool), 0, 0.0
    for k in range(FOLDS):
        out = fold == k
        seen = [replace(c, values=c.values[~out]) for c in columns]
        limits = choose(seen, hits[~out], usual)
        if limits:
            found[out] = inside([replace(c, values=c.values[out]) for c in columns], limits)
            weight = int(found[out].sum())
            inner += weight
            inner_hits += weight * float(hits[~out][inside(seen, limits)].mean())
    return found, inner_hits / inner - float(hits[found].mean()) if inner else 0.0
