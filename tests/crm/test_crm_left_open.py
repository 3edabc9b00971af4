"""What data leave open of what was not found, and segments that are known one by one; error rates from fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import constant, crm
from scipy.stats import binomtest, kstest, truncnorm

from analysis.crm.estimates.everything import of_parameters
from analysis.crm.estimates.groups import differences, luck_of_ends, luck_of_pace, top_share
from analysis.crm.estimates.histories import histories
from analysis.crm.estimates.spread import normal_luck, spread
from analysis.crm.finding import NAN, Estimate, left_of, narrow_enough, staying, within
from app.calibration.settings import DEFAULTS, RANGES, setting

LOT = (np.arange(4000) + 0.5) / 4000


def one(value: float, low: float, high: float, finding: str = "cannot_tell") -> Estimate:
    return Estimate("talent_weight", finding, value, low, high, "logits", 100, "words", "talent_weight")  # type: ignore[arg-type]


def test_draws_of_what_was_not_found_are_the_posterior_of_range_and_data() -> None:
    """A normal likelihood on a uniform range is a normal cut off at the ends of the range."""
    sd = 0.09 / 1.959964
    drawn = within((-0.2, 0.8), one(-0.1, -0.19, -0.01), LOT)
    assert kstest(drawn, truncnorm(-0.1 / sd, 0.9 / sd, -0.1, sd).cdf).statistic < 0.01
    assert kstest(within((0.0, 1.0), one(NAN, NAN, NAN), LOT), "uniform").statistic < 0.001


def test_a_spread_that_may_be_nought_is_drawn_from_nought_to_what_the_data_allow() -> None:
    drawn = within((0.0, 1.0), one(0.04, 0.0, 0.14, "not_found"), LOT)
    assert 0.12 < np.quantile(drawn, 0.975) < 0.18
    assert drawn.min() < 0.005
    cut = within((0.02, 1.0), one(0.1, 0.0, 0.3), LOT)  # on a range of factors too
    assert np.quantile(cut, [0.025, 0.5, 0.975]) == pytest.approx([0.035, 0.1, 0.3], rel=0.15)
    far = within((0.0, 1.0), one(2.0, 1.5, 2.5), LOT)  # the data lie beyond the range
    assert np.median(far) > 0.9


def test_on_a_range_of_factors_draws_are_uniform_in_the_log_where_the_data_say_little() -> None:
    drawn = within((0.02, 1.0), one(0.1, 1e-12, 1e9), LOT)
    assert kstest(np.log(drawn / 0.02) / np.log(50), "uniform").statistic < 0.02


def test_found_is_what_leaves_at_most_half_of_the_range() -> None:
    """As in a fit through the whole model: half of what an interval would cover if the data said nothing."""
    assert left_of((0.0, 1.0), 0.025, 0.975) == pytest.approx(1.0)
    assert left_of((0.01, 1.0), 0.1, 5.0) == pytest.approx(0.5 / 0.95)
    assert narrow_enough(one(0.3, 0.1, 0.57, "found"), (0.0, 1.0)).finding == "found"
    wide = narrow_enough(one(0.4, 0.1, 0.58, "found"), (0.0, 1.0))
    assert (wide.finding, wide.words) == ("cannot_tell", "words; but the interval holds 51% of 0 to 1")
    assert narrow_enough(wide, (0.0, 1.0)) == wide
    assert narrow_enough(one(NAN, NAN, NAN), (0.0, 1.0)).finding == "cannot_tell"


def test_the_literature_s_value_stays_unless_the_data_rule_it_out() -> None:
    assert staying(0.35, np.linspace(0.3, 0.5, 200)) == 0.35
    assert staying(0.35, np.linspace(0.0, 0.2, 200)) == pytest.approx(0.1)


def test_the_scenario_says_how_what_was_not_found_is_drawn() -> None:
    """Reps alike: talent is drawn from what the data allow, not from all of 0 to 1, and the remark says so."""
    rng = np.random.default_rng(2)
    age, cause = constant(0.05, 0.05, 9000, rng)
    data = crm(age, cause, rng, rep=[f"r{k}" for k in rng.integers(0, 30, 9000)])
    found = of_parameters(data, histories(data), RANGES, DEFAULTS)
    talent = found.named("talent_weight")
    assert talent is not None
    assert talent.finding == "not_found"
    told = setting(talent, 0)
    assert told.draws is not None
    assert told.draws.max() < 0.4
    assert told.value < DEFAULTS["talent_weight"]
    assert "0 to 1, as published, weighted by what the data allow (0 to " in told.why
    assert "The data rule out the literature's value" in told.why


def realised(rng: np.random.Generator, groups: int, sd: float) -> np.ndarray:
    """Deviations of these groups, whose standard deviation is exactly this."""
    lot = rng.standard_normal(groups)
    lot -= lot.mean()
    return sd * lot / lot.std(ddof=1)


@pytest.mark.parametrize(("groups", "sd"), [(2, 0.0), (2, 0.5), (3, 0.3), (8, 0.0), (8, 0.3)])
def test_intervals_of_segments_hold_the_spread_of_these_very_segments(groups: int, sd: float) -> None:
    """95 % of them, and found where there is none in one of forty. The profile of a population of segments gave two of them
    up to 22 log units.
    """
    rng = np.random.default_rng(3)
    held = false = 0
    for _ in range(100):
        variance = rng.uniform(0.005, 0.02, groups)
        means = realised(rng, groups, sd) + np.sqrt(variance) * rng.standard_normal(groups)
        found = spread(means, variance, luck=normal_luck(variance))
        held += found.low - 2e-3 <= sd <= found.high + 2e-3
        false += found.low > 0
        assert found.high < sd + 0.7
    assert binomtest(held, 100, 0.95).pvalue > 0.001
    if sd == 0:
        assert binomtest(false, 100, 0.025, "greater").pvalue > 0.001


@pytest.mark.parametrize("sd", [0.0, 0.4])
def test_pace_and_odds_of_few_ends_a_segment(sd: float) -> None:
    rng = np.random.default_rng(4)
    ended, held = np.full(6, 25.0), np.zeros(2)
    for _ in range(60):
        pace = rng.poisson(ended * np.exp(realised(rng, 6, sd)))
        slow = spread(np.log((pace + 0.5) / (ended + 0.5)), 1 / (ended + 0.5), luck=luck_of_pace(ended))
        wins = rng.binomial(25, 1 / (1 + np.exp(-realised(rng, 6, sd)))).astype(float)
        due = np.full(6, wins.mean())
        mean = np.log((wins + 0.5) / (due + 0.5)) - np.log((25.5 - wins) / (25.5 - due))
        variance = 1 / (due + 0.5) + 1 / (25.5 - due)
        odds = spread(mean, variance, luck=luck_of_ends(ended, due, 25 - due, these=True))
        held += [found.low - 2e-3 <= sd <= found.high + 2e-3 for found in (slow, odds)]
    assert all(binomtest(int(k), 60, 0.95).pvalue > 0.001 for k in held)


def test_two_segments_are_told_apart_by_their_difference() -> None:
    rng = np.random.default_rng(6)
    n = 6000
    segment = rng.integers(0, 2, n)
    age, cause = constant(np.where(segment, 0.06, 0.03), np.where(segment, 0.06, 0.03), n, rng)
    value = np.exp(9 + 0.8 * segment + rng.standard_normal(n))
    data = crm(age, cause, rng, segment=[f"s{k}" for k in segment], value=value)
    odds, speed, worth = differences(data, histories(data), "segment").estimates
    assert (odds.finding, speed.finding, worth.finding) == ("not_found", "found", "found")
    for found, apart in ((speed, np.log(2)), (worth, 0.8)):  # standard deviation of two: difference / sqrt(2)
        assert found.low < apart / np.sqrt(2) < found.high < 1.2


def test_the_best_of_equal_reps_have_their_part_and_not_less() -> None:
    rng = np.random.default_rng(7)
    age, cause = constant(0.5, 1e-9, 2000, rng)
    data = crm(
        np.zeros(2000, np.int64), np.ones(2000, np.int64), rng, rep=[f"r{k % 10}" for k in range(2000)]
    )
    found = top_share(data)
    assert found.value == pytest.approx(0.2, abs=0.002)
    assert 0.2 <= found.low <= found.value <= found.high < 0.25
    assert len(age) == len(cause)
