"""What is seen of a world beside its outcomes agrees with them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))
from small_world import records, scenario

from analysis.scenes import Scenes
from simulation.facts.scenes import STEPS, Scene, plain, scenes_of
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PROSPECT
from simulation.world.transfers import changed_hands

POLICIES = ("open", "lockdown")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return scenes_of(scenario(), POLICIES, 0)


@pytest.mark.parametrize("where", [0, 1])
def test_the_funnel_is_that_of_the_outcomes(scenes, where: int) -> None:
    one, run = scenes[where], records()[POLICIES[where]]
    start = scenario().start_week
    assert one.weeks.tolist() == list(range(start, scenario().weeks))
    assert one.funnel[0] == run.periods["opportunities"][start:].sum()
    assert one.funnel[-1] == one.won.sum() == run.periods["deals_won"][start:].sum()
    assert (np.diff(one.funnel) <= 0).all()
    lost = run.periods["deals_lost"][start:].sum() + run.periods["deals_undecided"][start:].sum()
    assert 0 < (one.ended - one.won).sum() <= lost
    assert len(one.funnel) == len(STEPS)


def test_hand_overs_go_to_the_teams(scenes) -> None:
    base, policy = scenes
    run = records()["lockdown"]
    start = scenario().start_week
    every = sum(run.periods[f"handovers_{how}"][start:].sum() for how in ("policy", "exit", "hire"))
    assert 0 < policy.moved.sum() <= every
    assert policy.moved.sum() > base.moved.sum()


def test_morale_by_team_averages_to_that_of_all(scenes) -> None:
    base = scenes[0]
    assert base.morale.shape == (scenario().world.managers, len(base.weeks))
    mean = records()["open"].periods["morale_mean"][scenario().start_week :]
    assert np.abs(np.nanmean(base.morale, axis=0) - mean).max() < 0.05  # teams differ in size by a rep or two
    assert (base.quota > 0).all()


def test_scenes_are_the_same_after_a_file(scenes) -> None:
    read = Scenes("open", plain(scenes))
    assert read.policies == ["open", "lockdown"]
    assert read.of("lockdown", "funnel")[0].tolist() == scenes[1].funnel.tolist()
    assert read.moved("lockdown").mean == scenes[1].moved.sum()
    rate = read.win_rate("open")
    assert rate.mean == pytest.approx(100 * scenes[0].won.sum() / scenes[0].ended.sum())
    assert np.allclose(read.morale("open"), scenes[0].morale, atol=1e-4, equal_nan=True)
    two = Scenes("open", [{**row, "world": n} for n in (0, 1) for row in plain(scenes)], worlds_a_draw=2)
    assert len(two.of("open", "funnel")) == 1  # two worlds of one draw are one observation


def test_hand_overs_count_by_what_was_handed_over() -> None:
    """From rep 0 to rep 1: a prospect who was won over at once, a lead, a customer who left at once; then no rep before,
    none after, and the same rep.
    """
    before, after = np.array([0, 0, 0, NOBODY, 0, 0]), np.array([1, 1, 1, 1, NOBODY, 0])
    stage = np.array([PROSPECT, LEAD, CUSTOMER, LEAD, LEAD, LEAD])
    assert changed_hands(before, after, stage).tolist() == [False, True, True, False, False, False]
