"""Held-out patterns P4 and P6, each with worlds in which it does not hold. No parameter was or may be set for them.

Figures: `python -m tests.patterns.mission_patterns`.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.patterns.mission_patterns import brier, horizons, missed, relative, tries
from tests.patterns.pairs import interval

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both():
    """160 worlds, full and half-hearted."""
    return tries(160)


def test_p4_a_half_hearted_try_leaves_more_error_than_a_full_one(both):
    """P4: the leader's Brier score after the try; without a difference this passes 1 time in 40."""
    full, half = both
    _, low, _ = interval(brier(half) - brier(full))
    assert low > 0


def test_p4_failure_at_low_effort_does_not_separate_a_bad_road_from_a_weak_try(both):
    """P4: of roads given up after a half-hearted try some were passable, after a full one next to none.

    One-sided: the shares differ by at least 1.65 standard errors, which without a difference happens 1 time in 20.
    """
    (full, full_error, _), (half, half_error, _) = map(missed, both)
    assert half - full > 1.65 * max(1e-9, (full_error**2 + half_error**2) ** 0.5)
    assert full < 0.02


def test_p4_full_effort_separates_sooner(both):
    """P4: a verdict (belief below .1, or the road is open) earlier in the same world, and in most worlds at all.

    The sign test over worlds that differ: 60 % of at least 100 is passed by a fair coin 1 time in 35.
    """
    weeks = np.array([[t.known_after for t in found] for found in both])
    differ = weeks[0] != weeks[1]
    assert differ.sum() >= 100
    assert (weeks[0] < weeks[1])[differ].mean() > 0.6
    assert np.isfinite(weeks[0]).mean() > 0.9
    assert np.isfinite(weeks[1]).mean() < 0.6


def test_p4_the_leader_who_looks_and_counts_right_is_calibrated():
    """Without error in judging effort the belief after failed tries is the share that was passable.

    300 worlds, three standard errors of the share: a calibrated belief fails 1 time in 370.
    """
    _, half = tries(300, ("world.parameters.effort_noise=0",), first=51_000)
    share, error, belief = missed(half)
    assert abs(share - belief) < 3 * error
    assert error < 0.03


def test_p4_does_not_hold_where_a_road_shows_itself_to_any_try():
    """One in which P4 fails: at a hazard of .2 per person-week even 30 % of the time leaves no doubt."""
    full, half = tries(40, ("world.missions.0.hazard=0.2",))
    mean, _, high = interval(brier(half) - brier(full))
    assert mean < 0.01
    assert high < 0.02
    assert missed(half)[0] == 0


@pytest.fixture(scope="module")
def short_less_long():
    return {name: relative(values) for name, values in horizons(120).items()}


@pytest.mark.parametrize("name", ["mission_effort", "missions_won"])
def test_p6_short_horizons_starve_innovation(short_less_long, name):
    """P6: 120 worlds of three years; the 95 % interval lies below 0 (without an effect 1 time in 40)."""
    mean, low, high = interval(short_less_long[name])
    assert high < 0, f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


@pytest.mark.parametrize("name", ["deals_won", "deal_arr", "selling_hours"])
def test_p6_long_horizons_cost_sales_meanwhile(short_less_long, name):
    """P6: under the long horizon fewer deals are won in this stable world; same error rate."""
    mean, low, high = interval(short_less_long[name])
    assert low > 0, f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def test_p6_does_not_hold_where_people_give_what_they_are_asked():
    """One in which P6 fails: with obedience 1 nobody weighs the horizon, and effort is the same within 2 %."""
    effort = relative(horizons(40, ("world.parameters.obedience=1",))["mission_effort"])
    mean, low, high = interval(effort)
    assert -0.02 < low <= mean <= high < 0.02
