"""The right of return: what a withdrawn policy gives back, to whom, and until when."""

from __future__ import annotations

import numpy as np
from small_world import changed, scenario

from simulation.world.columns import NOBODY, PROSPECT
from simulation.world.model import SalesModel
from simulation.world.phases.decide import decide
from simulation.world.phases.hand_over import hand_over

START, WEEKS = scenario().start_week, scenario().weeks


def given_up(week, return_weeks):
    """A change of the small scenario: `back` locks down, moves all at once, and is given up at `week`."""

    def change(data):
        policy = data["policies"]["lockdown"]
        policy["release"].update(in_flight="move", return_weeks=return_weeks)
        policy["decision"] = {"reverse_week": week}
        data["policies"] = {"open": {}, "back": policy}

    return change


def test_accounts_come_back_to_the_first_owner_who_is_still_there(tmp_path):
    week = START + 6
    model = SalesModel(changed(tmp_path, given_up(week, 8)), "back").run_until(START)
    c, r = model.state.customers, model.state.reps
    owner, person = c.owner.copy(), r.person.copy()
    model.run_until(START + 1)
    moved = c.handover_week == START
    assert moved.sum() > 50
    model.run_until(week)
    held = moved & (c.owner != NOBODY) & (c.handover_week >= START)  # some were lost or given up since
    there = r.selling & (r.person == person)
    for phase in (decide, hand_over):  # later phases of the week lose and claim accounts
        phase(model)
    back = held & there[owner]
    np.testing.assert_array_equal(c.owner[back], owner[back])
    accounts = back & (c.stage != PROSPECT)  # prospects come back too, but do not count as hand-overs
    assert model.now.moved["policy"] == accounts.sum() > 50
    assert len(model.state.returns) == 0


def test_after_the_agreed_weeks_nothing_comes_back(tmp_path):
    for return_weeks, comes in ((5, False), (6, True)):
        model = SalesModel(changed(tmp_path, given_up(START + 6, return_weeks)), "back").run_until(START + 7)
        assert (model.history["handovers_policy"][START + 6] > 0) == comes


def test_an_exit_does_not_prolong_the_right(tmp_path):
    lasting = SalesModel(changed(tmp_path, given_up(WEEKS - 1, 2)), "back").run_until(WEEKS)
    exits = np.flatnonzero(lasting.history["handovers_exit"])
    weeks = exits[(exits > START + 3) & (exits < WEEKS - 2)] + 1  # given up the week after somebody left
    assert len(weeks) > 0
    for week in weeks:
        model = SalesModel(changed(tmp_path, given_up(int(week), 2)), "back").run_until(WEEKS)
        np.testing.assert_array_equal(np.flatnonzero(model.history["handovers_policy"]), [START])
