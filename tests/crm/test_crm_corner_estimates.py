"""Estimates where something is missing: known answers of what is left, and the words for what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up import LAST, constant, crm

from analysis.crm.estimates.group_values import product_codes, two_way
from analysis.crm.estimates.histories import histories
from analysis.crm.estimates.learning import learning
from analysis.crm.estimates.optimism import optimism
from analysis.crm.estimates.spread import Spread
from analysis.crm.estimates.talent import talent
from analysis.crm.estimates.worth import worth
from analysis.crm.finding import Estimate, cannot_tell
from analysis.crm.held_figures import rep_spread
from analysis.crm.held_out import Seen, Split
from analysis.crm.moment import Moment
from analysis.crm.moments import moments
from analysis.crm.table import Crm

SPAN = (0.1, 1.0)


def test_products_are_one_where_none_is_named() -> None:
    named = pd.DataFrame({"product": ["GTX Pro", "", "gtx-pro", "MG"]})
    assert product_codes(named).tolist() == [1, 0, 1, 2]
    assert product_codes(named.drop(columns="product")).tolist() == [0, 0, 0, 0]


def test_two_way_means_by_turns_stop_after_the_rounds_that_are_given() -> None:
    y, group, other = np.array([0.0, 2.0, 4.0, 12.0]), np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    first, second = two_way(y, group, other, 2, rounds=1)  # means of `other`, then of what they leave
    assert (first.tolist(), second.tolist()) == ([-2.0, 2.0], [0.0, 6.0])
    first, second = two_way(y, group, other, 2, rounds=2)
    assert (first.tolist(), second.tolist()) == (pytest.approx([-8 / 3, 8 / 3]), pytest.approx([2.0, 16 / 3]))


def of_teams(begun: np.ndarray, seed: int = 1) -> Crm:
    """Deals of five reps in two segments, each over within four weeks."""
    rng = np.random.default_rng(seed)
    n = len(begun)
    rep, segment = np.arange(n) % 5, np.arange(n) // 5 % 2
    return crm(
        rng.integers(0, 4, n), rng.integers(1, 3, n), rng, created=begun, rep=[f"r{k}" for k in rep],
        segment=[f"s{k}" for k in segment],
    )  # fmt: skip


def test_deals_begun_at_once_tell_nothing_of_learning() -> None:
    """Nobody has ended any when the others begin."""
    data = of_teams(np.zeros(400))
    one = learning(data, histories(data))
    assert (one.finding, one.words, one.n) == ("cannot_tell", "experience does not vary within reps", 400)
    spread_out = of_teams(np.linspace(0, LAST - 60, 400))
    assert np.isfinite(learning(spread_out, histories(spread_out)).value)


@pytest.mark.parametrize("many", [49, 50])
def test_a_certainty_of_few_deals_cannot_tell(many: int) -> None:
    rng = np.random.default_rng(2)
    age, cause = constant(0.06, 0.04, many, rng)
    data = crm(age + 1, cause, rng, created=np.zeros(many))
    data.stated = pd.DataFrame({"deal": data.deals["deal"], "day": 0.5, "certainty": 0.8})
    found = {one.name: one for one in optimism(data, histories(data))}
    assert list(found) == ["won_of_stated_80", "stated_qualified", "stated_proposal"]
    assert found["stated_qualified"].words == "only 0 deals"
    if many < 50:
        assert {one.finding for one in found.values()} == {"cannot_tell"}
        assert found["won_of_stated_80"].words == "only 49 deals with this forecast"
        assert found["stated_proposal"].words == "only 49 deals"
    else:
        assert np.isfinite(found["won_of_stated_80"].value)
        assert found["stated_proposal"].value == pytest.approx(0.8)


def odds(low: float, high: float, finding: str = "found") -> Estimate:
    value = (low + high) / 2
    return Estimate("rep_win_odds_sd", finding, value, low, high, "logits", 9, "w", "", np.array([value]))  # type: ignore[arg-type]


def test_without_a_fit_talent_is_taken_as_results_stand() -> None:
    data = of_teams(np.linspace(0, LAST - 60, 40))
    history, beside = histories(data), Spread(0.45, 0.4, 0.5, np.zeros(5), np.ones(5))
    one = talent(odds(0.4, 0.5), beside, history, None, SPAN)
    assert (one.name, one.parameter, one.finding) == ("talent_weight", "talent_weight", "found")
    assert (one.value, one.low, one.high, one.words) == (0.45, 0.4, 0.5, "w")
    assert one.draws is not None
    assert one.draws.tolist() == [0.45]
    wide = talent(odds(0.2, 0.9), None, history, None, SPAN)
    assert wide.finding == "cannot_tell"
    assert wide.words == "w; but the interval holds 69% of 0.1 to 1"
    none = talent(replace(cannot_tell("rep_win_odds_sd", "logits", "no reps")), None, history, None, SPAN)
    assert none.draws is not None
    assert none.draws.min() >= 0.1  # the whole range is left
    assert none.draws.max() <= 1.0
    assert np.ptp(none.draws) > 0.8


def test_without_a_fit_values_of_wins_are_all_that_is_told() -> None:
    rng = np.random.default_rng(3)
    age, cause = constant(0.05, 0.05, 1000, rng)
    value = np.exp(9 + rng.standard_normal(1000))
    data = crm(age, cause, rng, value=value)
    won = np.log(value[(data.deals["outcome"] == "won").to_numpy()])
    found = worth(histories(data), None, 0.518, (0.0, 1.0))
    assert [one.name for one in found] == ["won_value_median", "won_value_sigma"]
    assert found[0].value == pytest.approx(np.exp(won.mean()))
    assert found[1].value == pytest.approx(won.std(ddof=1))
    assert {one.parameter for one in found} == {""}


def seen(cause: list[int]) -> Seen:
    """A hundred deals of five reps, begun on the day and ended in the fourth week."""
    split = Split(100.0, 240.0, 20, 52)
    n = 100
    rep = np.arange(n) % 5
    return Seen(np.full(n, 101.0), np.full(n, 125.0), np.array(cause), np.ones(n), rep, split)


def test_reps_do_not_differ_in_odds_where_only_one_thing_happens() -> None:
    assert np.isnan(rep_spread(seen([1] * 100)))
    assert np.isnan(rep_spread(seen([2] * 100)))
    assert rep_spread(seen(([1] * 5 + [2] * 5) * 10)) == pytest.approx(0.0, abs=1e-6)  # each wins half
    apart = rep_spread(seen([1, 1, 1, 2, 2] * 20))  # three reps always win, two never
    assert apart > 2


def told(n: int, reps: int = 20, won: int = 1, **columns: object) -> dict[str, Moment]:
    """Moments of deals begun evenly over two years, won (or lost) after four weeks by reps in turn."""
    rng = np.random.default_rng(4)
    given: dict[str, object] = {
        "created": np.linspace(0, LAST - 50, n), "rep": [f"r{k % reps}" for k in range(n)], "value": np.full(n, 100.0),
        "segment": [f"s{k % 3}" for k in range(n)], **columns,
    }  # fmt: skip
    return moments(crm(np.full(n, 4), np.full(n, won), rng, **given))


def test_fewer_than_twenty_deals_have_no_swing() -> None:
    assert not {"arrivals_swing", "bookings_swing"} & told(19).keys()
    assert {"arrivals_swing", "bookings_swing"} <= told(20).keys()
    assert told(20, won=2).keys() & {"arrivals_swing", "bookings_swing"} == {"arrivals_swing"}


def test_without_values_nothing_is_said_of_bookings() -> None:
    whole, without = told(400), told(400, value=np.full(400, np.nan))
    assert whole.keys() - without.keys() == {"bookings", "bookings_swing"}
    for name, one in without.items():
        assert one.value == pytest.approx(whole[name].value), name


def test_four_reps_are_too_few_to_speak_of_a_rep() -> None:
    of_a_rep = {"new_deals", "bookings", "books", "deals_spread", "arrivals_of_reps", "focus"}
    assert of_a_rep <= told(400, reps=5).keys()
    assert not of_a_rep & told(400, reps=4).keys()
    assert "arrivals_swing" in told(400, reps=4)


def test_without_segments_nothing_is_said_of_focus() -> None:
    whole = told(400)
    for segment in ([""] * 400, ["one"] * 400):
        without = told(400, segment=segment)
        assert whole.keys() - without.keys() - {"learning"} == {"focus"}
        assert without["new_deals"] == whole["new_deals"]
