"""Which accounts move, which stay, and what a new territory lets reps begin."""

from __future__ import annotations

import numpy as np
from small_world import changed, scenario

from simulation.levers.points import TerritoryState
from simulation.levers.staffing_rules import choose_members
from simulation.world.columns import CUSTOMER, LEAD, NEVER, NOBODY, PROPOSAL, PROSPECT
from simulation.world.model import SalesModel
from simulation.world.phases import decide, hand_over, plan

START, WEEKS = scenario().start_week, scenario().weeks


def locked(folder, **release):
    """The small scenario with one policy beside `open`: lockdown with these release settings, at the start week."""

    def change(data):
        policy = data["policies"]["lockdown"]
        policy["territory"]["inbound"] = "any"
        policy["release"].update(release)
        data["policies"] = {"open": {}, "locked": policy}

    return SalesModel(changed(folder, change), "locked").run_until(START)


def test_protected_accounts_never_move(tmp_path):
    """A fifth of the accounts outside, by value when territories changed, whatever the phasing or open deals since."""
    model = locked(tmp_path, protect_share=0.2, phased_weeks=6)
    c, r = model.state.customers, model.state.reps
    owner, value, person = c.owner.copy(), c.value.copy(), r.person.copy()
    decide(model)
    outside = np.flatnonzero((owner >= 0) & ~r.allowed[np.maximum(owner, 0), c.segment])
    largest = outside[np.argsort(-value[outside], kind="stable")[: int(0.2 * len(outside))]]
    model = locked(tmp_path, protect_share=0.2, phased_weeks=6).run_until(START + 20)
    c, r = model.state.customers, model.state.reps
    stayed = r.selling & (r.person == person)  # who leaves hands everything over
    kept = largest[(c.stage[largest] == CUSTOMER) & (c.stage_week[largest] < START) & stayed[owner[largest]]]
    assert len(kept) > 50
    np.testing.assert_array_equal(c.owner[kept], owner[kept])
    others = np.setdiff1d(outside, largest)
    others = others[(c.stage[others] == CUSTOMER) & (c.stage_week[others] < START)]
    assert (c.owner[others] != owner[others]).all()


def test_what_is_claimed_outside_a_hard_edge_is_started(tmp_path):
    model = locked(tmp_path).run_until(START + 20)
    c, r = model.state.customers, model.state.reps
    deals = (c.stage >= LEAD) & (c.stage <= PROPOSAL) & (c.owner >= 0)
    outside = deals & ~r.allowed[np.maximum(c.owner, 0), c.segment]
    assert (outside & (c.stage_week > START)).sum() > 10


def test_the_share_of_the_book_taken_is_of_the_book_as_it_was(tmp_path):
    model = locked(tmp_path, in_flight="move")
    c, reps, now = model.state.customers, model.state.reps, model.now
    held = (c.owner >= 0) & (c.stage != PROSPECT)
    before = np.bincount(c.owner[held], c.value[held], len(reps.selling)).astype(np.int64)
    for phase in (decide, hand_over, plan):
        phase(model)
    started = np.bincount(
        c.owner[(c.stage == LEAD) & (c.stage_week == START)],
        c.value[(c.stage == LEAD) & (c.stage_week == START)],
        24,
    ).astype(np.int64)
    assert (now.lost_value > 0).all()
    counted = reps.book_value - now.gained_value + now.lost_value
    assert ((counted == before) | (counted == before + started)).all()


def test_a_deal_that_nobody_may_have_stays_with_its_rep(tmp_path):
    model = locked(tmp_path, in_flight="move", to="pool")
    c = model.state.customers
    owned = (c.stage >= LEAD) & (c.stage <= PROPOSAL) & (c.owner >= 0)
    for phase in (decide, hand_over):
        phase(model)
    assert (c.owner[owned] != NOBODY).all()
    pooled = (c.stage == PROSPECT) & (c.handover_week == START) & (c.owner == NOBODY)
    assert pooled.sum() > 10
    model.step()
    assert (c.due_week[pooled] != START).all()  # they surface again from the next week on


def test_cared_for_contracts_are_not_stale(tmp_path):
    model = locked(tmp_path, accounts="stale", stale_weeks=8)
    c, r = model.state.customers, model.state.reps
    contracts = (c.stage == CUSTOMER) & (c.owner >= 0)
    cared = contracts & (r.care[np.maximum(c.owner, 0)] > 0)
    owner = c.owner.copy()
    for phase in (decide, hand_over):
        phase(model)
    assert cared.sum() > 500
    np.testing.assert_array_equal(c.owner[cared], owner[cared])


def test_newcomers_have_seen_no_change_of_territory(tmp_path):
    model = locked(tmp_path).run_until(WEEKS)
    r = model.state.reps
    new = r.selling & (r.tenure < WEEKS - START - 1)
    assert new.any()
    assert (r.changed_week[new] == -NEVER).all()


def test_less_than_half_a_seat_is_nobody():
    nobody = np.zeros(24, bool)
    state = TerritoryState(
        20, 0.01, nobody, np.full(24, -1, np.int32), np.ones(8, np.int64), np.ones(8), np.zeros((24, 8), np.float32),
        np.ones(24, np.int32), np.ones(24, np.float32), np.linspace(0, 1, 24, dtype=np.float32),
    )  # fmt: skip
    assert not choose_members("random", 0.01, state).any()
    assert choose_members("random", 0.2, state).sum() == 5
