"""Moments that are sums over reps: how many deals each begins, in which segments, and what newcomers make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories, codes, expected
from analysis.crm.finding import DRAWS, Bools, Floats, Ints, generator
from analysis.crm.moment import Moment

if TYPE_CHECKING:
    from analysis.crm.table import Crm

NEW_WEEKS = 26
"""A rep counts as a newcomer for so long, if the first deal of this name comes so long after the record begins."""
LEAST_REPS, LEAST_NEW, LEAST_OF_REP = 5, 3, 8
Sums = dict[str, Floats]


def of_reps(crm: Crm, history: Histories, errors: bool) -> dict[str, Moment]:
    """The moments there are enough reps for; standard errors by resampling whole reps."""
    rep, names = codes(crm.deals["rep"])
    if len(names) < LEAST_REPS:
        return {}
    sums = _sums(crm, history, rep, len(names))
    figures = {name: figure for name, figure in FIGURES.items() if _enough(name, sums)}
    weights = np.ones((1, len(names)))
    if errors:
        lot = generator(93).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)
        weights = np.vstack((weights, lot))
    totals = {key: weights @ column for key, column in sums.items()}
    found = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, figure in figures.items():
            values = figure(totals)
            drawn = values[1:][np.isfinite(values[1:])]
            error = float(drawn.std()) if errors and len(drawn) > 1 else float("nan")
            if np.isfinite(values[0]):
                found[name] = Moment(float(values[0]), error, len(names))
    return found


def _enough(name: str, sums: Sums) -> bool:
    if name.startswith("newcomers"):
        return bool(sums["new"].sum() >= LEAST_NEW)
    return name != "focus" or bool(sums["pairs"].sum() > 0)


def _sums(crm: Crm, history: Histories, rep: Ints, many: int) -> Sums:
    """Per rep, (reps,): weeks at work, deals, money, and what newcomers did and were expected to do."""
    known = rep >= 0
    who, begun = rep[known], history.begun[known]
    start = float(history.begun.min())

    def add(weight: Floats | None = None, chosen: Bools | None = None) -> Floats:
        use = slice(None) if chosen is None else chosen
        part = None if weight is None else weight[use]
        return np.asarray(np.bincount(who[use], part, minlength=many), dtype=np.float64)

    first, last = np.full(many, np.inf), np.full(many, -np.inf)
    np.minimum.at(first, who, begun)
    np.maximum.at(last, who, history.ended[known])
    weeks = (last - first) / 7 + 1
    new = first > start + 7 * NEW_WEEKS
    early = new[who] & (begun < first[who] + 7 * NEW_WEEKS)
    new_weeks = np.where(new, np.minimum(weeks, NEW_WEEKS), 0.0)
    cause, due = history.cause[known], [expected(history, c)[known] for c in (WON, LOST, UNDECIDED)]
    won, lost = (cause == WON).astype(np.float64), np.isin(cause, (LOST, UNDECIDED)).astype(np.float64)
    deals = add()
    return {
        "weeks": weeks, "deals": deals, "money": add(won * np.nan_to_num(history.value[known])),
        "new": new.astype(np.float64),
        "new_weeks": new_weeks, "new_deals": add(None, early), "new_won": add(won, early), "new_lost": add(lost, early),
        "new_due_won": add(due[0], early), "new_due_lost": add(due[1] + due[2], early), "old_won": add(won, ~early),
        "old_lost": add(lost, ~early), "old_due_won": add(due[0], ~early), "old_due_lost": add(due[1] + due[2], ~early),
        **_pace(deals, weeks), **_books(history, known, who, first, last), **_pairs(crm, known, who, many),
    }  # fmt: skip


def _pace(deals: Floats, weeks: Floats) -> Sums:
    """Log of new deals a week of reps who have begun enough, for the variance between them and the part that is chance."""
    use = deals >= LEAST_OF_REP
    log = np.where(use, np.log(np.maximum(deals, 1) / weeks), 0.0)
    return {"paced": use.astype(np.float64), "pace": log, "pace2": log**2,
            "chance": np.where(use, 1 / np.maximum(deals, 1), 0.0)}  # fmt: skip


def _books(history: Histories, known: Bools, who: Ints, first: Floats,
           last: Floats) -> Sums:  # fmt: skip
    """Open deals of a rep at work, every four weeks of the second half of the record: days, sum, and sum of squares."""
    begun, ended = history.begun[known], history.ended[known]
    days = np.arange((float(history.begun.min()) + history.last) / 2, history.last, 28.0)
    counts = np.array(
        [np.bincount(who[(begun <= day) & (ended > day)], minlength=len(first)) for day in days],
        dtype=np.float64,
    )
    there = (first <= days[:, None]) & (last >= days[:, None])
    counts = np.where(there, counts, 0.0)
    return {
        "days": there.sum(axis=0).astype(np.float64),
        "books": counts.sum(axis=0),
        "books2": (counts**2).sum(axis=0),
    }


def _pairs(crm: Crm, known: Bools, who: Ints, many: int) -> Sums:
    """Pairs of deals of one rep, those in one segment, and those expected there by the segments' shares."""
    segment, names = codes(crm.deals["segment"])
    mine = segment[known]
    use = mine >= 0
    if len(names) < 2 or not use.any():
        return {"pairs": np.zeros(many), "same": np.zeros(many), "chance_same": np.zeros(many)}
    table = np.bincount(who[use] * len(names) + mine[use], minlength=many * len(names)).reshape(many, -1)
    n = table.sum(axis=1)
    share = table.sum(axis=0) / table.sum()
    pairs = n * (n - 1) / 2
    return {
        "pairs": pairs,
        "same": (table * (table - 1) / 2).sum(axis=1),
        "chance_same": pairs * (share**2).sum(),
    }


def _odds(t: Sums, who: str) -> Floats:
    return np.asarray(
        np.log((t[f"{who}_won"] + 0.5) / (t[f"{who}_due_won"] + 0.5))
        - np.log((t[f"{who}_lost"] + 0.5) / (t[f"{who}_due_lost"] + 0.5))
    )


FIGURES: dict[str, Callable[[Sums], Floats]] = {
    "new_deals": lambda t: np.log(t["deals"] / t["weeks"]),
    "bookings": lambda t: np.log(t["money"] / t["weeks"]),
    "books": lambda t: np.log(t["books"] / t["days"]),
    "books_spread": lambda t: np.log(t["books2"] / t["books"] - t["books"] / t["days"]),
    "deals_spread": lambda t: (t["pace2"] / t["paced"] - (t["pace"] / t["paced"]) ** 2 - t["chance"] / t["paced"]),
    "focus": lambda t: t["same"] / t["pairs"] - t["chance_same"] / t["pairs"],
    "arrivals_of_reps": lambda t: np.log((t["new"] + 0.5) / (t["weeks"] / 52)),
    "newcomers_win": lambda t: _odds(t, "new") - _odds(t, "old"),
    "newcomers_deals": lambda t: np.log(
        (t["new_deals"] + 0.5) / t["new_weeks"] / ((t["deals"] - t["new_deals"]) / (t["weeks"] - t["new_weeks"]))
    ),
}  # fmt: skip
