"""Pilots by different people: the roll-out is the policy's own run, and members are those whom the lever chooses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))
from small_world import records, scenario

from simulation.facts.pilots import WAYS, tried


def test_the_roll_out_is_the_policys_own_run() -> None:
    world, start = tried(scenario(), "lockdown", 0, 6, 8), scenario().start_week
    for place, policy in enumerate(("open", "lockdown")):
        run = records()[policy].periods
        won = (run["new_arr"] + run["expansion"])[start:]
        assert world.end[place] * 100 == pytest.approx(
            won.sum(), rel=0.02
        )  # accounts without a rep expand too
        assert world.weeks[place] * 100 == pytest.approx(won[:6].sum(), rel=0.02)
    assert set(world.pilots) == set(WAYS)
    usual = [pair[0] for pair in world.pilots.values()]
    assert all(0 < money < world.weeks[0] for money in usual)
    assert len(set(usual)) > 1  # other people


def test_a_pilot_with_nearly_all_is_nearly_the_roll_out() -> None:
    world = tried(scenario(), "lockdown", 0, 6, 23)
    assert world.pilots["random"][1] == pytest.approx(world.weeks[1], rel=0.2)
