"""Shares of worlds with intervals, also where several worlds are no evidence of each other: those of one draw or point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.paired import LEVEL, MIN_PAIRS, Estimate, t_quantile, wilson, z_quantile
from analysis.panel import Array

Groups = npt.NDArray[np.int64]


def share_of(values: Array, groups: Groups | None = None, level: float = LEVEL) -> Estimate:
    """The share of ones among 0 and 1, (worlds,), with Wilson's interval (1927). NaNs are left out.

    With `groups` (worlds,) the interval is that of as many independent worlds as would make the share as uncertain as groups
    say it is (the effective sample size of Kish 1965, Survey Sampling), never fewer than there are groups and never
    more than there are worlds. Where all worlds are alike groups count as one world each. n stays the number of worlds.
    """
    known = np.isfinite(values)
    values = values[known]
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, "no world has a number")
    share = float(values.mean())
    if groups is None:
        return _wilson(share, n, n, level)
    names, place = np.unique(groups[known], return_inverse=True)
    units = len(names)
    if units == n:
        return _wilson(share, n, n, level)
    return _wilson(share, n, _effective(values - share, place, units, share), level, units)


def _effective(off: Array, place: Groups, units: int, share: float) -> float:
    """Independent worlds that would say as much: variance of a single one over that of the mean, by linearisation."""
    n = len(off)
    if units < MIN_PAIRS or not 0 < share < 1:
        return float(units)
    sums = np.bincount(place, off, minlength=units)
    variance = units / (units - 1) * float((sums**2).sum()) / n**2
    return float(np.clip(share * (1 - share) / variance, units, n)) if variance > 0 else float(n)


def _wilson(share: float, worlds: int, n: float, level: float, units: int | None = None) -> Estimate:
    if n < MIN_PAIRS:
        what = "worlds" if units is None else "draws or points"
        return Estimate(share, None, None, worlds, f"an interval needs at least {MIN_PAIRS} {what}")
    z = z_quantile(level) if units is None else t_quantile(level, units - 1)
    return Estimate(share, *wilson(share, n, z), worlds)
