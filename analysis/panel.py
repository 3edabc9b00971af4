"""The tables as aligned arrays: one cell per policy, replication (and week), NaN where there is no number.

Rows are placed by their keys, so their order in the tables never matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analysis.language import told

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
QUARTER_WEEKS = 13


class AnalysisError(ValueError):
    """The tables cannot be compared; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class OutcomeInfo:
    """One row of the table of outcomes, and the currency that money is shown in ("" if unknown)."""

    name: str
    unit: str
    direction: int
    weekly: bool
    reduce: str
    label: str
    description: str = ""
    currency: str = ""

    @property
    def said(self) -> str:
        """The label in the language of the block."""
        return told(self.label)

    @property
    def meaning(self) -> str:
        """The description in the language of the block."""
        return told(self.description)

    @property
    def money(self) -> bool:
        return self.unit == "cents"

    @property
    def flow(self) -> bool:
        """Flows add up over weeks (money won, exits); everything else is a level."""
        return self.reduce.startswith("sum")

    @property
    def sign(self) -> int:
        """+1 or -1: multiply by it and higher is better. Outcomes with no better side keep their sign."""
        return self.direction or 1


@dataclass(frozen=True)
class Panel:
    """Aligned results: `final[o]` (policies, replications), `weekly[o]` (policies, replications, weeks).

    Money is in cents, as float64 (exact below 9e15 cents). `present` marks the runs that finished.
    """

    policies: tuple[str, ...]
    baseline: str
    replications: tuple[int, ...]
    weeks: int
    start_week: int
    outcomes: Mapping[str, OutcomeInfo]
    present: npt.NDArray[np.bool_]
    final: Mapping[str, Array]
    weekly: Mapping[str, Array]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rivals(self) -> tuple[str, ...]:
        """Every policy but the baseline, in the order of the scenario."""
        return tuple(p for p in self.policies if p != self.baseline)

    def index(self, policy: str) -> int:
        return self.policies.index(policy)

    def run(self, outcome: str, policy: str) -> Array:
        """Final values of one policy, shape (replications,)."""
        return np.asarray(self.final[outcome][self.index(policy)])

    def path(self, outcome: str, policy: str) -> Array:
        """Weekly values of one policy, shape (replications, weeks)."""
        return np.asarray(self.weekly[outcome][self.index(policy)])

    def gap(self, outcome: str, policy: str) -> Array:
        """Weekly paired differences from the start week on, shape (replications, weeks - start_week).

        Cumulative for flows, plain for levels; NaN in every week of a pair that is not complete.
        """
        difference = self.path(outcome, policy) - self.path(outcome, self.baseline)
        difference = difference[:, self.start_week :]
        return np.asarray(np.cumsum(difference, axis=1) if self.outcomes[outcome].flow else difference)

    def pairs_present(self, policy: str) -> npt.NDArray[np.bool_]:
        """Replications in which both the policy and the baseline finished, shape (replications,)."""
        both: npt.NDArray[np.bool_] = (
            self.present[self.index(policy)] & self.present[self.index(self.baseline)]
        )
        return both


def identical(panel: Panel) -> list[list[str]]:
    """Groups of policies whose runs have the same numbers in every world, week and outcome, in order."""
    groups: list[list[str]] = []
    for policy in panel.policies:
        if not panel.present[panel.index(policy)].any():
            continue
        for group in groups:
            if _same(panel, group[0], policy):
                group.append(policy)
                break
        else:
            groups.append([policy])
    return [group for group in groups if len(group) > 1]


def _same(panel: Panel, one: str, other: str) -> bool:
    a, b = panel.index(one), panel.index(other)
    tables = (*panel.final.values(), *panel.weekly.values())
    return np.array_equal(panel.present[a], panel.present[b]) and all(
        np.array_equal(table[a], table[b], equal_nan=True) for table in tables
    )


def reduce_weeks(values: Array, how: str, start_week: int) -> Array:
    """Weeks (last axis) to one number per run: "sum", "sum_from_start", "last" or "mean_from_start".

    A week without a number makes the result NaN: an undefined week is never averaged away.
    """
    if how == "sum":
        return np.asarray(values.sum(axis=-1))
    if how == "sum_from_start":
        return np.asarray(values[..., start_week:].sum(axis=-1))
    if how == "last":
        return np.asarray(values[..., -1])
    if how == "mean_from_start":
        return np.asarray(values[..., start_week:].mean(axis=-1))
    raise AnalysisError(
        f"unknown way to reduce weeks: '{how}' (known: sum, sum_from_start, last, mean_from_start)"
    )


def read_panel(tables: Any, baseline: str | None = None) -> Panel:
    """Align tables.

    Raises AnalysisError for missing columns, doubled runs, weeks out of range or no runs at all.
    """
    meta: dict[str, Any] = dict(tables.meta)
    runs, periods = tables.runs, tables.periods
    _need(runs, ("policy", "replication"), "runs")
    _need(periods, ("policy", "replication", "week"), "periods")
    base = baseline or meta.get("baseline")
    policies = _policies(meta, runs, tables.failures)
    if not len(runs):
        raise AnalysisError("no run finished, so there is nothing to compare")
    if base not in policies:
        raise AnalysisError(f"the baseline '{base}' is not among the policies: {', '.join(policies)}")
    replications = sorted(
        {int(r) for frame in (runs, tables.failures) if len(frame) for r in frame["replication"]}
    )
    weeks = int(meta.get("weeks") or int(periods["week"].max()) + 1)
    start = int(meta.get("start_week", 0))
    if not 0 <= start < weeks:
        raise AnalysisError(f"the start week {start} lies outside the {weeks} weeks of the runs")

    shape = (len(policies), len(replications))
    run_cells = _cells(runs, policies, replications)
    _refuse_doubles(run_cells, "runs", "run")
    present = np.zeros(shape, dtype=bool)
    present.flat[run_cells] = True
    known = _outcomes(tables.outcomes, str(meta.get("currency") or ""))

    week = periods["week"].to_numpy(dtype=np.int64)
    if len(week) and (week.min() < 0 or week.max() >= weeks):
        raise AnalysisError(f"the periods table has weeks outside 0-{weeks - 1}")
    week_cells = _cells(periods, policies, replications) * weeks + week
    _refuse_doubles(week_cells, "periods", "row for one week")
    weekly: dict[str, Array] = {}
    final: dict[str, Array] = {}
    for name, info in known.items():
        if info.weekly and name in periods.columns:
            weekly[name] = _place(periods[name], week_cells, (*shape, weeks))
            weekly[name][~present] = np.nan  # a run that failed half-way leaves weeks behind
        if name in runs.columns:
            final[name] = _place(runs[name], run_cells, shape)
        elif name in weekly and info.reduce:
            final[name] = reduce_weeks(weekly[name], info.reduce, start)
    outcomes = {name: info for name, info in known.items() if name in weekly or name in final}
    if not outcomes:
        raise AnalysisError("no outcome of the outcomes table has a column in the runs or periods table")
    return Panel(
        policies, str(base), tuple(replications), weeks, start, outcomes, present, final, weekly, meta
    )


def _need(frame: pd.DataFrame, columns: Sequence[str], table: str) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise AnalysisError(f"the {table} table lacks the column {', '.join(missing)}")


def _policies(meta: Mapping[str, Any], runs: pd.DataFrame, failures: pd.DataFrame) -> tuple[str, ...]:
    """The order of the scenario; others follow by name. Policies that were not run at all are left out."""
    listed = [str(p) for p in meta.get("policies") or ()]
    seen = {str(p) for frame in (runs, failures) if len(frame) for p in frame["policy"].unique()}
    return tuple(dict.fromkeys([*(p for p in listed if p in seen), *sorted(seen)]))


def _outcomes(frame: pd.DataFrame, currency: str) -> dict[str, OutcomeInfo]:
    _need(frame, ("name", "unit", "direction", "weekly", "reduce", "label"), "outcomes")
    found: dict[str, OutcomeInfo] = {}
    for row in frame.to_dict("records"):
        name = str(row["name"])
        found[name] = OutcomeInfo(
            name=name,
            unit=_text(row["unit"]),
            direction=int(row["direction"]),
            weekly=bool(row["weekly"]),
            reduce=_text(row["reduce"]),
            label=_text(row["label"]) or name,
            description=_text(row.get("description")),
            currency=currency,
        )
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _cells(
    frame: pd.DataFrame, policies: Sequence[str], replications: Sequence[int]
) -> npt.NDArray[np.int64]:
    import pandas as pd

    policy = pd.Index(list(policies)).get_indexer(pd.Index(frame["policy"].astype(str)))
    replication = pd.Index(list(replications)).get_indexer(pd.Index(frame["replication"].astype("int64")))
    if len(frame) and replication.min() < 0:
        raise AnalysisError(
            "the periods table has replications that are neither in the runs nor in the failures"
        )
    return np.asarray(policy, dtype=np.int64) * len(replications) + np.asarray(replication, dtype=np.int64)


def _refuse_doubles(cells: npt.NDArray[np.int64], table: str, what: str) -> None:
    if len(np.unique(cells)) < len(cells):
        raise AnalysisError(
            f"the {table} table holds more than one {what} of the same policy and replication"
        )


def _place(column: pd.Series[Any], cells: npt.NDArray[np.int64], shape: tuple[int, ...]) -> Array:
    placed = np.full(shape, np.nan)
    placed.flat[cells] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return placed
