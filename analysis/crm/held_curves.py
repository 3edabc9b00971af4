"""What the pictures of the check show: curves of the data, and of every simulated history, on one axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.crm.check import Check
from analysis.crm.finding import NAN, Floats, Ints, generator
from analysis.crm.held_figures import (
    FEWEST,
    REPS,
    incidence,
    thinned,
    weekly,
    weeks_to_win,
    wins_compared,
    won_values,
)
from analysis.crm.held_out import Seen

POINTS = 81
LONGEST = 52


@dataclass(frozen=True)
class Curve:
    """One panel: `x` (k,), the data's `y` (k,), `histories` (n, k), nan where there is nothing; `figure`: the row of
    the table that stands for it. `unit` of y: money, share or deals.
    """

    title: str
    figure: str
    x: Floats
    y: Floats
    histories: Floats
    across: str
    unit: str
    log: bool = False

    @property
    def drawn(self) -> bool:
        """Is there anything of the data to be drawn?"""
        return bool(np.isfinite(self.y).any() and np.nanmax(np.abs(self.y)) > 0)


def curves(check: Check) -> list[Curve]:
    """All panels, in the order in which they are drawn."""
    data = check.data
    week = np.arange(1.0, data.split.weeks + 1)
    flows = [
        _panel(check, title, figure, week, partial(weekly, what=flow), "week of the held-out part", unit)
        for title, figure, flow, unit in (
            ("Bookings a week", "bookings", "money", "money"),
            ("Deals begun a week", "deals_begun", "begun", "deals"),
        )
    ]
    age = np.arange(1.0, LONGEST + 1)
    took, worth = weeks_to_win(data), won_values(data)
    longest = float(np.quantile(took, 0.98)) + 2 if len(took) else 2.0
    logs = np.log10(np.quantile(worth, [0.01, 0.99])) if len(worth) else np.array([0.0, 1.0])
    money = np.logspace(logs[0] - 0.2, logs[1] + 0.2, POINTS)
    span = np.arange(0.0, longest + 1)
    since = "weeks since the deal began"
    return [
        *flows,
        _panel(check, "Won, by age", "won_by_week_26", age, _won, since, "share"),
        _panel(check, "Weeks to a win", "weeks_to_win_median", span, partial(_pace, x=span), since, "share of wins"),
        _panel(check, "Value of a win", "won_value_median", money, partial(_worth, x=money), "money", "share of wins",
               log=True),
        _of_reps(check),
    ]  # fmt: skip


def _pace(seen: Seen, x: Floats) -> Floats:
    return _heap(weeks_to_win(seen).astype(np.float64) + 1, x)


def _worth(seen: Seen, x: Floats) -> Floats:
    return _heap(won_values(seen), x)


def _panel(
    check: Check, title: str, figure: str, x: Floats, curve: Callable[[Seen], Floats], across: str, unit: str,
    *, log: bool = False,
) -> Curve:  # fmt: skip
    histories = np.array([curve(one) for one in check.histories])
    return Curve(title, figure, x, curve(check.data), histories, across, unit, log)


def _won(seen: Seen) -> Floats:
    found = np.full(LONGEST, NAN)
    curve = incidence(seen)[0][:LONGEST]
    found[: len(curve)] = curve
    return found


def _heap(values: Floats, x: Floats) -> Floats:
    """Share of the values up to each x; nan of few."""
    if len(values) < FEWEST:
        return np.full(len(x), NAN)
    return np.asarray(np.searchsorted(np.sort(values), x, side="right") / len(values))


def _of_reps(check: Check) -> Curve:
    """Share of wins by the best reps, single worlds and data at the same number of wins a rep."""
    rng = generator(93)
    x = np.linspace(0.0, 1.0, POINTS)
    own, theirs, each = wins_compared(check.data, check.alone)
    mine = np.mean([_best_first(thinned(own, each, rng), x) for _ in range(50)], axis=0)
    others = np.array([_best_first(thinned(one, each, rng), x) for one in theirs])
    return Curve(
        "Wins of the best reps", "top_fifth_of_reps_share", x, mine, others, "share of reps, best first", "share of wins"
    )  # fmt: skip


def _best_first(wins: Ints, x: Floats) -> Floats:
    if len(wins) < REPS or not wins.sum():
        return np.full(len(x), NAN)
    heap = np.concatenate(([0.0], np.sort(wins)[::-1].cumsum())) / wins.sum()
    return np.asarray(np.interp(x, np.linspace(0.0, 1.0, len(heap)), heap))
