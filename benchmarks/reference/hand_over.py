"""Hand over: accounts outside their owner's territory change hands as the policy says."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.reference.names import CUSTOMER, PROPOSAL, PROSPECT
from benchmarks.reference.transfers import give_back, promise_credit, promise_return
from simulation.levers.points import ReleaseState, ReleaseTerms


def hand_over(model: Any) -> None:
    """Released accounts move; a withdrawn policy gives back those with a right of return."""
    model.handed.clear()
    for rep in model.reps:
        rep.lost_value = rep.gained_value = 0
    if model.territories_changed:
        if any(rep.leaving for rep in model.reps):
            give_back(model)
        model.pending = ranked_by_value(model, [c for c in model.customers if is_outside(c)])
        model.territories_changed = False
    elif not model.pending:
        return
    outside = [(customer, standing) for customer, standing in model.pending if is_outside(customer)]
    terms = model.ask("releases", release_state(model, outside), ReleaseTerms(
        np.zeros(len(outside), np.bool_), "capacity", 0, False
    ))  # fmt: skip
    released = [customer for (customer, _), goes in zip(outside, terms.release, strict=True) if goes]
    receivers = choose_receivers(model, released, terms.receiver) if released else {}
    # A contract or deal needs somebody: where nobody may have it, it stays.
    moving = [c for c in released if receivers[c] is not None or c.stage == PROSPECT]
    if terms.return_weeks > 0:
        promise_return(model, moving, terms.return_weeks)
    if terms.credit_weeks > 0:
        promise_credit(model, [customer for customer in moving if customer.is_open], terms.credit_weeks)
    for customer in moving:
        model.handed["policy"] += customer.pass_to(receivers[customer])
    for customer in moving:
        if receivers[customer] is None:  # they surface from next week on
            model.agenda.expect(customer)
    model.pending = [
        entry for entry, goes in zip(outside, terms.release, strict=True) if not goes and terms.pending
    ]


def is_outside(customer: Any) -> bool:
    """Whether an account lies outside its owner's territory."""
    return customer.owner is not None and not customer.owner.allowed[customer.segment.index]


def ranked_by_value(model: Any, customers: list[Any]) -> list[tuple[Any, Any]]:
    """Each with its rank by value: 1/n the largest of n, 1 the smallest."""
    order = sorted(customers, key=lambda customer: -customer.value)
    standing = {customer: model.number((rank + 1) / len(order)) for rank, customer in enumerate(order)}
    return [(customer, standing[customer]) for customer in customers]


def release_state(model: Any, outside: list[tuple[Any, Any]]) -> ReleaseState:
    """What the lever is shown, as arrays."""
    accounts = [customer for customer, _ in outside]
    idle = []
    for customer in accounts:
        cared_for = customer.stage == CUSTOMER and customer.owner.care > 0.0
        idle.append(0 if cared_for else model.week - customer.touched_week)
    return ReleaseState(
        model.week - model.changed_week,
        np.array([customer.row for customer in accounts], np.int64),
        np.array([customer.is_open for customer in accounts], np.bool_),
        np.array([customer.stage == PROPOSAL for customer in accounts], np.bool_),
        np.array([standing for _, standing in outside], np.float32),
        np.array(idle, np.int32),
        np.array([customer.release_lot for customer in accounts], np.float32),
        np.array([customer.segment.index for customer in accounts], np.uint8),
        np.array([customer.place for customer in accounts], np.int64),
        tuple(segment.name for segment in model.segments),
    )


def choose_receivers(model: Any, released: list[Any], to: str) -> dict[Any, Any]:
    """A receiver for each released account, one after the other; None where nobody may have it.

    "capacity": the eligible rep with the smallest load (accounts); "similar": the one who knows the segment best among those
    with no more than the mean load of the eligible. Ties go to the lower seat. Each choice changes the loads.
    """
    load = dict.fromkeys(model.reps, 0)
    for customer in model.customers:
        if customer.owner is not None:
            load[customer.owner] += 1
    chosen: dict[Any, Any] = {}
    for customer in released:
        s, owner = customer.segment.index, customer.owner
        eligible = [rep for rep in model.reps if rep.selling and rep.allowed[s] and rep is not owner]
        chosen[customer] = None
        if to == "pool" or not eligible:
            continue
        if to == "similar":
            total = sum(load[rep] for rep in eligible)
            eligible = [rep for rep in eligible if load[rep] * len(eligible) <= total]
            best = max(eligible, key=lambda rep: rep.knowledge[s])
        else:
            best = min(eligible, key=load.__getitem__)
        chosen[customer] = best
        load[best] += 1
        load[owner] -= 1
    return chosen
