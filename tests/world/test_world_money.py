"""Recurring revenue is accounted for to the cent."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import records, scenario

from simulation.world.columns import CUSTOMER
from simulation.world.model import SalesModel


@pytest.mark.parametrize("policy", scenario().policies)
def test_recurring_revenue_is_last_weeks_plus_the_flows(policy):
    h = records()[policy].periods
    for name in ("new_arr", "expansion", "contraction", "churn"):
        assert h[name].dtype == np.int64
        assert h[name].min() >= 0
        assert h[name].max() > 0
    change = h["new_arr"] + h["expansion"] - h["contraction"] - h["churn"]
    np.testing.assert_array_equal(np.diff(h["recurring_revenue"]), change[1:])


@pytest.mark.parametrize("policy", scenario().policies)
def test_recurring_revenue_is_the_sum_of_contracts_each_week(policy):
    model = SalesModel(scenario(), policy)
    c = model.state.customers
    opening = int(c.value[c.stage == CUSTOMER].sum())
    assert model.state.arr == opening
    while model.week < scenario().weeks:
        model.step()
        contracts = c.value[c.stage == CUSTOMER]
        row = model.week - 1
        assert model.history["recurring_revenue"][row] == model.state.arr == contracts.sum()
        assert model.history["customers"][row] == len(contracts)
    h = model.history
    flows = sum(int(h[n].sum()) for n in ("new_arr", "expansion"))
    flows -= sum(int(h[n].sum()) for n in ("contraction", "churn"))
    assert opening + flows == model.state.arr


@pytest.mark.parametrize("policy", scenario().policies)
def test_final_outcomes_are_the_weeks_reduced(policy):
    record, start = records()[policy], scenario().start_week
    assert record.final["new_arr"] == record.periods["new_arr"][start:].sum()
    assert record.final["recurring_revenue"] == record.periods["recurring_revenue"][-1]
    assert record.final["exits"] == record.periods["exits"][start:].sum()
    assert record.final["morale_mean"] == pytest.approx(record.periods["morale_mean"][start:].mean())
