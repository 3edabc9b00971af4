"""Agents, tables and rare turns of a week: what a view may be asked, and what a closed gate changes."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import scenario

from simulation.world.agents import Customer, Deal
from simulation.world.columns import CUSTOMER, PROPOSAL, PROSPECT
from simulation.world.model import SalesModel
from simulation.world.transfers import share_credit

TINY = (
    "world.reps=8", "world.managers=2", "world.customers=200", "weeks=14", "start_week=2", "burn_in_weeks=2",
    "policies.lockdown_reversed.decision.reverse_week=8",
)  # fmt: skip
"""As small as this, tests are quick uncompiled too."""


@pytest.fixture(scope="module")
def base() -> SalesModel:
    return SalesModel(scenario(*TINY), "open").run_until(2)


@pytest.fixture
def model(base: SalesModel) -> SalesModel:
    return base.fork("open")


def test_only_what_is_set_on_a_customer_makes_the_lists_of_a_week_anew(model: SalesModel) -> None:
    model.now.lists_stale, model.now.books_stale[:] = False, False
    model.reps[3].morale = 0.25
    assert model.state.reps.morale[3] == np.float32(0.25)
    assert not model.now.lists_stale
    assert not model.now.books_stale.any()
    model.customers[5].owner = 2
    assert model.now.lists_stale
    assert model.now.books_stale.all()


def test_customers_are_a_sequence(model: SalesModel) -> None:
    rows = [customer.row for customer in model.customers[-4:]]
    assert rows == [196, 197, 198, 199]
    assert [customer.row for customer in model.customers[10:0:-5]] == [10, 5]
    assert model.customers[-1].row == 199
    with pytest.raises(IndexError, match="customer 200 of 200"):
        model.customers[200]


def test_a_deal_is_seen_while_it_is_open_and_has_no_other_columns(model: SalesModel) -> None:
    deals, n = model.state.deals, model.state.n_deals
    row = int(deals.row[n - 1])
    place = int(np.flatnonzero(deals.row[:n] == row)[0])
    deals.stage[place] = PROPOSAL
    deal = Customer(model, row).deal
    assert deal is not None
    assert (deal.row, deal.place, deal.stage) == (row, place, PROPOSAL)
    with pytest.raises(AttributeError, match="a deal has no 'owner'"):
        _ = deal.owner
    deals.stage[deals.row == row] = CUSTOMER  # won this week: listed, and no longer open
    assert Customer(model, row).deal is None
    assert isinstance(deal, Deal)


def test_shared_credit_asks_who_sat_there_only_while_people_may_leave(model: SalesModel) -> None:
    row, former = 7, int(np.flatnonzero(model.state.reps.selling)[0])
    model.now.terms = model.now.terms._replace(credit_weeks=13)

    def credit(*gates: str) -> float:
        fork = model.fork("open", gates)
        fork.now.terms = model.now.terms
        state = fork.state
        state.customers.stage[:], state.reps.bookings[:] = PROSPECT, 0
        state.customers.stage[row], state.customers.stage_week[row] = CUSTOMER, fork.week
        state.customers.former_owner[row], state.customers.handover_week[row] = former, fork.week - 4
        state.customers.value[row] = 100 * fork.setting.price
        state.reps.tenure[former] = 1  # came when the account had long been handed over
        share_credit(fork)
        return float(state.reps.bookings[former])

    assert credit() == 0
    assert credit("exits") == 1.0
