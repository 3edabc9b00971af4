"""Settings of levers tried in the same worlds: what each gives in each world, lived once and kept.

A *candidate* is a value for every lever; the candidate () is the policy as the scenario has it, None the baseline. World i
is the same for all of them: the same luck and, where parameters are uncertain, the same values of those. Worlds from
`FRESH` on have luck of their own, for judging what was chosen in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.runs.attempt import Result, Task
from simulation.runs.columns import CANDIDATE
from simulation.runs.designs import points_of
from simulation.runs.directory import RunDirectory, writing
from simulation.runs.drawn import WORLDS_A_DRAW
from simulation.runs.experiments import Progress, collect
from simulation.runs.identity import Identity, canonical
from simulation.runs.pool import execute
from simulation.runs.record import Failure, Replicate
from simulation.runs.sweep_run import Slim
from simulation.runs.tables import describe, outcome_rows
from simulation.runs.warm_up import lived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.runs.crew import Crew
    from simulation.spec.axes import Axis
    from simulation.spec.sweep_schema import Value
    from simulation.spec.sweeps import Sweep

    Array = NDArray[np.float64]

FRESH = 400_000
"""Replications of fresh worlds begin here: no search and no comparison has seen them."""
Candidate = tuple["Value", ...] | None
AS_IT_IS: Candidate = ()


@dataclass(frozen=True)
class Search:
    """What is looked for: values of `levers` of one policy. `uncertain` axes differ from world to world.

    `outcomes` are judged by `robust` over `worlds` worlds; `fresh` more judge the few best.
    """

    sweep: Sweep
    policy: str
    levers: tuple[Axis, ...]
    uncertain: tuple[Axis, ...]
    outcomes: tuple[str, ...]
    robust: str
    worlds: int
    fresh: int

    def design(self) -> dict[str, Any]:
        """What makes a search what it is; trials, searches and fresh worlds may grow."""
        return {
            "optimize": self.policy, "levers": [axis.facts() for axis in self.levers],
            "uncertain": [axis.facts() for axis in self.uncertain], "outcomes": list(self.outcomes),
            "robust": self.robust, "worlds": self.worlds,
        }  # fmt: skip

    def meta(self) -> dict[str, Any]:
        """Plain data for readers of results."""
        return {**describe(self.sweep.scenario), "sweep": self.sweep.name, **self.design()}

    def identity(self) -> Identity:
        return Identity.of(self.sweep.scenario, self.design())

    def place(self) -> Path:
        """Where results go when nobody says otherwise."""
        return Path("runs") / f"{self.sweep.name[:80]}-{self.identity().directory[:10]}"

    def replication(self, world: int) -> int:
        """The replication, and so the luck, of a world."""
        return world if world < self.worlds else FRESH + world - self.worlds

    def world_settings(self) -> list[tuple[tuple[str, Value], ...]]:
        """What each world differs by, the worlds of the search first, then the fresh ones."""
        number, draws = self.worlds + self.fresh, self.sweep.scenario.draws
        drawn: list[tuple[tuple[str, Value], ...]] = [()] * number
        if draws is not None:
            rows = [draws.rows[world // WORLDS_A_DRAW % len(draws.rows)] for world in range(number)]
            drawn = [tuple(zip(draws.names, row, strict=True)) for row in rows]
        if not self.uncertain:
            return drawn
        of_worlds = replace(self.sweep, axes=self.uncertain, design="sobol", size=number, points=number)
        varied = [of_worlds.settings(values) for values in points_of(of_worlds)]
        mine = {place for place, _ in varied[0]}
        return [
            (*(one for one in row if one[0] not in mine), *own)
            for row, own in zip(drawn, varied, strict=True)
        ]

    def settings(self, candidate: Candidate) -> tuple[tuple[str, Value], ...]:
        """What a candidate sets."""
        return replace(self.sweep, axes=self.levers).settings(candidate) if candidate else ()


@dataclass
class Trials:
    """What candidates have given: `known[candidate][world]` is an array, (outcomes,), nan where the run failed."""

    search: Search
    directory: RunDirectory | None
    replicate: Replicate | None = None
    workers: int = 1
    start_method: str = "spawn"
    tell: Callable[[Progress], object] = lambda state: None
    crew: Crew | None = None
    known: dict[Candidate, dict[int, Array]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    state: Progress = field(default_factory=lambda: Progress(0, 0))

    def __post_init__(self) -> None:
        self._identity, self._worlds = self.search.identity(), self.search.world_settings()
        if self.directory is not None:
            self._take_up(self.directory)

    def live(self, candidates: Sequence[Candidate], worlds: range) -> None:
        """Make known what these candidates give in these worlds; each is kept once all its worlds are done."""
        wanted = {
            candidate: [w for w in worlds if w not in self.known.get(candidate, {})]
            for candidate in candidates
        }
        tasks, of_task = [], {}
        for number, (candidate, missing) in enumerate(wanted.items()):
            for world in missing:
                settings = (*self._worlds[world], *self.search.settings(candidate))
                task = Task(self.search.replication(world), (self._policy(candidate),), "", settings, number)
                tasks.append(task)
                of_task[task] = (candidate, world)
        if not tasks:
            return
        due = {candidate: len(missing) for candidate, missing in wanted.items()}
        held: dict[Candidate, list[tuple[int, Result]]] = {candidate: [] for candidate in wanted}
        live, prepare = lived(self.replicate)
        results = execute(
            tasks, self.search.sweep.scenario, Slim(live, ()), workers=self.workers,
            start_method=self.start_method, prepare=prepare, crew=self.crew,
        )  # fmt: skip

        def keep(result: Result) -> None:
            candidate, world = of_task[result.task]
            held[candidate].append((world, result))
            if len(held[candidate]) == due[candidate]:
                self._keep(candidate, sorted(held[candidate], key=lambda one: one[0]))

        self.state = collect(results, keep, self.state, self.tell)

    def values(self, candidates: Sequence[Candidate], worlds: range) -> Array:
        """Outcomes, (candidates, worlds, outcomes)."""
        found = [[self.known[candidate][world] for world in worlds] for candidate in candidates]
        return np.array(found, float).reshape(len(candidates), len(worlds), len(self.search.outcomes))

    def _policy(self, candidate: Candidate) -> str:
        return self.search.sweep.scenario.baseline if candidate is None else self.search.policy

    def _keep(self, candidate: Candidate, results: Sequence[tuple[int, Result]]) -> None:
        import pyarrow as pa

        mine = self.known.setdefault(candidate, {})
        records = [(world, result.task, record) for world, result in results for record in result.records]
        for world, _ in results:
            mine[world] = np.full(len(self.search.outcomes), np.nan)
        for world, _, record in records:
            mine[world] = np.array([record.final[name] for name in self.search.outcomes], float)
        failed = [
            replace(one, point=world, settings=result.task.parameters)
            for world, result in results for one in result.failures
        ]  # fmt: skip
        self.failures += failed
        if self.directory is None:
            return
        tables: dict[str, pa.Table] = {}
        if records:
            text = canonical(candidate).decode()
            tables = {"runs": pa.table({
                CANDIDATE: pa.array([text] * len(records), pa.string()),
                "world": np.array([world for world, _, _ in records], np.int64),
                "policy": pa.array([record.policy for _, _, record in records], pa.string()),
                "replication": np.array([record.replication for _, _, record in records], np.int64),
                **{name: np.array([r.final[name] for _, _, r in records], float) for name in records[0][2].final},
            })}  # fmt: skip
        runs = [
            (self._identity.run(r.policy, r.replication, task.parameters), r.policy, r.replication)
            for _, task, r in records
        ]
        wrong = [(self._identity.run(f.policy, f.replication, f.settings), f) for f in failed]
        self.directory.enter(runs, tables, wrong)

    def _take_up(self, directory: RunDirectory) -> None:
        """What an earlier command has kept."""
        import json

        policies = (self.search.policy, self.search.sweep.scenario.baseline)
        for table in directory.read(policies)["runs"]:
            columns = [table[name].to_numpy() for name in self.search.outcomes]
            rows = np.array(columns, float).T
            for text, world, row in zip(
                table[CANDIDATE].to_pylist(), table["world"].to_pylist(), rows, strict=True
            ):
                candidate = json.loads(text)
                key = None if candidate is None else tuple(candidate)
                self.known.setdefault(key, {})[world] = row


@contextmanager
def opened(search: Search, out: Path | None, command: str) -> Iterator[RunDirectory | None]:
    """The run directory of a search, locked for the block; None for None."""
    if out is None:
        yield None
        return
    from simulation.spec import dump_scenario

    own = {"kind": "optimize", "meta": search.meta(), "outcomes": outcome_rows()}
    with writing(out, search.identity(), dump_scenario(search.sweep.scenario), command, own) as directory:
        yield directory
