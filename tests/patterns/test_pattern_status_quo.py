"""S1-S5 and S8 of the status quo lie in their bands, and nothing drifts.

Forty worlds under `open`; bands, sources and error rates are in analysis/facts/bands.py, definitions in
analysis/facts/figures.py. The same figures with standard errors: `python -m tests.patterns.status_quo`.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from analysis.facts.bands import BANDS, stationary, verdict
from simulation.facts.two_years import TRENDS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", BANDS)
def test_figure_lies_in_its_band(figures, name):
    assert verdict(BANDS[name], figures[name]) == ""


def test_worlds_are_enough_for_the_bands(figures):
    """A standard error above an eighth of a band's width would make the tests above a lottery."""
    for name, band in BANDS.items():
        if band.low is not None and band.high is not None:
            assert figures[name][1] <= (band.high - band.low) / 8, name


def test_chance_to_win_falls_with_age(under_open, figures):
    """S2: each step between ages 0, 13, 26, 39 and 52 is a fall by more than three standard errors of one figure."""
    steps = [figures[f"won by week 72, open at {age}"] for age in (0, 13, 26, 39, 52)]
    for (before, error), (after, _) in pairwise(steps):
        assert after < before - 3 * error


def test_wins_close_faster_than_losses(figures):
    """S2: medians since qualified, apart by more than ten standard errors; chance would do that never."""
    won, lost = figures["median weeks won"], figures["median weeks lost"]
    assert won[0] < lost[0] - 10 * np.hypot(won[1], lost[1])


def test_closed_only_overstates_most_in_short_windows(figures):
    """S4: the overstatement is there in every window, by three standard errors, and less in the longest."""
    for kind in ("closed-only", "ended-only"):
        over = [figures[f"{kind} less cohort, {weeks} weeks"] for weeks in (13, 26, 52, 73)]
        assert all(value > 3 * error for value, error in over)
        assert over[-1][0] < over[0][0]


def test_the_deals_are_followed_to_their_end(figures):
    """Censoring: of the cohorts behind S1 less than 1 % is open after 143 weeks or more, so shares need no correction."""
    assert figures["qualified: still open"][0] < 0.01
    assert figures["fresh: still open"][0] < 0.01


@pytest.mark.parametrize("name", TRENDS)
def test_the_status_quo_has_no_trend(figures, name):
    """95 % interval of the relative change over weeks 0-103 within +- 5 %; 400 worlds, error rates in bands.py."""
    value, error = figures[f"change of {name}"]
    assert stationary((value, error)), f"{name} changes by {value:+.4f} +- {error:.4f}"
