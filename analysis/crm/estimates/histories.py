"""Opportunities on a weekly clock: age and cause of the end, as the estimators of survival want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.calibration.survival import at_risk
from analysis.crm.finding import Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

    from analysis.crm.table import Crm

OPEN, WON, LOST, UNDECIDED = range(4)
CAUSES = {"open": OPEN, "won": WON, "lost": LOST, "undecided": UNDECIDED}


@dataclass(frozen=True)
class Histories:
    """Arrays of one element an opportunity: `age` in weeks when it ended or the data did, `cause` of the end, `begun` and
    `ended` in days (`ended` is the end of the data where it is open), `value` (nan if unknown).
    """

    age: Ints
    cause: Ints
    begun: Floats
    ended: Floats
    value: Floats
    last: float

    def __len__(self) -> int:
        return len(self.age)

    @property
    def horizon(self) -> int:
        """Weeks over which curves are followed: the longest that any opportunity has been seen, at least 1."""
        return int(self.age.max(initial=0)) + 1

    def number(self, *causes: int) -> int:
        """How many ended so."""
        return int(np.isin(self.cause, causes).sum())

    def counts(self, chosen: npt.NDArray[np.bool_] | None = None) -> Floats:
        """(4, horizon) endings by cause and age, row 0 the censored, of the chosen opportunities."""
        use = slice(None) if chosen is None else chosen
        cell = self.cause[use] * self.horizon + self.age[use]
        found = np.bincount(cell, minlength=4 * self.horizon).reshape(4, self.horizon)
        return np.asarray(found, dtype=np.float64)

    def seen_until(self, day: float) -> Histories:
        """What was known on an earlier day: later opportunities are not there yet, later ends have not happened."""
        here = self.begun <= day
        over = self.ended[here] <= day
        ended = np.where(over, self.ended[here], day)
        cause = np.where(over, self.cause[here], OPEN)
        age = ((ended - self.begun[here]) // 7).astype(np.int64)
        return Histories(age, cause, self.begun[here], ended, self.value[here], day)


def histories(crm: Crm) -> Histories:
    """The opportunities of a CRM, in its order."""
    deals = crm.deals
    cause: Ints = np.asarray(deals["outcome"].map(CAUSES), dtype=np.int64)
    begun = deals["created"].to_numpy(np.float64)
    ended = np.where(cause == OPEN, crm.last_day, deals["ended"].to_numpy(np.float64))
    age = np.maximum((ended - begun) // 7, 0).astype(np.int64)
    return Histories(age, cause, begun, ended, deals["value"].to_numpy(np.float64), crm.last_day)


def hazards(counts: Floats) -> Floats:
    """Weekly hazard of each cause by age, (3, horizon), from counts (4, horizon); 0 where nobody is at risk."""
    return np.asarray(counts[1:] / np.maximum(at_risk(counts), 1.0))


def expected(history: Histories, cause: int) -> Floats:
    """Ends of this cause that each opportunity would have had at the common hazards, (n,), as in a logrank test."""
    exposure = np.cumsum(hazards(history.counts())[cause - 1])
    return np.asarray(exposure[history.age])


def codes(names: pd.Series[str]) -> tuple[Ints, list[str]]:
    """Numbers of the names, -1 for "", and the names."""
    import pandas as pd

    number, found = pd.factorize(names.where(names != ""))
    return number.astype(np.int64), [str(name) for name in found]


def sums(group: Ints, weight: Floats, groups: int) -> Floats:
    """Sum of the weights of each group, (groups,)."""
    return np.asarray(np.bincount(group, weight, minlength=groups), dtype=np.float64)
