"""Recorded lives add up to what the model itself says of the same world."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))
from small_world import records, scenario

from simulation.facts.lives import Lives, lives_of
from simulation.world.columns import NOBODY

POLICIES = ("open", "lockdown")


@pytest.fixture(scope="module")
def lives() -> list[Lives]:
    return lives_of(scenario(), POLICIES, 0, [5, 1200])


@pytest.mark.parametrize("where", [0, 1])
def test_they_are_the_runs_of_a_comparison(lives, where: int) -> None:
    one, run = lives[where], records()[POLICIES[where]]
    start = scenario().start_week
    assert one.weeks.tolist() == list(range(start, scenario().weeks))
    assert np.array_equal((one.reps["left"] > 0).sum(axis=1), run.periods["exits"][start:])
    won = run.periods["new_arr"][start:] + run.periods["expansion"][start:]
    assert one.reps["won"].sum() * 100 == pytest.approx(
        won.sum(), rel=0.02
    )  # accounts without a rep expand too
    assert one.reps["taken"].sum() == one.reps["given"].sum()
    assert one.reps["given"].sum() <= sum(
        run.periods[f"handovers_{how}"].sum() for how in ("policy", "exit", "hire")
    )


def test_people_and_accounts_are_the_same_until_the_policies_part(lives) -> None:
    base, policy = lives
    for name in base.start:
        assert np.array_equal(base.start[name], policy.start[name])
    assert np.array_equal(base.known[0], policy.known[0])
    assert base.reps["given"][0].sum() == 0 < policy.reps["given"][0].sum()
    assert base.account_segments == policy.account_segments


def test_accounts_have_an_owner_or_none(lives) -> None:
    for one in lives:
        for rows in one.accounts.values():
            assert rows["owner"].shape == one.weeks.shape
            assert (rows["owner"] >= NOBODY).all()
            assert np.array_equal(rows["person"] == -1, rows["owner"] == NOBODY)
