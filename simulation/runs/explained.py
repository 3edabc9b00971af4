"""The runs that split a gap: two policies in the same worlds, under every set of mechanisms that work from the start on.

Such a run has a name of its own, `POLICY~SET`, where SET is a number whose bit i says that mechanism i of `GATES` works.
It is kept like any other run of an experiment, so that an interrupted explanation goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.runs.cluster import Cluster
from simulation.runs.experiments import Progress, run_experiments
from simulation.runs.record import Replicate, RunRecord
from simulation.runs.tables import Tables
from simulation.world.gates import GATE_WORDS, GATES

if TYPE_CHECKING:
    from simulation.spec import Scenario

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
        from simulation.runs.replicate import at_the_start, live, record_of, released

        with at_the_start(scenario, replication, seed) as base:
            records = []
            for name in scenario.policies if policies is None else policies:
                _, working = read_label(name)
                closed = [gate for place, gate in enumerate(GATES) if not working >> place & 1]
                with released(base.fork(name, closed)) as model:
                    live(model, scenario.weeks, name)
                    records.append(record_of(model).slim(self.weekly))
        return records


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
