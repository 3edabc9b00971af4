"""The runs that split a gap: two policies in the same worlds, under every set of mechanisms that work from the start on.

Such a run has a name of its own, `POLICY~SET`, where SET is a number whose bit i says that mechanism i of `GATES` works.
It is kept like any other run of an experiment, so that an interrupted explanation goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.runs.cluster import Cluster
from simulation.runs.experiments import Progress, run_experiments
from simulation.runs.record import Replicate, RunRecord
from simulation.runs.tables import Tables
from simulation.world.gates import GATE_WORDS, GATES, WATCHED_GATES

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

Array = np.ndarray[Any, np.dtype[np.float64]]

SETS = 1 << len(GATES)
KEPT_WEEKLY = ("new_arr", "recurring_revenue", "gross_margin", "morale_mean", "knowledge_applied", "exits")
MARK = "~"


def label(policy: str, working: int) -> str:
    """The name of a policy's runs under a set of working mechanisms."""
    return f"{policy}{MARK}{working:02d}"


def read_label(name: str) -> tuple[str, int]:
    """Policy and set of a name made by `label`."""
    policy, _, working = name.rpartition(MARK)
    return policy, int(working)


@dataclass(frozen=True)
class Gated:
    """A replication for such names: one burn-in, then each policy with its mechanisms closed from the start week on.

    A set is not lived where a larger one was and nothing went through the gate that is open there: the history is the same.
    `weekly` names the outcomes of which weeks are kept.
    """

    weekly: tuple[str, ...]

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]:
        from simulation.runs.replicate import at_the_start

        names = list(scenario.policies if policies is None else policies)
        lives: dict[tuple[str, int], Life] = {}
        with at_the_start(scenario, replication, seed) as base:
            for name in sorted(names, key=lambda name: -read_label(name)[1].bit_count()):
                policy, working = read_label(name)
                lives[policy, working] = _same(lives, policy, working) or _life(base, name, working)
        return [lives[read_label(name)].record(name).slim(self.weekly) for name in names]


@dataclass(frozen=True)
class Life:
    """A run, and through which gates something went; `truth` and `heard` are the leader's pipelines of each week, cents."""

    told: RunRecord
    start: int
    passed: frozenset[str]
    truth: Array
    heard: Array
    usual: float  # stated over true pipeline at the start
    plain: bool = False  # reports are to be those of a closed gate

    def record(self, name: str) -> RunRecord:
        """What the run hands back under this name."""
        told = replace(self.told, policy=name)
        return _undistorted(told, self) if self.plain else told


def _life(base: SalesModel, name: str, working: int) -> Life:
    from simulation.runs.replicate import live, record_of, released

    closed = [gate for place, gate in enumerate(GATES) if not working >> place & 1]
    truth, heard = [], []
    with released(base.fork(name, closed)) as model:
        for week in range(model.week, model.setting.weeks):
            live(model, week + 1, name)
            truth.append(model.now.truth)
            heard.append(model.now.stated)
        return Life(
            record_of(model), model.setting.start_week, frozenset(model.passed), np.array(truth), np.array(heard),
            model.now.frozen_ratio,
        )  # fmt: skip


def _same(lives: Mapping[tuple[str, int], Life], policy: str, working: int) -> Life | None:
    """The run of a set with one mechanism more, if nothing went through that gate."""
    for gate in WATCHED_GATES:
        bit = 1 << GATES.index(gate)
        more = lives.get((policy, working | bit)) if not working & bit else None
        if more is not None and gate not in more.passed:
            return replace(more, plain=True) if gate == "reports" else more
    return None


def _undistorted(told: RunRecord, life: Life) -> RunRecord:
    """The record with what the leader hears through a closed gate of reports, as in phases `report` and `record`."""
    from simulation.runs.replicate import final_outcomes

    periods = dict(told.periods)
    heard = np.where(life.heard > 0, life.truth * life.usual, life.heard)
    known = life.truth > 0
    gap = np.full(len(heard), np.nan)
    gap[known] = heard[known] / life.truth[known] - 1
    for outcome, values in (("stated_pipeline_value", np.rint(heard)), ("truth_gap", gap)):
        column = periods[outcome].copy()
        column[life.start :] = values.astype(column.dtype)
        periods[outcome] = column
    return replace(told, periods=periods, final={**told.final, **final_outcomes(periods, life.start)})


def split_scenario(scenario: Scenario, policy: str, baseline: str) -> tuple[Scenario, list[str]]:
    """The scenario with a policy of its own for each run, besides that of the burn-in, and the names of those runs."""
    runs = {
        label(name, working): scenario.policies[name]
        for name in (baseline, policy)
        for working in range(SETS)
    }
    own = {scenario.baseline: scenario.policies[scenario.baseline]}
    return scenario.model_copy(update={"policies": {**own, **runs}}), list(runs)


def run_split(
    scenario: Scenario,
    policy: str,
    baseline: str,
    replications: int,
    *,
    workers: int = 1,
    out: Path | None = None,
    progress: Callable[[Progress], object] | None = None,
    command: str = "",
    replicate: Replicate | None = None,
    cluster: Cluster | None = None,
) -> Tables:
    """The runs of both policies under all sets, in worlds 0 to `replications` - 1. Raises as `run_experiments`."""
    merged, names = split_scenario(scenario, policy, baseline)
    tables = run_experiments(
        merged, replications, names, workers=workers, out=out, progress=progress, command=command,
        replicate=replicate or Gated(KEPT_WEEKLY), cluster=cluster,
    )  # fmt: skip
    tables.meta |= {
        "policy": policy,
        "baseline": baseline,
        "mechanisms": list(GATES),
        "mechanism_words": GATE_WORDS,
    }
    return tables
