"""What a sweep says: which policy is ahead at how many points, and along which axes its lead moves.

A point's effect is the mean paired difference over its worlds. Points of a sampled design (Sobol, Latin hypercube) stand
for the region they were drawn from, so their mean has an interval; other designs have the points they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.calibrated import told as calibration
from analysis.paired import Estimate, level_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo
from analysis.sweep_axes import ENOUGH_WORLDS, NO_SAMPLE, Along, along, luck_in, mean_over

if TYPE_CHECKING:
    import pandas as pd

SAMPLED = ("sobol", "latin_hypercube")  # points of saltelli share coordinates: no independent sample
AXIS = "x."
MIN_POINTS = 12
"""Below this nothing is said of axes."""


@dataclass(frozen=True)
class Effect:
    """One policy against the baseline over a sweep, in the outcome's unit; `better` counts points by their sign, ties half.

    `at` numbers the points, in the order of `points`; `luck` is the share of the variance between points that luck makes and
    points do not share, nan with one world a point; `left_out` counts the (point, world) in which one of the two has no
    number; `conditional`: intervals hold in these worlds only.
    """

    policy: str
    at: tuple[int, ...]
    points: Array
    mean: Estimate
    better: Estimate
    ends: tuple[float, float]
    luck: float
    left_out: int
    conditional: bool
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
        return self._wide.dropna()

    @cached_property
    def _wide(self) -> pd.DataFrame:
        """The same with the rows in which a policy has no number."""
        wide = self.runs.pivot_table(
            index=["point", "replication"], columns="policy", values=self.outcome, dropna=False
        )
        return wide.reindex(columns=[p for p in self.meta["policies"] if p in wide.columns])

    @cached_property
    def axes(self) -> pd.DataFrame:
        """The values of every axis, by point; columns are the names of the axes."""
        columns = [AXIS + axis["name"] for axis in self.meta["axes"]]
        first = self.runs.drop_duplicates("point").set_index("point")[columns]
        return first.rename(columns=lambda name: name.removeprefix(AXIS)).sort_index()

    @property
    def rivals(self) -> list[str]:
        """Policies of which there are numbers, but for the baseline."""
        return [p for p in self._wide.columns if p != self.meta["baseline"] and self._wide[p].notna().any()]

    def lead(self, policy: str) -> pd.Series:
        """The policy's lead over the baseline by (point, replication), above 0 where it is better; of both."""
        both = self._wide[policy] - self._wide[self.meta["baseline"]]
        signed: pd.Series = (both * self.info.sign).dropna()
        return signed

    @property
    def incomplete(self) -> int:
        """Worlds left out of `grid`, since a policy has no number there: its run failed or was not wanted."""
        return len(self._wide.dropna(how="all")) - len(
            self.worlds
        )  # rows without any number are worlds of other points

    @property
    def sampled(self) -> bool:
        """Whether points stand for more than themselves."""
        return self.meta["design"] in SAMPLED

    def best(self) -> dict[str, float]:
        """The share of points at which each policy has the best mean, ties shared. Empty where nothing is better."""
        if self.grid.empty or not self.info.direction:
            return {}
        signed = self.grid * self.info.sign
        first = signed.eq(signed.max(axis=1), axis=0)
        shares = first.div(first.sum(axis=1), axis=0).mean()
        return {p: float(shares[p]) for p in self.grid.columns}

    @cached_property
    def effects(self) -> list[Effect]:
        """Every rival against the baseline."""
        return [self.effect(policy) for policy in self.rivals]

    def effect(self, policy: str) -> Effect:
        """A policy against the baseline. AnalysisError where no world has both."""
        base = self.meta["baseline"]
        if policy not in self._wide or base not in self._wide:
            raise AnalysisError(f"no world in which both '{policy}' and '{base}' finished")
        pairs = self._wide[policy] - self._wide[base]
        table = pairs.dropna().unstack("replication")
        if table.empty:
            raise AnalysisError(
                f"no world in which both '{policy}' and '{base}' have a number for '{self.outcome}'"
            )
        points = table.mean(axis=1).to_numpy(float)
        ahead = (np.sign(points * self.info.sign) + 1) / 2
        mean, better = mean_over(table), level_interval(ahead)
        if not self.sampled:
            mean, better = (Estimate(e.mean, None, None, e.n, NO_SAMPLE) for e in (mean, better))
        ends = np.quantile(points, [0.1, 0.9]).tolist()
        return Effect(
            policy, tuple(table.index), points, mean, better, (ends[0], ends[1]), luck_in(table), int(pairs.isna().sum()),
            table.shape[1] < ENOUGH_WORLDS, self._along(table),
        )  # fmt: skip

    def _along(self, table: pd.DataFrame) -> tuple[Along, ...]:
        """Every axis, the one that moves the effect most first. `table` has effects by point and world."""
        if len(table) < MIN_POINTS:
            return ()
        facts, values = self.meta["axes"], self.axes.loc[table.index]
        found = [along(table, values[one["name"]], one, 0.05 / len(facts), self.sampled) for one in facts]
        return tuple(sorted(found, key=lambda a: (-abs(a.correlation) if a.matters else 1.0, a.axis)))


def summary_of(answer: SweepAnswer) -> dict[str, Any]:
    """Plain data: what `sweep --json` prints and `summary.json` holds."""
    meta = answer.meta
    return {
        "sweep": meta["sweep"], "scenario": meta["scenario"], "design": meta["design"], "seed": meta["seed"],
        "points": len(answer.grid), "replications": int(answer.runs["replication"].nunique()),
        "runs": len(answer.runs), "outcome": answer.outcome, "baseline": meta["baseline"],
        "policies": [meta["baseline"], *answer.rivals], "sampled": answer.sampled,
        "direction": answer.info.direction, "axes": list(meta["axes"]), "best": answer.best(),
        "differences": [_effect_data(effect) for effect in answer.effects],
        "failures": _failures(answer.failures), "calibration": calibration(meta),
    }  # fmt: skip


def _failures(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = ("point", "policy", "replication", "phase", "error", "settings")
    return [{name: row[name] for name in names} for row in table.to_dict("records")]


def _effect_data(effect: Effect) -> dict[str, Any]:
    return {
        "policy": effect.policy,
        **effect.mean.data(),
        "better_in": effect.better.mean,
        "better_ci_low": effect.better.low,
        "better_ci_high": effect.better.high,
        "p10": effect.ends[0],
        "p90": effect.ends[1],
        "luck": None if np.isnan(effect.luck) else effect.luck,
        "left_out": effect.left_out,
        "these_worlds_only": effect.conditional,
        "along": [
            {
                "axis": one.axis, "unit": one.unit, "correlation": one.correlation, "matters": one.matters,
                "turns": one.turns,
                "slices": [{"label": s.label, "from": s.low, "to": s.high, "points": s.effect.n,
                            **s.effect.data()} for s in one.slices],
            } for one in effect.axes
        ],
    }  # fmt: skip
