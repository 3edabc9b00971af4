"""What a sweep says: which policy is ahead at how many points, and along which axes its lead moves.

A point's effect is the mean paired difference over its worlds. Points of a sampled design (Sobol, Latin hypercube, base
points) stand for the region they were drawn from, so their mean has an interval; a grid or a table has the points it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.paired import Estimate, level_interval, t_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo

if TYPE_CHECKING:
    import pandas as pd

SAMPLED = ("sobol", "latin_hypercube", "saltelli")
AXIS = "x."
FEW_VALUES = 6
"""A list of up to so many values is shown value by value, all else in thirds."""
MIN_POINTS = 12
"""Below this nothing is said of axes."""


@dataclass(frozen=True)
class Slice:
    """The effect over the points at one value of an axis, or in a part of its range from `low` to `high`."""

    label: str
    low: Any
    high: Any
    effect: Estimate


@dataclass(frozen=True)
class Along:
    """How an effect moves along one axis, all others as they come.

    `correlation` is Spearman's between axis and effect; `matters` that it is beyond chance, Bonferroni over the axes;
    `turns` that besides the effect has its two signs, each clear of zero, in two of the slices.
    """

    axis: str
    unit: str
    slices: tuple[Slice, ...]
    correlation: float
    matters: bool
    turns: bool


@dataclass(frozen=True)
class Effect:
    """One policy against the baseline over a sweep, in the outcome's unit; `better` counts points by their sign.

    `luck` is the share of the variance between points that worlds within points explain, nan with one world a point.
    """

    policy: str
    points: Array
    mean: Estimate
    better: Estimate
    ends: tuple[float, float]
    luck: float
    axes: tuple[Along, ...]


class SweepAnswer:
    """A sweep's tables, read for one outcome (default: the scenario's headline)."""

    def __init__(self, tables: Any, outcome: str | None = None) -> None:
        self.meta: Mapping[str, Any] = tables.meta
        self.runs: pd.DataFrame = tables.runs
        self.failures: pd.DataFrame = tables.failures
        if not len(self.runs):
            raise AnalysisError("no run of this sweep has finished")
        self.outcome = outcome or self.meta["outcome"]
        rows = {row["name"]: row for row in tables.outcomes.to_dict("records")}
        if self.outcome not in rows or self.outcome not in self.runs.columns:
            raise AnalysisError(f"there is no outcome '{self.outcome}'; known: {', '.join(rows)}")
        self.info = OutcomeInfo(**rows[self.outcome])

    @cached_property
    def grid(self) -> pd.DataFrame:
        """Mean outcome by point (rows) and policy (columns), over the worlds in which every policy finished."""
        return self.worlds.groupby(level="point", sort=True).mean()

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """The outcome by (point, replication) and policy, complete rows only."""
        wide = self.runs.pivot_table(
            index=["point", "replication"], columns="policy", values=self.outcome, dropna=False
        )
        return wide.reindex(columns=[p for p in self.meta["policies"] if p in wide.columns]).dropna()

    @cached_property
    def axes(self) -> pd.DataFrame:
        """The values of every axis, by point; columns are the names of the axes."""
        columns = [AXIS + axis["name"] for axis in self.meta["axes"]]
        first = self.runs.drop_duplicates("point").set_index("point")[columns]
        return first.rename(columns=lambda name: name.removeprefix(AXIS)).loc[self.grid.index]

    @property
    def rivals(self) -> list[str]:
        """Policies of which there are points, but for the baseline."""
        return [p for p in self.grid.columns if p != self.meta["baseline"]]

    @property
    def sampled(self) -> bool:
        """Whether points stand for more than themselves."""
        return self.meta["design"] in SAMPLED

    def best(self) -> dict[str, float]:
        """The share of points at which each policy has the best mean."""
        if self.grid.empty:
            return {}
        leaders = (self.grid * self.info.sign).idxmax(axis=1)
        return {p: float((leaders == p).mean()) for p in self.grid.columns}

    def effect(self, policy: str) -> Effect:
        """A policy against the baseline. AnalysisError where no world has both."""
        base = self.meta["baseline"]
        if policy not in self.grid or base not in self.grid:
            raise AnalysisError(f"no world in which both '{policy}' and '{base}' finished")
        pairs = self.worlds[policy] - self.worlds[base]
        by_point = pairs.groupby(level="point", sort=True)
        points = by_point.mean().to_numpy(float)
        mean, better = t_interval(points), level_interval((self.info.sign * points > 0).astype(float))
        if not self.sampled:
            mean, better = (
                Estimate(e.mean, None, None, e.n, "the points are no sample") for e in (mean, better)
            )
        ends = np.quantile(points, [0.1, 0.9]).tolist()
        within = float(by_point.var(ddof=1).div(by_point.count()).mean())  # of a point's mean
        between = float(points.var(ddof=1)) if len(points) > 1 else float("nan")
        luck = float(np.minimum(1.0, within / between)) if between > 0 else float("nan")
        return Effect(policy, points, mean, better, (ends[0], ends[1]), luck, self._along(points))

    def _along(self, points: Array) -> tuple[Along, ...]:
        """Every axis, the one that moves the effect most first."""
        if len(points) < MIN_POINTS:
            return ()
        facts = self.meta["axes"]
        found = [along(points, self.axes[one["name"]], one, 0.05 / len(facts)) for one in facts]
        return tuple(sorted(found, key=lambda a: (-abs(a.correlation) if a.matters else 1.0, a.axis)))


def along(points: Array, values: pd.Series, facts: Mapping[str, Any], error: float) -> Along:
    """The effects `points` along an axis with these `values`. `error` is the chance to say it matters where it does not."""
    from scipy.stats import kruskal, spearmanr

    slices = _listed(points, values, facts) if _few(facts) else _thirds(points, values, facts)
    numeric = values.dtype.kind in "fiu"
    if values.nunique() < 2 or not np.ptp(points) > 0:
        return Along(facts["name"], facts["unit"], slices, 0.0, False, False)
    if numeric:
        ranks = spearmanr(values.to_numpy(float), points)
        correlation, p = float(ranks.statistic), float(ranks.pvalue)
    else:  # values without an order: how much of the ranks' variance they explain, without a sign
        groups = [points[(values == value).to_numpy()] for value in facts["values"]]
        test = kruskal(*[group for group in groups if len(group)])
        correlation, p = float(np.sqrt(max(0.0, test.statistic) / (len(points) - 1))), float(test.pvalue)
    clear = [one.effect for one in slices if one.effect.clear]
    turns = any((e.low or 0) > 0 for e in clear) and any((e.high or 0) < 0 for e in clear)
    return Along(facts["name"], facts["unit"], slices, correlation, p < error, p < error and turns)


def _few(facts: Mapping[str, Any]) -> bool:
    return "values" in facts and (
        len(facts["values"]) <= FEW_VALUES or not all(isinstance(v, int | float) for v in facts["values"])
    )


def _listed(points: Array, values: pd.Series, facts: Mapping[str, Any]) -> tuple[Slice, ...]:
    """A slice for each value."""
    found = []
    for value in facts["values"]:
        chosen = (values == value).to_numpy()
        if chosen.any():
            found.append(Slice(_text(value), value, value, t_interval(points[chosen])))
    return tuple(found)


def _thirds(points: Array, values: pd.Series, facts: Mapping[str, Any]) -> tuple[Slice, ...]:
    """A slice for each third of the points by the axis."""
    x = values.to_numpy(float)
    edges = np.quantile(x, [0, 1 / 3, 2 / 3, 1])
    found = []
    for low, high in pairwise(edges.tolist()):
        chosen = (x >= low) & ((x < high) | (high == edges[-1]))
        if chosen.any():
            found.append(
                Slice(f"{_text(low)} to {_text(high)}", float(low), float(high), t_interval(points[chosen]))
            )
    return tuple(found)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(float(value)) >= 1000 else f"{value:.3g}"


def summary_of(answer: SweepAnswer) -> dict[str, Any]:
    """Plain data: what `sweep --json` prints and `summary.json` holds."""
    meta = answer.meta
    effects = [answer.effect(policy) for policy in answer.rivals]
    return {
        "sweep": meta["sweep"], "scenario": meta["scenario"], "design": meta["design"], "seed": meta["seed"],
        "points": len(answer.grid), "replications": int(answer.runs["replication"].nunique()),
        "runs": len(answer.runs), "outcome": answer.outcome, "baseline": meta["baseline"],
        "policies": list(answer.grid.columns), "axes": list(meta["axes"]), "best": answer.best(),
        "differences": [_effect_data(effect) for effect in effects],
        "failures": _failures(answer.failures),
    }  # fmt: skip


def _failures(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = ("point", "policy", "replication", "phase", "error", "settings")
    return [{name: row[name] for name in names} for row in table.to_dict("records")]


def _effect_data(effect: Effect) -> dict[str, Any]:
    return {
        "policy": effect.policy,
        **_interval("", effect.mean),
        "better_in": effect.better.mean,
        **{f"better_{key}": value for key, value in _interval("", effect.better).items() if key != "mean"},
        "p10": effect.ends[0],
        "p90": effect.ends[1],
        "luck": None if np.isnan(effect.luck) else effect.luck,
        "along": [
            {
                "axis": one.axis, "unit": one.unit, "correlation": one.correlation, "matters": one.matters,
                "turns": one.turns,
                "slices": [{"label": s.label, "from": s.low, "to": s.high, "points": s.effect.n,
                            **_interval("", s.effect)} for s in one.slices],
            } for one in effect.axes
        ],
    }  # fmt: skip


def _interval(prefix: str, estimate: Estimate) -> dict[str, float | None]:
    return {
        f"{prefix}mean": estimate.mean,
        f"{prefix}ci_low": estimate.low,
        f"{prefix}ci_high": estimate.high,
    }


def matter_most(effect: Effect, most: int = 4) -> Sequence[Along]:
    """The axes beyond chance, at most so many."""
    return [one for one in effect.axes if one.matters][:most]
