"""Who sells: reps and managers at work at the end of the data, accounts, and open deals in their books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import AGES, STEPS
from analysis.crm.coverage import busy_until
from analysis.crm.estimates.engine import curves
from analysis.crm.estimates.histories import OPEN, WON, Histories
from analysis.crm.finding import DRAWS, Bools, Estimate, Floats, cannot_tell, figure, generator

if TYPE_CHECKING:
    from analysis.crm.estimates.process import Process
    from analysis.crm.table import Crm

NAMED = 0.5
"""Reps do what deals are done if so large a part of the deals, or of the wins, say whose they are."""
RECENT_WEEKS = 26
"""A rep is at work whose deal began or ended in so many weeks before the end of the data."""


def roster(
    crm: Crm, history: Histories, fitted: Process | None, defaults: Mapping[str, float]
) -> list[Estimate]:
    """Counts of reps, managers and accounts, the mean number of open deals of a rep, and how many the model's reps need."""
    deals = crm.deals
    since = history.last - 7 * RECENT_WEEKS
    latest = np.where(history.cause == OPEN, history.begun, history.ended)
    at_work = set(deals["rep"][(latest >= since) & (deals["rep"] != "").to_numpy()])
    if not at_work:
        none = "the data do not say who the reps are"
        return [cannot_tell("reps", "reps", none), cannot_tell("managers", "managers", none), _accounts(crm),
                _in_all(history), cannot_tell("open_deals", "opportunities", none)]  # fmt: skip
    managers = set(crm.reps["manager"][crm.reps["rep"].isin(at_work) & (crm.reps["manager"] != "")])
    found = [_count("reps", len(at_work), f"with a deal in the last {RECENT_WEEKS} weeks", len(at_work))]
    if managers:
        found.append(_count("managers", len(managers), "of these reps", len(at_work)))
    else:
        found.append(cannot_tell("managers", "managers", "the data do not say who leads whom"))
    begun, rate = _begun(crm, history, len(at_work))
    counted = _open(crm, history, at_work)
    if rate is None:
        return [*found, _accounts(crm), begun, _in_all(history), counted]
    if fitted is None:
        return [*found, _accounts(crm), begun, counted]
    return [
        *found,
        _accounts(crm),
        begun,
        replace(counted, parameter=""),
        _needed(begun, rate, fitted, defaults),
    ]


def _in_all(history: Histories) -> Estimate:
    """Deals begun in a week by whoever they are."""
    weeks, late = _lately(history)
    begun = int(late.sum())
    if not begun:
        return cannot_tell("deals_a_week", "deals a week", f"none began in the last {weeks} weeks", 0)
    draws = generator(72).gamma(begun + 0.5, 1.0, DRAWS) / weeks
    words = f"in the last {weeks} weeks"
    return figure("deals_a_week", begun / weeks, draws, "deals a week", begun, words)


def _lately(history: Histories) -> tuple[int, Bools]:
    """The last weeks in which deals began as usual, half a year at most, and which deals began in them."""
    end, _ = busy_until(history.begun, history.last)
    weeks = min(RECENT_WEEKS, max(1, int((end - history.begun.min()) // 7)))
    return weeks, (history.begun > end - 7 * weeks) & (history.begun <= end)


def _begun(crm: Crm, history: Histories, reps: int) -> tuple[Estimate, Floats | None]:
    """Deals that a rep begins in a week, and its draws (Jeffreys' posterior of a rate).

    Where wins name their rep and other deals do not, all deals are those of the reps at work.
    """
    name, unit = "deals_begun", "a rep a week"
    weeks, late = _lately(history)
    begun, said = int(late.sum()), (crm.deals["rep"] != "").to_numpy()
    of_all, of_wins = (
        float(said[some].mean()) if some.any() else 0.0 for some in (late, history.cause == WON)
    )
    if not begun or max(of_all, of_wins) < NAMED:
        return cannot_tell(name, unit, "most deals do not say who began them", begun), None
    draws = generator(72).gamma(begun + 0.5, 1.0, DRAWS) / weeks / reps
    words = f"of each of {reps} reps in the last {weeks} weeks"
    if of_all < NAMED:
        words += "; wins name their rep, other deals do not: all are shared out among these reps"
    return figure(name, begun / weeks / reps, draws, unit, begun, words), draws


def _needed(begun: Estimate, rate: Floats, fitted: Process, defaults: Mapping[str, float]) -> Estimate:
    """Deals a rep of the model must keep open to begin as many as the data do.

    A place in a book is taken by leads, which the data do not hold, and by deals until they end, those too that a count of
    live ones leaves out. Little's law: deals begun a week times the weeks that each takes a place.
    """
    ahead, lost = defaults["lead_advance"], defaults["lead_loss"]
    as_leads = (ahead + lost) / ahead / -np.expm1(-(ahead + lost))
    still = 1 - curves(fitted.rows, fitted.scores, len(AGES))[0].sum(axis=0)
    each = as_leads + still @ STEPS
    words = "to begin as many deals as the data; leads, and old deals until they end, take a place too"
    found = figure(
        "open_deals_needed", float(begun.value * each[0]), rate * each[1:], "opportunities", begun.n, words
    )
    return found.sets("open_deals")


def _accounts(crm: Crm) -> Estimate:
    if not len(crm.accounts):
        return cannot_tell("accounts", "accounts", "the data name no accounts")
    return _count("accounts", len(crm.accounts), "named in the data", len(crm.accounts))


def _count(name: str, value: int, words: str, n: int) -> Estimate:
    return Estimate(name, "found", float(value), float(value), float(value), name, n, words)


def _open(crm: Crm, history: Histories, at_work: set[str]) -> Estimate:
    """Mean number of open deals in a rep's book on the last day, those that are older than nearly all wins left out."""
    fresh = history.age <= (
        np.quantile(history.age[history.cause == 1], 0.95) if (history.cause == 1).any() else 1e9
    )
    mine = crm.deals["rep"].isin(at_work).to_numpy() & (history.cause == OPEN) & fresh
    name, unit = "open_deals", "opportunities"
    if not mine.any():
        return cannot_tell(name, unit, "open deals do not say whose they are", len(at_work))
    counts = crm.deals["rep"][mine].value_counts().reindex(sorted(at_work), fill_value=0).to_numpy(float)
    drawn = counts[generator(71).integers(0, len(counts), (DRAWS, len(counts)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    words = (
        f"in the book of each of {len(counts)} reps on the last day, without those older than 95 % of wins"
    )
    value = float(counts.mean())
    return Estimate(name, "found", value, float(low), float(high), unit, int(mine.sum()), words, name, drawn)
