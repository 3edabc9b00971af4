"""Live the engine and the reference side by side, and say where they first differ. The only file that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.reference import columns
from benchmarks.reference.model import PHASES, ReferenceModel
from benchmarks.reference.names import CUSTOMER, PROSPECT


@dataclass(frozen=True)
class Difference:
    """The first thing that is not the same to the last bit."""

    week: int
    phase: str
    what: str  # table and column
    where: tuple[int, ...]  # agent, or position
    engine: Any
    reference: Any

    def __str__(self) -> str:
        place = f" {list(self.where)}" if self.where else ""
        values = f"engine {self.engine!r}, reference {self.reference!r}"
        return f"week {self.week}, after phase `{self.phase}`: {self.what}{place}: {values}"


def same_history(
    scenario: Any,
    policy: str,
    seed: int | None = None,
    replication: int = 0,
    closed_gates: Iterable[str] = (),
) -> Difference | None:
    """Live through all weeks of one policy in both; the first difference, or None.

    Compared at the end of each week. If something differs, all is lived once more and compared after each phase, which is
    slower and says in which phase it began.
    """
    arguments = (scenario, policy, seed, replication, tuple(closed_gates))
    found = _lived(*arguments, each_phase=False)
    return found and (_lived(*arguments, each_phase=True) or found)


def gates() -> Iterable[str]:
    """The mechanisms that can be closed, by name."""
    from simulation.world.gates import GATES

    return GATES


def _lived(scenario: Any, *arguments: Any, each_phase: bool) -> Difference | None:
    from simulation.world import model as home
    from simulation.world.phases import PHASES as ENGINE_PHASES

    with np.errstate(all="ignore"):
        reference = ReferenceModel(scenario, *arguments)
        engine = _before_the_first_week(home, scenario, *arguments)
        for row in range(scenario.burn_in_weeks + scenario.weeks):
            for theirs, ours in zip(ENGINE_PHASES, PHASES, strict=True):
                theirs(engine)
                ours(reference)
                last = ours is PHASES[-1]
                if (each_phase or last) and (found := first_difference(engine, reference, row)):
                    return Difference(reference.week, ours.__name__, *found)
            engine.state.week += 1
            reference.week += 1
    return None


def _before_the_first_week(home: Any, *arguments: Any) -> Any:
    """An engine that has not lived its burn-in: its constructor lives through it, so for once there are no phases."""
    phases = home.PHASES
    home.PHASES = ()
    try:
        engine = home.SalesModel(*arguments)
    finally:
        home.PHASES = phases
    engine.state.week = -engine.setting.burn_in
    return engine


def first_difference(engine: Any, reference: ReferenceModel, row: int) -> tuple[Any, ...] | None:
    """What, where, the engine's value and the reference's; None where all is the same. `row` is the week, from 0."""
    for what, theirs, ours in _pairs(engine, reference, row):
        one = np.asarray(theirs)
        other = np.asarray(ours, one.dtype)
        if one.size != other.size:
            return f"length of {what}", (), one.shape, other.shape
        other = other.reshape(one.shape)  # an empty list has no second dimension
        if one.tobytes() == other.tobytes():
            continue
        differ = (one != other) & ~((one != one) & (other != other))
        if differ.any():
            where = tuple(int(i) for i in np.argwhere(differ)[0])
            return what, where, one[where], other[where]
    if engine.leader.log != reference.leader.log:
        return "leader.log", (), engine.leader.log[-3:], reference.leader.log[-3:]
    return None


def _pairs(engine: Any, reference: ReferenceModel, row: int) -> Iterator[tuple[str, Any, Any]]:
    """(what, the engine's array, the reference's) for everything there is to compare."""
    state, now = engine.state, engine.now
    for name, column in columns.week_of_reps(reference).items():
        yield f"now.{name}", getattr(now, name), column
    for table, its_columns in columns.tables(reference).items():
        theirs = getattr(state, table)
        if set(its_columns) != set(theirs.names()):
            raise ValueError(f"{table}: not compared: {set(its_columns) ^ set(theirs.names())}")
        for name, column in its_columns.items():
            yield f"{table}.{name}", getattr(theirs, name), column
    rows = np.arange(state.n_deals)
    rows = rows[(state.deals.stage[rows] > PROSPECT) & (state.deals.stage[rows] < CUSTOMER)]
    for name, column in columns.open_deals(reference).items():
        yield f"deals.{name}", getattr(state.deals, name)[rows], column
    for name, value in columns.ledgers(reference, row).items():
        theirs = getattr(now if name == "depth" else state, name)
        yield name, theirs[:, row] if name == "records" else theirs, value
    for name, history in reference.history.items():
        yield f"history.{name}", engine.history[name], history
