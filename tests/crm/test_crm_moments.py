"""Moments: the same of a world and of its export, and each the number that its label says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from crm_files import read
from made_up import constant, crm

from analysis.crm.moments import LABELS, moments
from app.calibration.world_crm import crm_of_world
from app.crm_files import write_crm
from simulation.facts.crm_log import crm_of
from simulation.spec import load_scenario

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("world.reps=24", "world.managers=3", "world.customers=3000", "burn_in_weeks=26", "weeks=60")


def test_a_world_and_its_export_have_the_same_moments(tmp_path: Path) -> None:
    history = crm_of(load_scenario(ROOT / "scenarios" / "industry_focus.yaml", SMALL), "open", 0)
    straight, filed = moments(crm_of_world(history)), moments(read(*write_crm(history, tmp_path)))
    assert straight.keys() == filed.keys()
    assert len(straight) >= 10
    for name, one in straight.items():
        assert (one.value, one.error, one.n) == pytest.approx(
            (filed[name].value, filed[name].error, filed[name].n)
        )
    quick = moments(crm_of_world(history), errors=False)
    for name, one in straight.items():  # sums of reps are added up in another order
        assert quick[name].value == pytest.approx(one.value), name


def plain(
    n: int = 3000, reps: int = 20, weeks: float = 104, seed: int = 1, **columns: object
) -> dict[str, object]:
    """Deals of reps who all work all the time and begin deals at the same rate."""
    rng = np.random.default_rng(seed)
    age, cause = constant(0.05, 0.05, n, rng)
    given = {
        "rep": [f"r{k}" for k in rng.integers(0, reps, n)], "account": [f"a{k}" for k in range(n)],
        "segment": [f"s{k}" for k in rng.integers(0, 4, n)], "value": np.exp(rng.normal(9, 1, n)), **columns,
    }  # fmt: skip
    return moments(crm(age, cause, rng, 7 * weeks, **given))


def test_figures_of_a_plain_history_are_those_it_was_made_with() -> None:
    """Each within four of its own standard errors of the truth; ten figures, so about one false alarm in 1,500."""
    found = plain()
    open_at_once = 3000 / 104 / 20 / 0.1 * (1 - (1 - 0.1) ** 78)  # arrivals x mean life, three quarters in
    truth = {
        "new_deals": np.log(3000 / 104 / 20), "books": np.log(open_at_once), "deals_spread": 0.0, "focus": 0.0,
        "arrivals_swing": 0.0, "won_early": np.log((1 - 0.9**26) / (1 + 0.9**26)),
    }  # fmt: skip
    for name, value in truth.items():
        one = found[name]
        assert abs(one.value - value) < 4 * one.error + 0.02, (name, one, value)
    assert "again" in found
    assert found["again"].value < -5  # no account comes twice
    assert found["books_spread"].value == pytest.approx(0, abs=0.15)  # books of chance alone are Poisson
    assert "hand_over" not in found


def test_errors_are_those_that_histories_part_by() -> None:
    """Over 40 histories the spread of a figure and its own standard error agree within a third, a 3-sigma band of 40."""
    numbers = np.random.default_rng(8).poisson(1200, 40)
    many = [plain(int(n), seed=seed) for seed, n in enumerate(numbers)]
    for name in ("new_deals", "books", "won_early", "focus", "bookings"):
        values = np.array([one[name].value for one in many])
        errors = np.array([one[name].error for one in many])
        assert errors.mean() == pytest.approx(values.std(ddof=1), rel=0.35), name


def test_reps_with_a_favourite_segment_show_in_focus_and_reps_that_differ_in_the_spread() -> None:
    n, rng = 3000, np.random.default_rng(2)
    rep = rng.integers(0, 20, n)
    loyal = np.where(rng.uniform(size=n) < 0.5, rep % 4, rng.integers(0, 4, n))
    share = np.exp(0.5 * rng.standard_normal(20))
    uneven = rng.choice(20, n, p=share / share.sum())
    focused = plain(rep=[f"r{k}" for k in rep], segment=[f"s{k}" for k in loyal])["focus"]
    spread = plain(rep=[f"r{k}" for k in uneven])["deals_spread"]
    assert focused.value == pytest.approx(0.25 * (1 - 0.25), abs=4 * focused.error)
    assert spread.value == pytest.approx(np.log(share).var(), abs=4 * spread.error)


def test_accounts_that_come_back_are_counted() -> None:
    """A third of all deals is the second of an account, 30 weeks after the first ended."""
    rng = np.random.default_rng(3)
    n = 1500
    created = np.sort(rng.uniform(0, 7 * 104, n))
    age, cause = np.full(n, 3), np.full(n, 2)
    again = rng.choice(n, n // 2, replace=False)
    created = np.concatenate((created, created[again] + 7 * 34))
    age, cause = np.concatenate((age, age[again])), np.concatenate((cause, cause[again]))
    account = [f"a{k}" for k in (*range(n), *again)]
    inside = created < 7 * 104
    kept = [name for name, use in zip(account, inside, strict=True) if use]
    found = moments(crm(age[inside], cause[inside], rng, 7 * 104.0, created=created[inside], account=kept))
    assert found["back_half"].value < -4
    share = 1 / (1 + np.exp(-found["back_year"].value))
    assert share == pytest.approx(0.5, abs=0.08)


def test_what_is_not_known_has_no_moment() -> None:
    rng = np.random.default_rng(4)
    age, cause = constant(0.05, 0.05, 1000, rng)
    assert set(moments(crm(age, cause, rng, 7 * 104.0))) <= {"won_early", "quarter_end"}
    assert moments(crm(age[:50], cause[:50], rng, 7 * 20.0)) == {}
    assert list(plain()) == [name for name in LABELS if name in plain()]
    assert pd.Series([one.n for one in plain().values()]).gt(0).all()
