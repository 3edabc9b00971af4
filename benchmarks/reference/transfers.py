"""What is promised when accounts change hands: a right of return, and a share of what a deal brings."""

from __future__ import annotations

from typing import Any, NamedTuple

from benchmarks.reference.arithmetic import sum_of
from benchmarks.reference.names import CUSTOMER


class Return(NamedTuple):
    """If territories are withdrawn in time, the account goes back to this person."""

    customer: Any
    rep: Any
    person: int
    until: int  # last week


class Credit(NamedTuple):
    """Half of what this opportunity brings is for the person who gave it up."""

    customer: Any
    rep: Any
    person: int
    until: int
    opportunity: int


def promise_return(model: Any, customers: list[Any], weeks: int) -> None:
    """Note who gives up these accounts, and until when they may come back."""
    model.returns += [Return(c, c.owner, c.owner.person, model.week + weeks) for c in customers]


def promise_credit(model: Any, customers: list[Any], weeks: int) -> None:
    """Note who gives up these open deals; the last to do so counts."""
    until = model.week + weeks - 1
    model.credits = [entry for entry in model.credits if entry.customer not in customers]
    model.credits += [Credit(c, c.owner, c.owner.person, until, c.opportunity) for c in customers]


def give_back(model: Any) -> None:
    """The right of return of those who leave the policy: accounts go back to the first who gave them up and is there."""
    given: dict[Any, Any] = {}
    for entry in (entry for entry in model.returns if entry.rep.leaving):
        customer, rep = entry.customer, entry.rep
        there = rep.selling and rep.person == entry.person
        # an account that was lost or given up since, and claimed anew, has forgotten its former owner
        kept = customer.owner is not None and customer.former_owner is not None
        if entry.until >= model.week and kept and there:
            given.setdefault(customer, rep)
    for customer in sorted(given, key=lambda customer: customer.row):
        model.handed["policy"] += customer.pass_to(given[customer])
    model.returns = [entry for entry in model.returns if not entry.rep.leaving]


def share_credit(model: Any) -> None:
    """Deals won this week, soon after a hand-over, count for the former rep too; the second commission is paid on top."""
    weeks, week = model.terms.credit_weeks, model.week
    model.shared_credit = 0.0
    if weeks == 0:
        return
    money = []
    for customer in model.customers:
        won = customer.stage == CUSTOMER and customer.stage_week == week
        former = customer.former_owner
        since = week - customer.handover_week
        if not won or former is None or since >= weeks or not former.selling:
            continue
        # the seat's present person must have been there when the account was handed over
        if former.tenure >= since or not model.gate_open("exits"):
            money.append(customer.value // model.price / 100)
            former.bookings += money[-1]
    model.shared_credit = float(model.p.commission) * sum_of(money)


def split_credit(model: Any) -> None:
    """Half of what a promised deal brought this week goes to the rep who gave it up, if that person is still there."""
    week, number = model.week, model.number
    same = [entry for entry in model.credits if entry.customer.opportunity == entry.opportunity]
    same = [entry for entry in same if entry.until >= week]
    shared = []
    for entry in same:
        customer, rep = entry.customer, entry.rep
        won = customer.stage == CUSTOMER and customer.stage_week == week and customer.owner is not None
        if won and rep.selling and rep.person == entry.person:
            shared.append((rep, customer.owner, customer.value // model.price / 200.0))
    for former, _, half in shared:
        former.bookings += half
        former.records["payments"][model.row] += number(half)
    for _, owner, half in shared:
        owner.bookings -= half
        owner.records["payments"][model.row] -= number(half)
    model.credits = [entry for entry in same if entry.customer.is_open]
