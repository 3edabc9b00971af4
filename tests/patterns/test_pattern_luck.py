"""The same luck: histories part only after an input did, and one more rep, segment or customer moves nobody else's draws.

These are exact, not statistical. That policies are bit-equal before the start week is tested in tests/world.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.spec import Scenario
from simulation.world.columns import CUSTOMER, LEAD, PROPOSAL, CustomerColumns, RepColumns
from simulation.world.model import SalesModel
from simulation.world.phases import PHASES, work
from tests.world.small_world import changed, scenario

WEEKS = 40


class Watched:
    """A model stepped phase by phase, that keeps what each customer was given in the week."""

    def __init__(self, model: SalesModel) -> None:
        self.model = model

    def step(self) -> dict[str, np.ndarray]:
        """One week; returns what reached each customer: who its rep was, what the rep did and could do."""
        model, c, reps = self.model, self.model.state.customers, self.model.state.reps
        inputs = {"owner before": c.owner.copy()}
        for phase in PHASES:
            phase(model)
            if phase is work:
                rep = np.maximum(c.owner, 0)
                for name, column in (("reach", reps.reach), ("care", reps.care), ("push", model.now.push)):
                    inputs[name] = np.where(c.owner >= 0, column[rep], 0)
                inputs["skill"] = np.where(c.owner >= 0, reps.skill[rep, c.segment], 0)
                inputs["owner"] = c.owner.copy()
                inputs["handed over"] = c.handover_week.copy()
                # Which prospect a rep with room starts is the rep's choice among all of its prospects.
                inputs["started"] = c.opportunity.copy()
        model.state.week += 1
        rep = np.maximum(inputs["owner"], 0)
        inputs["rep left"] = np.where(inputs["owner"] >= 0, ~reps.selling[rep], False)
        return inputs


@pytest.mark.parametrize("policy", ["lockdown", "preferred", "adaptive"])
def test_a_customers_history_parts_only_after_one_of_its_inputs_did(policy):
    """Every customer, every week to week 39, every column: equal as long as all inputs were."""
    base = SalesModel(scenario(), "open").run_until(scenario().start_week)
    one, other = Watched(base.fork("open")), Watched(base.fork(policy))
    same = np.ones(len(base.customers), bool)
    checked = closed = 0
    while one.model.week < WEEKS:
        before = one.model.state.customers.stage.copy()
        a, b = one.step(), other.step()
        for name in a:
            same &= a[name] == b[name]
        left, right = one.model.state.customers, other.model.state.customers
        for name in CustomerColumns.names():
            differs = same & (getattr(left, name) != getattr(right, name))
            assert not differs.any(), f"{name} of customer {differs.argmax()} in week {one.model.week - 1}"
        checked += int(same.sum())
        was_open = (before >= LEAD) & (before <= PROPOSAL)
        closed += int((same & was_open & ((left.stage < LEAD) | (left.stage >= CUSTOMER))).sum())
    # The test sees something on both sides: customers that stayed equal, among them deals that closed, and others.
    assert checked > 4_000
    assert closed > 0 or policy == "lockdown"  # there every rep's work parts from the first week on
    assert not same.all()


def same_customers(
    a: SalesModel, b: SalesModel, rows: slice, columns: Any, but: np.ndarray | None = None
) -> None:
    """The named columns of these rows are equal to the last bit, except for rows marked in `but`."""
    for name in columns:
        left, right = getattr(a.state.customers, name)[rows], getattr(b.state.customers, name)[rows]
        equal = left == right
        assert (equal if but is None else equal | but).all(), name


def fresh(world: Scenario) -> SalesModel:
    """A model before its first week."""
    data = world.resolved()
    assert data["burn_in_weeks"] == 0
    return SalesModel(world, "open")


def without_burn_in(folder: Path, change: Any = lambda data: None) -> Scenario:
    def both(data: dict[str, Any]) -> None:
        data["burn_in_weeks"] = 0
        change(data)

    return changed(folder, both)


def test_one_more_rep_moves_only_what_goes_to_the_new_rep(tmp_path):
    few = fresh(without_burn_in(tmp_path))
    more = fresh(without_burn_in(tmp_path, lambda data: data["world"].update(reps=25)))
    c, d = few.state.customers, more.state.customers
    to_new = d.owner == 24
    assert 0 < to_new.sum() < 0.1 * (c.owner >= 0).sum()
    same_customers(few, more, slice(None), CustomerColumns.names(), but=to_new)
    same_customers(few, more, slice(None), set(CustomerColumns.names()) - {"owner"})
    for name in set(RepColumns.names()) - {"manager"}:  # teams are cut anew
        assert (getattr(few.state.reps, name) == getattr(more.state.reps, name)[:24]).all(), name


def test_one_more_segment_leaves_the_other_segments_as_they_were(tmp_path):
    def append(data: dict[str, Any]) -> None:
        segments = data["world"]["segments"]
        new = {**segments[-1], "name": "space", "share": 0.25}
        data["world"]["segments"] = [{**s, "share": s["share"] * 0.75} for s in segments] + [new]
        data["world"]["customers"] = 4000

    few, more = fresh(without_burn_in(tmp_path)), fresh(without_burn_in(tmp_path, append))
    assert (few.setting.first == more.setting.first[:9]).all()
    same_customers(few, more, slice(0, 3000), CustomerColumns.names())
    for name in set(RepColumns.names()) - {
        "applied"
    }:  # knowledge over all segments, where nobody has worked yet
        left, right = getattr(few.state.reps, name), getattr(more.state.reps, name)
        assert (left == (right if right.ndim == 1 else right[:, :8])).all(), name
    for name in ("known", "sign", "reality"):
        left, right = getattr(few.state.playbook, name), getattr(more.state.playbook, name)
        assert (left == right[:8]).all(), name


def test_one_more_customer_leaves_the_others_as_they_were(tmp_path):
    few = fresh(without_burn_in(tmp_path))
    more = fresh(without_burn_in(tmp_path, lambda data: data["world"].update(customers=3001)))
    grown = int(np.flatnonzero(np.diff(more.setting.first) - np.diff(few.setting.first))[0])
    assert np.diff(more.setting.first)[grown] == np.diff(few.setting.first)[grown] + 1
    new = int(few.setting.first[grown + 1])
    same_customers(few, more, slice(0, new), CustomerColumns.names())
    for name in CustomerColumns.names():
        left, right = getattr(few.state.customers, name), getattr(more.state.customers, name)
        assert (left[new:] == right[new + 1 :]).all(), name


def test_deals_and_newcomers_are_the_same_persons_and_deals_in_a_larger_firm(tmp_path):
    """After 60 weeks histories differ, yet the n-th deal of a customer and the n-th person of a seat have the same luck."""
    few = fresh(without_burn_in(tmp_path, lambda data: data.update(weeks=60)))
    more = fresh(
        without_burn_in(tmp_path, lambda data: (data.update(weeks=60), data["world"].update(reps=30)))
    )
    deals: dict[int, dict[tuple[int, int], tuple[int, float]]] = {0: {}, 1: {}}
    people: dict[int, dict[tuple[int, int], tuple[float, float]]] = {0: {}, 1: {}}
    for k, model in enumerate((few, more)):
        while model.week < 60:
            model.step()
            c, d, reps = model.state.customers, model.state.deals, model.state.reps
            for j in np.flatnonzero(
                (d.stage[: model.state.n_deals] >= LEAD) & (d.stage[: model.state.n_deals] <= PROPOSAL)
            ):
                row = int(d.row[j])
                deals[k][row, int(c.opportunity[row])] = int(c.value[row]), float(d.score[j])
            for seat in range(24):
                people[k][seat, int(reps.person[seat])] = float(reps.talent[seat]), float(reps.optimism[seat])
    both = deals[0].keys() & deals[1].keys()
    assert len(both) > 500
    assert {number for _, number in both} >= {1, 2}
    assert all(deals[0][deal] == deals[1][deal] for deal in both)
    newcomers = {who for who in people[0].keys() & people[1].keys() if who[1] > 0}
    assert newcomers
    assert all(people[0][who] == people[1][who] for who in newcomers)
    assert len(set(deals[0].values())) > len(both) / 2
