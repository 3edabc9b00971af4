"""The public pool: what goes back, what may stay, who may claim it, and what pretending costs."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import changed, differing, qualified_weeks, scenario

from simulation.runs.replicate import replicate
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PROPOSAL, PROSPECT, RECORDS
from simulation.world.kernels.pooling import lock
from simulation.world.model import SalesModel
from simulation.world.phases import PHASES, plan
from simulation.world.setting import parameter_table

START = scenario().start_week


def pooled(folder, honest=True, **pool):
    """The small firm with one policy beside `open`: these rules of the pool, at the start week."""

    def change(data):
        data["policies"] = {"open": {}, "pool": {"pool": pool}}
        data["world"]["parameters"] |= {"fake_touches": 0.0} if honest else {"fake_touches": 1.0}

    return SalesModel(changed(folder, change), "pool").run_until(START)


def weeks_of(model, weeks):
    """Live so many weeks, stopping after the phase `plan` of each."""
    for _ in range(weeks):
        for phase in PHASES:
            phase(model)
            if phase is plan:
                yield model.state.customers
        model.state.week += 1


def test_nothing_is_held_untouched_or_unclosed_for_longer(tmp_path):
    model = pooled(tmp_path, untouched_weeks=4, unclosed_weeks=9)
    went = 0
    for c in weeks_of(model, 20):
        held = c.owner >= 0
        idle = model.week - c.touched_week.astype(int)
        assert (idle[held & (c.stage <= LEAD)] < 4).all()
        deals = (c.stage >= LEAD) & (c.stage <= PROPOSAL) & held
        assert (model.week - qualified_weeks(model)[deals] < 9).all()
        went += model.now.pooled
    assert went > 300


def test_contracts_never_go_back(tmp_path):
    model = pooled(tmp_path, untouched_weeks=1, unclosed_weeks=1)
    c = model.state.customers
    before = c.owner.copy()
    plan(model)
    contracts = c.stage == CUSTOMER
    np.testing.assert_array_equal(c.owner[contracts], before[contracts])
    assert not (
        (c.stage > PROSPECT) & (c.stage < CUSTOMER) & (c.owner >= 0) & (c.stage_week < model.week)
    ).any()


def test_a_deal_that_goes_back_is_over_and_counted(tmp_path):
    """Opportunities begun are won, lost, undecided, still open, or went back."""
    model = pooled(tmp_path, unclosed_weeks=6)
    c = model.state.customers
    for phase in PHASES[:2]:
        phase(model)
    still = (c.stage >= LEAD) & (c.stage <= PROPOSAL) & (c.owner >= 0)
    old = np.flatnonzero(still & (model.week - qualified_weeks(model) >= 6))
    owner, value = c.owner[old].copy(), c.value[old].copy()
    lost = np.bincount(owner, value, len(model.state.reps.selling)).astype(np.int64)
    plan(model)
    assert len(old) > 20
    assert model.now.pooled == len(old)
    assert (c.stage[old] == PROSPECT).all()
    assert (c.owner[old] == NOBODY).all()
    assert (c.value[old] == 0).all()
    np.testing.assert_array_equal(c.former_owner[old], owner)
    np.testing.assert_array_equal(model.now.lost_value, lost)
    model = pooled(tmp_path, unclosed_weeks=6).run_until(START + 15)
    h, c = model.history, model.state.customers
    open_before = SalesModel(scenario(), "open").run_until(START).state.customers.stage
    open_before = int(((open_before >= LEAD) & (open_before <= PROPOSAL)).sum())
    now_open = int(((c.stage >= LEAD) & (c.stage <= PROPOSAL)).sum())
    ended = sum(h[name][START:].sum() for name in ("deals_won", "deals_lost", "deals_undecided", "pooled"))
    assert open_before + h["opportunities"][START:].sum() - ended == now_open


def test_a_new_owner_and_not_the_former_has_it_in_the_next_week(tmp_path):
    model = pooled(tmp_path, untouched_weeks=4, cooling_off=8)
    model.step()
    c = model.state.customers
    back = np.flatnonzero((c.stage == PROSPECT) & (c.owner == NOBODY) & (c.handover_week == START))
    former = c.former_owner[back].copy()
    assert len(back) > 50
    model.step()
    claimed = c.owner[back] != NOBODY
    assert claimed.mean() > 0.5
    assert (c.owner[back][claimed] != former[claimed]).all()
    free = pooled(tmp_path, untouched_weeks=4).run_until(START + 2).state.customers
    assert (free.owner[back] == former).any()


@pytest.mark.parametrize("claims", [1, 3])
def test_reps_claim_no_more_than_the_limit(tmp_path, claims):
    model = pooled(tmp_path, untouched_weeks=4, claims=claims)
    most = 0
    for c in weeks_of(model, 8):
        new = (c.stage == PROSPECT) & (c.owner >= 0) & (c.stage_week == model.week)
        most = max(most, int(np.bincount(c.owner[new], minlength=1).max()))
    assert most == claims


def test_the_private_cap_takes_the_place_of_the_parameter(tmp_path):
    model = pooled(tmp_path, cap=7)
    for c in weeks_of(model, 20):
        held = np.bincount(c.owner[(c.stage == PROSPECT) & (c.owner >= 0)], minlength=24)
        new = (c.stage == PROSPECT) & (c.owner >= 0) & (c.stage_week == model.week)
        assert (held[np.unique(c.owner[new])] <= 7).all()
    assert held.max() == 7


def test_locked_accounts_stay_and_they_are_the_most_valuable(tmp_path):
    model = pooled(tmp_path, unclosed_weeks=1, locks=3)
    c = model.state.customers
    deals = np.flatnonzero((c.stage >= LEAD) & (c.stage <= PROPOSAL) & (c.owner >= 0))
    owner, value = c.owner[deals].copy(), c.value[deals].copy()
    plan(model)
    kept = c.owner[deals] >= 0
    assert 0 < kept.sum() <= 3 * 24
    for seat in np.unique(owner):
        mine = owner == seat
        if kept[mine].any() and not kept[mine].all():
            assert value[mine & kept].min() >= value[mine & ~kept].max()


def test_locks_of_a_book_worked_out_by_hand():
    """One rep, six accounts: deals of 100, 5 and 900, prospects whose deals would have medians of 20, 20 and 1."""
    table = parameter_table({"size_share": 1.0})
    stage = np.array([1, 1, 3, 0, 0, 0], np.uint8)
    value = np.array([10_000, 500, 90_000, 0, 0, 0])
    size = np.array([0, 0, 0, 1, 1, 0], np.float32)
    log20 = np.array([np.log(20.0)], np.float32)
    locked = np.full((1, 4), NOBODY, np.int64)
    lock(
        4, table, 1, np.zeros(1, np.float32), log20, np.array([3, 4, 5]), 3,
        np.array([0, 1, 2], np.uint32), np.zeros(3, np.int16),
        np.zeros(6, np.uint8), stage, np.zeros(6, np.int16), size, value, locked,
    )  # fmt: skip
    assert locked.tolist() == [[2, 0, 3, 4]]


def test_pretending_keeps_accounts_costs_time_and_spoils_the_record(tmp_path):
    settings = {"untouched_weeks": 4}
    true, false = pooled(tmp_path, **settings), pooled(tmp_path, honest=False, **settings)
    moves = RECORDS.index("stage_moves")
    row = START + true.setting.burn_in
    idle = true.week - true.state.customers.touched_week.astype(int) >= 4
    c = true.state.customers
    at_stake = idle & (c.stage <= LEAD) & (c.owner >= 0) & (c.due_week > true.week)
    by_rep = np.bincount(c.owner[at_stake], minlength=24) * true.state.reps.selling
    for model in (true, false):
        model.step()
    assert false.now.faked.tolist() == by_rep.tolist()
    assert (false.state.records[moves, row] - by_rep >= 0).all()
    assert false.state.records[moves, row].sum() > true.state.records[moves, row].sum() + by_rep.sum() / 2
    assert false.now.pooled < true.now.pooled
    hours = float(false.setting.p["fake_hours"]) * by_rep.sum()
    lost = true.history["selling_hours"][START] - false.history["selling_hours"][START]
    assert 0.5 * hours < lost < 1.5 * hours
    assert false.history["fake_touches"][START] == by_rep.sum()


def test_terms_that_bind_nobody_change_nothing(tmp_path):
    """Clocks beyond what anybody reaches, locks and limits without a clock: bit-equal to open."""

    def change(data):
        data["policies"] = {
            "open": {},
            "idle": {"pool": {"locks": 20, "cooling_off": 13, "claims": 100}},
            "late": {"pool": {"untouched_weeks": 52, "unclosed_weeks": 104, "locks": 50}},
        }
        data["world"]["parameters"]["fake_touches"] = 0.0

    first, second, third = replicate(changed(tmp_path, change), 0)
    assert differing(first.periods, second.periods) == []
    assert differing(first.periods, third.periods) == []
