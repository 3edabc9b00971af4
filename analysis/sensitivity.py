"""What moves an outcome, or the difference between two policies: a screening or indices for each target.

A target is an outcome of a policy, or of a policy less the baseline in the same world. Every number must be there:
one nan among thousands would turn a whole column of estimates into nan, or be dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.elementary_effects import screening
from analysis.panel import AnalysisError, Array, OutcomeInfo
from analysis.sobol_indices import indices
from analysis.spread import Bounded

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

DIFFERENCE, LEVEL = "difference", "outcome"
METHODS = {"morris": "morris", "saltelli": "sobol"}
"""Design -> what its analysis is called."""


@dataclass(frozen=True)
class Target:
    """What is explained. `against` is the baseline, or empty where the outcome of the policy itself is."""

    policy: str
    against: str
    outcome: str


@dataclass(frozen=True)
class Answer:
    """Estimates of one target by name, each with a row for each input.

    Morris: mu, mu_star, sigma, in the outcome's unit. Sobol: first, total, shares of the variance. `weight` is what
    inputs are ranked by: mu_star or total. `mean` and `spread` (standard deviation) are over all points. `floor` is the
    weight that an input without any effect would get from luck, nan with one world.
    """

    target: Target
    info: OutcomeInfo
    inputs: tuple[str, ...]
    estimates: Mapping[str, Bounded]
    mean: float
    spread: float
    luck: float
    floor: Array

    @property
    def weight(self) -> Bounded:
        return self.estimates["mu_star" if "mu_star" in self.estimates else "total"]

    @property
    def beyond_luck(self) -> list[bool]:
        """Whether the interval of each weight lies above what luck alone would give."""
        low = np.nan_to_num(self.weight.low, nan=-np.inf)
        return [bool(x) for x in low > np.nan_to_num(self.floor)]

    @property
    def ranked(self) -> list[int]:
        """Places of the inputs, the heaviest first."""
        return sorted(range(len(self.inputs)), key=lambda i: (-float(self.weight.value[i]), self.inputs[i]))


class Sensitivity:
    """A sweep of design morris or saltelli, read for one target or many.

    `steps` are the two arrays that `screening` asks for; None for saltelli.
    """

    def __init__(self, tables: Any, steps: tuple[NDArray[np.int64], Array] | None = None) -> None:
        self.meta: Mapping[str, Any] = tables.meta
        self.runs: pd.DataFrame = tables.runs
        self.steps = steps
        self.inputs = tuple(axis["name"] for axis in self.meta["axes"])
        self.outcomes = {row["name"]: OutcomeInfo(**row) for row in tables.outcomes.to_dict("records")}
        self.points, self.worlds = int(self.meta["points"]), int(self.meta["replications"])

    def info(self, outcome: str) -> OutcomeInfo:
        """AnalysisError for an unknown outcome."""
        if outcome not in self.outcomes or outcome not in self.runs.columns:
            raise AnalysisError(f"there is no outcome '{outcome}'; known: {', '.join(self.outcomes)}")
        return self.outcomes[outcome]

    def targets(self, outcomes: Sequence[str], of: str = DIFFERENCE) -> list[Target]:
        """Each outcome of each policy, or of each policy but the baseline against it."""
        base, policies = self.meta["baseline"], self.meta["policies"]
        if of == LEVEL:
            return [Target(policy, "", name) for name in outcomes for policy in policies]
        return [Target(policy, base, name) for name in outcomes for policy in policies if policy != base]

    def numbers(self, policy: str, outcome: str) -> Array:
        """The outcome by point and world, (points, worlds), nan where a run is missing or has no number."""
        mine = self.runs[self.runs["policy"] == policy]
        found = np.full((self.points, self.worlds), np.nan)
        found[mine["point"].to_numpy(np.int64), mine["replication"].to_numpy(np.int64)] = mine[outcome]
        return found

    def values(self, target: Target) -> Array:
        """What is explained, (points, worlds). AnalysisError, with a count, where runs have no number."""
        columns = [self.numbers(p, target.outcome) for p in (target.policy, target.against) if p]
        if missing := sum(int((~np.isfinite(column)).sum()) for column in columns):
            absent = sum(column.size for column in columns) - int(
                self.runs["policy"].isin([target.policy, target.against]).sum()
            )
            why = f", {absent} of them because they failed" if absent else ""
            raise AnalysisError(
                f"{target.outcome}: {missing:,} of {sum(c.size for c in columns):,} runs have no number{why}; "
                "these estimates need every one (another --outcome, or ranges in which it is always there)"
            )
        return columns[0] - columns[1] if len(columns) == 2 else columns[0]

    def answer(self, target: Target) -> Answer:
        """The estimates of a target. AnalysisError as `values`, and where there are too few points."""
        info, y = self.info(target.outcome), self.values(target)
        mean, spread = float(y.mean()), float(y.mean(axis=1).std())
        if self.steps is not None:
            found = screening(y, *self.steps)
            estimates = {"mu": found.mu, "mu_star": found.mu_star, "sigma": found.sigma}
            return Answer(target, info, self.inputs, estimates, mean, spread, found.luck, found.floor)
        shares = indices(y, len(self.inputs))
        estimates = {"first": shares.first, "total": shares.total}
        floor = np.full(len(self.inputs), shares.luck)
        return Answer(target, info, self.inputs, estimates, mean, shares.spread, shares.luck, floor)

    def answers(self, outcomes: Sequence[str], of: str = DIFFERENCE) -> tuple[list[Answer], list[str]]:
        """An answer for each target, and a note for each that is the same everywhere.

        AnalysisError as `values` for the first outcome without a number somewhere, and where all targets are constant.
        """
        for name in outcomes:
            self.info(name)
        targets = self.targets(outcomes, of)
        if not targets:
            raise AnalysisError(
                "there is no policy beside the baseline (--of outcome explains the baseline itself)"
            )
        for target in targets:
            self.values(target)
        found, notes = self._all(targets)
        if not found:
            raise AnalysisError("; ".join(notes))
        return found, notes

    def more(self, outcomes: Sequence[str], of: str) -> tuple[list[Answer], list[str]]:
        """Answers for further outcomes, and a note for each that has none."""
        return self._all(self.targets([name for name in outcomes if name in self.runs.columns], of))

    def _all(self, targets: Sequence[Target]) -> tuple[list[Answer], list[str]]:
        found, notes = [], []
        for target in targets:
            try:
                found.append(self.answer(target))
            except AnalysisError as error:
                notes.append(f"{target.policy}: {error}")
        return found, notes


def summary_of(reader: Sensitivity, answers: Sequence[Answer], notes: Sequence[str] = ()) -> dict[str, Any]:
    """Plain data: what `sensitivity --json` prints and `sensitivity.json` holds. Inputs are ranked, heaviest first."""
    meta = reader.meta
    return {
        "sweep": meta["sweep"], "scenario": meta["scenario"], "seed": meta["seed"],
        "method": METHODS[meta["design"]], "points": reader.points, "worlds": reader.worlds,
        "runs": len(reader.runs), "baseline": meta["baseline"], "axes": list(meta["axes"]),
        "targets": [_data(answer) for answer in answers], "left_out": list(notes),
    }  # fmt: skip


def _data(answer: Answer) -> dict[str, Any]:
    target = answer.target
    return {
        "policy": target.policy, "against": target.against or None, "outcome": target.outcome, "unit": answer.info.unit,
        "mean": answer.mean, "spread": answer.spread, "luck": None if np.isnan(answer.luck) else answer.luck,
        "inputs": [
            {"name": answer.inputs[i], "beyond_luck": answer.beyond_luck[i],
             "floor": None if np.isnan(answer.floor[i]) else float(answer.floor[i]), **{
                key: value for name, e in answer.estimates.items() for key, value in (
                    (name, float(e.value[i])), (f"{name}_ci_low", float(e.low[i])), (f"{name}_ci_high", float(e.high[i])))
            }} for i in answer.ranked
        ],
    }  # fmt: skip
