"""Live the engine and the reference side by side, and say where they first differ. The only file that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

import numpy as np

from benchmarks.reference import columns
from benchmarks.reference.model import PHASES, ReferenceModel
from benchmarks.reference.names import CUSTOMER, PROSPECT

LIKE = {"b": "b", "i": "iu", "u": "iu", "f": "fiu", "U": "U"}
"""Kinds of numbers (numpy's letters) that the reference may have where the engine has such a one."""

LISTS = ("soon", "waiting")
STATE_TOO = ("deals", "n_deals")
"""The table of deals: compared, but in the order of work and without those that are over."""

WITHIN_A_WEEK = frozenset(
    columns.words("""
        due n_due n_soon n_waiting flows moved started exits resignations transition_cost hours stated_by_rep to_fill
        figures contracts meeting writing programme programme_cost written mission_cost roads_opened shared_credit pooled
        fake_touches
    """)
)
"""Buffers of the engine that no later week looks at (a test fills them with nonsense). What is in them shows in outcomes."""
NOTES_OF_THE_ENGINE = frozenset(
    columns.words("lists_stale knowledge_stale spurred on_mission clarity clear_for")
)
"""Whether something has to be worked out again or put back. The reference always does."""


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
                if (each_phase or last) and (found := first_difference(engine, reference, row, last)):
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


def first_difference(
    engine: Any, reference: ReferenceModel, row: int, week_is_over: bool
) -> tuple[Any, ...] | None:
    """What, where, the engine's value and the reference's; None where all is the same. `row` is the week, from 0.

    What a week leaves to the next is compared when it is over: before, either model may be ahead of the other.
    """
    pairs = _pairs(engine, reference, row)
    if week_is_over:
        pairs = chain(pairs, _left_to_the_next_week(engine, reference))
    for what, theirs, ours in pairs:
        if found := unlike(theirs, ours):
            return f"{found[0]}{what}", *found[1:]
    if engine.log != reference.leader.log:
        return "log", (), engine.log[-3:], reference.leader.log[-3:]
    return None


def unlike(theirs: Any, ours: Any) -> tuple[Any, ...] | None:
    """In what respect, where, the engine's value and the reference's; None where they are the same.

    Nothing is rounded to the other's type: whole numbers must be whole in both, truth values truth values, and float32 and
    float64 are compared as float64, which holds both. So 0.1 is not float32(0.1), and 0 is not -0.
    """
    one, other = np.asarray(theirs), np.asarray(ours)
    if one.size != other.size:
        return "length of ", (), one.shape, other.shape
    if one.size == 0:
        return None
    if other.dtype.kind not in LIKE[one.dtype.kind]:
        return "type of ", (), one.dtype, other.dtype
    other = other.reshape(one.shape)
    differ = one != other
    if one.dtype.kind == "f":
        a, b = one.astype(np.float64), other.astype(np.float64)
        nan = np.isnan(a) & np.isnan(b)
        differ = ((a != b) | (np.signbit(a) != np.signbit(b))) & ~nan
    if not differ.any():
        return None
    where = tuple(int(i) for i in np.argwhere(differ)[0])
    return "", where, one[where], other[where]


def _pairs(engine: Any, reference: ReferenceModel, row: int) -> Iterator[tuple[str, Any, Any]]:
    """(what, the engine's array, the reference's) for everything there is to compare after any phase."""
    state, now = engine.state, engine.now
    for name, column in columns.week_of_reps(reference).items():
        yield f"now.{name}", getattr(now, name), column
    tables = columns.tables(reference)
    for table, its_columns in tables.items():
        theirs = getattr(state, table)
        _complete(table, its_columns, theirs.names())
        for name, column in its_columns.items():
            yield f"{table}.{name}", getattr(theirs, name), column
    for name, column in columns.open_deals(reference).items():
        yield f"deals.{name}", getattr(state.deals, name)[_open(state)], column
    ledgers = columns.ledgers(reference, row)
    _complete("state", {*tables, *ledgers, *STATE_TOO} - {"depth"}, [f.name for f in fields(state)])
    for name, value in ledgers.items():
        theirs = getattr(now if name == "depth" else state, name)
        yield name, theirs[:, row] if name == "records" else theirs, value
    for name, history in reference.history.items():
        yield f"history.{name}", engine.history[name], history


def _left_to_the_next_week(engine: Any, reference: ReferenceModel) -> Iterator[tuple[str, Any, Any]]:
    state, now = engine.state, engine.now
    left = columns.left_to_the_next_week(reference)
    its_own = {*columns.WEEKLY, "depth"}
    _complete("now", {*left, *its_own, *WITHIN_A_WEEK, *NOTES_OF_THE_ENGINE}, vars(now))
    for name, value in left.items():
        theirs = _listed(state, now, name) if name in LISTS else getattr(now, name)
        yield f"now.{name}", [] if theirs is None else theirs, [] if value is None else value
    deals = {**columns.open_deals(reference), **columns.deals_of_a_week(reference)}
    _complete("deals", deals, state.deals.names())
    for name in columns.DEALS_OF_A_WEEK:
        yield f"deals.{name}", getattr(state.deals, name)[_open(state)], deals[name]


def _listed(state: Any, now: Any, name: str) -> Any:
    """Rows on a list of the engine. What it expects only after the lists are made anew will not be looked at."""
    rows = getattr(now, name)[: getattr(now, f"n_{name}")]
    return rows[state.customers.due_week[rows] < now.stock_until] if name == "soon" else rows


def _open(state: Any) -> Any:
    """Places of the open deals in their table, in the order of work."""
    stages = state.deals.stage[: state.n_deals]
    return np.flatnonzero((stages > PROSPECT) & (stages < CUSTOMER))


def _complete(table: str, compared: Iterable[str], there_are: Iterable[str]) -> None:
    if missed := set(compared) ^ set(there_are):
        raise ValueError(f"{table}: not compared: {', '.join(sorted(missed))}")
