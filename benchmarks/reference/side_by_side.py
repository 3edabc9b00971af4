"""Live the engine and the reference side by side, and say where they first differ. The only file that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.reference import columns
from benchmarks.reference.model import PHASES, ReferenceModel


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
    each_phase: bool = False,
) -> Difference | None:
    """Live through all weeks of one policy in both; the first difference, or None.

    Compared at the end of each week, or after each phase, which is slower and names the phase.
    """
    from simulation.world import model as home
    from simulation.world.phases import PHASES as ENGINE_PHASES

    with np.errstate(all="ignore"):
        reference = ReferenceModel(scenario, policy, seed, replication, closed_gates)
        engine = _before_the_first_week(home, scenario, policy, seed, replication, closed_gates)
        for _ in range(scenario.burn_in_weeks + scenario.weeks):
            week = reference.week
            for theirs, ours in zip(ENGINE_PHASES, PHASES, strict=True):
                theirs(engine)
                ours(reference)
                if each_phase and (found := first_difference(engine, reference)):
                    return Difference(week, ours.__name__, *found)
            engine.state.week += 1
            reference.week += 1
            if found := first_difference(engine, reference):
                return Difference(week, "record", *found)
    return None


def _before_the_first_week(home: Any, scenario: Any, policy: str, *rest: Any) -> Any:
    """An engine that has not lived its burn-in: its constructor lives through it, so for once there are no phases."""
    phases = home.PHASES
    home.PHASES = ()
    try:
        engine = home.SalesModel(scenario, policy, *rest)
    finally:
        home.PHASES = phases
    engine.state.week = -engine.setting.burn_in
    return engine


def first_difference(engine: Any, reference: ReferenceModel) -> tuple[Any, ...] | None:
    """What, where, the engine's value and the reference's; None where all is the same."""
    for what, theirs, ours in _pairs(engine, reference):
        one = np.asarray(theirs)
        other = np.asarray(ours, one.dtype).reshape(one.shape if np.size(ours) == one.size else np.shape(ours))
        if one.shape != other.shape:
            return what, (), one.shape, other.shape
        if one.tobytes() == other.tobytes():
            continue
        differ = (one != other) & ~((one != one) & (other != other))
        if differ.any():
            where = tuple(int(i) for i in np.argwhere(differ)[0])
            return what, where, one[where], other[where]
    if engine.leader.log != reference.leader.log:
        return "leader.log", (), engine.leader.log[-3:], reference.leader.log[-3:]
    return None


def _pairs(engine: Any, reference: ReferenceModel) -> Iterator[tuple[str, Any, Any]]:
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
    for name, value in columns.ledgers(reference).items():
        theirs = getattr(now if name == "depth" else state, name)
        if name == "records":
            theirs = theirs.transpose(0, 2, 1)
        yield name, theirs, value
    for name, history in reference.history.items():
        yield f"history.{name}", engine.history[name], history
