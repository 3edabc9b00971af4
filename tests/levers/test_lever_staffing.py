"""Who goes on a mission under each way of choosing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.levers.points import StaffingPlan, StaffingState
from simulation.levers.staffing import Staffing

NOBODY = StaffingPlan(np.zeros(6, np.bool_), 0.0, False)


def state(**changes: Any) -> StaffingState:
    """Six reps; the last is gone, rep 4 is on the team already."""
    seats = np.arange(6)
    figures = {
        "week": 13, "mission": 0, "people": 3, "team": seats == 4, "free": seats < 4,
        "conviction": np.array([0.2, 0.9, 0.3, 0.8, 0.1, 1.0], np.float32), "craft": np.zeros(6, np.float32),
        "tenure": np.array([300, 10, 200, 20, 5, 900], np.int32), "skill": np.zeros(6, np.float32),
        "lot": np.full(6, 0.5, np.float32),
    }  # fmt: skip
    return StaffingState(**{**figures, **changes})


@pytest.mark.parametrize(
    ("who", "team"),
    [
        ("volunteers", [1, 3, 4]),
        ("veterans", [0, 2, 4]),
        ("leader_led", [0, 2, 4]),
        ("everybody", [0, 1, 2, 3, 4]),
    ],
)
def test_who_goes(who: Any, team: list[int]) -> None:
    plan = Staffing(who=who, share=1.0, time=0.5).staffing(state(), NOBODY)
    assert np.flatnonzero(plan.team).tolist() == team
    assert plan.led == (who == "leader_led")
    # everybody: the time of three people at one half, shared by five
    assert plan.time == pytest.approx(0.5 * 3 / 5 if who == "everybody" else 0.5)


def test_skill_and_craft_count_among_veterans_and_craft_and_the_lot_among_volunteers() -> None:
    last = np.array([0, 0, 0, 1, 0, 0], np.float32)
    veterans, volunteers = Staffing(who="veterans", share=0.7), Staffing(who="volunteers", share=0.7)
    assert not veterans.staffing(state(), NOBODY).team[3]
    assert veterans.staffing(state(skill=2 * last), NOBODY).team[3]
    assert veterans.staffing(state(craft=2 * last), NOBODY).team[3]
    assert not volunteers.staffing(state(conviction=1 - last), NOBODY).team[3]
    assert volunteers.staffing(state(conviction=1 - last, craft=2 * last), NOBODY).team[3]
    assert volunteers.staffing(state(conviction=1 - last, lot=3 * last), NOBODY).team[3]


def test_nobody_goes_by_default_and_no_more_than_there_are() -> None:
    assert Staffing().staffing(state(), NOBODY) is NOBODY
    assert Staffing(share=0.1).staffing(state(), NOBODY) is NOBODY  # a third of a rep
    everyone = Staffing(who="veterans", share=1.0).staffing(state(people=50), NOBODY)
    assert np.flatnonzero(everyone.team).tolist() == [0, 1, 2, 3, 4]
