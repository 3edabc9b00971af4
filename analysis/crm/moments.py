"""What a CRM's history looks like in a few numbers: of data and of simulated worlds alike, to be laid side by side.

Most of them set no parameter by themselves; together they say something of those that only show through the whole model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.chances import resampled
from analysis.crm.estimates.groups import top_share
from analysis.crm.estimates.hand_over import hand_over
from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories, codes, histories
from analysis.crm.estimates.learning import learning
from analysis.crm.estimates.season import quarter_end
from analysis.crm.finding import Estimate, Floats, Ints, generator
from analysis.crm.moment import Moment
from analysis.crm.moments_of_reps import of_reps

if TYPE_CHECKING:
    from analysis.crm.table import Crm

EARLY = 26
"""Weeks within which wins are counted for the share won."""
LEAST_WEEKS = 26
AFTER = 13
"""Weeks at the beginning that the swing of weekly bookings leaves out: a record that begins has no old deals to win yet."""
LEAST_CASES = 20
MOST_KNOWN = 0.5
"""Share of deals whose account, or rep, must be known."""


LABELS: Mapping[str, str] = {
    "learning": "share won by ln(1 + deals in the segment before)",
    "hand_over": "log wins after a change of owner over those expected",
    "quarter_end": "log wins a day at quarter ends over other days",
    "top_share": "logit share of wins of the best fifth of reps",
    "won_early": f"logit share won within {EARLY} weeks",
    "bookings_swing": "log spread of weekly bookings over their mean",
    "arrivals_swing": "log variance over mean of weekly new deals",
    "again": "logit share of deals with an account seen before",
    "back_half": "logit share of accounts not won with another deal within half a year",
    "back_year": "logit share of accounts not won with another deal within a year",
    "new_deals": "log new deals a rep and week",
    "bookings": "log bookings a rep and week",
    "books": "log open deals a rep, in the second half of the record",
    "books_spread": "log variance over mean of the number of open deals a rep",
    "deals_spread": "spread of reps in new deals a week, log units",
    "focus": "two deals of a rep in one segment, beyond chance",
    "arrivals_of_reps": "log new reps a rep and year",
    "newcomers_win": "log odds of deals of a rep's first 26 weeks",
    "newcomers_deals": "log new deals a week in these weeks over later",
}  # fmt: skip
"""Every moment by name, in the order of tables."""


def moments(crm: Crm, *, errors: bool = True) -> dict[str, Moment]:
    """Those moments that this history has; without `errors` (of worlds, of which there are many) errors are nan."""
    history = histories(crm)
    if not len(history) or history.last - history.begun.min() < 7 * LEAST_WEEKS:
        return {}
    known = {
        "learning": _as_it_is(learning(crm, history)), "hand_over": _logged(hand_over(crm, history)),
        "quarter_end": _logged(quarter_end(crm)), "top_share": _odds(top_share(crm)),
        "won_early": _won_early(history, errors), "again": _again(crm, history),
        "back_half": _back(crm, history, 26), "back_year": _back(crm, history, 52),
    }  # fmt: skip
    if crm.deals["rep"].ne("").mean() > MOST_KNOWN:  # a rate a rep, and swings of a team whose size is known
        known |= _swings(history) | of_reps(crm, history, errors)
    told = {name: known.get(name) for name in LABELS}
    return {name: one for name, one in told.items() if one is not None and np.isfinite(one.value)}


def _spread(draws: Floats | None) -> float:
    return float(np.std(draws)) if draws is not None else float("nan")


def _as_it_is(one: Estimate) -> Moment | None:
    return Moment(one.value, _spread(one.draws), one.n) if np.isfinite(one.value) else None


def _logged(one: Estimate) -> Moment | None:
    if not np.isfinite(one.value) or one.value <= 0:
        return None
    draws = None if one.draws is None else np.log(np.maximum(one.draws, 1e-9))
    return Moment(float(np.log(one.value)), _spread(draws), one.n)


def _odds(one: Estimate) -> Moment | None:
    if not 0 < one.value < 1:
        return None
    draws = None if one.draws is None else np.clip(one.draws, 1e-3, 1 - 1e-3)
    spread = float("nan") if draws is None else _spread(np.log(draws / (1 - draws)))
    return Moment(float(np.log(one.value / (1 - one.value))), spread, one.n)


def _won_early(history: Histories, errors: bool) -> Moment | None:
    from analysis.calibration.survival import aalen_johansen

    wins = history.number(WON)
    if wins < LEAST_CASES or history.horizon <= EARLY:
        return None
    counts = history.counts()
    value = _logit(aalen_johansen(counts)[0, EARLY - 1])
    if not errors:
        return Moment(value, float("nan"), wins)
    return Moment(
        value, _spread(np.array([_logit(aalen_johansen(one)[0, EARLY - 1]) for one in resampled(counts, 91)])), wins
    )  # fmt: skip


def _logit(share: float) -> float:
    inside = min(max(float(share), 1e-3), 1 - 1e-3)
    return float(np.log(inside / (1 - inside)))


def _swings(history: Histories) -> dict[str, Moment]:
    """How much weeks differ. Standard errors by resampling weeks."""
    first = float(history.begun.min())
    weeks = int((history.last - first) // 7) + 1
    born = np.bincount(((history.begun - first) // 7).astype(np.int64), minlength=weeks)
    won = history.cause == WON
    money = np.bincount(
        ((history.ended[won] - first) // 7).astype(np.int64), np.nan_to_num(history.value[won]), minlength=weeks
    )  # fmt: skip
    found = {}
    drawn = generator(92).integers(0, weeks - AFTER, (200, weeks - AFTER))
    if money[AFTER:].sum() > 0 and won.sum() >= LEAST_CASES:
        sold = np.sqrt(money[AFTER:])  # of the square roots, else one large deal decides
        found["bookings_swing"] = _of_weeks(lambda x: np.log(x.std(axis=-1) / x.mean(axis=-1)), sold, drawn)
    if len(history) >= LEAST_CASES:
        found["arrivals_swing"] = _of_weeks(
            lambda x: np.log(x.var(axis=-1) / x.mean(axis=-1)), born[AFTER:].astype(np.float64), drawn
        )
    return found


def _of_weeks(figure: Callable[[Floats], Floats], series: Floats, drawn: Ints) -> Moment:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = figure(series[drawn])
        return Moment(float(figure(series)), float(np.nanstd(values[np.isfinite(values)])), len(series))


def _again(crm: Crm, history: Histories) -> Moment | None:
    """Of deals begun in the second half of the record, those of accounts that had one in it before."""
    account = crm.deals["account"]
    middle = (history.begun.min() + history.last) / 2
    order = np.argsort(history.begun, kind="stable")
    before = np.zeros(len(history), np.bool_)
    before[order] = account.iloc[order].duplicated().to_numpy()
    use = (account != "").to_numpy() & (history.begun >= middle)
    n = int(use.sum())
    if (account != "").mean() < MOST_KNOWN or account.nunique() < LEAST_CASES:
        return None
    return _share(float(before[use].sum()), n)


def _back(crm: Crm, history: Histories, weeks: int) -> Moment | None:
    """Of ends without a win that were followed for so long: those whose account had another deal begun by then."""
    account, _ = codes(crm.deals["account"])
    if (account >= 0).mean() < MOST_KNOWN or len(np.unique(account)) < LEAST_CASES:
        return None
    order = np.lexsort((history.begun, account))
    gap = np.full(len(history), np.inf)
    same = account[order[1:]] == account[order[:-1]]
    gap[order[:-1][same]] = (history.begun[order[1:]] - history.ended[order[:-1]])[same] / 7
    without = (
        (account >= 0)
        & np.isin(history.cause, (LOST, UNDECIDED))
        & (history.ended + 7 * weeks <= history.last)
    )
    return _share(float((gap[without] <= weeks).sum()), int(without.sum()))


def _share(times: float, n: int) -> Moment | None:
    """A share on the scale of logits, drawn a little towards a half."""
    if n < LEAST_CASES:
        return None
    share = (times + 0.5) / (n + 1)
    return Moment(float(np.log(share / (1 - share))), float((n * share * (1 - share)) ** -0.5), n)
