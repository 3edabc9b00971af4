"""What holds at the end of every week, whatever the policy."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import changed, floats, qualified_weeks, scenario

from simulation.world.columns import (
    CHURNED,
    CUSTOMER,
    LEAD,
    LOST,
    NEVER,
    NOBODY,
    PROPOSAL,
    PROSPECT,
    STAGES,
    CustomerColumns,
)
from simulation.world.model import SalesModel

MAY_BE_UNDEFINED = {"belief_brier", "net_retention", "truth_gap", "road_belief", "road_brier"}


def check_customers(model):
    c, reps, week = model.state.customers, model.setting.reps, model.week
    assert c.stage.max() < len(STAGES)
    assert c.owner.min() >= NOBODY
    assert c.owner.max() < reps
    assert c.former_owner.min() >= NOBODY
    assert c.former_owner.max() < reps
    first = model.setting.first
    np.testing.assert_array_equal(np.bincount(c.segment, minlength=len(first) - 1), np.diff(first))
    assert (np.diff(c.segment.astype(int)) >= 0).all()
    for name in ("relationship", "firm_relationship", "usage"):
        column = getattr(c, name)
        assert column.min() >= 0, name
        assert column.max() <= 1, name

    deal, contract = (c.stage >= LEAD) & (c.stage <= PROPOSAL), c.stage == CUSTOMER
    over = (c.stage >= LOST) & (c.stage <= CHURNED)
    assert (c.value[deal | contract] > 0).all()
    assert (c.value[over | (c.stage == PROSPECT)] == 0).all()
    assert (c.owner[over] == NOBODY).all()
    assert (c.owner[contract] != NOBODY).all()
    assert (c.due_week[deal] == NEVER).all()
    assert (c.due_week[~deal] >= week).all()  # nothing that was due was passed over
    assert (c.due_week[contract] <= week + 51).all()
    assert (c.stage_week < week).all()
    assert (c.touched_week < week).all()
    assert (c.handover_week < week).all()
    assert (qualified_weeks(model)[deal] <= c.stage_week[deal]).all()
    assert (c.opportunity[deal] >= 1).all()


def check_reps(model):
    r, book = model.state.reps, model.state.playbook
    for name in ("morale", "conviction"):
        column = getattr(r, name)
        assert column.min() >= 0, name
        assert column.max() <= 1, name
    for name in ("effort", "reach", "care"):
        column = getattr(r, name)
        assert (column >= 0).all(), name
        assert (column[~r.selling] == 0).all(), name
    every = np.uint32((1 << model.setting.practices) - 1)
    for table in (r, book):
        assert (table.sign & ~table.known == 0).all()
        assert (table.known & ~every == 0).all()
    assert (r.tenure >= 0).all()
    assert (r.open_deals >= 0).all()
    assert (r.manager >= 0).all()
    assert (r.manager < model.setting.managers).all()
    assert r.home.min() >= NOBODY
    assert r.home.max() < model.setting.segments


def check_numbers(model, undefined=frozenset(MAY_BE_UNDEFINED)):
    state = model.state
    for table in (state.customers, state.reps, state.managers, state.playbook):
        for name, column in floats(table).items():
            assert np.isfinite(column).all(), name
    assert np.isfinite(state.records).all()
    assert np.isfinite([state.quota, *state.bookings]).all()
    for name, column in model.history.items():
        lived = column[: max(0, model.week)]
        if name in undefined:
            assert not np.isinf(lived).any(), name
        else:
            assert np.isfinite(lived).all(), name


def check_deals(model):
    """Each has a rep who speaks for it, and all of them are worked on."""
    c, n = model.state.customers, model.state.n_deals
    deals = np.flatnonzero((c.stage >= LEAD) & (c.stage <= PROPOSAL))
    assert (c.owner[deals] != NOBODY).all()
    table = model.state.deals
    listed = (table.stage[:n] >= LEAD) & (table.stage[:n] <= PROPOSAL)
    rows = table.row[:n][listed]
    np.testing.assert_array_equal(np.sort(rows), deals)
    for name in ("segment", "stage", "fit", "firm_relationship", "value"):
        np.testing.assert_array_equal(getattr(table, name)[:n][listed], getattr(c, name)[rows], name)


def live(model, weeks):
    while model.week < weeks:
        model.step()
        check_customers(model)
        check_reps(model)
        check_numbers(model)
        check_deals(model)
    assert (model.history["exits"] >= model.history["exits_voluntary"]).all()


@pytest.mark.parametrize("policy", scenario().policies)
def test_every_week_is_sound(policy):
    live(SalesModel(scenario(), policy), scenario().weeks)


def test_every_week_is_sound_when_prospects_go_to_the_pool(tmp_path):
    def add(data):
        pool = data["policies"]["lockdown_all"]
        pool["release"].update(to="pool", in_flight="move")
        data["policies"] = {"open": {}, "pool": pool}

    other = changed(tmp_path, add)
    model = SalesModel(other, "pool").run_until(other.start_week + 1)
    c = model.state.customers
    pooled = (c.stage == PROSPECT) & (c.handover_week == other.start_week) & (c.owner == NOBODY)
    assert pooled.any()  # otherwise this test shows nothing
    live(model, other.weeks)


def test_a_customer_takes_at_most_64_bytes():
    c = SalesModel(scenario(), "open").state.customers
    assert sum(getattr(c, n).nbytes for n in c.names()) / len(c.stage) <= 64
    assert CustomerColumns.row_bytes(segments=8) <= 64


def test_reps_know_how_many_prospects_they_hold_and_keep_to_the_cap():
    model = SalesModel(scenario(), "open")
    c, r = model.state.customers, model.state.reps
    for _ in range(20):
        model.step()
        held = np.bincount(c.owner[(c.stage == PROSPECT) & (c.owner != NOBODY)], minlength=len(r.prospects))
        np.testing.assert_array_equal(r.prospects, held)
        assert held.max() <= model.setting.p["prospect_cap"]
