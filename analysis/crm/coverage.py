"""Does an export hold the last weeks in full? Deals that stop beginning before the data end are a sign that it does not."""

from __future__ import annotations

import numpy as np

from analysis.crm.finding import Floats

STOPPED, FEWER = (0.1, 3), (0.5, 4)
"""Weeks with less than this part of the usual number of new deals are quiet; so many of them at the end are told, where
`LEAST_DUE` new deals were due in them. Two may be holidays.
"""
LEAST_DUE = 20
USUAL = 26
"""Weeks before by which the usual number (the median) is known; at least `FEWEST` of them."""
FEWEST = 8


def busy_until(begun: Floats, last: float, rule: tuple[float, int] = STOPPED) -> tuple[float, float]:
    """The last day by which deals begin as usual, `last` (the end of the data) or an earlier one; and how many begin in a
    usual week before it.

    `begun`: days, (n,). After the day all weeks are quiet by the rule, and too many deals were due for that to be chance.
    """
    part, least = rule
    back = np.floor((last - begun) / 7).astype(np.int64)
    counts = np.bincount(np.maximum(back, 0)) if len(back) else np.zeros(1, np.int64)
    quiet, found = 0, float(np.median(counts[:USUAL]))
    for weeks in range(least, len(counts) - FEWEST + 1):
        usual = float(np.median(counts[weeks : weeks + USUAL]))
        if weeks * usual >= LEAST_DUE and counts[:weeks].max() < part * usual <= counts[weeks]:
            quiet, found = weeks, usual
    return last - 7.0 * quiet, found
