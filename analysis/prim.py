"""PRIM, the patient rule induction method: boxes in which something happens more often than elsewhere.

Peeling (Friedman & Fisher 1999, Statistics and Computing 9) takes from a box, again and again, the thin slice whose
removal raises the share of hits most for each case lost; pasting gives back what was taken too much. Numeric columns are
peeled at either end, of others one label at a time. Steps are those of EMA Workbench (Kwakkel 2017) with its default
objective, so that both walk the same trajectory; quasi-p-values are those of Bryant & Lempert (2010).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analysis.conditions import Bools, Column, Limit, Limits, inside
from analysis.panel import Array

ALPHA = 0.05
"""Share of the cases in a box that a step takes or gives back, about."""
MASS_MIN = 0.05
"""No box holds a smaller share of the cases."""


def peel(
    columns: Sequence[Column], hits: Bools, alpha: float = ALPHA, mass_min: float = MASS_MIN
) -> list[Limits]:
    """The trajectory: boxes, each within the one before it; the first holds everything. `hits` (cases,)."""
    trajectory: list[Limits] = [{}]
    here = np.ones(len(hits), dtype=bool)
    while True:
        box, before = trajectory[-1], float(hits[here].mean())
        best, chosen = (0.0, 0), None
        for place, limit in _peels(columns, box, here, alpha):
            left = here & limit.holds(columns[place].values)
            lost = int(here.sum() - left.sum())
            if lost == 0 or not left.any():
                continue
            gain = (float(hits[left].mean()) - before) / lost
            score = (gain, -len({*box, place}))  # among equals the box that restricts fewer columns
            if gain > 0 and score > best:
                best, chosen = score, (place, limit, left)
        if chosen is None or chosen[2].sum() < mass_min * len(hits):
            return trajectory
        place, limit, here = chosen
        trajectory.append({**box, place: limit})


def _peels(columns: Sequence[Column], box: Limits, here: Bools, alpha: float) -> Iterator[tuple[int, Limit]]:
    """Every limit that would take one slice off."""
    for place, column in enumerate(columns):
        limit, values = box.get(place, _free(column)), column.values[here]
        if limit.kept is not None:
            if len(limit.kept) > 1:
                yield from ((place, Limit(kept=_without(limit.kept, code))) for code in limit.kept)
            continue
        ordered = np.sort(values)
        yield place, Limit(limit.low, quantile(ordered, 1 - alpha))
        yield place, Limit(quantile(ordered, alpha), limit.high)


def paste(columns: Sequence[Column], worth: Array, box: Limits, alpha: float = ALPHA) -> Limits:
    """The box, enlarged step by step while the sum of `worth` (cases,) inside grows."""
    total = float(worth[inside(columns, box)].sum())
    while True:
        found = [
            (float(worth[inside(columns, larger)].sum()), larger) for larger in _pastes(columns, box, alpha)
        ]
        better = max(found, key=lambda one: one[0], default=(total, box))
        if not better[0] > total:
            return box
        total, box = better


def _pastes(columns: Sequence[Column], box: Limits, alpha: float) -> Iterator[Limits]:
    """Every box that gives back one slice."""
    for place, limit in box.items():
        column, others = columns[place], inside(columns, {k: v for k, v in box.items() if k != place})
        if limit.kept is not None:
            for code in set(range(len(column.labels))) - set(limit.kept):
                yield {**box, place: Limit(kept=tuple(sorted((*limit.kept, code))))}
            continue
        values = np.sort(column.values[others])
        step = max(1, math.ceil(alpha * np.count_nonzero(limit.holds(values))))
        below, above = values[values < limit.low], values[values > limit.high]
        if len(below):
            yield {**box, place: Limit(float(below[max(0, len(below) - step)]), limit.high)}
        if len(above):
            yield {**box, place: Limit(limit.low, float(above[min(len(above), step) - 1]))}


def quasi_p(columns: Sequence[Column], hits: Bools, box: Limits) -> dict[tuple[int, str], float]:
    """Of each restriction, by column and side ("low", "high" or "kept"): the chance of as many hits as the box has, or
    more, if the restriction did nothing, so that its cases were drawn from the box without it. One-sided binomial; too
    low for a restriction that was searched for, hence "quasi".
    """
    from scipy.stats import binom

    here = inside(columns, box)
    n, k = int(here.sum()), int(hits[here].sum())

    def chance(rest: Limits) -> float:
        return float(binom.sf(k - 1, n, hits[inside(columns, rest)].mean()))

    return {(place, side): chance(rest) for place, side, rest in relaxed(box)}


def relaxed(box: Limits) -> Iterator[tuple[int, str, Limits]]:
    """The box without each of its restrictions: column, side, what remains."""
    for place, limit in box.items():
        rest = {k: v for k, v in box.items() if k != place}
        low, high = limit.low > -math.inf, limit.high < math.inf
        if limit.kept is not None:
            yield place, "kept", rest
        if low:
            yield place, "low", {**rest, **({place: Limit(high=limit.high)} if high else {})}
        if high:
            yield place, "high", {**rest, **({place: Limit(low=limit.low)} if low else {})}


def quantile(ordered: Array, share: float) -> float:
    """A limit between two different values near a quantile, `ordered` from low to high: it always parts something, if
    there are two values at all.
    """
    place = (len(ordered) - 1) * share
    low, high = math.floor(place), math.ceil(place)
    if share > 0.5:
        while ordered[low] == ordered[high] and low > 0:
            low -= 1
    else:
        while ordered[low] == ordered[high] and high < len(ordered) - 1:
            high += 1
    return float(ordered[low] + ordered[high]) / 2


def _free(column: Column) -> Limit:
    return Limit() if column.numeric else Limit(kept=tuple(range(len(column.labels))))


def _without(kept: tuple[int, ...], code: int) -> tuple[int, ...]:
    return tuple(other for other in kept if other != code)


Rule = Callable[[Sequence[Column], Bools], Limits | None]
"""From columns and hits to a box, or to None where there is none."""
