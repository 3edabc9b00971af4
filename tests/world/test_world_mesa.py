"""The model is a Mesa model, and Mesa's own tools work on it."""

from __future__ import annotations

import copy
import gc
import weakref

import mesa
import numpy as np
import pytest
from mesa.datacollection import DataCollector
from small_world import scenario

from simulation.world.agents import Customer, Leader, Manager, Rep
from simulation.world.columns import CUSTOMER, NEVER, NOBODY, PROPOSAL, PROSPECT
from simulation.world.model import SalesModel


@pytest.fixture
def model():
    return SalesModel(scenario(), "lockdown")


def test_it_is_a_mesa_model_with_agents(model):
    assert isinstance(model, mesa.Model)
    assert len(model.agents_by_type[Rep]) == scenario().world.reps
    assert len(model.agents_by_type[Manager]) == scenario().world.managers
    assert len(model.agents_by_type[Leader]) == 1
    assert Customer not in model.agents_by_type
    assert model.agents_by_type[Rep].agg("morale", np.mean) == pytest.approx(model.state.reps.morale.mean())
    ids = [agent.unique_id for agent in model.agents]
    assert len(set(ids)) == len(ids)


def test_agents_are_made_when_somebody_asks(model):
    """Mesa's own ways in find them all, whichever is taken first; a week needs none."""
    seats, teams = scenario().world.reps, scenario().world.managers
    ways = {
        "agents": lambda m: len(m.agents),
        "agents_by_type": lambda m: sum(map(len, m.agents_by_type.values())),
        "agent_types": lambda m: len(m.agent_types) - 3 + len(m.agents),
        "reps": lambda m: len(m.reps) + len(m.managers) + len([m.leader]),
    }
    for way in ways.values():
        fork = model.fork("open").run_until(2)
        assert "_staff" not in vars(fork)
        assert way(fork) == seats + teams + 1
        assert [type(a) for a in fork.agents] == [Rep] * seats + [Manager] * teams + [Leader]
        assert fork.reps[3] is fork.reps[3] in fork.agents
    fork = model.fork("open")
    fork.remove_all_agents()
    assert len(fork.agents) == 0


def test_a_data_collector_sees_each_week(model):
    collector = DataCollector(
        model_reporters={"arr": lambda m: m.state.arr, "week": "week"},
        agenttype_reporters={Rep: {"morale": "morale", "book": lambda rep: len(rep.book)}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    weeks = collector.get_model_vars_dataframe()
    assert weeks["week"].tolist() == [1, 2, 3]
    assert weeks["arr"].tolist() == model.history["recurring_revenue"][:3].tolist()
    reps = collector.get_agenttype_vars_dataframe(Rep)
    assert len(reps) == 3 * len(model.reps)
    last = reps.loc[reps.index.get_level_values(0).max()]
    np.testing.assert_array_equal(last["morale"], model.state.reps.morale)
    assert last["book"].sum() == (model.state.customers.owner >= 0).sum()


def test_an_open_deal_is_a_view_too(model):
    model.step()
    columns, table = model.state.customers, model.state.deals
    row = int(np.flatnonzero((columns.stage > PROSPECT) & (columns.stage < CUSTOMER))[-1])
    deal = model.customers[row].deal
    assert (deal.row, deal.value) == (table.row[deal.place], columns.value[row])
    assert table.row[deal.place] == row
    deal.score = 2.5
    assert table.score[deal.place] == 2.5
    contract = int(np.flatnonzero(columns.stage == CUSTOMER)[0])
    assert model.customers[contract].deal is None


def test_a_deal_given_from_outside_is_worked_like_others(model):
    columns = model.state.customers
    customer = model.customers[int(np.flatnonzero((columns.stage == PROSPECT) & (columns.owner < 0))[0])]
    customer.owner, customer.stage, customer.value = 3, PROPOSAL, 100_000
    customer.due_week = NEVER
    model.step()
    rows = model.state.deals.row[: model.state.n_deals]
    assert customer.row in rows
    place = int(np.flatnonzero(rows == customer.row)[0])
    assert model.state.deals.value[place] in (100_000, 0)
    assert model.state.deals.seat[place] in (3, NOBODY)


def test_a_customer_is_a_view_of_its_row(model):
    customer, columns = model.customers[7], model.state.customers
    assert customer.value == columns.value[7]
    customer.usage = 0.25
    assert columns.usage[7] == model.customers[7].usage == 0.25
    columns.owner[7] = 3
    assert customer.rep is model.reps[3]
    assert customer in model.reps[3].book
    assert customer.segment_name == scenario().world.segments[columns.segment[7]].name
    assert model.customers[-1] == model.customers[len(model.customers) - 1]
    assert len(model.customers) == scenario().world.customers
    with pytest.raises(IndexError):
        model.customers[len(model.customers)]


def test_a_selection_holds_live_customers(model):
    columns = model.state.customers
    chosen = model.customers.select(lambda c: c.stage_name == "customer" and c.usage > 0.3)
    gc.collect()
    mask = (columns.stage == 4) & (columns.usage > 0.3)
    assert 0 < len(chosen) == mask.sum() < len(model.customers)
    assert chosen.agg("value", sum) == columns.value[mask].sum()
    assert set(chosen) == set(model.customers.where(mask))
    chosen.set("usage", 0.5)
    assert (columns.usage[mask] == 0.5).all()


def test_a_selection_of_a_selection_holds_live_customers(model):
    columns = model.state.customers
    chosen = model.customers.select(lambda c: c.usage > 0.3).select(lambda c: c.value > 0)
    mask = (columns.usage > 0.3) & (columns.value > 0)
    assert len(chosen) == mask.sum() > 0
    groups = dict(model.customers.where(mask).groupby("segment").count())
    assert sum(groups.values()) == mask.sum()


def rows(customers):
    return [customer.row for customer in customers]


@pytest.mark.filterwarnings("ignore:AgentSet.__getitem__ is deprecated:PendingDeprecationWarning")  # Mesa 3.5
def test_every_set_made_from_a_selection_holds_live_customers(model):
    """Each set is derived from one that nobody else holds."""
    columns = model.state.customers
    installed = np.flatnonzero(columns.stage == CUSTOMER)
    by_value = installed[np.argsort(columns.value[installed], kind="stable")]

    def fresh():
        return model.customers.where(columns.stage == CUSTOMER)

    assert len(installed) > 100
    assert rows(fresh().select()) == installed.tolist()
    assert rows(fresh().select(at_most=7)) == installed[:7].tolist()
    assert rows(fresh().select(lambda c: c.row % 2, inplace=True)) == installed[installed % 2 == 1].tolist()
    assert rows(copy.copy(fresh())) == installed.tolist()
    assert rows(fresh().sort("value", ascending=True)) == by_value.tolist()
    assert rows(fresh().sort("value", ascending=True, inplace=True)) == by_value.tolist()
    for inplace in (False, True):
        shuffled = rows(fresh().shuffle(inplace=inplace))
        assert shuffled != installed.tolist() == sorted(shuffled)
    assert rows(fresh().shuffle().sort("value").select(at_most=1)) == by_value[-1:].tolist()
    assert rows(fresh() & fresh().select(at_most=3)) == installed[:3].tolist()
    assert rows(fresh().sort("row", ascending=True)[2:4]) == installed[2:4].tolist()
    assert fresh().select(lambda c: c.usage > 0.3).agg("value", [len, sum]) == [
        int((columns.usage[installed] > 0.3).sum()),
        int(columns.value[installed][columns.usage[installed] > 0.3].sum()),
    ]


@pytest.mark.parametrize("result_type", ["agentset", "list"])
def test_groups_of_a_selection_hold_live_customers(model, result_type):
    columns = model.state.customers
    mask = columns.stage == CUSTOMER
    grouped = model.customers.where(mask).groupby("segment", result_type=result_type)
    gc.collect()
    segments = np.unique(columns.segment[mask]).tolist()
    assert len(segments) > 1
    assert {s: rows(group) for s, group in grouped} == {
        s: np.flatnonzero(mask & (columns.segment == s)).tolist() for s in segments
    }
    assert grouped.agg("value", sum) == {
        s: columns.value[mask & (columns.segment == s)].sum() for s in segments
    }


def test_a_set_of_customers_can_be_changed(model):
    chosen = model.customers.where(np.arange(len(model.customers)) < 3)
    chosen.add(model.customers[9])
    chosen.add(model.customers[1])
    chosen.remove(model.customers[0])
    chosen.discard(model.customers[5])
    gc.collect()
    assert rows(chosen) == [1, 2, 9]
    with pytest.raises(KeyError):
        chosen.remove(model.customers[5])
    assert rows(chosen.select()) == [1, 2, 9]


def test_a_fork_shares_no_state_with_its_origin(model):
    fork = model.fork("open")
    before = float(model.customers[0].usage)
    fork.customers[0].usage = 0.125
    assert model.customers[0].usage == before
    fork.run_until(3)
    assert model.week == 0
    assert fork.reps[0].model is fork
    assert fork.customers[0] != model.customers[0]


def test_models_are_freed():
    model = SalesModel(scenario(), "open")
    fork = model.fork("lockdown").run_until(15)
    seen = [weakref.ref(model), weakref.ref(fork), weakref.ref(model.reps[0])]
    assert all(ref() is not None for ref in seen)
    del model, fork
    gc.collect()
    assert all(ref() is None for ref in seen)
