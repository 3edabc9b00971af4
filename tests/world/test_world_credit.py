"""Open deals that move with credit split, and accounts that are protected by name."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import changed, scenario

from simulation.world.columns import CUSTOMER, LEAD, PROPOSAL, RECORDS
from simulation.world.model import SalesModel
from simulation.world.phases import PHASES
from simulation.world.phases.respond import respond
from simulation.world.transfers import promise_credit, split_credit

START = scenario().start_week


def locked(folder, **release):
    """The small scenario with one policy beside `open`: lockdown with these release settings, at the start week."""

    def change(data):
        policy = data["policies"]["lockdown"]
        policy["release"].update(release)
        data["policies"] = {"open": {}, "locked": policy}

    return SalesModel(changed(folder, change), "locked").run_until(START)


def booked(model):
    row = model.week + model.setting.burn_in
    return model.state.reps.bookings.copy(), model.state.records[RECORDS.index("payments"), row].copy()


def test_half_of_a_deal_worked_out_by_hand(tmp_path):
    """Deals of 1,000 and 600 that seat 3 gave to seats 5 and 3: 500 go back for the first, nothing for the second."""
    model = SalesModel(scenario(), "open").run_until(START)
    state = model.state
    c, reps = state.customers, state.reps
    first, second = np.flatnonzero((c.stage >= LEAD) & (c.stage <= PROPOSAL))[:2]
    c.owner[[first, second]] = 3
    promise_credit(model, np.array([first, second]), 2)
    c.owner[[first, second]] = [5, 3]
    c.stage[[first, second]], c.stage_week[[first, second]] = CUSTOMER, START
    c.value[[first, second]] = [100_000, 60_000]
    reps.bookings[:] = 0
    reps.bookings[[5, 3]] = [1000, 600]
    split_credit(model)
    assert (reps.bookings[5], reps.bookings[3]) == (500, 1100)
    assert len(state.credits) == 0


@pytest.mark.parametrize("case", ["late", "gone", "replaced", "another opportunity"])
def test_no_credit_for_what_is_over_or_whoever_left(case):
    model = SalesModel(scenario(), "open").run_until(START)
    state = model.state
    c, reps = state.customers, state.reps
    deal = np.flatnonzero((c.stage >= LEAD) & (c.stage <= PROPOSAL))[0]
    c.owner[deal] = 3
    promise_credit(model, np.array([deal]), 2)
    c.owner[deal], c.stage[deal], c.stage_week[deal], c.value[deal] = 5, CUSTOMER, START, 100_000
    if case == "late":
        state.week += 2
        c.stage_week[deal] = START + 2
    elif case == "gone":
        reps.selling[3] = False
    elif case == "replaced":
        reps.person[3] += 1
    else:
        c.opportunity[deal] += 1
    before = reps.bookings.copy()
    split_credit(model)
    np.testing.assert_array_equal(reps.bookings, before)


def test_credit_moves_between_reps_and_adds_up(tmp_path):
    moved = locked(tmp_path, in_flight="move")
    split = locked(tmp_path, in_flight="split", credit_weeks=8)
    shifted = 0
    for week in range(10):
        for phase in PHASES:
            if phase is respond:
                before = split.state.credits.copy()
            phase(split)
            if phase is respond:
                reps, payments = booked(split)
                won = split.state.records[RECORDS.index("deals"), split.week + split.setting.burn_in]
                assert payments.sum() == pytest.approx(reps.sum(), rel=1e-5)
                shifted += int(((payments > 0) & (won == 0)).sum())  # paid without a deal of their own
        split.state.week += 1
        assert len(before) >= len(split.state.credits)
        assert (week < 8) or len(split.state.credits) == 0
    assert shifted > 3
    moved.run_until(START + 1)
    one = split.history["new_arr"][: START + 1]
    np.testing.assert_array_equal(
        one, moved.history["new_arr"][: START + 1]
    )  # whose it is changes no customer


def test_named_accounts_never_move(tmp_path):
    plain = locked(tmp_path, in_flight="move")
    c, first = plain.state.customers, plain.setting.first
    owner = c.owner.copy()
    plain.step()
    gone = np.flatnonzero((c.owner != owner) & (c.stage == CUSTOMER))[:40]
    names = [f"{plain.setting.segment_names[c.segment[i]]}:{i - first[c.segment[i]]}" for i in gone]
    kept = locked(tmp_path, in_flight="move", protect_accounts=names)
    kept.step()
    c = kept.state.customers
    np.testing.assert_array_equal(c.owner[gone], owner[gone])
    assert ((c.owner != owner) & (c.stage == CUSTOMER)).sum() > 100
