"""Worlds of our own with known parameters, all other than the defaults: the fit through the whole model finds them again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.crm.moment import Moment
from analysis.crm.moments import moments
from app.calibration import fit as fitting
from app.calibration.fit import Search
from app.calibration.fitted import CENTRE, MOMENTS, fitted, values_of
from app.calibration.moment_worlds import moments_of_worlds
from app.calibration.world_crm import crm_of_world
from simulation.facts.crm_log import crm_of
from simulation.runs.drawn import changed
from simulation.spec import load_scenario

ROOT = Path(__file__).resolve().parents[2]
REPS, TRUTHS = 24, 8
SMALL = (
    f"world.reps={REPS}",
    "world.managers=3",
    f"world.customers={167 * REPS}",
    "burn_in_weeks=26",
    "weeks=60",
)

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(ROOT / "scenarios" / "industry_focus.yaml", SMALL)


def test_known_worlds_are_found_again(scenario, monkeypatch) -> None:
    """Eight worlds from all over the ranges, by trials they share. Of 56 intervals (those of a world hang together a little)
    as many hold the truth as they should, two-sided at .1 %; and for market and books the middle is much nearer to the truth
    than the middle of the range.
    """
    monkeypatch.setattr(fitting, "FRESH", 32)
    chosen = fitted(REPS)
    middle = {CENTRE: scenario.world.parameters[CENTRE]}
    search = Search(scenario, chosen, dict.fromkeys(MOMENTS, Moment(0.0, 1.0, 1)), 1)  # for any data
    search.spread(104)
    truths = np.random.default_rng(77).uniform(-0.9, 0.9, (TRUTHS, len(chosen)))
    held, off = [], []
    for k, truth in enumerate(truths):
        world = changed(scenario.world, values_of(chosen, truth, middle))
        history = crm_of(scenario.model_copy(update={"world": world}), scenario.baseline, 5000 + k)
        post = search.again(moments(crm_of_world(history))).answer().posterior
        assert post is not None
        held.append((post.low <= truth) & (truth <= post.high))
        off.append(post.mean - truth)
    assert binomtest(int(np.sum(held)), np.size(held), 0.95).pvalue > 0.001, held
    names = [one.name for one in chosen]
    for name in ("customers", "open_deals"):
        j = names.index(name)
        assert np.mean(np.square(off)[:, j]) < 0.7 * np.mean(truths[:, j] ** 2), name


def test_workers_and_order_do_not_matter_and_luck_is_common(scenario) -> None:
    places = [
        ({"surfacing": 0.05}, 0),
        ({"surfacing": 0.05}, 1),
        ({"customers": 2000.0}, 0),
        ({"surfacing": 0.05}, 0),
    ]
    told: list[int] = []
    one = moments_of_worlds(scenario, places, ["new_deals", "books", "hand_over"], 1, lambda: told.append(1))
    two = moments_of_worlds(scenario, places[::-1], ["new_deals", "books", "hand_over"], 2, lambda: None)[
        ::-1
    ]
    assert np.array_equal(one, two, equal_nan=True)
    assert len(told) == len(places)
    assert not np.array_equal(one[0], one[1])
    assert np.array_equal(one[0], one[3], equal_nan=True)  # two equal trials
    assert np.isfinite(one[:, 0]).all()
    assert one[2, 0] < one[0, 0]  # a smaller market, fewer new deals
