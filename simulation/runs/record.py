"""What one run hands back, and how a function that makes runs reports where it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

    from simulation.spec import Scenario


@dataclass(frozen=True)
class RunRecord:
    """One policy in one world: its weeks, its final outcomes and the leader's log.

    `periods` maps each weekly outcome to an array of length weeks (float64 or int64); `final` maps each
    outcome to one number in the unit of `simulation.outcomes` (nan where undefined); `decisions` lists
    `{"week": int, "action": str, "why": str}` in the order taken.
    """

    scenario: str
    policy: str
    replication: int
    seed: int
    periods: dict[str, np.ndarray[Any, Any]]
    final: dict[str, float]
    decisions: list[dict[str, Any]]

    def slim(self, weekly: Sequence[str] = ()) -> RunRecord:
        """The record with the weeks of these outcomes only, and without decisions."""
        return replace(self, periods={name: self.periods[name] for name in weekly}, decisions=[])


@dataclass(frozen=True)
class Failure:
    """A run that did not finish: where it stopped and why. `week` is None when it is not known.

    `point` and `settings`, (place, value) pairs, say in which world of a sweep that was.
    """

    policy: str
    replication: int
    phase: str
    week: int | None
    error: str
    traceback: str = ""
    point: int = 0
    settings: tuple[tuple[str, Any], ...] = ()


class RunError(Exception):
    """Raised out of a run (`raise RunError(...) from error`) to say in which phase and week it stopped."""

    def __init__(self, message: str, phase: str = "", week: int | None = None, policy: str = "") -> None:
        super().__init__(message)
        self.phase, self.week, self.policy = phase, week, policy

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.phase, self.week, self.policy)


class Replicate(Protocol):
    """A replication: one burn-in, then each policy in the same world. Picklable, and pure in its arguments.

    The record of a policy must not depend on which other policies are asked for with it.
    """

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]: ...


def check_records(
    records: Sequence[RunRecord], replication: int, policies: Sequence[str], weeks: int
) -> Mapping[str, RunRecord]:
    """The records by policy; ValueError when they are not what was asked for."""
    by_policy = {record.policy: record for record in records}
    if sorted(by_policy) != sorted(policies) or len(records) != len(policies):
        raise ValueError(f"asked for policies {list(policies)}, got records of {[r.policy for r in records]}")
    for record in records:
        if (
            record.final.keys() != records[0].final.keys()
            or record.periods.keys() != records[0].periods.keys()
        ):
            raise ValueError(
                f"the records of {record.policy!r} and {records[0].policy!r} differ in their outcomes"
            )
        if record.replication != replication:
            raise ValueError(f"asked for replication {replication}, got one of {record.replication}")
        for name, column in record.periods.items():
            if column.shape != (weeks,):
                raise ValueError(f"outcome {name!r} has shape {column.shape}, expected ({weeks},)")
    return by_policy
