"""The same people and accounts in two worlds: what each week brought to every rep, and to the accounts asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.runs.attempt import Task, world_of
from simulation.runs.drawn import with_draws
from simulation.runs.replicate import at_the_start, released
from simulation.world.columns import CUSTOMER, LEAD, STAGES
from simulation.world.kernels.feeling import DISMISSED, RESIGNS

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

Columns = dict[str, NDArray[Any]]
LEFT = {0: "", RESIGNS: "resigned", DISMISSED: "dismissed"}


@dataclass
class Lives:
    """One world under one policy, from the start week on; T weeks, R seats, S segments.

    `reps`, (T, R) each: `person` (how many sat there before), `present`, `contracts`, `deals` (open), `prospects`,
    `taken` and `given` (contracts and open deals that came from other reps or went to them), `won` (money in new contracts
    and expansions), `morale`, `knowledge` (mean over segments), `attainment` (running, 1 is the quota), `left` (1 resigned,
    2 dismissed). `start`, (R,) each, as the policies part: `tenure` in weeks, `talent` in sd, `segment` with most contracts,
    `manager`. `known` (2, R, S): knowledge by segment as the policies part and at the end.
    `accounts`, by row, (T,) each: `stage`, `owner`, `person`, `value` (cents a year), `relationship`, `usage`.
    """

    policy: str
    weeks: NDArray[np.int64]
    segments: tuple[str, ...]
    reps: Columns
    start: Columns
    known: NDArray[np.float32]
    accounts: dict[int, Columns]
    account_segments: dict[int, str]
    stages: tuple[str, ...] = STAGES


def lives_of(
    scenario: Scenario, policies: Sequence[str], replication: int, accounts: Sequence[int] = ()
) -> list[Lives]:
    """Live one world of `compare` again under each policy, in the draw it takes there, and record it."""
    (task,) = with_draws([Task(replication, tuple(policies))], scenario)
    world = world_of(scenario, task)
    found = []
    with at_the_start(world, replication, None) as base:
        for policy in policies:
            with released(base.fork(policy)) as model:
                found.append(_recorded(model, accounts))
    return found


def _recorded(model: SalesModel, accounts: Sequence[int]) -> Lives:
    rows = np.array(accounts, np.int64)
    weeks: list[int] = []
    of_reps: list[Columns] = []
    of_accounts: list[Columns] = []
    reps, names = model.state.reps, model.setting.segment_names
    start = {
        "tenure": reps.tenure.copy(), "talent": reps.talent.copy(), "manager": reps.manager.copy(),
        "segment": reps.installed.argmax(axis=1), "present": reps.selling.copy(),
    }  # fmt: skip
    known = model.now.knowledge.copy()
    segment_of = model.state.customers.segment
    while model.week < model.setting.weeks:
        weeks.append(model.week)
        before = model.state.customers.owner.copy(), model.state.customers.stage.copy()
        present = model.state.reps.selling.copy()
        model.step()
        of_reps.append(_reps(model, *before, present))
        of_accounts.append(_accounts(model, rows))
    return Lives(
        model.policy,
        np.array(weeks),
        tuple(names),
        _stacked(of_reps),
        start,
        np.array([known, model.now.knowledge]),
        {
            int(row): {name: column[:, i] for name, column in _stacked(of_accounts).items()}
            for i, row in enumerate(rows)
        },
        {int(row): names[segment_of[row]] for row in rows},
    )


def _reps(
    model: SalesModel, owner: NDArray[np.int16], stage: NDArray[np.uint8], present: NDArray[np.bool_]
) -> Columns:
    """The week just lived, (R,) each. `owner`, `stage` and who was `present` are those before it."""
    c, reps, seats = model.state.customers, model.state.reps, model.setting.reps
    moved = (owner != c.owner) & (owner >= 0) & (c.owner >= 0) & (stage >= LEAD) & (stage <= CUSTOMER)
    return {
        "person": reps.person.copy(), "present": present,
        "contracts": reps.installed.sum(axis=1), "deals": reps.open_deals.copy(), "prospects": reps.prospects.copy(),
        "taken": np.bincount(c.owner[moved], minlength=seats), "given": np.bincount(owner[moved], minlength=seats),
        "won": reps.bookings.copy(), "morale": reps.morale.copy(), "knowledge": model.now.knowledge.mean(axis=1),
        "attainment": reps.attainment.copy(), "left": model.now.leaves.copy(),
    }  # fmt: skip


def _accounts(model: SalesModel, rows: NDArray[np.int64]) -> Columns:
    c = model.state.customers
    owner = c.owner[rows]
    person = np.where(owner >= 0, model.state.reps.person[owner], -1)
    named = {name: getattr(c, name)[rows] for name in ("stage", "value", "relationship", "usage")}
    return {**named, "owner": owner, "person": person}


def _stacked(rows: Sequence[Columns]) -> Columns:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
