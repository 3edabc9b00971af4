"""Leading indicators: what a CRM shows a few weeks after the start, ranked by how well it tells how a policy ends.

A *unit* is a world; where worlds share a draw or a point, it is the mean of those. **Sign**: of two units, one in which the
policy ends ahead and one in which it ends behind, how often the signal lies on the right side (Mann & Whitney 1947), with
Newcombe's interval (2006, Statistics in Medicine 25(4), method 5). **Size**: Spearman's correlation with the gap,
with the interval of Bonett & Wright (2000, Psychometrika 65(1)).

**Many signals.** Whether one tells more than chance is judged by the best of all of them under permutations of the gaps
(Westfall & Young 1993): in noise one is told in 5 of 100 experiments, however many are tried. Intervals hold for
all together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.paired import Estimate, z_quantile
from analysis.panel import Array
from analysis.shares import Groups
from analysis.verdict import together

LEAST_UNITS, LEAST_OF_A_KIND = 20, 5
PERMUTATIONS, ERROR = 4000, 0.05
_KEY = 20_261_130


@dataclass(frozen=True, slots=True)
class Indicator:
    """One signal. `way` is 1 where more of it goes with a better end, -1 where less does.

    `sign`: share of pairs it tells right (0.5 is chance), None where too few units end on one side. `size`:
    rank correlation with the gap. `p_sign`, `p_size`: chance that the best of all signals tells as much where none tells
    anything.
    """

    signal: str
    way: int
    sign: Estimate | None
    size: Estimate
    p_sign: float | None
    p_size: float

    @property
    def tells(self) -> bool:
        """Beyond chance, the sign if that can be asked, else the size."""
        return (self.p_size if self.p_sign is None else self.p_sign) < ERROR


@dataclass(frozen=True)
class Leading:
    """Indicators of one week after the start, best first. `units` were compared, in `behind` of them the policy ends behind;
    `why` says why nothing can be ranked.
    """

    week: int
    units: int
    behind: int
    indicators: tuple[Indicator, ...]
    why: str = ""
    same: bool = False  # the policy ends like the baseline in all of them

    @property
    def by_sign(self) -> bool:
        """Whether enough units end on either side to ask for the sign."""
        return min(self.behind, self.units - self.behind) >= LEAST_OF_A_KIND


def leading(lead: Array, signals: Mapping[str, Array], week: int, groups: Groups | None = None) -> Leading:
    """Rank `signals` (worlds,) of one week by what they tell of `lead` (worlds,), signed so that positive is better.

    Worlds without a lead are left out, and for a signal those without it. Nothing is ranked with fewer than 20 units, or
    where neither leads nor signals differ.
    """
    known = np.isfinite(lead)
    groups = np.arange(len(lead)) if groups is None else groups
    gaps = _means(lead, groups, known)
    units, behind = len(gaps), int((gaps < 0).sum())
    if units < LEAST_UNITS:
        return Leading(
            week, units, behind, (), f"{units} are too few to rank signals: {LEAST_UNITS} or more are needed"
        )
    if not gaps.any():
        return Leading(week, units, behind, (), "the policy ends like the baseline in all of them", same=True)
    columns = {name: _means(values, groups, known) for name, values in signals.items()}
    columns = {name: column for name, column in columns.items() if _varies(column)}
    if not columns or not np.ptp(gaps) > 0:
        return Leading(week, units, behind, (), "nothing differs between them that could tell anything")
    found = Leading(week, units, behind, ())
    ranked = {name: _centred(column) for name, column in columns.items()}
    ahead = (gaps >= 0).astype(float)
    p_sizes = _best_of_all(ranked, _centred(gaps))
    p_signs = _best_of_all(ranked, ahead - ahead.mean()) if found.by_sign else None
    level = together(len(columns))
    rows = [
        _indicator(name, column, gaps, level, None if p_signs is None else p_signs[name], p_sizes[name])
        for name, column in columns.items()
    ]
    rows.sort(key=lambda one: (-_told(one), one.signal))
    return Leading(week, units, behind, tuple(rows))


def _told(one: Indicator) -> float:
    return abs(one.size.mean or 0.0) if one.sign is None else (one.sign.mean or 0.0)


def _means(values: Array, groups: Groups, use: np.typing.NDArray[np.bool_]) -> Array:
    """Mean of each group over the worlds used, nan where one of them has no number."""
    names, place = np.unique(groups[use], return_inverse=True)
    return np.asarray(
        np.bincount(place, values[use], minlength=len(names)) / np.bincount(place, minlength=len(names))
    )


def _varies(column: Array) -> bool:
    seen = column[np.isfinite(column)]
    return len(seen) >= LEAST_UNITS and float(np.ptp(seen)) > 0


def _centred(column: Array) -> Array:
    """Ranks about their mean; 0, which tells nothing, where there is no number."""
    from scipy.stats import rankdata

    known = np.isfinite(column)
    ranks = np.zeros(len(column))
    ranks[known] = rankdata(column[known]) - (known.sum() + 1) / 2
    return ranks


def _best_of_all(ranked: Mapping[str, Array], target: Array) -> dict[str, float]:
    """For each signal how often the best of all does as well with the targets shuffled."""
    matrix = np.stack([ranks / math.sqrt(float((ranks**2).sum())) for ranks in ranked.values()])
    generator = np.random.Generator(np.random.Philox(key=_KEY))
    shuffled = generator.permuted(np.tile(target, (PERMUTATIONS, 1)), axis=1)
    best = np.abs(shuffled @ matrix.T).max(axis=1)
    seen = np.abs(matrix @ target)
    return {
        name: float(((best >= one * (1 - 1e-12)).sum() + 1) / (PERMUTATIONS + 1))
        for name, one in zip(ranked, seen, strict=True)
    }


def _indicator(
    name: str, column: Array, gaps: Array, level: float, p_sign: float | None, p_size: float
) -> Indicator:
    known = np.isfinite(column)
    values, leads = column[known], gaps[known]
    correlation = _spearman(values, leads, level)
    way = -1 if (correlation.mean or 0.0) < 0 else 1
    sign = None
    bad = leads < 0
    if p_sign is not None and 0 < bad.sum() < len(bad):
        share = _right(values, bad)
        way = 1 if share >= 0.5 else -1
        sign = _score_interval(max(share, 1 - share), int(bad.sum()), int((~bad).sum()), level)
    return Indicator(name, way, sign, correlation, p_sign, p_size)


def _right(values: Array, bad: np.typing.NDArray[np.bool_]) -> float:
    """How often a unit that ends ahead has more of it than one that ends behind, ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    n, m = int((~bad).sum()), int(bad.sum())
    return float((ranks[~bad].sum() - n * (n + 1) / 2) / (n * m))


def _score_interval(share: float, m: int, n: int, level: float) -> Estimate:
    """Newcombe's method 5: the shares that lie as many standard errors, by their own variance, from the one seen."""
    from scipy.optimize import brentq

    z, half = z_quantile(level), (m + n) / 2 - 1

    def variance(x: float) -> float:
        return x * (1 - x) * (1 + half * ((1 - x) / (2 - x) + x / (1 + x))) / (m * n)

    def beyond(x: float) -> float:
        return (x - share) ** 2 - z**2 * variance(x)

    edge = 1e-9  # at 0 and 1 the variance is 0, and they would be roots of their own
    low = brentq(beyond, 0.0, min(share, 1 - edge)) if share > 0 else 0.0
    high = brentq(beyond, max(share, edge), 1.0) if share < 1 else 1.0
    return Estimate(share, float(low), float(high), m + n)


def _spearman(values: Array, gaps: Array, level: float) -> Estimate:
    from scipy.stats import rankdata

    n = len(values)
    if not (np.ptp(values) > 0 and np.ptp(gaps) > 0):
        return Estimate(0.0, None, None, n, "no variation")
    r = float(np.clip(np.corrcoef(rankdata(values), rankdata(gaps))[0, 1], -1, 1))
    if abs(r) > 1 - 1e-12:
        return Estimate(r, r, r, n)
    half = z_quantile(level) * math.sqrt((1 + r * r / 2) / (n - 3))
    low, high = math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
    return Estimate(r, low, high, n)
