"""Who sells: reps and managers at work at the end of the data, accounts, and open deals in their books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.histories import OPEN, Histories
from analysis.crm.finding import DRAWS, Estimate, cannot_tell, generator

if TYPE_CHECKING:
    from analysis.crm.table import Crm

RECENT_WEEKS = 26
"""A rep is at work whose deal began or ended in so many weeks before the end of the data."""


def roster(crm: Crm, history: Histories) -> list[Estimate]:
    """Counts of reps, managers and accounts, and the mean number of open deals of a rep."""
    deals = crm.deals
    since = history.last - 7 * RECENT_WEEKS
    latest = np.where(history.cause == OPEN, history.begun, history.ended)
    at_work = set(deals["rep"][(latest >= since) & (deals["rep"] != "").to_numpy()])
    if not at_work:
        none = "the data do not say who the reps are"
        return [cannot_tell("reps", "reps", none), cannot_tell("managers", "managers", none), _accounts(crm),
                cannot_tell("open_deals", "opportunities", none)]  # fmt: skip
    managers = set(crm.reps["manager"][crm.reps["rep"].isin(at_work) & (crm.reps["manager"] != "")])
    found = [_count("reps", len(at_work), f"with a deal in the last {RECENT_WEEKS} weeks", len(at_work))]
    if managers:
        found.append(_count("managers", len(managers), "of these reps", len(at_work)))
    else:
        found.append(cannot_tell("managers", "managers", "the data do not say who leads whom"))
    return [*found, _accounts(crm), _open(crm, history, at_work)]


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
