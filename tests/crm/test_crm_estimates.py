"""Estimates against known answers: made-up histories whose truth is known, two-sided with standard errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import LAST, constant, crm, of_model, truth
from scipy.stats import binomtest

from analysis.calibration.opportunity import NAMES
from analysis.crm.estimates.chances import chances
from analysis.crm.estimates.engine import Scores
from analysis.crm.estimates.group_values import two_way
from analysis.crm.estimates.groups import differences, top_share
from analysis.crm.estimates.hand_over import hand_over
from analysis.crm.estimates.hazards_told import PARAMETERS
from analysis.crm.estimates.histories import histories
from analysis.crm.estimates.learning import experience, learning
from analysis.crm.estimates.optimism import optimism
from analysis.crm.estimates.roster import roster
from analysis.crm.estimates.season import quarter_end
from analysis.crm.estimates.settled import settled
from analysis.crm.estimates.worth import worth
from analysis.crm.finding import Estimate
from simulation.parameters import PARAMETERS as TABLE

RANGES = {name: (p.low, p.high) for name, p in TABLE.items()}
DEFAULTS = {name: p.default for name, p in TABLE.items()}


def within(one: Estimate, true: float, errors: float = 4.0) -> None:
    assert one.draws is not None
    assert abs(one.value - true) < errors * one.draws.std(), (one.name, one.value, true, one.draws.std())
    assert one.low <= one.value <= one.high


def named(estimates: list[Estimate]) -> dict[str, Estimate]:
    return {one.name: one for one in estimates}


def test_open_deals_count_as_long_as_they_were_seen() -> None:
    rng = np.random.default_rng(1)
    found = named(chances(histories(crm(*constant(0.02, 0.01, 6000, rng), rng))))
    for week in (13, 26, 52):
        within(found[f"won_by_week_{week}"], 2 / 3 * (1 - 0.97**week))
        within(found[f"lost_by_week_{week}"], 1 / 3 * (1 - 0.97**week))
    assert found["won_by_week_52"].finding == "found"


def test_closed_deals_alone_flatter_where_losers_stay() -> None:
    rng = np.random.default_rng(2)
    age, cause = constant(0.02, 0.02, 6000, rng)
    found = named(chances(histories(crm(np.where(cause == 2, age + 40, age), cause, rng))))
    within(found["won_by_week_52"], 0.5 * (1 - 0.96**52))
    assert found["won_of_closed"].low > 0.55  # the truth is a half


def test_few_deals_cannot_tell() -> None:
    rng = np.random.default_rng(3)
    data = crm(*constant(0.02, 0.02, 40, rng), rng)
    assert {one.finding for one in chances(histories(data)) if one.name != "won_so_far"} == {"cannot_tell"}
    assert settled(data, histories(data), RANGES, DEFAULTS) is None


def test_the_models_own_deals_are_recovered() -> None:
    true = {"a1": 0.2, "a2": 0.1, "l": 0.006, "n": 0.004, "decline": 0.25, "q0": 0.03, "p0": 0.4475}
    rng = np.random.default_rng(4)
    data = crm(*of_model(20_000, 4, **true), rng)
    fitted = settled(data, histories(data), RANGES, DEFAULTS)
    assert fitted is not None
    found = named(fitted.estimates)
    assert fitted.rows.shape == (201, 9)
    for name, short in PARAMETERS.items():
        one = found[name]
        told = short not in ("p0", "a1")  # without the stage at the start the first hazard may be anything
        assert one.finding == ("found" if told else "cannot_tell"), name
        assert one.low <= true[short] <= one.high, (name, one)
    for short in ("a2", "l", "decline", "q0"):
        assert abs(fitted.rows[0, NAMES.index(short)] / true[short] - 1) < 0.25, short


def test_without_recorded_losses_they_keep_their_range() -> None:
    rng = np.random.default_rng(5)
    age, cause = of_model(5000, 5)
    data = crm(np.where(cause == 1, age, 10_000), np.where(cause == 1, 1, 0), rng)
    fitted = settled(data, histories(data), RANGES, DEFAULTS)
    assert fitted is not None
    found = named(fitted.estimates)
    for name in ("loss", "no_decision", "early_loss"):
        assert found[name].finding == "cannot_tell"
        assert found[name].value == DEFAULTS[name]
        assert found[name].draws is not None
        assert np.ptp(found[name].draws) > 0.7 * (RANGES[name][1] - RANGES[name][0])


def groups_of(sd: float, seed: int, n: int = 8000, reps: int = 40) -> Estimate:
    """Reps whose odds differ by this much."""
    rng = np.random.default_rng(seed)
    rep = rng.integers(0, reps, n)
    score = sd * rng.standard_normal(reps)[rep]
    data = crm(
        *constant(0.03 * np.exp(score / 2), 0.03 * np.exp(-score / 2), n, rng),
        rng,
        rep=[f"r{k}" for k in rep],
    )
    return differences(data, histories(data), "rep").estimates[0]


def test_reps_that_differ_are_found_and_others_are_not() -> None:
    some = groups_of(0.6, 6)
    assert (some.finding, some.low < 0.6 < some.high) == ("found", True)
    assert groups_of(0.0, 7).finding == "not_found"
    assert groups_of(0.0, 8, n=300, reps=10).finding == "cannot_tell"


def test_intervals_of_spreads_cover() -> None:
    held = sum(one.low <= 0.3 <= one.high for one in (groups_of(0.3, 100 + k, 3000, 30) for k in range(80)))
    assert binomtest(held, 80, 0.95).pvalue > 0.001
    false = sum(groups_of(0.0, 300 + k, 3000, 30).finding == "found" for k in range(80))
    assert binomtest(false, 80, 0.025, "greater").pvalue > 0.001


def test_values_are_compared_within_products() -> None:
    rng = np.random.default_rng(9)
    n = 6000
    rep = rng.integers(0, 20, n)
    dear = rng.uniform(size=n) < np.where(rep < 10, 0.9, 0.1)  # who sells what
    value = np.exp(np.where(dear, 11.0, 7.0) + 0.3 * rng.standard_normal(n))
    product = np.where(dear, rng.choice(["GTX Pro", "GTXPro"], n), "MG")
    names = {"rep": [f"r{k}" for k in rep], "value": value}
    age, cause = constant(0.03, 0.03, n, rng)
    without, with_products = (
        differences(data, histories(data), "rep").estimates[1]
        for data in (crm(age, cause, rng, **names), crm(age, cause, rng, product=product, **names))
    )
    assert (without.finding, with_products.finding) == ("found", "not_found")


def test_two_way_means_are_least_squares() -> None:
    rng = np.random.default_rng(10)
    a, b = rng.integers(0, 5, 300), rng.integers(0, 4, 300)
    y = rng.standard_normal(300)
    one, other = two_way(y, a, b, 5, rounds=500)
    design = np.column_stack([np.eye(5)[a], np.eye(4)[b]])
    assert np.allclose(one[a] + other[b], design @ np.linalg.lstsq(design, y, rcond=None)[0], atol=1e-6)


def test_values_and_what_they_do_to_winning() -> None:
    rng = np.random.default_rng(11)
    n = 15_000
    log_value = 9.0 + 1.2 * rng.standard_normal(n)
    deals = of_model(n, 11, shift=-0.5 * (log_value - 9.0), sigma_z=Scores().spread)
    data = crm(*deals, rng, value=np.exp(log_value))
    history = histories(data)
    found = named(worth(history, settled(data, history, RANGES, DEFAULTS), 0.518, RANGES["value_slope"]))
    assert found["value_slope"].finding == "found"
    within(found["value_slope"], 0.5)
    assert abs(np.log(found["deal_value_median"].value) - 9.0) < 0.08
    assert abs(found["deal_value_sigma"].value - 1.2) < 0.06
    assert np.log(found["won_value_median"].value) < 8.9


def test_values_of_wins_alone_do_not_tell_the_slope() -> None:
    rng = np.random.default_rng(12)
    age, cause = of_model(4000, 12)
    value = np.where(cause == 1, np.exp(9 + rng.standard_normal(4000)), np.nan)
    data = crm(age, cause, rng, value=value)
    history = histories(data)
    found = named(worth(history, settled(data, history, RANGES, DEFAULTS), 0.518, RANGES["value_slope"]))
    assert found["value_slope"].finding == "cannot_tell"
    assert found["deal_value_median"].value > found["won_value_median"].value
    wide = found["deal_value_median"].high / found["deal_value_median"].low
    assert wide > found["won_value_median"].high / found["won_value_median"].low


@pytest.mark.parametrize(("slope", "finding"), [(0.06, "found"), (0.0, "not_found")])
def test_learning_in_a_segment(slope: float, finding: str) -> None:
    rng = np.random.default_rng(13)
    n = 20_000
    begun = np.sort(rng.uniform(0, LAST, n))
    rep, segment = rng.integers(0, 25, n), rng.integers(0, 6, n)
    age = rng.integers(0, 4, n)
    before = experience(rep * 6 + segment, begun, begun + 7 * age + 3.5)
    won = rng.uniform(size=n) < 0.15 + slope * np.log1p(before) + 0.05 * (rep % 3)
    data = crm(
        age,
        np.where(won, 1, 2),
        rng,
        created=begun,
        rep=[f"r{k}" for k in rep],
        segment=[f"s{k}" for k in segment],
    )
    one = learning(data, histories(data))
    assert one.finding == finding
    within(one, slope)


def test_experience_counts_what_had_ended() -> None:
    cell, begun = np.array([0, 0, 0, 1]), np.array([0.0, 5.0, 20.0, 30.0])
    assert experience(cell, begun, np.array([10.0, np.inf, 25.0, 31.0])).tolist() == [0, 0, 1, 0]


def test_quarter_ends() -> None:
    rng = np.random.default_rng(14)
    n = 6000
    plain = crm(*constant(0.2, 0.05, n, rng), rng)
    assert quarter_end(plain).finding in ("not_found", "cannot_tell")
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(728), unit="D")
    late = (days + pd.Timedelta(days=14)).quarter != days.quarter
    ended = rng.choice(728, n, p=np.where(late, 3.0, 1.0) / np.where(late, 3.0, 1.0).sum())
    heavy = plain.deals.assign(outcome="won", ended=ended + 0.5, created=0.0)
    one = quarter_end(type(plain)(**{**vars(plain), "deals": heavy}))
    assert (one.finding, one.low < 3 < one.high) == ("found", True)
    assert quarter_end(type(plain)(**{**vars(plain), "origin": None})).finding == "cannot_tell"


def test_stated_certainties_against_what_came() -> None:
    rng = np.random.default_rng(15)
    n = 4000
    age, cause = constant(0.06, 0.04, n, rng)
    data = crm(age + 1, cause, rng)
    day = data.deals["created"].to_numpy() + 0.5
    certainty = np.where(np.arange(n) % 2 == 0, 0.2, 0.8)
    data.stated = pd.DataFrame({"deal": data.deals["deal"], "day": day, "certainty": certainty})
    found = named(optimism(data, histories(data)))
    for stated in (20, 80):
        within(found[f"won_of_stated_{stated}"], 0.6)
        assert found[f"won_of_stated_{stated}"].finding == "found"
    assert (found["stated_qualified"].value, found["stated_proposal"].value) == (
        pytest.approx(0.2),
        pytest.approx(0.8),
    )


@pytest.mark.parametrize(("factor", "finding"), [(0.5, "found"), (1.0, "not_found")])
def test_a_change_of_owner(factor: float, finding: str) -> None:
    rng = np.random.default_rng(16)
    n = 12_000
    rate = 0.03
    age, cause = constant(rate, 0.01, n, rng)
    moved = (rng.uniform(size=n) < 0.2) & (age > 8)
    more, then = constant(rate * factor, 0.01, n, rng)
    age, cause = np.where(moved, 8 + more, age), np.where(moved, then, cause)
    data = crm(age, cause, rng)
    who = np.flatnonzero(moved)
    data.moves = pd.DataFrame(
        {
            "what": "deal", "name": data.deals["deal"].iloc[who], "before": "a", "after": "b",
            "day": data.deals["created"].to_numpy()[who] + 56,
        }
    )  # fmt: skip
    one = hand_over(data, histories(data))
    assert one.finding == finding
    assert abs(one.value - factor) < 0.12  # the common hazards have the moved ones in them


def test_roster_and_top_share() -> None:
    rng = np.random.default_rng(17)
    n = 3000
    rep = np.where(np.arange(n) < 100, 9, rng.integers(0, 8, n))  # the tenth left long ago
    created = np.sort(rng.uniform(0, LAST, n))
    data = crm(
        *constant(0.1, 0.1, n, rng), rng, created=created, rep=[f"r{k}" for k in rep],
        manager=[f"m{k % 2}" for k in rep], account=[f"a{k % 500}" for k in range(n)],
    )  # fmt: skip
    found = named(roster(data, histories(data), None, DEFAULTS))
    assert [found[name].value for name in ("reps", "managers", "accounts")] == [8, 2, 500]
    still = (data.deals["outcome"] == "open").sum() / 8
    assert 0.8 * still < found["open_deals"].value <= still
    late = (created > LAST - 7 * 26).sum()
    assert found["deals_begun"].value == pytest.approx(late / 26 / 8)
    assert 0.2 < top_share(data).value < 0.3  # two of nine, all alike
    assert truth()[NAMES.index("sigma_z")] == 1.0
