"""Whether and when opportunities are won, lost or given up: competing risks, the open ones censored."""

from __future__ import annotations

import numpy as np

from analysis.calibration.survival import aalen_johansen
from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories
from analysis.crm.finding import DRAWS, Estimate, Floats, cannot_tell, figure, generator

FEW = 30
"""Fewer ends of a kind than this, and the data cannot tell a curve."""
BY_WEEKS = (13, 26, 52)
QUARTERS = {"first_quarter": 0.25, "median": 0.5, "third_quarter": 0.75}


def resampled(counts: Floats, purpose: int, draws: int = DRAWS) -> Floats:
    """Bootstrap of whole opportunities, (draws, *counts.shape): each resample has as many of them as there are.

    Curves depend on opportunities through the counts alone, so a resample is one multinomial draw, however many there are.
    """
    total = counts.sum()
    drawn = generator(purpose).multinomial(int(total), counts.ravel() / total, size=draws)
    return np.asarray(drawn.reshape(draws, *counts.shape), dtype=np.float64)


def chances(history: Histories) -> list[Estimate]:
    """Shares won and lost within some weeks of creation and within all that can be seen, and how long wins take."""
    counts = history.counts()
    weeks = [w for w in BY_WEEKS if w < history.horizon - 1] + [max(1, history.horizon - 1)]
    value = _figures(counts, weeks)
    draws = np.array([_figures(one, weeks) for one in resampled(counts, 1)])
    wins, losses = history.number(WON), history.number(LOST, UNDECIDED)
    estimates, j = [], 0
    for what, cases in (("won", wins), ("lost", losses)):
        for w in weeks:
            words = f"{what} within {w} weeks of creation; open ones count as long as they were seen"
            estimates.append(figure(f"{what}_by_week_{w}", value[j], draws[:, j], "share", cases, words, FEW))
            j += 1
    for name in QUARTERS:
        words = "weeks from creation to a win, of those won in the time seen; open ones counted"
        estimates.append(figure(f"weeks_to_win_{name}", value[j], draws[:, j], "weeks", wins, words, FEW))
        j += 1
    return [*estimates, *_closed(history, value[j], draws[:, j], losses)]


def _figures(counts: Floats, weeks: list[int]) -> Floats:
    curve = aalen_johansen(counts)
    won, lost = curve[0], curve[1] + curve[2]
    times = [float(np.searchsorted(won, q * won[-1])) for q in QUARTERS.values()]
    naive = counts[1].sum() / max(counts[1:].sum(), 1.0)
    return np.array([*(curve[w - 1] for curve in (won, lost) for w in weeks), *times, naive])


def _closed(history: Histories, value: float, draws: Floats, losses: int) -> list[Estimate]:
    """What is often called the win rate, and the days that closed deals took: both of those already closed alone."""
    ended = history.number(WON, LOST, UNDECIDED)
    words = "won of those that have ended: flatters where losers stay open longer than winners"
    rate = figure("won_of_closed", value, draws, "share", ended, words, FEW)
    if losses < FEW:
        rate = cannot_tell("won_of_closed", "share", f"only {losses} are marked as lost or given up", losses)
    days = (history.ended - history.begun)[history.cause == WON]
    share = history.number(WON) / max(len(history), 1)
    drawn = generator(2).binomial(len(history), share, size=DRAWS) / max(len(history), 1)
    so_far = figure("won_so_far", share, drawn, "share", len(history), "won of all, the open ones included")
    if len(days) < FEW:
        return [rate, so_far, cannot_tell("days_of_closed_wins", "days", f"only {len(days)} wins", len(days))]
    order = np.sort(days)
    place = generator(3).binomial(
        len(days), 0.5, size=DRAWS
    )  # ranks of the median: exact whatever the distribution
    medians = order[np.minimum(place, len(days) - 1)]
    words = "median days from creation to a win, of those already won"
    return [
        rate,
        so_far,
        figure("days_of_closed_wins", float(np.median(days)), medians, "days", len(days), words),
    ]
