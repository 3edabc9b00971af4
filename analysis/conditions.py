"""Conditions on what varies: from a table of axes to numbers, and from limits on them to words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analysis.language import say, told_name
from analysis.panel import AnalysisError, Array

if TYPE_CHECKING:
    import pandas as pd

Bools = npt.NDArray[np.bool_]
BARE = ("", "share", "0-1", "-1..1", "ratio", "probability", "number")
"""Units that are not said after a figure."""
CHAINED = ("morris", "saltelli")
"""Designs whose points are made from each other: to hold some of them back proves nothing, since their twins remain."""
FEW = 6
"""An axis with so many values at most is told by the values, not by limits."""


@dataclass(frozen=True)
class Column:
    """An axis at every case: `values` (cases,), numbers, or places in `labels` where its values have no order."""

    name: str
    unit: str
    values: Array
    labels: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its values have an order and a distance."""
        return not self.labels


@dataclass(frozen=True)
class Limit:
    """What a condition asks of one column: from `low` to `high`, both included, or to be one of the labels `kept`."""

    low: float = -math.inf
    high: float = math.inf
    kept: tuple[int, ...] | None = None

    def holds(self, values: Array) -> Bools:
        """Where the condition is met, (cases,)."""
        if self.kept is not None:
            return np.isin(values, self.kept)
        inside: Bools = (values >= self.low) & (values <= self.high)
        return inside


Limits = Mapping[int, Limit]
"""Conditions by place of the column; all are to hold, and columns that are not named are free."""


def inside(columns: Sequence[Column], limits: Limits) -> Bools:
    """Where all conditions hold, (cases,)."""
    found = np.ones(len(columns[0].values), dtype=bool)
    for place, limit in limits.items():
        found &= limit.holds(columns[place].values)
    return found


def not_chained(design: str) -> None:
    """AnalysisError for a design whose points are no cases of their own."""
    if design in CHAINED:
        raise AnalysisError(
            f"the points of a {design} design are made from each other, so that they are no cases of their own (give a sobol"
            " or latin_hypercube sweep)"
        )


def columns_of(axes: pd.DataFrame, facts: Sequence[Mapping[str, Any]]) -> list[Column]:
    """The axes of a sweep that vary, as columns. `facts` are its `meta["axes"]`: name, unit, and values of a list."""
    found = []
    for one in facts:
        values = axes[one["name"]]
        if values.nunique() < 2:
            continue
        if values.dtype.kind in "fiu":
            found.append(Column(one["name"], one["unit"], values.to_numpy(float)))
        else:
            there = list(dict.fromkeys(values))
            listed = [v for v in one.get("values", there) if v in there] or there
            codes = np.array([listed.index(value) for value in values], float)
            found.append(Column(one["name"], one["unit"], codes, tuple(map(str, listed))))
    return found


def words(columns: Sequence[Column], limits: Limits) -> str:
    """The conditions as the end of a sentence: "overlap below 0.2 and teams 2 or 4"."""
    return " and ".join(_one(columns[place], limit) for place, limit in sorted(limits.items()))


def _one(column: Column, limit: Limit) -> str:
    name, values = name_in_words(column.name), column.values
    if limit.kept is not None:
        return f"{name} {listed([column.labels[code] for code in limit.kept])}"
    there = np.unique(values)
    if len(there) <= FEW:  # the limit lies between two of them
        return f"{name} {listed([figure(v) for v in there[limit.holds(there)]])}{_unit(column)}"
    low, high = limit.low > there[0], limit.high < there[-1]
    whole = bool((there == np.round(there)).all())
    held = there[limit.holds(there)]
    ends = (held[0], held[-1]) if whole and len(held) else (limit.low, limit.high)
    below, above = ("at most", "at least") if whole else ("below", "above")
    if low and high:
        return f"{name} from {figure(ends[0])} to {figure(ends[1])}{_unit(column)}"
    return f"{name} {f'{below} {figure(ends[1])}' if high else f'{above} {figure(ends[0])}'}{_unit(column)}"


def _unit(column: Column) -> str:
    return "" if column.unit in BARE else f" {column.unit}"


def name_in_words(name: str) -> str:
    """An axis as people say it: "world.customers" is customers, "policies.lockdown.territory.teams" teams of lockdown.

    In the language of the block, as far as the catalogue has the name.
    """
    parts = name.split(".")
    said = told_name(parts[-1])
    if parts[0] == "policies" and len(parts) > 2:
        return say("{setting} of {whose}", setting=said, whose=parts[1])
    if parts[0] == "segments" and len(parts) > 2:
        return say("{setting} of {whose}", setting=said, whose=".".join(parts[1:-1]))
    return said


def listed(names: Sequence[str], word: str = "or") -> str:
    """Names as a list in words: "a, b or c"."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "none of them"


def figure(value: float) -> str:
    """A number of an axis with three figures."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
