"""Do reps win more often where they have had more deals of the same segment?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.group_values import two_way
from analysis.crm.estimates.histories import WON, Histories, codes
from analysis.crm.finding import DRAWS, Estimate, Floats, Ints, cannot_tell, generator, judged

if TYPE_CHECKING:
    from analysis.crm.table import Crm

NAME, UNIT = "learning_in_segment", "share per log unit"
LEAST, LEAST_REPS = 300, 5
MATTERS = 0.03
"""The end of what is published: 3 points of the win rate per unit of ln(1 + deals in the segment)."""
FOLLOWED = 0.9


def learning(crm: Crm, history: Histories) -> Estimate:
    """Rise of the share won per unit of ln(1 + deals that the rep has ended in the segment before).

    Linear probability within reps and segments, with a trend in time; deals are followed for as long as nine tenths of the
    wins take, and only those begun so long before the end of the data count, so nothing is censored. Errors by reps.
    """
    rep, names = codes(crm.deals["rep"])
    segment, segments = codes(crm.deals["segment"])
    known = (rep >= 0) & (segment >= 0)
    if len(names) < LEAST_REPS or len(segments) < 2 or known.mean() < 0.5:
        words = "rep and segment of most deals, those that were not won included, are needed (five reps, two segments)"
        return cannot_tell(NAME, UNIT, words, int(known.sum()))
    wins = history.age[(history.cause == WON) & known]
    window = int(np.ceil(np.quantile(wins, FOLLOWED))) + 1 if len(wins) else 0
    use = known & (history.begun + 7 * window <= history.last)
    if use.sum() < LEAST or not len(wins):
        return cannot_tell(
            NAME, UNIT, f"only {int(use.sum())} deals were followed long enough", int(use.sum())
        )
    if (many := len(np.unique(rep[use]))) < LEAST_REPS:
        words = f"only {many} reps have deals that were followed long enough"
        return cannot_tell(NAME, UNIT, words, int(use.sum()))
    before = experience(
        rep * len(segments) + segment, history.begun, np.where(history.cause > 0, history.ended, np.inf)
    )
    won = ((history.cause == WON) & (history.age < window))[use].astype(float)
    columns = np.column_stack((np.log1p(before[use]), history.begun[use]))
    groups = rep[use]
    y, x = (
        _within(won, groups, segment[use]),
        np.column_stack([_within(c, groups, segment[use]) for c in columns.T]),
    )
    square = x.T @ x
    if np.linalg.cond(square) > 1e15:
        return cannot_tell(NAME, UNIT, "experience does not vary within reps", int(use.sum()))
    slope = np.linalg.solve(square, x.T @ y)
    scores = x * (y - x @ slope)[:, None]
    by_rep = np.column_stack([np.bincount(groups, s, minlength=len(names)) for s in scores.T])
    bread = np.linalg.inv(square)
    error = float(np.sqrt((bread @ (by_rep.T @ by_rep) @ bread)[0, 0] * many / (many - 1)))
    draws = slope[0] + error * generator(41).standard_t(many - 1, DRAWS)
    return judged(
        NAME, float(slope[0]), draws, UNIT, int(use.sum()), none=0.0, matters=MATTERS,
        words={
            "found": f"within {many} reps, by deals of the same segment that they had ended before",
            "not_found": f"{many} reps win no more often where they have had more deals; published are up to {MATTERS:g}",
            "cannot_tell": f"{many} reps and these deals are too few to tell it from nought or from {MATTERS:g}",
        },
    )  # fmt: skip


def experience(cell: Ints, begun: Floats, ended: Floats) -> Floats:
    """For each deal, how many of the same cell had ended before it began, (n,)."""
    by_end = np.lexsort((ended, cell))
    ends, cells = ended[by_end], cell[by_end]
    step = 1e7  # days: cells one after the other on one line, so that one search serves all
    line = cells * step + np.minimum(ends, step / 2)
    first = np.searchsorted(cells, cell, side="left")
    return np.asarray(np.searchsorted(line, cell * step + begun, side="right") - first, dtype=np.float64)


def _within(y: Floats, one: Ints, other: Ints) -> Floats:
    first, second = two_way(y, one, other, int(one.max()) + 1)
    return np.asarray(y - first[one] - second[other])
