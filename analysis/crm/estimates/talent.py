"""From how far reps' results differ to how far their talents do, as the engine has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import NAMES, WEEKS
from analysis.crm.estimates.engine import Scores, curves
from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories
from analysis.crm.estimates.spread import Spread, spread_draws
from analysis.crm.finding import DRAWS, Estimate, Floats, generator, narrow_enough, within

if TYPE_CHECKING:
    from analysis.crm.estimates.process import Process

_STEP = 0.5


def seen_of_a_logit(history: Histories, row: Floats, scores: Scores) -> float:
    """How far apart the results of reps stand (log of wins over those due, less that of losses) one logit apart in score.

    Less than one: of a good rep's deals those still open are the poor ones. Deals begin and are cut off as in the data.
    """
    weeks = min(history.horizon, WEEKS)
    rows = np.tile(row, (3, 1))
    rows[:, NAMES.index("shift")] = (-_STEP, 0.0, _STEP)
    incidence, _ = curves(rows, scores, weeks)
    ends = np.diff(incidence, axis=2, prepend=0.0)
    still = 1 - np.concatenate((np.zeros((3, 1)), incidence.sum(axis=0)[:, :-1]), axis=1)
    room = ((history.last - history.begun) // 7).astype(np.int64)
    followed = (room[:, None] >= np.arange(weeks)).mean(axis=0)
    usual = ends[:, 1] / np.maximum(still[1], 1e-12)
    logs = np.zeros(3)
    for causes, sign in (((WON,), 1), ((LOST, UNDECIDED), -1)):
        rows_of = [cause - 1 for cause in causes]
        seen = (ends[rows_of].sum(axis=0) * followed).sum(axis=1)
        due = (still * usual[rows_of].sum(axis=0) * followed).sum(axis=1)
        logs += sign * np.log(np.maximum(seen, 1e-12) / np.maximum(due, 1e-12))
    return float((logs[2] - logs[0]) / (2 * _STEP))


def talent_of(sd: Floats | float, history: Histories, row: Floats, scores: Scores) -> Floats:
    """Logits of a standard deviation of talent, from the spread of results; what people differ by otherwise is taken off."""
    by = scores.by_talent if scores.by_talent is not None else seen_of_a_logit(history, row, scores)
    beside = np.maximum(np.asarray(sd) ** 2 - scores.other**2, 0.0)
    return np.asarray(np.sqrt(beside) / max(by, 0.1))


def talent(
    odds: Estimate,
    found: Spread | None,
    history: Histories,
    process: Process | None,
    span: tuple[float, float],
) -> Estimate:
    """`talent_weight`: found where reps' odds were found to differ. Without a fit results are taken as they stand.

    Where no difference was found, nothing is taken off for what makes reps differ beside talent: the data may show less than
    that, and what they allow is not to come out too narrow.
    """
    one = replace(odds, name="talent_weight").sets("talent_weight")
    if process is not None and found is not None:
        by = (history, process.rows[0], process.scores)
        if odds.finding == "found":
            value, low, high = (float(talent_of(sd, *by)) for sd in (found.sd, found.low, found.high))
            words = "a rep one standard deviation more talented, in logits: what results say of it, in worlds of the engine"
            one = replace(
                one, value=value, low=low, high=high, words=words, draws=talent_of(spread_draws(found), *by)
            )
            return narrow_enough(one, span)
        alone = replace(process.scores, other=0.0)
        value, low, high = (float(talent_of(sd, *by[:2], alone)) for sd in (found.sd, found.low, found.high))
        one = replace(one, value=value, low=low, high=high)
    if one.finding == "found":
        return narrow_enough(one, span)
    return replace(one, draws=within(span, one, generator(34).uniform(size=DRAWS)))
