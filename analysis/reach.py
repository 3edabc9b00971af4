"""Where a claim holds: the share of sampled worlds, and the parameter that turns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.hypotheses import Margin, Sides, difference
from analysis.panel import Array
from analysis.resampling import percentiles
from analysis.surface import Surface, features, fit, predictions, refit

DRAWS, RESAMPLES = 4096, 200
MIN_WORLDS = 32
_KEY = 19_791_201


@dataclass(frozen=True)
class Reach:
    """Where a claim holds over sampled worlds.

    `holds_in` is the share of draws of the parameters whose predicted effects all lie beyond the smallest that matter,
    with a bootstrap interval over worlds; None without enough worlds. `luck` is, for each part, about the share of the
    variance of its effects that luck alone makes: the variance over default worlds against that over sampled ones.
    `turned_by` is the position of the parameter along whose range the predicted effect of `part` crosses the threshold
    with the largest swing, from `at_low` to `at_high` at the ends of the range; `slope` is per standard deviation of it.
    Only a parameter whose own correlation with the effect is beyond chance is named: of dozens some always fit a little.
    """

    worlds: int
    holds_in: float | None
    low: float | None
    high: float | None
    surfaces: tuple[Surface, ...]
    luck: tuple[float, ...] = ()
    turned_by: int | None = None
    part: int = 0
    slope: float | None = None
    at_low: float | None = None
    at_high: float | None = None


def reach(points: Array, parts: Sequence[tuple[Sides, Margin, Sides]]) -> Reach:
    """Fit the surface of each part over worlds at `points` of the unit cube, (worlds, parameters), and see where it holds.

    Each part has its numbers in the sampled worlds, what is claimed, and its numbers in the default worlds.
    """
    spreads = [_spread(default) for _, _, default in parts]
    effects = [_by_world(sides, margin, sd) for (sides, margin, _), sd in zip(parts, spreads, strict=True)]
    use = np.isfinite(np.array(effects)).all(axis=0)
    worlds = int(use.sum())
    if worlds < MIN_WORLDS or not points.shape[1]:
        return Reach(worlds, None, None, None, ())
    ys = [effect[use] for effect in effects]
    usual = [_by_world(default, margin, sd) for (_, margin, default), sd in zip(parts, spreads, strict=True)]
    luck = tuple(_luck(y, effect) for y, effect in zip(ys, usual, strict=True))
    margins = [margin for _, margin, _ in parts]
    surfaces = tuple(fit(points[use], y) for y in ys)
    x = features(points[use])
    generator = np.random.Generator(np.random.Philox(key=_KEY + points.shape[1]))
    fresh = features(generator.random((DRAWS, points.shape[1])))
    drawn = [generator.integers(0, worlds, worlds) for _ in range(RESAMPLES)]
    again = [[refit(x[d], y[d], f) for d in drawn] for y, f in zip(ys, surfaces, strict=True)]
    low, high = percentiles(_shares(fresh, again, margins))
    (share,) = _shares(fresh, [[surface] for surface in surfaces], margins)
    found = Reach(worlds, float(share), low, high, surfaces, luck)
    return _turning(found, margins, [_beyond_chance(x, y, 0.05 / len(ys)) for y in ys])


def _beyond_chance(x: Array, y: Array, error: float) -> npt.NDArray[np.bool_]:
    """Parameters of which a term (a column of `features`) correlates with the effect.

    `error` is the chance that any is named where none matters (Bonferroni over the terms).
    """
    from scipy import stats

    if np.ptp(y) <= 1e-12 * np.abs(y).max():  # nothing but rounding differs
        return np.zeros(x.shape[1] // 2, np.bool_)
    p = np.asarray(stats.pearsonr(x, y[:, None], axis=0).pvalue)
    beyond: npt.NDArray[np.bool_] = np.any((p < error / len(p)).reshape(-1, 2), axis=1)
    return beyond


def _spread(default: Sides) -> float:
    """What the unit "sd" refers to: the standard deviation of the comparison over default worlds."""
    base = default.base[default.usable]
    return float(base.std(ddof=1)) if len(base) > 1 else float("nan")


def _luck(sampled: Array, default: Array) -> float:
    default = default[np.isfinite(default)]
    spread = float(sampled.var())
    if len(default) < 2 or not spread > 0:
        return float("nan")
    return min(1.0, float(default.var(ddof=1)) / spread)


def _by_world(sides: Sides, margin: Margin, spread: float) -> Array:
    """The effect in each world in the margin's unit; NaN where it has none."""
    if margin.unit == "absolute":
        return difference(sides)
    with np.errstate(divide="ignore", invalid="ignore"):
        if margin.unit == "sd":
            return difference(sides) / spread
        effect: Array = 100 * (sides.policy - sides.base) / np.abs(sides.base)
        if sides.minus_policy is not None and sides.minus_base is not None:
            effect = effect - 100 * (sides.minus_policy - sides.minus_base) / np.abs(sides.minus_base)
    return effect


def _shares(fresh: Array, surfaces: Sequence[Sequence[Surface]], margins: Sequence[Margin]) -> Array:
    """The share of draws in which all parts hold, (fits,), by the fits of each part."""
    holds = [
        m.sign * predictions(fresh, fits) > m.smallest for fits, m in zip(surfaces, margins, strict=True)
    ]
    share: Array = np.all(holds, axis=0).mean(axis=0)
    return share


def _turning(found: Reach, margins: Sequence[Margin], named: Sequence[npt.NDArray[np.bool_]]) -> Reach:
    """`found` with the parameter that turns the claim: of the first part that one turns, the one that swings it most.

    `named` says for each part which parameters may be named.
    """
    grid = np.linspace(0, 1, 41)
    for part, (surface, margin) in enumerate(zip(found.surfaces, margins, strict=True)):
        candidates = np.flatnonzero(named[part]) if surface.explains else ()
        curves = {int(j): surface.along(int(j), grid) for j in candidates}
        crossing = [j for j, c in curves.items() if c.min() < margin.threshold < c.max()]
        if crossing:
            best = max(crossing, key=lambda j: float(np.ptp(curves[j])))
            ends = float(curves[best][0]), float(curves[best][-1])
            slope = surface.slope(best)
            return replace(found, turned_by=best, part=part, slope=slope, at_low=ends[0], at_high=ends[1])
    return found
