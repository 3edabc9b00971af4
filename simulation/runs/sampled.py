"""Worlds for claims: the scenarios as they are, and worlds whose parameters are drawn from their ranges.

Claims about the same world share its runs: a *group* is one world, cut off at the last week anybody asks for, with
every policy that a claim compares in it. Where some claims ask for far fewer weeks than others, a group of their own costs
less than running their policies to the end. The worlds of a group are those of its scenario or, when `varied` names
parameters, each has other values of them: points of a scrambled Sobol sequence, one paired replication in each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.parameters import PARAMETERS
from simulation.runs.attempt import Task
from simulation.runs.cluster import Cluster, connected
from simulation.runs.experiments import Progress, collect
from simulation.runs.identity import NOT_IN_A_RUN, Identity, code_version, digest
from simulation.runs.pool import execute
from simulation.runs.record import Replicate
from simulation.runs.stores import Store, opened
from simulation.runs.tables import Tables, describe, outcome_rows
from simulation.runs.warm_up import lived

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.spec import Claim, Pair, Policy, Scenario

Need = tuple[int, "Pair", str]
"""The number of weeks for which two policies are to be run, these policies, and the outcome to compare."""

FIRST_SAMPLED = 200_000
"""Replications of sampled worlds begin here, so that their luck is that of no default world."""


@dataclass
class Group:
    """The runs that claims share: `varied` is empty for the scenario's own world. `labels` name the policies by what they
    set, since two claims may call different policies the same. `outcomes` are those that claims look at.
    """

    world: str
    scenario: Scenario
    varied: tuple[str, ...]
    weeks: int = 0
    policies: dict[str, Policy] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    outcomes: set[str] = field(default_factory=set)

    def add(self, name: str, policy: Policy, weeks: int) -> None:
        """Take in a policy that is to be run up to `weeks`."""
        self.weeks = max(self.weeks, weeks)
        setting = _setting(name, policy)
        if setting not in self.labels:
            label = name if name not in self.policies else f"{name}~{setting[:6]}"
            self.labels[setting] = label
            self.policies[label] = policy

    def holds(self, pair: Pair) -> bool:
        """Whether both policies of a pair are among these."""
        return all(
            _setting(name, pair.scenario.policies[name]) in self.labels
            for name in (pair.against, pair.policy)
        )

    def weeks_lived(self) -> int:
        """Weeks that one world costs, those before the policies part included."""
        shared = self.scenario.start_week
        return self.scenario.burn_in_weeks + shared + len(self.policies) * max(0, self.weeks - shared)

    @property
    def key(self) -> str:
        """The name of the group within a plan."""
        return f"{self.world}-{self.weeks}"

    def label(self, name: str, policy: Policy) -> str:
        """What a policy is called in the tables of this group."""
        return self.labels[_setting(name, policy)]

    def merged(self) -> Scenario:
        """The scenario to run: these policies only, cut off after the last week needed. The baseline runs the burn-in."""
        base = self.scenario.baseline
        policies = {base: self.scenario.policies[base], **self.policies}
        return self.scenario.model_copy(update={"weeks": self.weeks, "policies": policies})


@dataclass(frozen=True)
class Plan:
    """What is to be run for some claims."""

    groups: tuple[Group, ...]

    def group(self, pair: Pair, last: int, varied: tuple[str, ...] = ()) -> Group:
        """The group that holds the runs of two policies up to the week `last`."""
        key = _key(pair.scenario, varied)
        return next(g for g in self.groups if g.world == key and g.weeks > last and g.holds(pair))

    def runs(self, replications: int, worlds: int) -> int:
        """Runs (one policy in one world) in all."""
        return sum(len(g.policies) * (worlds if g.varied else replications) for g in self.groups)

    def work(self, replications: int, worlds: int) -> float:
        """Customer-weeks to be lived in all, those of the burn-in included."""
        return sum(
            g.weeks_lived() * g.scenario.world.customers * (worlds if g.varied else replications)
            for g in self.groups
        )


def plan_for(claims: Sequence[Claim]) -> Plan:
    """The groups that some claims need, default worlds first."""
    needs: dict[tuple[str, tuple[str, ...]], list[Need]] = {}
    for sampled in (False, True):
        for claim in claims:
            varied = claim.varied if sampled else ()
            if sampled and not varied:
                continue
            for c in claim.comparisons:
                for pair in filter(None, (c.pair, c.minus)):
                    needs.setdefault((_key(pair.scenario, varied), varied), []).append(
                        (c.last + 1, pair, c.outcome)
                    )
    return Plan(
        tuple(group for (world, varied), asked in needs.items() for group in _groups(world, varied, asked))
    )


def _groups(world: str, varied: tuple[str, ...], needs: list[Need]) -> list[Group]:
    """The groups of one world that cost least: pairs with like horizons together, the burn-in once for each group."""
    horizons = sorted({weeks for weeks, _, _ in needs})

    def together(low: int, high: int) -> Group:
        """A group for the needs with horizons number `low` to `high` - 1."""
        within = [need for need in needs if need[0] in horizons[low:high]]
        group = Group(world, within[0][1].scenario, varied)
        for weeks, pair, outcome in within:
            group.outcomes.add(outcome)
            for name in (pair.against, pair.policy):
                group.add(name, pair.scenario.policies[name], weeks)
        return group

    best: list[list[Group]] = [[]]  # for the first 0, 1, 2 ... horizons
    for high in range(1, len(horizons) + 1):
        ways = [[*best[low], together(low, high)] for low in range(high)]
        best.append(min(ways, key=lambda groups: sum(group.weeks_lived() for group in groups)))
    return best[-1]


def _setting(name: str, policy: Policy) -> str:
    return digest([name, {k: v for k, v in policy.model_dump(mode="json").items() if k != "description"}])


def _key(scenario: Scenario, varied: tuple[str, ...]) -> str:
    """Two scenarios with this in common can share worlds: all that a run depends on but its own policy."""
    data = {k: v for k, v in scenario.resolved().items() if k not in NOT_IN_A_RUN}
    base = _setting(scenario.baseline, scenario.policies[scenario.baseline])
    return digest([data, base, list(varied)])


def draws(varied: Sequence[str], worlds: int, seed: int) -> NDArray[np.float64]:
    """Points of the unit cube, (worlds, parameters): a scrambled Sobol sequence, of which more worlds are a continuation."""
    import numpy as np

    from simulation.runs.designs import sobol

    # The names take part, so that two lists of parameters are two samples.
    key = hashlib.sha256(f"{seed}\0{','.join(varied)}".encode()).digest()
    return sobol(worlds, len(varied), np.random.default_rng(int.from_bytes(key[:16], "little")))


def values(varied: Sequence[str], points: NDArray[np.float64]) -> list[tuple[tuple[str, float], ...]]:
    """The parameters at points of the unit cube, uniform over their ranges; whole numbers are rounded, so
    the two ends have half the weight of the others.
    """
    rows = []
    for point in points:
        row = []
        for name, x in zip(varied, point.tolist(), strict=True):
            p = PARAMETERS[name]
            value = p.low + x * (p.high - p.low)
            row.append((name, float(round(value)) if p.integer else value))
        rows.append(tuple(row))
    return rows


def default_root(plan: Plan) -> Path:
    """Where the runs of claims go when nobody says otherwise. Claims with the same seeds share it, and what is in it."""
    seeds = sorted({g.scenario.seed for g in plan.groups})
    return Path("runs") / f"hypotheses-{digest([code_version(), seeds])[:10]}"


def run_plan(
    plan: Plan,
    replications: int,
    worlds: int,
    *,
    out: Path | None = None,
    workers: int = 1,
    progress: Callable[[Progress], object] | None = None,
    command: str = "",
    replicate: Replicate | None = None,
    start_method: str = "spawn",
    cluster: Cluster | None = None,
) -> list[Tables]:
    """The tables of each group, in order: default worlds 0 to `replications` - 1, sampled ones numbered from
    `FIRST_SAMPLED`. They hold only the outcomes that claims look at, and no decisions: reading all takes long.

    With `out`, each group has a run directory of its own below it, which resumes and grows as in `run_experiments`.
    Raises as that does.
    """
    live, prepare = lived(replicate)
    scenarios = {group.key: group.merged() for group in plan.groups}
    tell = progress or (lambda state: None)
    with ExitStack() as stack:
        crew = stack.enter_context(connected(cluster, workers))
        stores: dict[str, Store] = {}
        tasks: list[Task] = []
        for group in plan.groups:
            scenario, count = scenarios[group.key], worlds if group.varied else replications
            facts = {"meta": describe(scenario), "outcomes": outcome_rows(), "varied": list(group.varied)}
            path = None if out is None else out / directory_name(group, scenario)
            stores[group.key] = stack.enter_context(opened(path, scenario, facts, command))
            tasks += _tasks(group, stores[group.key], count)
        total = sum(len(task.policies) for task in tasks)
        notes = tuple(note for store in stores.values() for note in store.notes)
        state = Progress(0, total, kept=plan.runs(replications, worlds) - total, notes=notes)
        tell(state)
        results = execute(
            tasks, scenarios, live, workers=workers, start_method=start_method, prepare=prepare, crew=crew
        )
        collect(results, lambda result: stores[result.task.scenario].keep(result), state, tell)
        return [
            stores[g.key].tables(
                list(g.policies), FIRST_SAMPLED + worlds if g.varied else replications, g.outcomes
            )
            for g in plan.groups
        ]


def directory_name(group: Group, scenario: Scenario) -> str:
    """The name of a group's run directory: what is run, and which parameters vary."""
    identity = Identity.of(scenario)
    kind = "sampled" if group.varied else "default"
    stem = identity.directory_name.rpartition("-")[0]
    return f"{stem}-{kind}-{digest([identity.directory, list(group.varied)])[:10]}"


def _tasks(group: Group, store: Store, count: int) -> list[Task]:
    """What is still to be run of a group."""
    policies = list(group.policies)
    if not group.varied:
        return [replace(task, scenario=group.key) for task in store.missing(policies, range(count))]
    rows: list[Any] = values(group.varied, draws(group.varied, count, group.scenario.seed))
    return [
        replace(task, scenario=group.key, parameters=rows[task.replication - FIRST_SAMPLED])
        for task in store.missing(policies, range(FIRST_SAMPLED, FIRST_SAMPLED + count))
    ]
