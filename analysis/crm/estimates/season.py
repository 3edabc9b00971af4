"""Do deals close at the end of the quarter?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

from analysis.crm.finding import DRAWS, Estimate, Floats, cannot_tell, judged

if TYPE_CHECKING:
    from analysis.crm.table import Crm

LAST_DAYS = 14
LEAST_QUARTERS, LEAST_WINS = 4, 50
MATTERS = 0.2
NAME, UNIT = "quarter_end", "ratio"


def quarter_end(crm: Crm) -> Estimate:
    """Wins a day in the last two weeks of a calendar quarter, against all other days.

    Jackknife over quarters of the log ratio, with Student's t (Miller 1974, Biometrika 61(1)): quarters differ by more than
    the luck of wins, and resamples of a handful of them are too narrow.
    """
    if crm.origin is None:
        return cannot_tell(NAME, UNIT, "the data count weeks, so nobody knows where quarters end")
    won = crm.deals.loc[crm.deals["outcome"] == "won", "ended"].to_numpy(np.float64)
    starts = quarters(crm.origin, float(crm.deals["created"].min()), crm.last_day)
    if len(starts) < LEAST_QUARTERS + 1:
        return cannot_tell(NAME, UNIT, f"fewer than {LEAST_QUARTERS} whole quarters in the data", len(won))
    counts = _by_quarter(won, starts)
    n = counts.shape[1]
    if counts[:2].sum() < LEAST_WINS:
        return cannot_tell(
            NAME, UNIT, f"fewer than {LEAST_WINS} wins in whole quarters", int(counts[:2].sum())
        )
    value = float(_log_ratio(counts))
    without = np.array([_log_ratio(np.delete(counts, k, axis=1)) for k in range(n)])
    error = float(np.sqrt((n - 1) ** 2 / n * without.var(ddof=1)))
    draws = np.exp(value + error * t.ppf((np.arange(DRAWS) + 0.5) / DRAWS, n - 1))
    return judged(
        NAME, float(np.exp(value)), draws, UNIT, int(counts[:2].sum()), none=1.0, matters=MATTERS,
        words={
            "found": f"wins a day in the last two weeks of {n} quarters against other days",
            "not_found": f"no more wins at the end of {n} quarters than else",
            "cannot_tell": f"{n} quarters are too few to tell",
        },
    )  # fmt: skip


def _by_quarter(won: Floats, starts: list[float]) -> Floats:
    """(3, quarters): wins late in each quarter, wins before, and the days before."""
    rows = []
    for begin, following in pairwise(starts):
        inside = won[(won >= begin) & (won < following)]
        late = float((inside >= following - LAST_DAYS).sum())
        rows.append((late, len(inside) - late, following - begin - LAST_DAYS))
    return np.array(rows, np.float64).T


def _log_ratio(counts: Floats) -> float:
    """Log of wins a late day over wins an earlier one, of these quarters (3, quarters)."""
    late, early, days = counts.sum(axis=1)
    return float(np.log((late + 0.5) / (LAST_DAYS * counts.shape[1]) / ((early + 0.5) / days)))


def quarters(origin: date, first: float, end: float) -> list[float]:
    """Days on which calendar quarters begin, from the first whole one to the end of the last whole one."""
    day = origin + timedelta(days=int(np.ceil(first)))
    year, month = day.year, 3 * ((day.month - 1) // 3) + 1
    starts: list[float] = []
    while True:
        begin = float((date(year, month, 1) - origin).days)
        if begin > end + 1:
            return starts
        if begin >= first:
            starts.append(begin)
        year, month = (year, month + 3) if month < 10 else (year + 1, 1)
