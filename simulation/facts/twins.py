"""What a change of rep costs an account (S9): the same account in two worlds of the same luck, moved in one of them.

Two firms. Among *specialists* every rep has worked in one industry since the burn-in began (`lockdown_all` as the
baseline), so that another rep is as a rule one from another industry: the firms of the published figures. In the *mixed*
firm (`open`) everybody knows something of every industry, and a typical receiver is half a similar one.

At the start week a world is forked. In one fork a random tenth of the accounts of selling reps (specialists: of
contracts; mixed: contracts, open deals and prospects alike) get another rep, otherwise nothing is done; the other fork
is the twin. An account's sales are its bookings over the 52 weeks from the start week on: contracts won, and at a
renewal the annual value of the contract that follows (renewed, less contraction, plus expansion). A contract that ends
books nothing. The cost is 1 - sales of all moved accounts / sales of their twins, over all worlds together.

Receivers of the plain case are the other reps of the same moved accounts in random order, so every book stays
as large as it was and nobody is chosen for anything. In the similar case each account goes to the rep who knows its segment
best among the 20 who are most like the plain receiver in talent and ramp and have not received twice the mean yet.
Nobody's morale suffers from the move: this is the account's side alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.spec import Scenario
from simulation.world.columns import CHURNED, CUSTOMER, LEAD, PROPOSAL
from simulation.world.model import SalesModel
from simulation.world.transfers import move_accounts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHARE, WEEKS, ALIKE = 0.1, 52, 20
SPECIALISTS = "lockdown_all"
KINDS = ("contract", "open deal", "prospect")


@dataclass(frozen=True)
class Twins:
    """Money booked by the sampled accounts of one world, and who received them.

    `sales` (arms, kinds, parts): arms unmoved, plain, similar; kinds as `KINDS` by the account's state at the start; parts
    new and renewed (after contraction and expansion). `renewals` (arms, 2): contracts due and contracts that ended.
    `receivers` (2, 3): mean knowledge of the segment, talent and ramp of plain and similar receivers.
    """

    sales: Floats
    renewals: Floats
    receivers: Floats


def live_twins(task: tuple[Scenario, int]) -> Twins:
    """The three forks of one world."""
    scenario, replication = task
    base = SalesModel(scenario, scenario.baseline, replication=replication)
    base.run_until(scenario.start_week)
    rng = np.random.default_rng([scenario.seed, replication])
    moved, plain = _sample(base, rng)
    similar = _similar(base, moved, plain)
    arms = [_lived(base, moved, receiver) for receiver in (None, plain, similar)]
    return Twins(
        np.array([sales for sales, _ in arms]),
        np.array([renewals for _, renewals in arms]),
        np.array([_traits(base, moved, receiver) for receiver in (plain, similar)]),
    )


def _sample(model: SalesModel, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Accounts to move and their plain receivers: the owners of the same accounts in random order."""
    c, reps = model.state.customers, model.state.reps
    movable = (c.owner >= 0) & reps.selling[np.maximum(c.owner, 0)]
    if model.scenario.baseline == SPECIALISTS:  # a receiver may not begin anything outside the territory
        movable &= c.stage == CUSTOMER
    held = np.flatnonzero(movable)
    rows = rng.choice(held, int(SHARE * len(held)), replace=False)
    owner = c.owner[rows].astype(np.int64)
    receiver = rng.permutation(owner)
    for _ in range(100):
        same = np.flatnonzero(receiver == owner)
        if len(same) == 0:
            break
        partner = rng.integers(0, len(rows), len(same))
        for i, j in zip(same, partner, strict=True):
            receiver[i], receiver[j] = receiver[j], receiver[i]
    other = receiver != owner
    order = np.argsort(rows[other])
    return rows[other][order], receiver[other][order]


def _ramp(model: SalesModel) -> Floats:
    reps = model.state.reps
    return 1.0 - np.exp(-reps.tenure / float(model.setting.p["ramp_weeks"]))


def _similar(model: SalesModel, rows: Ints, plain: Ints) -> Ints:
    c, reps = model.state.customers, model.state.reps
    sellers = np.flatnonzero(reps.selling)
    talent, ramp = reps.talent.astype(float), _ramp(model)
    room = np.full(len(talent), int(2 * len(rows) / len(sellers)))
    receiver = plain.copy()
    for k in np.random.default_rng([3, len(rows)]).permutation(len(rows)):
        others = sellers[(sellers != c.owner[rows[k]]) & (room[sellers] > 0)]
        distance = np.abs(talent[others] - talent[plain[k]]) + 2 * np.abs(ramp[others] - ramp[plain[k]])
        alike = others[np.argsort(distance, kind="stable")[:ALIKE]]
        receiver[k] = alike[np.argmax(model.now.knowledge[alike, c.segment[rows[k]]])]
        room[receiver[k]] -= 1
    return receiver


def _traits(model: SalesModel, rows: Ints, receiver: Ints) -> list[float]:
    segment = model.state.customers.segment[rows]
    return [
        float(model.now.knowledge[receiver, segment].mean()),
        float(model.state.reps.talent[receiver].mean()),
        float(_ramp(model)[receiver].mean()),
    ]


def _lived(base: SalesModel, rows: Ints, receiver: Ints | None) -> tuple[Floats, Floats]:
    """A year of the accounts in `rows` in a fork where `receiver` has them (None: nobody new)."""
    model = base.fork(base.policy)
    if receiver is not None:
        move_accounts(model, rows, receiver)
    c = model.state.customers
    stage = c.stage[rows]
    kind = np.where(stage == CUSTOMER, 0, np.where((stage >= LEAD) & (stage <= PROPOSAL), 1, 2))
    sales, renewals = np.zeros((len(KINDS), 2)), np.zeros(2)
    for lived in range(WEEKS):
        week = model.week
        if lived == 1 and receiver is not None:  # moved once, not on: else two hand-overs would be measured
            assert (c.owner[rows] == receiver)[c.owner[rows] >= 0].mean() > 0.98
        held = c.stage[rows] == CUSTOMER
        due = held & (c.due_week[rows] == week)
        model.step()
        c = model.state.customers
        stage, value = c.stage[rows], c.value[rows] / 100
        won = ~held & (stage == CUSTOMER)
        again = due & (stage == CUSTOMER)
        for part, hit in enumerate((won, again)):
            sales[:, part] += np.bincount(kind[hit], value[hit], len(KINDS))
        renewals += due.sum(), (due & (stage == CHURNED)).sum()
    return sales, renewals
