"""The last part of a history, held out: where it begins, and what is seen of it, in data and in simulated worlds alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.chances import FEW
from analysis.crm.estimates.histories import LOST, OPEN, UNDECIDED, WON, codes, histories
from analysis.crm.finding import Floats, Ints
from analysis.crm.values import Bools

if TYPE_CHECKING:
    from analysis.crm.table import Crm

PART, LEAST, MOST = 0.25, 13, 52
"""The last quarter of the weeks is held out, at least 13 of them and at most a year."""
HISTORY = 26
"""Weeks that must be left before it."""
REMEMBERED = 104
"""Deals that began more weeks before the day are left aside: simulated worlds are recorded for as long."""
BACK = 26
"""Weeks before the day by whose deals the size of a simulated history is made that of the data."""


@dataclass(frozen=True)
class Split:
    """`day`: the last one that is known; `end`: the last one of the held-out part; `weeks` of it, and `before` it."""

    day: float
    end: float
    weeks: int
    before: int

    @property
    def back(self) -> int:
        """Weeks before the day in which deals are counted."""
        return min(BACK, self.before)


@dataclass(frozen=True)
class Seen:
    """Opportunities of one history on a clock of days, (n,) each: as in `Histories`, `ended` is `end` where it is open;
    `rep` a number, -1 for nobody. `unit`: how finely days are known. `weight`: what each deal counts for in sums.
    """

    begun: Floats
    ended: Floats
    cause: Ints
    value: Floats
    rep: Ints
    split: Split
    unit: float = 1.0
    weight: float = 1.0

    def __len__(self) -> int:
        return len(self.begun)

    def part(self, chosen: Bools) -> Seen:
        """These deals only."""
        columns = {name: getattr(self, name)[chosen] for name in ("begun", "ended", "cause", "value", "rep")}
        return replace(self, **columns)


def split_of(crm: Crm) -> Split | str:
    """Where the held-out part begins, or in words why there is none.

    The last week of data that count weeks is left aside: it may not be over.
    """
    end = crm.last_day - (crm.unit_days if crm.unit_days >= 7 else 0.0)
    begun = crm.deals["created"].to_numpy(np.float64)
    span = int((end - begun.min() + crm.unit_days) // 7) if len(begun) else 0
    weeks = int(np.clip(round(PART * span), LEAST, MOST))
    if span - weeks < HISTORY:
        return f"the data span {max(span, 0)} weeks; {HISTORY} and another {LEAST} to hold out are needed"
    found = Split(end - 7 * weeks, end, weeks, min(span - weeks, REMEMBERED))
    won = crm.deals.loc[crm.deals["outcome"] == "won", "ended"].to_numpy(np.float64)
    earlier, later = int((won <= found.day).sum()), int(((won > found.day) & (won <= end)).sum())
    if min(earlier, later) < FEW:
        return (
            f"{earlier} wins come before the last {weeks} weeks and {later} in them; {FEW} of each are needed"
        )
    return found


def seen_in(crm: Crm, split: Split) -> Seen:
    """The data up to the end of the held-out part."""
    history = histories(crm)
    rep, _ = codes(crm.deals["rep"])
    cause = np.where(history.ended > split.end, OPEN, history.cause)
    ended = np.where(cause == OPEN, split.end, history.ended)
    seen = Seen(history.begun, ended, cause, history.value, rep, split, crm.unit_days)
    first = split.day - 7 * split.before
    return seen.part((history.begun > first) & (history.begun <= split.end))


def recorded(seen: Seen) -> tuple[int, ...]:
    """Which ends other than wins the data record: at least `FEW` of them by the day."""
    known = seen.ended <= seen.split.day
    return tuple(cause for cause in (LOST, UNDECIDED) if (known & (seen.cause == cause)).sum() >= FEW)


def as_recorded(seen: Seen, causes: tuple[int, ...]) -> Seen:
    """The same as a CRM shows it that records these ends only: all others stay open."""
    hidden = (seen.cause != OPEN) & (seen.cause != WON) & ~np.isin(seen.cause, causes)
    return replace(
        seen,
        cause=np.where(hidden, OPEN, seen.cause),
        ended=np.where(hidden, seen.split.end, seen.ended),
    )


def begun_before(seen: Seen) -> float:
    """Deals begun in the weeks before the day by which sizes are compared."""
    first = seen.split.day - 7 * seen.split.back
    return float(((seen.begun > first) & (seen.begun <= seen.split.day)).sum())


def joined(parts: list[Seen], size: float, rng: np.random.Generator) -> Seen:
    """Several small histories as one that is as large as the data, by the deals begun before the day, `size`.

    Where they hold more than a third too many, deals are left out by chance; what is left of the difference is a weight.
    """
    offsets = np.cumsum([0, *(int(one.rep.max(initial=-1)) + 1 for one in parts[:-1])])
    reps = [np.where(one.rep >= 0, one.rep + k, -1) for one, k in zip(parts, offsets, strict=True)]
    begun, ended, cause, value = (
        np.concatenate([getattr(one, name) for one in parts]) for name in ("begun", "ended", "cause", "value")
    )
    whole = replace(parts[0], begun=begun, ended=ended, cause=cause, value=value, rep=np.concatenate(reps))
    ratio = size / max(begun_before(whole), 1.0)
    if ratio < 0.75:
        whole = whole.part(rng.uniform(size=len(whole)) < ratio)
        ratio = size / max(begun_before(whole), 1.0)
    return replace(whole, weight=ratio)
