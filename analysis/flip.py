"""Where the best policy turns: what is best at each case, conditions under which, and the two axes along which it moves.

A case is a point of a sweep, or a draw of a comparison, with the mean of its worlds. The best policy of a case has the
best mean; where it leads by less than the margin, nobody is best. With a `policy` the question is that policy against the
baseline alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.boxes import Box, find_box
from analysis.conditions import Column, columns_of, not_chained
from analysis.gauss import inputs_of, smooth
from analysis.hangs import Hangs, hangs_on
from analysis.panel import AnalysisError, Array
from analysis.shallow_tree import Tree, grow_tree
from analysis.sweeps import SweepAnswer
from analysis.units import name_in_text

NOBODY = "no policy by the margin"
MOST_AXES = 12
"""Of more axes than this only those are asked for the picture's two that alone go with a lead most."""


@dataclass(frozen=True)
class Zone:
    """Where one policy is best: at how many cases, and under which conditions; or, in words, why none are told."""

    policy: str
    cases: int
    share: float
    box: Box | None
    why: str


@dataclass(frozen=True)
class Flip:
    """The answer. `best` (cases,) are places in `names`; `gaps` (names, cases) are leads over the baseline, in its unit, and
    higher is better; of NOBODY, which comes last where there is a margin, they are nan.
    """

    answer: SweepAnswer
    names: tuple[str, ...]
    best: npt.NDArray[np.int64]
    gaps: Array
    columns: tuple[Column, ...]
    zones: tuple[Zone, ...]
    tree: Tree
    pair: tuple[int, ...]
    margin: float
    hangs: Hangs

    @property
    def cases(self) -> int:
        return len(self.best)


def flip(
    answer: SweepAnswer, policy: str | None = None, margin: float = 0.0, axes: Sequence[str] = ()
) -> Flip:
    """Where the best policy turns; `margin` in the outcome's unit (cents for money), `axes` those of the picture.

    AnalysisError where nothing varies, a policy or an axis is not there, or the outcome has no better side.
    """
    if answer.info.direction == 0:
        raise AnalysisError(f"'{answer.outcome}' has no better side (choose another with --outcome)")
    not_chained(answer.meta["design"])
    names = _names(answer, policy)
    if answer.grid.empty:
        raise AnalysisError("no world in which every policy finished")
    columns = tuple(columns_of(answer.axes.loc[answer.grid.index], answer.meta["axes"]))
    if not columns:
        raise AnalysisError("nothing varies in these runs (give a sweep, or a comparison with draws)")
    gaps = _gaps(answer, names)
    if not gaps.any():
        raise AnalysisError(no_difference(answer))
    best = _best(gaps, margin)
    if margin > 0:
        names, gaps = (*names, NOBODY), np.vstack([gaps, np.full((1, len(best)), np.nan)])
    pair = _chosen(columns, axes) or _matter_most(columns, gaps, best, len(names) - (margin > 0))
    zones = tuple(_zone(columns, best, place, name) for place, name in enumerate(names) if name != NOBODY)
    zones = tuple(sorted(zones, key=lambda zone: -zone.cases))
    return Flip(
        answer,
        names,
        best,
        gaps,
        columns,
        zones,
        grow_tree(columns, best),
        pair,
        margin,
        hangs_on(answer, policy),
    )


def no_difference(answer: SweepAnswer) -> str:
    """What to say where every policy has the same outcome in every case."""
    return (
        f"no difference can be seen: every policy has the same {name_in_text(answer.info.label)} in all "
        f"{len(answer.grid)} cases (choose another with --outcome)"
    )


def _names(answer: SweepAnswer, policy: str | None) -> tuple[str, ...]:
    """The policies compared, the baseline first."""
    base = answer.meta["baseline"]
    there = list(answer.grid.columns)
    rivals = [name for name in there if name != base] if policy is None else [policy]
    if base not in there or not rivals or policy == base:
        raise AnalysisError("at least one policy besides the baseline is needed")
    if rivals[0] not in there:
        raise AnalysisError(f"there is no policy '{policy}' in these runs; known: {', '.join(there)}")
    return (base, *rivals)


def _gaps(answer: SweepAnswer, names: Sequence[str]) -> Array:
    values = answer.grid[list(names)].to_numpy(float).T * answer.info.sign
    gaps: Array = values - values[0]
    return gaps


def _best(gaps: Array, margin: float) -> npt.NDArray[np.int64]:
    """The place of the best policy of each case; one beyond the last where it does not lead by more than the margin."""
    ordered = np.sort(gaps, axis=0)
    close = ordered[-1] - ordered[-2] <= margin
    return np.where(close & (margin > 0), len(gaps), gaps.argmax(axis=0)).astype(np.int64)


def _zone(columns: Sequence[Column], best: npt.NDArray[np.int64], place: int, name: str) -> Zone:
    hits = best == place
    found = find_box(columns, hits)
    box, why = (None, found) if isinstance(found, str) else (found, "")
    return Zone(name, int(hits.sum()), float(hits.mean()), box, why)


def _chosen(columns: Sequence[Column], axes: Sequence[str]) -> tuple[int, ...]:
    """The places of the axes asked for."""
    known = [column.name for column in columns]
    for name in axes:
        if name not in known:
            raise AnalysisError(f"'{name}' does not vary here; what does: {', '.join(known)}")
    return tuple(known.index(name) for name in axes)


def _matter_most(
    columns: Sequence[Column], gaps: Array, best: npt.NDArray[np.int64], policies: int
) -> tuple[int, ...]:
    """The two axes that matter most: knowing one tells most about leads, summed over policies in standard errors of chance.

    What an axis tells of a lead is the variance of a smooth curve along it; of a lead that matters more because its policy
    is often first or second, more.
    """
    if len(columns) <= 2:
        return tuple(range(len(columns)))
    ranked = np.argsort(-gaps[:policies], axis=0)[:2]
    weight = [float((ranked == place).any(axis=0).mean()) for place in range(policies)]
    told = np.zeros(len(columns))
    for place in range(1, policies):
        if weight[place] > 0 and np.ptp(gaps[place]) > 0:
            told += weight[place] * np.array([_explained(c, gaps[place]) for c in columns])
    first, second = np.argsort(-told, kind="stable")[:2]
    return (int(first), int(second))


def _explained(column: Column, values: Array) -> float:
    """Variance of the smooth curve of `values` along a column; 0 where there is none beyond chance."""
    inputs = inputs_of([column])
    curve = smooth(inputs, values)
    return float(curve.mean_and_error(inputs)[0].var()) if curve.explains else 0.0


def worlds_a_case(found: Flip) -> int:
    """How many worlds a case is the mean of, at most."""
    return int(found.answer.runs.groupby("point")["replication"].nunique().max())
