"""Rolling forecasts of weekly bookings: no look at the future, bands that hold, weeks that differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crm_files import DATA, needs_data, read
from made_up import LAST, constant, crm
from scipy.stats import binomtest

from analysis.crm.estimates.histories import Histories, histories
from analysis.crm.forecast import bookings, forecast, rolling, weekly_factors


def made(seed: int, n: int = 4000, spread: float = 0.0) -> Histories:
    """Constant hazards; `spread` (log units) by which weeks of the calendar differ in wins."""
    rng = np.random.default_rng(seed)
    if not spread:
        age, cause = constant(0.08, 0.08, n, rng)
        return histories(crm(age, cause, rng, value=np.exp(8 + rng.standard_normal(n))))
    factor = np.exp(spread * rng.standard_normal(400))
    begun = np.sort(rng.uniform(0, LAST, n))
    age, cause = np.full(n, 200), np.zeros(n, np.int64)
    for week in range(120):
        live = cause == 0
        calendar = (begun // 7).astype(int) + week
        won = live & (rng.uniform(size=n) < np.minimum(0.08 * factor[calendar], 0.9))
        lost = live & ~won & (rng.uniform(size=n) < 0.08)
        age[won | lost], cause[won], cause[lost] = week, 1, 2
    return histories(crm(age, cause, rng, created=begun, value=np.exp(8 + rng.standard_normal(n))))


def test_nothing_after_the_day_is_seen() -> None:
    history = made(1)
    day = 7 * 60.0
    before = forecast(history.seen_until(day), 4, 0)
    late = history.ended > day
    other = replace(
        history, value=np.where(late, 1e9, history.value), cause=np.where(late, 2, history.cause),
        ended=np.where(late, history.last, history.ended),
    )  # fmt: skip
    assert np.array_equal(before, forecast(other.seen_until(day), 4, 0))


def test_bookings_add_up() -> None:
    history = made(2)
    won = (history.cause == 1) & (history.ended > 70) & (history.ended <= 98)
    assert bookings(history, 70.0, 4).sum() == pytest.approx(history.value[won].sum())


@pytest.mark.parametrize("spread", [0.0, 0.4])
def test_bands_hold(spread: float) -> None:
    held = [rolling(made(10 + seed, spread=spread), every=8) for seed in range(6)]
    inside = sum(round(one.inside * len(one.came)) for one in held)
    weeks = sum(len(one.came) for one in held)
    assert weeks >= 200
    # Weeks of one forecast share its doubt, so the error rate is that of half as many.
    assert binomtest(inside // 2, weeks // 2, 0.8).pvalue > 0.001


def test_weeks_that_differ_are_told_from_luck() -> None:
    calm, moved = (weekly_factors(one, one.counts()) for one in (made(3), made(3, spread=0.4)))
    assert calm.std() < 0.12
    assert moved.std() == pytest.approx(0.4, abs=0.15)
    assert moved.mean() == pytest.approx(1.0, abs=0.15)


def test_too_short_a_history_has_no_forecasts() -> None:
    history = made(4).seen_until(7 * 12.0)
    assert len(rolling(history).came) == 0
    assert np.isnan(rolling(history).inside)


@needs_data
def test_weekly_bookings_of_the_leads() -> None:
    found = rolling(histories(read(DATA / "leads" / "leads.csv")))
    assert len(found.came) >= 60
    assert 0.7 <= found.inside <= 0.9


def test_weeks_before_the_data_are_no_empty_weeks() -> None:
    """After ten weeks of 40 new deals each, wins of the next week come as often as the hazards say, from the first on."""
    begun = np.repeat(7.0 * np.arange(60), 40) + np.tile(np.linspace(0, 6.5, 40), 60)
    rng = np.random.default_rng(8)
    age, cause = constant(0.6, 0.1, len(begun), rng)
    history = histories(crm(age, cause, rng, last=7 * 60.0, created=begun, value=np.full(len(begun), 1.0)))
    early = forecast(history.seen_until(7 * 10.0 - 0.1), 4, 0)[:, 3].mean()
    late = forecast(history.seen_until(7 * 50.0 - 0.1), 4, 0)[:, 3].mean()
    assert early == pytest.approx(late, rel=0.15)
