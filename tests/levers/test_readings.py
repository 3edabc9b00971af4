"""What each source shows of the segments, against numbers worked out by hand, and sources put together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.levers.points import Reading, ReadingState
from simulation.levers.readings import SOURCES, interviews, payments, read, reports, usage
from simulation.levers.weighing import against_all, blend

NOTHING = ([0.0, 0.0], [math.inf, math.inf])


def seen(**figures):
    """Two segments of which nothing was seen but what is given; a standard deviation of fit is worth half a log unit."""
    usual = {"slope": 0.5, "noise": 0.5, "value_variance": (2.0, 2.0)}
    fields = dict.fromkeys(ReadingState._fields, (0.0, 0.0)) | usual | figures
    return ReadingState(**{k: np.array(v, float) if isinstance(v, tuple) else v for k, v in fields.items()})


def shown(reading):
    assert reading.observed.dtype == reading.error.dtype == np.float64
    return reading.observed.tolist(), reading.error.tolist()


# money per touch


def test_payments_are_money_per_touch_against_all():
    # 400 for 200 touches, 2 a touch, 50 touches a win. With 50 touches at 2 added to each:
    # (300 + 100) / 150 / 2 = 4/3 and (100 + 100) / 150 / 2 = 2/3 of the usual
    observed, error = shown(payments(seen(paid=(300, 100), wins=(3, 1), touches=(100, 100))))
    assert observed == pytest.approx([math.log(4 / 3) / 0.5, math.log(2 / 3) / 0.5], abs=1e-6)
    # one deal's money has variance 1 + 2 in squares of the mean: 3 / (3 + 1) and 3 / (1 + 1), by the slope squared
    assert error == pytest.approx([3, 6])
    # where values vary more, as much money says less
    state = seen(paid=(300, 100), wins=(3, 1), touches=(100, 100), value_variance=(2.0, 5.0))
    assert shown(payments(state)) == (observed, pytest.approx([3, 12]))


def test_reports_are_the_pipeline_per_touch_and_wins_say_how_sure():
    # 400 for 250 touches, 1.6 a touch, 62.5 touches a win: (350 + 100) / 112.5 / 1.6 and (50 + 100) / 262.5 / 1.6
    state = seen(stated=(350, 50), wins=(3, 1), touches=(50, 200), paid=(1, 999), slope=0.25)
    observed, error = shown(reports(state))
    assert observed == pytest.approx([4 * math.log(2.5), 4 * math.log(5 / 14)], abs=1e-5)
    assert error == pytest.approx([3 / 4 * 16, 3 / 2 * 16])


def test_no_win_yet_is_bad_news_but_not_a_rate_of_nought():
    # all 100 come from the first, for 100 of 300 touches: 1/3 a touch, 300 touches a win
    observed, error = shown(payments(seen(paid=(100, 0), wins=(1, 0), touches=(100, 200))))
    # (100 + 100) / 400 x 3 = 1.5 and (0 + 100) / 500 x 3 = .6
    assert observed == pytest.approx([2 * math.log(1.5), 2 * math.log(0.6)], abs=1e-6)
    assert error == pytest.approx([6, 12])


def test_where_nobody_worked_the_rate_is_the_usual_one():
    observed, error = shown(payments(seen(paid=(100, 0), wins=(4, 0), touches=(80, 0))))
    assert observed == pytest.approx([0, 0], abs=1e-6)
    assert error == pytest.approx([3 / 5 / 0.25, 12])


def test_rates_do_not_depend_on_the_currency():
    state = seen(paid=(300, 100), wins=(3, 1), touches=(100, 50))
    dearer = state._replace(paid=state.paid * 7)
    assert shown(payments(dearer))[0] == pytest.approx(shown(payments(state))[0], abs=1e-6)


@pytest.mark.parametrize("source", [payments, reports])
def test_without_a_win_or_without_money_nothing_is_seen(source):
    assert shown(source(seen())) == NOTHING
    assert shown(source(seen(paid=(0, 0), stated=(5, 7), touches=(10, 20)))) == NOTHING
    assert shown(source(seen(wins=(1, 2), touches=(10, 20)))) == NOTHING


# depth of use and interviews


def test_use_is_read_against_the_mean_of_all_new_customers():
    # the mean of one at .8 and three at 0 is .2
    observed, error = shown(usage(seen(usage=(0.8, 0.0), users=(1, 3))))
    assert observed == pytest.approx([0.6, -0.2])
    assert error == [1, 1 / 3]
    # those whose onboarding has just begun count less: a quarter of a customer, the mean (.25 x 2 + .5 x -1) / .75 = 0
    assert shown(usage(seen(usage=(2.0, -1.0), users=(0.25, 0.5)))) == ([2, -1], [4, 2])
    # where there is none, nothing is seen, whatever figure stands there
    assert shown(usage(seen(usage=(2.0, 5.0), users=(3, 0)))) == ([0, 0], [1 / 3, math.inf])
    assert shown(usage(seen())) == NOTHING


def test_interviews_have_the_spread_of_customers_and_their_own_error():
    # variance 1 + .5^2; the mean of four at 1 and one at -1.5 is .5
    observed, error = shown(interviews(seen(heard=(1.0, -1.5), interviews=(4, 1))))
    assert observed == pytest.approx([0.5, -2.0])
    assert error == pytest.approx([1.25 / 4, 1.25])
    # half an interview, the rest has faded, is no better than a whole one and no worse; mean (4 - .5) / 4.5 = 7/9
    observed, error = shown(interviews(seen(heard=(1.0, -1.0), interviews=(4, 0.5))))
    assert observed == pytest.approx([2 / 9, -16 / 9])
    assert error == pytest.approx([1.25 / 4, 1.25])
    observed, error = shown(interviews(seen(heard=(1.0, 9.0), interviews=(4, 0), noise=2.0)))
    assert (observed, error) == ([0, 0], [5 / 4, math.inf])
    assert shown(interviews(seen())) == NOTHING


def test_against_all_never_counts_fewer_than_the_least():
    reading = against_all(np.array([1.0, -2.0, 7.0]), np.array([4.0, 2.0, 0.0]), 6.0, least=3.0)
    assert shown(reading) == ([1, -2, 0], [6 / 4, 6 / 3, math.inf])  # mean (4 - 4) / 6 = 0


# several sources


def reading(observed, error):
    return Reading(np.array(observed, float), np.array(error, float))


def test_sources_are_weighted_by_their_precision():
    # precisions 1 + 1/4 and 1/2 + 1/2: (1 + 2/4) / 1.25 and (3 - 1) / 2
    a, b = reading((1.0, 3.0), (1.0, 2.0)), reading((2.0, -1.0), (4.0, 2.0))
    for together in (blend(a, b), blend(b, a)):
        assert shown(together) == ([1.2, 1.0], [0.8, 1.0])
    # a third with precision 5/4 and 1: (1.5 - 1.25) / 2.5 and (2 + 0) / 2
    together = blend(a, b, reading((-1.0, 0.0), (0.8, 1.0)))
    assert together.observed == pytest.approx([0.1, 0.5])
    assert together.error == pytest.approx([0.4, 0.5])


def test_a_source_that_shows_nothing_changes_nothing():
    blind, sighted = reading((7.0, 7.0), (math.inf, math.inf)), reading((1.0, -2.0), (0.5, 4.0))
    half = reading((7.0, 0.0), (math.inf, 4.0))
    for together in (blend(blind, sighted), blend(sighted, blind, blind), blend(sighted)):
        assert shown(together) == ([1.0, -2.0], [0.5, 4.0])
    assert shown(blend(half, sighted)) == ([1.0, -1.0], [0.5, 2.0])
    assert shown(blend(blind, blind)) == NOTHING


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("activity", (payments, usage)),
        ("payments", (payments,)),
        ("reports", (reports,)),
        ("usage", (usage,)),
        ("interviews", (interviews,)),
        ("usage_and_interviews", (usage, interviews)),
        ("blend", (payments, usage, interviews)),
    ],
)
def test_each_source_shows_its_parts_together(source, parts):
    state = seen(
        paid=(300, 100), wins=(3, 1), stated=(100, 900), touches=(100, 100),
        usage=(0.8, 0.0), users=(1, 3), heard=(1.0, -1.5), interviews=(4, 1),
    )  # fmt: skip
    # worked out above; of reports: 1000 for 200 touches, 50 touches a win, (100 + 250) / 750 and (900 + 250) / 750
    by_hand = {
        payments: ((2 * math.log(4 / 3), 2 * math.log(2 / 3)), (3, 6)),
        reports: ((2 * math.log(7 / 15), 2 * math.log(23 / 15)), (3, 6)),
        usage: ((0.6, -0.2), (1, 1 / 3)),
        interviews: ((0.5, -2.0), (1.25 / 4, 1.25)),
    }
    observed, error = shown(read(source, state))
    for s in (0, 1):
        weights = [1 / by_hand[part][1][s] for part in parts]
        mean = sum(w * by_hand[part][0][s] for w, part in zip(weights, parts, strict=True)) / sum(weights)
        assert observed[s] == pytest.approx(mean, abs=1e-5)
        assert error[s] == pytest.approx(1 / sum(weights))


def test_there_is_no_source_but_these():
    assert set(SOURCES) == {
        *("activity", "payments", "reports", "usage", "interviews", "usage_and_interviews", "blend")
    }
