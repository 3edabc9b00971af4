"""Regret and shares, on numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.hindsight import with_regret
from analysis.paired import level_interval
from analysis.panel import OutcomeInfo, Panel


def panel(direction: int) -> Panel:
    values = np.array([[1.0, 5.0, np.nan], [4.0, 2.0, 7.0]])
    info = OutcomeInfo("gain", "cents", direction, False, "", "Gain")
    present = np.isfinite(values)
    return Panel(("a", "b"), "a", (0, 1, 2), 4, 1, {"gain": info}, present, {"gain": values}, {})


@pytest.mark.parametrize(
    ("direction", "expected"), [(1, [[3, 0, np.nan], [0, 3, np.nan]]), (-1, [[0, 3, np.nan], [3, 0, np.nan]])]
)
def test_regret_is_the_shortfall_against_the_best_in_each_world(direction, expected) -> None:
    np.testing.assert_array_equal(with_regret(panel(direction), "gain").final["regret"], expected)


def test_shares_have_intervals_within_bounds() -> None:
    # Wilson's interval for 9 of 10: 0.596 to 0.982 (Brown, Cai & DasGupta 2001, Statistical Science 16).
    found = level_interval(np.array([1.0] * 9 + [0.0]))
    assert (found.mean, found.low, found.high) == pytest.approx((0.9, 0.5958, 0.9821), abs=1e-3)
    assert level_interval(np.ones(8)).high == pytest.approx(1.0)
    for hits in range(21):  # scipy's own, which takes a second to load
        ours, theirs = level_interval(np.arange(20) < hits), binomtest(hits, 20).proportion_ci(0.95, "wilson")
        assert (ours.low, ours.high) == (theirs.low, theirs.high)
    assert level_interval(np.array([0.2, 0.4, 0.6])).low < 0  # not a share of worlds: a t interval
