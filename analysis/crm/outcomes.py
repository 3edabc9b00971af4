"""How each opportunity stands: from words, else from the dates of winning and losing. Open is open, not lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.crm.table import OUTCOMES, DataError
from analysis.crm.typed import WORDS, no_outcomes
from analysis.crm.values import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

WON, LOST, UNDECIDED, OPEN = range(len(OUTCOMES))


@dataclass
class Standing:
    """One entry a row: `outcome` (place in OUTCOMES), `ended` (nan where open or unknown), and what was odd."""

    outcome: npt.NDArray[np.int8]
    ended: Floats
    both: Bools  # a day of winning and one of losing
    silent: Bools  # closed, but neither won nor lost
    expected: Bools  # open with a day of closing: an expectation
    wordless: Bools  # words elsewhere in the column, none here

    def open_after(self, last_day: float) -> Bools:
        """Deals that ended after the last day become open; which they were."""
        with np.errstate(invalid="ignore"):
            late: Bools = (self.outcome != OPEN) & (self.ended > last_day)
        self.outcome[late] = OPEN
        self.ended[late] = np.nan
        return late


def standing(deals: pd.DataFrame, has: set[str], unknown: dict[str, DataError], last_day: float) -> Standing:
    """How the deals stand. `has`: roles that the files have. `unknown`: a refusal for each stage that is not known.

    A stage that is not known counts as open, unless one of its deals has an end by `last_day`: then nobody can say which
    end, and its refusal is raised.
    """
    words = bool(has & {"outcome", "stage"})
    word = deals["word"].to_numpy()
    ended, won_on, lost_on = (deals[name].to_numpy(dtype=float) for name in ("ended", "won_on", "lost_on"))
    is_word = {name: word == code for code, name in enumerate(WORDS)}
    unclear = is_word[""] | is_word["closed"]
    won_day, lost_day, closed = ~np.isnan(won_on), ~np.isnan(lost_on), ~np.isnan(ended)
    both = unclear & won_day & lost_day
    won = is_word["won"] | (unclear & won_day & ~lost_day)
    lost = is_word["lost"] | (unclear & lost_day & ~won_day) | (is_word["not won"] & (closed | lost_day))
    silent = unclear & ~won_day & ~lost_day & (is_word["closed"] | (closed & (not words)))
    undecided = is_word["undecided"] | silent
    _refuse_unknown(deals, is_word["unknown"], ended, unknown, last_day)
    outcome = np.select([won, lost, undecided], [WON, LOST, UNDECIDED], OPEN).astype(np.int8)
    end = np.select([won, lost | undecided], [_first(won_on, ended), _first(lost_on, ended)], np.nan)
    still = outcome == OPEN
    return Standing(outcome, end, both, silent, still & closed & ~both, is_word[""] & still & ~both & words)


def _first(one: Floats, other: Floats) -> Floats:
    return np.where(np.isnan(one), other, one)


def _refuse_unknown(
    deals: pd.DataFrame, here: Bools, ended: Floats, unknown: dict[str, DataError], last_day: float
) -> None:
    if not here.any():
        return
    with np.errstate(invalid="ignore"):
        over = here & (ended <= last_day)
    if over.any():
        stages = [str(stage) for stage in deals["stage"][over].unique()]
        first = unknown.get(stages[0]) or next(iter(unknown.values()))
        raise DataError(*no_outcomes(stages), file=first.file, row=first.row, column=first.column)
