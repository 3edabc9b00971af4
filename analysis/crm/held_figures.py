"""What is compared of a held-out part: each figure by one function, for data and simulated worlds alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.crm.estimates.groups import log_odds, luck_of_ends
from analysis.crm.estimates.histories import LOST, OPEN, UNDECIDED, WON, sums
from analysis.crm.estimates.spread import LEAST_ENDED, middle_of_spread
from analysis.crm.estimates.worth import PLACEHOLDER
from analysis.crm.finding import NAN, Floats, Ints
from analysis.crm.held_out import Seen
from analysis.crm.values import Bools

AT_RISK = 10
"""Curves end at the first age at which fewer deals are followed."""
AGES = (4, 13, 26, 52)
QUARTERS = {"first_quarter": 0.25, "median": 0.5, "third_quarter": 0.75}
FEWEST = 10
"""Quantiles are of at least so many wins."""
REPS = 5
TOP = 0.2


def figures(seen: Seen) -> dict[str, float]:
    """Figures of the deals themselves; nan where there is too little to tell."""
    won, lost = incidence(seen)
    found = {f"won_by_week_{age}": _at(won, age) for age in AGES}
    found |= {f"lost_by_week_{age}": _at(lost, age) for age in AGES}
    found["won_of_open"] = _won_of_open(seen)
    took, worth = weeks_to_win(seen), won_values(seen)
    found |= {f"weeks_to_win_{name}": quantile_of_weeks(took, q) for name, q in QUARTERS.items()}
    enough = len(worth) >= FEWEST
    found |= {
        f"won_value_{name}": float(np.quantile(worth, q)) if enough else NAN for name, q in QUARTERS.items()
    }
    return found


def exposure(seen: Seen) -> tuple[Ints, Ints, Bools]:
    """First and last age (whole weeks after the day) at which each deal is followed, and whether it then ended, (n,) each.

    Deals that are open on the day enter at the age they have then (delayed entry).
    """
    begun, split = seen.begun, seen.split
    enter = np.maximum(np.floor((split.day - begun) / 7).astype(np.int64) + 1, 0)
    whole = np.floor((split.end + seen.unit - begun) / 7).astype(np.int64) - 1
    age = np.floor((seen.ended - begun) / 7).astype(np.int64)
    ended = (seen.cause != OPEN) & (age <= whole)
    return enter, np.where(ended, age, whole), ended


def hazards_of(seen: Seen) -> tuple[Floats, Floats]:
    """Ends by cause over deals at risk, (3, ages), and the number at risk, (ages,)."""
    enter, leave, ended = exposure(seen)
    use = leave >= enter
    ages = int(leave[use].max(initial=0)) + 1
    came = np.bincount(enter[use], minlength=ages + 1).cumsum()[:ages]
    gone = np.bincount(leave[use] + 1, minlength=ages + 1).cumsum()[:ages]
    risk = (came - gone).astype(np.float64)
    ends = [
        np.bincount(leave[use & ended & (seen.cause == cause)], minlength=ages)
        for cause in (WON, LOST, UNDECIDED)
    ]
    return np.asarray(ends / np.maximum(risk, 1.0)), risk


def incidence(seen: Seen) -> Floats:
    """Shares won and lost (or given up) by the end of each age, (2, ages): competing risks by a life table of the held-out
    weeks (Aalen & Johansen 1978, with delayed entry); nan from the first age on at which too few are followed.
    """
    hazard, risk = hazards_of(seen)
    two = np.array([hazard[0], hazard[1] + hazard[2]])
    still = np.concatenate(([1.0], np.cumprod(1 - two.sum(axis=0))[:-1]))
    curve = np.cumsum(still * two, axis=1)
    few = np.flatnonzero(risk < AT_RISK)
    if len(few):
        curve[:, few[0] :] = NAN
    return np.asarray(curve)


def _at(curve: Floats, weeks: int) -> float:
    return float(curve[weeks - 1]) if len(curve) >= weeks else NAN


def _won_of_open(seen: Seen) -> float:
    """Of the deals open on the day, the share won in the held-out weeks."""
    still = (seen.begun <= seen.split.day) & (seen.ended > seen.split.day)
    return float((seen.cause[still] == WON).mean()) if still.sum() >= AT_RISK else NAN


def _wins(seen: Seen) -> Bools:
    return np.asarray((seen.cause == WON) & (seen.ended > seen.split.day))


def weeks_to_win(seen: Seen) -> Ints:
    """Whole weeks from beginning to end of the wins of the held-out part."""
    here = _wins(seen)
    return np.asarray((seen.ended[here] - seen.begun[here]) // 7, dtype=np.int64)


def quantile_of_weeks(weeks: Ints, share: float) -> float:
    """A quantile of whole weeks, as if ends were spread evenly over each."""
    if len(weeks) < FEWEST:
        return NAN
    count = np.bincount(weeks)
    edges = np.arange(len(count) + 1)
    heap = np.concatenate(([0], count.cumsum())) / len(weeks)
    last = int(np.searchsorted(heap, share, side="left"))  # heap[last - 1] < share <= heap[last]
    return float(edges[last] - (heap[last] - share) / (heap[last] - heap[last - 1]))


def won_values(seen: Seen) -> Floats:
    """Values of the wins of the held-out part, money."""
    value = seen.value[_wins(seen)]
    return np.asarray(value[value > PLACEHOLDER])


def wins_of_reps(seen: Seen) -> Ints:
    """Wins of each rep who had any in the held-out part."""
    rep = seen.rep[_wins(seen)]
    count = np.bincount(rep[rep >= 0])
    return np.asarray(count[count > 0], dtype=np.int64)


def wins_compared(data: Seen, worlds: Sequence[Seen]) -> tuple[Ints, list[Ints], float]:
    """Wins of reps of the data and of each world, and the wins a rep at which the two are compared, the fewer.

    The share of the best depends on how many wins a rep has: whoever has more is to be thinned.
    """
    own, theirs = wins_of_reps(data), [wins_of_reps(one) for one in worlds]
    usual = float(np.median([one.mean() if len(one) else 0.0 for one in theirs]))
    return own, theirs, min(usual, float(own.mean()) if len(own) else 0.0)


def thinned(wins: Ints, each: float, rng: np.random.Generator) -> Ints:
    """So many wins a rep in the mean, chosen by chance from more; as they are where there are not more."""
    total = round(each * len(wins))
    if total >= wins.sum():
        return wins
    return np.asarray(rng.multivariate_hypergeometric(wins, total, method="marginals"))


def top_share(wins: Ints) -> float:
    """Share of wins by the best fifth of reps; nan with fewer than five."""
    if len(wins) < REPS or not wins.sum():
        return NAN
    best = max(1, round(TOP * len(wins)))
    return float(np.sort(wins)[::-1][:best].sum() / wins.sum())


def rep_spread(seen: Seen) -> float:
    """Standard deviation of reps in the odds to win, logits, luck taken off (`groups.py`), of ends in the held-out weeks."""
    enter, leave, ended = exposure(seen)
    use = (leave >= enter) & (seen.rep >= 0)
    many = int(seen.rep.max(initial=-1)) + 1
    if not use.any() or not many:
        return NAN
    heap = np.concatenate((np.zeros((3, 1)), np.cumsum(hazards_of(seen)[0], axis=1)), axis=1)
    due = heap[:, leave[use] + 1] - heap[:, enter[use]]
    rep, cause = seen.rep[use], np.where(ended[use], seen.cause[use], OPEN)
    won, lost = (cause == WON).astype(float), np.isin(cause, (LOST, UNDECIDED)).astype(float)
    if not won.any() or not lost.any():
        return NAN
    wins, losses, due_won, due_lost = (sums(rep, c, many) for c in (won, lost, due[0], due[1] + due[2]))
    enough = wins + losses >= LEAST_ENDED
    if enough.sum() < REPS:
        return NAN
    counts = [one[enough] for one in (wins, losses, due_won, due_lost)]
    return middle_of_spread(*log_odds(*counts), luck_of_ends(counts[0] + counts[1], *counts[2:]))


def weekly(seen: Seen, what: str) -> Floats:
    """Deals begun, wins, or money won in each held-out week, (weeks,), at the size of the data; nan for unknown values."""
    here = seen.begun > seen.split.day if what == "begun" else _wins(seen)
    when = (seen.begun if what == "begun" else seen.ended)[here]
    week = np.clip(np.ceil((when - seen.split.day) / 7).astype(np.int64) - 1, 0, seen.split.weeks - 1)
    if what != "money":
        return np.asarray(seen.weight * np.bincount(week, minlength=seen.split.weeks))
    if not np.isfinite(seen.value[seen.cause == WON]).any():
        return np.full(seen.split.weeks, NAN)
    money = np.bincount(week, np.nan_to_num(seen.value[here]), minlength=seen.split.weeks)
    return np.asarray(seen.weight * money)
