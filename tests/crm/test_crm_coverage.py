"""Exports that are cut off, and teams of which few deals are known: told before the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from made_up import constant, crm
from scipy.stats import binomtest

from analysis.crm.coverage import FEWER, STOPPED, busy_until
from analysis.crm.estimates.everything import estimate
from app.calibration.cautions import cautions
from app.calibration.people import BEGUN, sales_force
from app.calibration.settings import DEFAULTS, RANGES
from app.calibration.understood import period

LAST = 7 * 104.0


def begun(rng: np.random.Generator, a_week: float, until: float = LAST) -> np.ndarray:
    return np.sort(rng.uniform(0, until, rng.poisson(a_week * until / 7)))


def test_deals_that_stop_are_seen_and_holidays_are_not() -> None:
    rng = np.random.default_rng(1)
    assert busy_until(begun(rng, 40, LAST - 70), LAST)[0] == LAST - 70
    assert busy_until(begun(rng, 40, LAST - 14), LAST)[0] == LAST
    assert busy_until(begun(rng, 3, LAST - 70), LAST)[0] == LAST - 70
    assert busy_until(begun(rng, 0.4, LAST - 28), LAST)[0] == LAST  # too few to tell
    both = np.concatenate((begun(rng, 100, LAST - 56), rng.uniform(LAST - 56, LAST, 8 * 20)))
    assert busy_until(both, LAST)[0] == LAST
    assert busy_until(both, LAST, FEWER) == (LAST - 56, pytest.approx(100, rel=0.1))
    assert busy_until(np.zeros(0), LAST) == (LAST, 0.0)


@pytest.mark.parametrize("a_week", [2, 7, 100])
def test_steady_deals_are_rarely_taken_for_cut_off(a_week: float) -> None:
    """In less than one case of a hundred."""
    for rule in (STOPPED, FEWER):
        wrong = sum(
            busy_until(begun(np.random.default_rng(seed), a_week), LAST, rule)[0] < LAST
            for seed in range(200)
        )
        assert binomtest(wrong, 200, 0.01, "greater").pvalue > 0.001


def made(rng: np.random.Generator, named: np.ndarray, n: int = 3000, last: float = LAST, until: float = LAST):
    """A third of the deals are won; `named` by cause (won, lost): the share that says whose they are."""
    age, cause = constant(0.2, 0.4, n, rng)
    rep = np.array([f"r{k}" for k in rng.integers(0, 10, n)])
    rep[rng.uniform(size=n) >= named[cause - 1]] = ""
    return crm(age, cause, rng, last=last, rep=list(rep), created=np.sort(rng.uniform(0, until, n)))


def test_wins_alone_that_name_reps_leave_the_team_and_share_out_the_deals() -> None:
    rng = np.random.default_rng(2)
    findings = estimate(data := made(rng, np.array([1.0, 0.0])), RANGES, DEFAULTS)
    reps, _, customers = sales_force(findings)
    a_week = 3000 / 104 / 10
    assert reps.value == 10
    one = findings.named("deals_begun")
    assert one is not None
    assert one.value == pytest.approx(a_week, rel=0.1)
    assert customers.value == pytest.approx(10 * 167 * a_week / BEGUN, rel=0.1)
    assert "all 7" in (said := " ".join(cautions(data, findings)))
    assert "are shared out among the 10 reps" in said


def test_deals_of_nobody_make_seats() -> None:
    findings = estimate(data := made(np.random.default_rng(3), np.array([0.1, 0.1])), RANGES, DEFAULTS)
    reps, _, _ = sales_force(findings)
    assert reps.value == pytest.approx(3000 / 104 / BEGUN, rel=0.1)
    assert reps.why.startswith("the data name 10, but most deals do not say whose they are")
    assert "as many seats as begin the deals" in " ".join(cautions(data, findings))


def test_what_is_cut_off_is_said_with_the_day_to_give() -> None:
    data = made(np.random.default_rng(4), np.array([1.0, 1.0]), last=LAST, until=LAST - 70)
    (said,) = [one for one in cautions(data, estimate(data, RANGES, DEFAULTS)) if "a deal begins" in one]
    assert said.startswith(
        "In the last 10 weeks, after 2025-10-20, hardly a deal begins: 0 a week, where there were 3"
    )
    assert "--today 2025-10-20" in said
    assert period(data) == (
        "2024-01-01 to 2025-12-29, 104 weeks; the last day is the latest with an event (--today for another)"
    )
    told = replace(data, latest=LAST - 40)
    assert "Nothing happens in the 40 days before --today" in " ".join(
        cautions(told, estimate(told, RANGES, DEFAULTS))
    )
    assert "that of --today, the latest event of 2025-11-19" in period(told)
    assert period(replace(data, origin=None)).startswith(
        "week 0 to week 104, 104 weeks; the last day is the latest"
    )
    assert date(2024, 1, 1) == data.origin


def test_names_that_are_numbers_of_deals_are_told() -> None:
    rng = np.random.default_rng(5)
    age, cause = constant(0.2, 0.2, 400, rng)
    data = crm(age, cause, rng, rep=[f"{k}" for k in range(400)])
    assert "'rep', taken for rep, has 400 names for 400 deals" in " ".join(
        cautions(data, estimate(data, RANGES, DEFAULTS))
    )
