"""Verdicts on made-up worlds of known truth: how often they err, and that they say what was put in.

Rates are over fixed seeds. A claim whose effect is exactly the smallest that matters is called supported at most 2.5 % of
the time, and refuted as often; with 2,000 claims the standard error of such a rate is .35 %, so the tests allow 3.6 %.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.hypotheses import (
    REFUTED,
    SUPPORTED,
    UNDECIDED,
    Margin,
    Part,
    Sides,
    expected_false,
    holm,
    judge,
    outcome_values,
    overall,
)
from analysis.paired import Estimate, t_interval
from analysis.panel import OutcomeInfo

PAIRS, CLAIMS = 60, 2000


def worlds(rng: np.random.Generator, effect: float, pairs: int = PAIRS) -> tuple[np.ndarray, np.ndarray]:
    """A skewed baseline of mean 100 and a policy that adds `effect` on average, in the same worlds."""
    base = 100 * rng.lognormal(-0.02, 0.2, pairs)
    return base + effect + rng.normal(0, 8, pairs), base


def rates(margin: Margin, effect: float, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    found = [judge(Sides(*worlds(rng, effect)), margin).verdict for _ in range(CLAIMS)]
    return {verdict: found.count(verdict) / CLAIMS for verdict in (SUPPORTED, REFUTED, UNDECIDED)}


@pytest.mark.parametrize("unit", ["absolute", "percent"])
@pytest.mark.parametrize("sign", [1, -1])
def test_at_the_threshold_either_verdict_is_as_rare_as_stated(unit, sign):
    """The mean of the baseline is 100, so 5 units are 5 percent of it."""
    found = rates(Margin(sign, 5.0, unit), 5.0 * sign, seed=1)
    assert found[SUPPORTED] <= 0.036
    assert found[REFUTED] <= 0.036
    assert found[UNDECIDED] >= 0.93


@pytest.mark.parametrize("unit", ["absolute", "percent"])
def test_clear_effects_are_called_by_their_name(unit):
    """An effect five standard errors (5.2) beyond or short of the threshold is missed less than once in 500."""
    assert rates(Margin(1, 5.0, unit), 10.5, seed=2)[SUPPORTED] > 0.99
    assert rates(Margin(1, 5.0, unit), -0.5, seed=3)[REFUTED] > 0.99
    assert rates(Margin(-1, 5.0, unit), 10.5, seed=4)[REFUTED] > 0.99


def test_not_worse_by_more_than():
    """A negative smallest effect: no change at all supports "not less by more than 5"."""
    assert rates(Margin(1, -5.0, "absolute"), 0.0, seed=5)[SUPPORTED] > 0.99
    assert rates(Margin(1, -5.0, "absolute"), -5.0, seed=6)[SUPPORTED] <= 0.036


@pytest.mark.parametrize("unit", ["absolute", "percent", "sd"])
def test_an_interaction_is_measured_and_covered(unit):
    """Effects of 12 here and 4 there: the interval of the difference, 8 (baseline mean 100, sd 20), covers 93-97 %."""
    rng = np.random.default_rng(7)
    truth = {"absolute": 8.0, "percent": 8.0, "sd": 8.0 / (100 * math.sqrt(math.exp(0.04) - 1))}[unit]
    hits = 0
    for _ in range(CLAIMS):
        (policy, base), (other, other_base) = worlds(rng, 12.0), worlds(rng, 4.0)
        effect = judge(Sides(policy, base, other, other_base), Margin(1, 2.0, unit)).effect
        hits += effect.low <= truth <= effect.high
    assert 0.93 <= hits / CLAIMS <= 0.97


def test_effect_and_p_value_agree_with_the_verdict():
    rng = np.random.default_rng(8)
    for effect in np.linspace(0, 10, 60):
        for unit in ("absolute", "percent"):
            part = judge(Sides(*worlds(rng, effect)), Margin(1, 5.0, unit))
            assert (part.p < 0.05) == (part.verdict != UNDECIDED)
            assert part.effect.low <= part.effect.mean <= part.effect.high


def test_what_has_no_number():
    policy, base = worlds(np.random.default_rng(9), 50.0)
    policy[:6] = np.nan
    assert judge(Sides(policy, base), Margin(1, 5.0, "absolute")).verdict == SUPPORTED
    policy[:7] = np.nan
    part = judge(Sides(policy, base), Margin(1, 5.0, "absolute"))
    assert (part.verdict, part.undefined) == (UNDECIDED, 7)
    assert "7 of 60 pairs" in part.reason
    few = judge(Sides(policy[10:12], base[10:12]), Margin(1, 5.0, "percent"))
    assert few.verdict == UNDECIDED
    assert "at least 3" in few.reason
    zero = judge(Sides(np.ones(9), np.zeros(9)), Margin(1, 5.0, "percent"))
    assert (zero.verdict, zero.effect.mean) == (UNDECIDED, None)


def test_equal_worlds_refute_an_effect():
    base = np.arange(10.0) + 1
    assert judge(Sides(base, base), Margin(1, 1.0, "percent")).verdict == REFUTED
    part = judge(Sides(base, base), Margin(1, 1.0, "absolute"))
    assert (part.verdict, part.p, part.effect.mean) == (REFUTED, pytest.approx(0, abs=1e-9), 0.0)


def test_counts_that_never_differ_may_do_so_unseen():
    """None of 64 worlds: up to 5.6 % of them might, since .944^64 = .025; more worlds say more."""
    margin = Margin(1, 0.05, "absolute")
    alike = judge(Sides(np.ones(64), np.ones(64)), margin)
    assert (alike.verdict, alike.effect.mean) == (UNDECIDED, 0.0)
    assert (alike.effect.low, alike.effect.high) == pytest.approx((-0.056, 0.056), abs=5e-4)
    assert alike.p == pytest.approx(2 * 0.95**64)
    many = judge(Sides(np.ones(200), np.ones(200)), margin)
    assert many.verdict == REFUTED
    assert many.p < 0.05
    shares = judge(Sides(np.full(64, 0.5), np.full(64, 0.5)), margin)
    assert (shares.verdict, shares.p) == (REFUTED, 0.0), "no counts: equal is equal"


def test_one_world_of_64_that_differs_is_not_the_whole_truth():
    """Exact limits for one of 64 are .0004 and .084 (tables of Clopper & Pearson), where the t interval ends at .047."""
    base = np.zeros(64)
    one = judge(Sides(base + (np.arange(64) == 5), base), Margin(1, 0.05, "absolute"))
    assert one.verdict == UNDECIDED
    assert one.effect.mean == 1 / 64
    assert (one.effect.low, one.effect.high) == pytest.approx((0.0004 - 0.056, 0.0841), abs=5e-4)
    ten = judge(Sides(base + (np.arange(64) < 10), base), Margin(1, 0.05, "absolute"))
    assert ten.effect == t_interval(base + (np.arange(64) < 10)), "no longer rare"


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_rare_counts_are_refuted_falsely_as_rarely_as_stated(share):
    """The truth is exactly the smallest that matters: either verdict in 2.5 %, in 2,000 experiments at most 3.5 %."""
    rng, margin = np.random.default_rng(11), Margin(1, share, "absolute")
    base = np.zeros(64)
    found = [judge(Sides(base + (rng.random(64) < share), base), margin).verdict for _ in range(2000)]
    assert found.count(REFUTED) / 2000 <= 0.035
    assert found.count(SUPPORTED) / 2000 <= 0.035


def part(verdict: str, p: float) -> Part:
    return Part(verdict, Estimate(0.0, 0.0, 0.0, 10), p, 0)


def test_a_claim_needs_all_its_parts():
    good, bad, open_ = part(SUPPORTED, 0.01), part(REFUTED, 0.002), part(UNDECIDED, 0.4)
    assert overall([good]) == (SUPPORTED, 0.01)
    assert overall([good, part(SUPPORTED, 0.03)]) == (SUPPORTED, 0.03)
    assert overall([good, open_]) == (UNDECIDED, 0.4)
    assert overall([open_, bad, good]) == (REFUTED, pytest.approx(0.006))
    assert overall([good, part(REFUTED, 0.02), good]) == (UNDECIDED, pytest.approx(0.06)), (
        "any of three might err"
    )


def test_many_parts_do_not_make_a_false_refutation_likelier():
    """Four parts exactly at their thresholds, 1,000 times: refuted in 2.5 %, at most 3.5 % (two standard errors)."""
    rng, margin = np.random.default_rng(6), Margin(1, 5.0, "absolute")
    found = [overall([judge(Sides(*worlds(rng, 5.0)), margin) for _ in range(4)])[0] for _ in range(1000)]
    assert 0.005 <= found.count(REFUTED) / 1000 <= 0.035


def test_holm_on_an_example_worked_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == [
        True,
        False,
        False,
        True,
    ]  # .005 < .0125, .01 < .0167, .03 > .025
    assert holm([0.02]) == [True]
    assert holm([]) == []


def test_holm_keeps_any_false_verdict_below_5_percent():
    """27 claims exactly at their thresholds, 400 times: some false verdict in at most 7.2 % (two standard errors)."""
    rng = np.random.default_rng(10)
    false, supported = 0, 0
    for _ in range(400):
        parts = [judge(Sides(*worlds(rng, 5.0)), Margin(1, 5.0, "absolute")) for _ in range(27)]
        false += any(holm([p.p for p in parts]))
        supported += sum(p.verdict == SUPPORTED for p in parts)
    assert false / 400 <= 0.072
    assert supported / 400 == pytest.approx(expected_false(27), abs=0.12)


def test_outcomes_are_reduced_as_they_say():
    weeks = pd.DataFrame(
        [("a", r, w, 10.0 * r + w) for r in range(2) for w in range(5)]
        + [("b", 0, w, 0.0) for w in range(5)],
        columns=["policy", "replication", "week", "x"],
    )
    runs = pd.DataFrame({"policy": ["a", "a"], "replication": [0, 1], "x": [7, 8]})

    class Tables:
        periods, runs_ = weeks, runs

    tables = Tables()
    tables.runs = runs

    def value(reduce: str, weekly: bool = True) -> list[float]:
        info = OutcomeInfo("x", "cents", 1, weekly, reduce, "x")
        return outcome_values(tables, "a", info, 1, 3).tolist()

    assert value("sum_from_start") == [6.0, 36.0]
    assert value("mean_from_start") == [2.0, 12.0]
    assert value("last") == [3.0, 13.0]
    assert value("", weekly=False) == [7.0, 8.0]
