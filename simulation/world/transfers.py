"""Accounts change hands: what a hand-over does, and the right of return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.luck import Purpose
from simulation.world.columns import CUSTOMER, LEAD, NOBODY, PAYMENTS, PROSPECT
from simulation.world.kernels.handing import transfer

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def move_accounts(model: SalesModel, index: NDArray[np.int64], receiver: NDArray[np.int64]) -> None:
    """Hand accounts to receivers by policy, with what that does to relationships."""
    now = model.now
    if len(index):
        model.note_passage("handover_loss")
    moved, now.n_soon = transfer(
        model.setting.table, model.week, index, receiver, model.setting.first, now.knowledge,
        model.gate_open("handover_loss"), *model.keys[Purpose.HANDOVER], model.state.customers.handle,
        now.lost_value, now.gained_value, now.books_stale, now.soon, now.n_soon,
    )  # fmt: skip
    now.moved["policy"] += moved


def changed_hands(before: NDArray[Any], after: NDArray[Any], stage: NDArray[Any]) -> NDArray[np.bool_]:
    """Which accounts went from one rep to another between two looks at their owners, (accounts,).

    `stage` is that of the first look: a hand-over counts by what is handed over, and prospects do not.
    """
    moved: NDArray[np.bool_] = (before != after) & (before >= 0) & (after >= 0)
    return moved & (stage >= LEAD) & (stage <= CUSTOMER)


def promise_return(model: SalesModel, index: NDArray[np.int64], weeks: int) -> None:
    """Note who gives up these accounts, and until when they may come back."""
    state = model.state
    seat = state.customers.owner[index].astype(np.int64)
    until = np.full(len(index), model.week + weeks)
    state.returns = np.concatenate(
        (state.returns, np.column_stack((index, seat, state.reps.person[seat], until)))
    )


def promise_credit(model: SalesModel, index: NDArray[np.int64], weeks: int) -> None:
    """Note who gives up these open deals, and until when half of what they bring is theirs; the last to do so counts."""
    state, c = model.state, model.state.customers
    seat = c.owner[index].astype(np.int64)
    until = np.full(len(index), model.week + weeks - 1)
    entries = np.column_stack(
        (index, seat, state.reps.person[seat], until, c.opportunity[index].astype(np.int64))
    )
    state.credits = np.concatenate((state.credits[~np.isin(state.credits[:, 0], index)], entries))


def split_credit(model: SalesModel) -> None:
    """Half of what a promised deal brought this week goes to the rep who gave it up, if that person is still there."""
    state = model.state
    if len(state.credits) == 0:
        return
    c, reps, week = state.customers, state.reps, model.week
    row, seat, person, until, opportunity = state.credits.T
    same = (c.opportunity[row] == opportunity) & (until >= week)
    won = same & (c.stage[row] == CUSTOMER) & (c.stage_week[row] == week) & (c.owner[row] >= 0)
    won &= reps.selling[seat] & (reps.person[seat] == person)
    half = (c.value[row] // model.setting.price)[won].astype(np.float64) / 200.0
    payments = state.records[PAYMENTS, week + model.setting.burn_in]
    for booked in (reps.bookings, payments):
        np.add.at(booked, seat[won], half.astype(booked.dtype))
        np.subtract.at(booked, c.owner[row[won]].astype(np.int64), half.astype(booked.dtype))
    is_open = (c.stage[row] > PROSPECT) & (c.stage[row] < CUSTOMER)
    state.credits = state.credits[same & is_open]


def give_back(model: SalesModel) -> None:
    """The right of return of those who leave the policy: accounts go back to the first who gave them up and is there."""
    c, reps = model.state.customers, model.state.reps
    leaves = model.now.leaving[model.state.returns[:, 1]]
    index, seat, person, until = model.state.returns[leaves].T
    # an account that was lost or given up since, and claimed anew, has forgotten its former owner
    valid = (until >= model.week) & (c.owner[index] >= 0) & (c.former_owner[index] >= 0)
    valid &= reps.selling[seat] & (reps.person[seat] == person)
    first = np.unique(index[valid], return_index=True)[1]
    move_accounts(model, index[valid][first], seat[valid][first])
    model.state.returns = model.state.returns[~leaves]


def share_credit(model: SalesModel) -> None:
    """Deals won this week, soon after a hand-over, count for the former rep too; the second commission is paid on top."""
    weeks, c, reps = model.now.terms.credit_weeks, model.state.customers, model.state.reps
    model.now.shared_credit = 0.0
    if weeks == 0:
        return
    won = (c.stage == CUSTOMER) & (c.stage_week == model.week) & (c.former_owner != NOBODY)
    index = np.flatnonzero(won & (model.week - c.handover_week.astype(np.int64) < weeks))
    former = c.former_owner[index]
    there = reps.selling[former]
    if model.gate_open(
        "exits"
    ):  # the seat's present person must have been there when the account was handed over
        there &= reps.tenure[former] >= model.week - c.handover_week[index].astype(np.int64)
    index, former = index[there], former[there]
    money = (c.value[index] // model.setting.price) / 100
    np.add.at(reps.bookings, former, money)
    model.now.shared_credit = float(model.setting.p["commission"]) * float(money.sum())
