"""Held-out patterns P3 and P5, each with a world in which it does not hold.

Full form: `python -m tests.patterns.segments`.
"""

from __future__ import annotations

import pytest

from tests.patterns import segments
from tests.patterns.pairs import interval

pytestmark = pytest.mark.slow
WORLDS = 48


def test_p3_payments_choose_the_founders_group_too_often_and_usage_corrects_it():
    """P3: wrong commitments to the founders' group, payments less usage; the 95 % interval over worlds lies above 0.

    Without an effect this passes 1 time in 40.
    """
    wrong = segments.misled(WORLDS)
    mean, low, high = interval(wrong["probe_payments"] - wrong["probe_usage"])
    assert low > 0, f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def test_p3_fails_where_use_is_courtesy():
    """Customers who use the product for the founders' sake make usage the worse guide of the two (1 in 40)."""
    wrong = segments.misled(WORLDS, overrides=segments.COURTEOUS)
    mean, low, high = interval(wrong["probe_payments"] - wrong["probe_usage"])
    assert high < 0, f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def test_p5_changing_at_a_whim_loses():
    """P5: a new direction by lot every month is behind holding one and behind none at all; 95 % intervals, 1 in 40 each."""
    grid = segments.spiral(64, policies=("firm_never", "half_13", "firm_whim"))
    for other in ("open", "firm_never", "half_13"):
        _, _, high = interval(grid["firm_whim"] - grid[other])
        assert high < 0, other


def test_p5_direction_with_feedback_beats_feedback_that_binds_nobody():
    """P5: half of the work kept for a reviewed direction, against the same review that only R&D follows; 1 in 40.

    It needs a better direction to find: where all groups fit alike and for ever the advantage is not clear.
    """
    pair = ("half_13", "soft_13")
    grid = segments.spiral(2 * WORLDS, policies=pair)
    steady = segments.spiral(WORLDS, overrides=segments.STEADY, policies=pair)
    gain, low, _ = interval(grid["half_13"] - grid["soft_13"])
    assert low > 0
    without, low, _ = interval(steady["half_13"] - steady["soft_13"])
    assert low < 0
    assert without < gain / 2
