"""What one world shows under a policy beyond its outcomes: the funnel, hand-overs, morale by team, the quota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.runs.attempt import Task, world_of
from simulation.runs.drawn import with_draws
from simulation.runs.replicate import at_the_start, released
from simulation.world.columns import CUSTOMER, PROPOSAL, PROSPECT, QUALIFIED
from simulation.world.transfers import changed_hands

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

STEPS = ("opened", "qualified", "proposal", "won")
"""Steps of the funnel, as far as they can be seen at the end of a week."""


@dataclass(frozen=True)
class Scene:
    """One world under one policy, from the start week on; T weeks, S segments, M managers.

    `quota` (T,): what all reps in their seats are to bring together, cents a week, growth of contracts counted too.
    `funnel` (4,): deals that reached each of `STEPS`; one that is lost in the very week of a step is not seen to reach it.
    `moved` (S, S): accounts that went from a rep of one segment (row) to a rep of another (column): the home segment where
    the policy gives one, else that of most contracts as the policies part. `won`, `ended` (S,): deals past qualification.
    `morale` (M, T): mean of the manager's reps, nan where all seats are empty.
    """

    policy: str
    replication: int
    weeks: NDArray[np.int64]
    segments: tuple[str, ...]
    quota: NDArray[np.float64]
    funnel: NDArray[np.int64]
    moved: NDArray[np.int64]
    won: NDArray[np.int64]
    ended: NDArray[np.int64]
    morale: NDArray[np.float64]


def scenes_of(scenario: Scenario, policies: Sequence[str], replication: int) -> list[Scene]:
    """Live one world of `compare` again under each policy, in the draw it takes there, and look at it."""
    (task,) = with_draws([Task(replication, tuple(policies))], scenario)
    found = []
    with at_the_start(world_of(scenario, task), replication, None) as base:
        for policy in policies:
            with released(base.fork(policy)) as model:
                found.append(_seen(model, replication))
    return found


def _seen(model: SalesModel, replication: int) -> Scene:
    setting, state, now = model.setting, model.state, model.now
    segments = setting.segments
    mostly = state.reps.installed.argmax(axis=1)
    funnel, won, ended = (
        np.zeros(len(STEPS), np.int64),
        np.zeros(segments, np.int64),
        np.zeros(segments, np.int64),
    )
    moved = np.zeros((segments, segments), np.int64)
    weeks, quota, morale = [], [], []
    while model.week < setting.weeks:
        owner, stage = state.customers.owner.copy(), state.customers.stage.copy()
        home = np.where(state.reps.home >= 0, state.reps.home, mostly)
        weeks.append(model.week)
        model.step()
        c, reps = model.state.customers, model.state.reps
        _count(stage, c.stage, c.segment, funnel, won, ended)
        funnel[0] += int(now.started)
        there = np.where(reps.home >= 0, reps.home, mostly)
        hands = changed_hands(owner, c.owner, stage)
        np.add.at(moved, (home[owner[hands]], there[c.owner[hands]]), 1)
        quota.append(float(reps.selling.sum()) * state.quota * float(now.goals.quota) * 100 * setting.price)
        morale.append(_by_team(reps.manager, reps.selling, reps.morale, setting.managers))
    return Scene(
        model.policy, replication, np.array(weeks), tuple(setting.segment_names), np.array(quota), funnel, moved, won, ended,
        np.array(morale).T,
    )  # fmt: skip


def _count(
    before: NDArray[Any], after: NDArray[Any], segment: NDArray[Any], funnel: NDArray[np.int64],
    won: NDArray[np.int64], ended: NDArray[np.int64],
) -> None:  # fmt: skip
    """Add the steps and the ends of one week, by the stages of all accounts before and after it."""
    open_before = (before >= PROSPECT) & (before < CUSTOMER)
    for place, step in enumerate((QUALIFIED, PROPOSAL, CUSTOMER), 1):
        funnel[place] += int((open_before & (before < step) & (after >= step) & (after <= CUSTOMER)).sum())
    was_qualified = (before >= QUALIFIED) & (before < CUSTOMER)
    signed = open_before & (after == CUSTOMER)
    lost = was_qualified & (after > CUSTOMER)
    won += np.bincount(segment[signed], minlength=len(won))
    ended += np.bincount(segment[signed | lost], minlength=len(ended))


def _by_team(
    manager: NDArray[Any], selling: NDArray[np.bool_], morale: NDArray[Any], managers: int
) -> NDArray[np.float64]:
    people = np.bincount(manager[selling], minlength=managers)
    total = np.bincount(manager[selling], morale[selling].astype(np.float64), minlength=managers)
    return np.where(people > 0, total / np.maximum(people, 1), np.nan)


def plain(scenes: Sequence[Scene]) -> list[dict[str, Any]]:
    """Scenes as plain data, numbers with six figures."""
    return [
        {
            "policy": s.policy, "world": s.replication, "weeks": s.weeks.tolist(), "segments": list(s.segments),
            "quota": [round(v) for v in s.quota], "funnel": s.funnel.tolist(), "moved": s.moved.tolist(),
            "won": s.won.tolist(), "ended": s.ended.tolist(),
            "morale": [[None if v != v else round(v, 4) for v in row] for row in s.morale.tolist()],
        }
        for s in scenes
    ]  # fmt: skip
