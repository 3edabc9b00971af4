"""Where the runs of a sweep go: blocks of points, each written whole, so that a million runs are some thousand files.

A block is the points in a row of one replication that make `BLOCK` runs. Its runs are kept together once the last of
them is finished: which runs share a file does not depend on workers, nor on when a process was killed. What Ctrl-C or
a failure cuts short is kept as it is, and the rest of the block makes a file of its own.

Points with the same values, as coarse axes have many, are lived once: what the first of them gives is a row for each.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.attempt import Result, Task
from simulation.runs.columns import AXIS
from simulation.runs.designs import points_of
from simulation.runs.directory import RunDirectory, writing
from simulation.runs.drawn import draw_of
from simulation.runs.identity import Identity
from simulation.runs.record import Failure, RunRecord
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulation.spec.sweep_schema import Value

BLOCK = 512
"""Runs: a file of fewer costs as much again for each of them (`benchmarks/sweep_overhead.py`)."""
LARGE = 5e8
"""Customer-weeks: where a block would take more, it has fewer points, so that a killed sweep loses minutes and not hours."""
TWIN = "twin"
"""Tells apart the runs of points with the same values, in their hashes only."""


def design_of(sweep: Sweep) -> dict[str, Any]:
    """What makes the design of a sweep what it is: a larger one of the same kind has the same."""
    grows = sweep.design in ("sobol", "grid", "table", "morris", "saltelli")
    return {
        "design": sweep.design,
        "axes": [axis.facts() for axis in sweep.axes],
        "steps": [axis.steps for axis in sweep.axes],
        "weekly": list(sweep.weekly),
        **({} if grows else {"size": sweep.size}),
        **({"rows": [list(row) for row in sweep.rows]} if sweep.rows else {}),
    }


def block_size(sweep: Sweep) -> int:
    """Points in a block."""
    scenario = sweep.scenario
    weeks = scenario.burn_in_weeks + scenario.weeks * len(sweep.policies)
    return max(1, min(BLOCK // len(sweep.policies), int(LARGE / (scenario.world.customers * weeks))))


@dataclass
class SweepStore:
    """The runs of a sweep: in a run directory, or in memory where `directory` is None."""

    sweep: Sweep
    identity: Identity
    directory: RunDirectory | None = None
    notes: Sequence[str] = ()
    batches: dict[str, list[pa.Table]] = field(default_factory=lambda: {"runs": [], "periods": []})
    failures: dict[str, Failure] = field(default_factory=dict)
    _waiting: dict[tuple[int, int], list[Result]] = field(default_factory=dict)
    _due: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.points: list[tuple[Value, ...]] = points_of(self.sweep)
        self._size = block_size(self.sweep)
        self._same = self._find_same()
        self._twins = {point: n for every in self._same.values() for n, point in enumerate(every) if n}
        every = range(len(self.points))
        self._firsts: Sequence[int] = [p for p in every if p not in self._twins] if self._twins else every
        self._todo = self._find_todo()

    def left(self) -> int:
        """How many runs are still to be made."""
        if self._todo is None:
            return self.sweep.replications * len(self.points) * len(self.sweep.policies)
        return int(self._todo.sum())

    def to_live(self) -> int:
        """How many worlds under a policy that takes: one for all points with the same values."""
        if self._todo is None:
            return self.sweep.replications * len(self._firsts) * len(self.sweep.policies)
        twins = sum(
            int((todo := self._todo[:, every]).sum() - todo.any(axis=1).sum())
            for every in self._same.values()
        )
        return self.left() - twins

    def missing(self) -> Iterator[Task]:
        """What is still to be run, replication by replication: at any moment the points done are spread over the design.

        Tasks are made as they are asked for, a block at a time.
        """
        for replication in range(self.sweep.replications):
            for first in range(0, len(self._firsts), self._size):
                block = self._firsts[first : first + self._size]
                tasks = [task for point in block if (task := self._task(replication, point)).policies]
                if tasks:
                    self._due[self._block(tasks[0])] = len(tasks)
                    yield from tasks

    def _task(self, replication: int, point: int) -> Task:
        policies = self.sweep.policies
        if self._todo is not None:
            todo: Any = self._todo[replication, self._same.get(point, [point])].any(axis=0)
            policies = tuple(compress(policies, todo))
        settings = self.sweep.settings(self.points[point])
        return Task(replication, policies, parameters=(*self._drawn(replication), *settings), point=point)

    def _drawn(self, replication: int) -> Iterator[tuple[str, Value]]:
        """The draw of a world, where the scenario has draws, but for what an axis sets."""
        scenario, row = self.sweep.scenario, draw_of(self.sweep.scenario, replication)
        if scenario.draws is None or row is None:
            return
        set_here = {target.removeprefix("world/") for axis in self.sweep.axes for target in axis.targets}
        for name, value in zip(scenario.draws.names, scenario.draws.rows[row], strict=True):
            if name not in set_here:
                yield name, value

    def _find_todo(self) -> NDArray[np.bool_] | None:
        """(replications, points, policies): is the run still to be made? None where all are."""
        import numpy as np

        done = frozenset() if self.directory is None else self.directory.ledger.hashes()
        if not done:
            return None
        sweep, policies = self.sweep, self.sweep.policies
        found = np.empty((sweep.replications, len(self.points), len(policies)), np.bool_)
        for point in range(len(self.points)):
            named = self._named(point)
            for replication in range(sweep.replications):
                hashes = [self.identity.run(policy, replication, named) for policy in policies]
                found[replication, point] = [run not in done for run in hashes]
        return found

    def _find_same(self) -> dict[int, list[int]]:
        """All points with the values of a first one, itself among them, where there are others."""
        firsts: dict[tuple[Value, ...], int] = {}
        found: dict[int, list[int]] = {}
        for point, values in enumerate(self.points):
            if (first := firsts.setdefault(values, point)) != point:
                found.setdefault(first, [first]).append(point)
        return found

    def _points(self, task: Task, policy: str) -> list[int]:
        """The points for which a run of a task is wanted."""
        every = self._same.get(task.point)
        if every is None or self._todo is None:
            return every or [task.point]
        column = self.sweep.policies.index(policy)
        return [point for point in every if self._todo[task.replication, point, column]]

    def keep(self, result: Result) -> int:
        """Take a result in. Gives the number of runs that have been made durable by it: 0, or all of a block."""
        block = self._block(result.task)
        held = self._waiting.setdefault(block, [])
        held.append(result)
        if len(held) < self._due[block]:
            return 0
        del self._waiting[block], self._due[block]
        return self._write(sorted(held, key=lambda one: one.task.point))

    def flush(self) -> None:
        """Keep what waits for the rest of its block: nothing more will come."""
        for block in sorted(self._waiting):
            self._write(sorted(self._waiting[block], key=lambda one: one.task.point))
        self._waiting.clear()

    def _write(self, results: Sequence[Result]) -> int:
        records = [
            (point, record)
            for one in results
            for record in one.records
            for point in self._points(one.task, record.policy)
        ]
        failures = [
            replace(failed, point=point, settings=one.task.parameters)
            for one in results
            for failed in one.failures
            for point in self._points(one.task, failed.policy)
        ]
        entries = [
            (self._hash(point, r.policy, r.replication), r.policy, r.replication) for point, r in records
        ]
        wrong = [(self._hash(f.point, f.policy, f.replication), f) for f in failures]
        tables = self._tables(records) if records else {}
        if self.directory is not None:
            self.directory.enter(entries, tables, wrong)
        else:
            for kind, table in tables.items():
                self.batches[kind].append(table)
            self.failures.update(wrong)
        return len(records) + len(failures)

    def _tables(self, records: Sequence[tuple[int, RunRecord]]) -> dict[str, pa.Table]:
        """The table of runs and, where weeks are kept, that of periods."""
        import numpy as np
        import pyarrow as pa

        points = np.array([point for point, _ in records], np.int64)
        policies = [record.policy for _, record in records]
        worlds = np.array([record.replication for _, record in records], np.int64)
        columns: dict[str, Any] = {
            "point": points, "policy": pa.array(policies, pa.string()), "replication": worlds,
            "seed": pa.array([record.seed for _, record in records], pa.int64()),
        }  # fmt: skip
        for place, axis in enumerate(self.sweep.axes):
            columns[AXIS + axis.name] = column_of([self.points[point][place] for point, _ in records])
        for name in records[0][1].final:
            columns[name] = np.array([record.final[name] for _, record in records], np.float64)
        tables = {"runs": pa.table(columns)}
        if self.sweep.weekly:
            weeks = self.sweep.scenario.weeks
            tables["periods"] = pa.table({
                "point": np.repeat(points, weeks),
                "policy": pa.array(np.repeat(np.array(policies, object), weeks), pa.string()),
                "replication": np.repeat(worlds, weeks),
                "week": np.tile(np.arange(weeks, dtype=np.int64), len(records)),
                **{name: np.concatenate([r.periods[name] for _, r in records]) for name in self.sweep.weekly},
            })  # fmt: skip
        return tables

    def _hash(self, point: int, policy: str, replication: int) -> str:
        return self.identity.run(policy, replication, self._named(point))

    def _named(self, point: int) -> tuple[tuple[str, Value], ...]:
        """What tells a point's runs from others in their hashes."""
        settings, twin = self.sweep.settings(self.points[point]), self._twins.get(point)
        return settings if twin is None else (*settings, (TWIN, twin))

    def _block(self, task: Task) -> tuple[int, int]:
        return task.replication, bisect_left(self._firsts, task.point) // self._size


def column_of(values: Sequence[Value]) -> pa.Array:
    """Values of an axis: numbers, or text where they are of several kinds."""
    import pyarrow as pa

    kinds = {bool if isinstance(v, bool) else float if isinstance(v, int | float) else str for v in values}
    if kinds == {float}:
        return pa.array([float(value) for value in values], pa.float64())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([value if isinstance(value, str) else json.dumps(value) for value in values], pa.string())


@contextmanager
def opened(out: Path | None, sweep: Sweep, facts: Mapping[str, Any], command: str) -> Iterator[SweepStore]:
    """The store for `out`: memory for None, else that run directory, locked for the block."""
    identity = Identity.of(sweep.scenario, design_of(sweep))
    if out is None:
        yield SweepStore(sweep, identity)
        return
    from simulation.spec import dump_scenario

    with writing(out, identity, dump_scenario(sweep.scenario), command, facts) as directory:
        yield SweepStore(sweep, identity, directory, directory.notes)
