"""The initial state of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.elementary import normal_quantile_array
from simulation.luck import Purpose
from simulation.world.columns import (
    CUSTOMER,
    RECORDS,
    CustomerColumns,
    DealColumns,
    ManagerColumns,
    MissionColumns,
    PlaybookColumns,
    RepColumns,
    SegmentColumns,
    State,
)
from simulation.world.kernels.knowing import settle_in
from simulation.world.kernels.luck_arrays import uniforms
from simulation.world.kernels.population import make_customers, make_people
from simulation.world.setting import Setting

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def initial_state(setting: Setting) -> State:
    """The state before the burn-in; the first week is -burn_in."""
    week = -setting.burn_in
    reps = RepColumns.of(setting.reps, segments=setting.segments)
    state = State(
        week=week,
        customers=CustomerColumns.of(int(setting.first[-1])),
        deals=DealColumns.of(0),
        reps=reps,
        managers=ManagerColumns.of(setting.managers),
        playbook=_playbook(setting),
        segments=_segments(setting),
        missions=MissionColumns.of(len(setting.missions)),
        arr=0,
        quota=0.0,
        bookings=(0.0, 0),
        renewals=np.zeros((52, 2), np.int64),
        records=np.zeros((len(RECORDS), setting.burn_in + setting.weeks, setting.reps), np.float32),
        returns=np.zeros((0, 4), np.int64),
    )
    _managers(setting, state.managers)
    reps.manager[:] = np.arange(setting.reps) * setting.managers // setting.reps
    seat_people(setting, state, np.arange(setting.reps), newcomers=False)
    c = state.customers
    not_yet = np.array([1.0 - setting.p["initial_customers"]], np.float32)
    make_customers(
        setting.table,
        normal_quantile_array(not_yet)[0],
        setting.price,
        week,
        setting.reps,
        setting.first,
        setting.log_median,
        setting.sigma,
        setting.product_fit,
        setting.relationship_share,
        *setting.key(Purpose.POPULATION),
        *setting.key(Purpose.SURFACING, week - 1),
        c.segment,
        c.stage,
        c.owner,
        c.stage_week,
        c.due_week,
        c.fit,
        c.size,
        c.firm_relationship,
        c.relationship,
        c.usage,
        c.value,
    )
    state.arr, state.contracts = int(c.value.sum()), int(np.count_nonzero(c.stage == CUSTOMER))
    # Until bookings are known a guess serves as quota: a sixth of what is under contract, a year, per seat.
    guess = state.arr / 6 / setting.price / 100 / 52 / setting.reps
    state.quota = guess * float(setting.p["quota_ratio"])
    return state


def seat_people(setting: Setting, state: State, seats: NDArray[np.int64], newcomers: bool) -> None:
    """Put persons into seats; all that belongs to a person is drawn anew."""
    book = state.playbook
    key = setting.keys[Purpose.PERSON]
    make_people(setting.table, seats, state.reps.handle, *key, book.known, book.sign, newcomers)


def take_seats(model: SalesModel, seats: NDArray[np.int64]) -> None:
    """Those who have just been seated begin to sell: what they know, and what it brings to a deal."""
    setting, now, reps, book = model.setting, model.now, model.state.reps, model.state.playbook
    settle_in(
        setting.table, setting.practices, seats, book.reality, book.known, book.sign, reps.known, reps.sign, reps.talent,
        reps.tenure, reps.selling, reps.changed_week, now.knowledge, now.helped, reps.skill, reps.applied,
    )  # fmt: skip


def _managers(setting: Setting, managers: ManagerColumns) -> None:
    draws = uniforms(*setting.key(Purpose.MANAGER), setting.managers, 2)
    managers.coaching[:] = draws[:, 0]
    managers.optimism[:] = setting.p["manager_optimism"] * normal_quantile_array(draws[:, 1])


def _playbook(setting: Setting) -> PlaybookColumns:
    """Reality by lot, alike in the practices all segments share; of these the first playbook knows a share."""
    playbook = PlaybookColumns.of(setting.segments)
    everyone = 32  # the row of draws for shared practices: no segment has this number
    signs = uniforms(*setting.key(Purpose.REALITY), 33, setting.practices) < 0.5
    lot = uniforms(*setting.key(Purpose.PLAYBOOK), 33, setting.practices)
    common = (int(setting.shared) >> np.arange(setting.practices)) & 1 == 1
    for s in range(setting.segments):
        yes = np.where(common, signs[everyone], signs[s])
        known = np.where(common, lot[everyone], lot[s]) < setting.first_playbook[s]
        playbook.reality[s] = _bits(yes)
        playbook.known[s] = _bits(known)
        playbook.sign[s] = _bits(yes & known)
    return playbook


def _segments(setting: Setting) -> SegmentColumns:
    """R&D is shared evenly, and nothing is believed: every segment may be the best."""
    segments = SegmentColumns.of(setting.segments)
    segments.rnd[:] = 1 / setting.segments
    segments.best[:] = 1 / setting.segments
    segments.variance[:] = float(setting.p["prior_spread"]) ** 2
    return segments


def _bits(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> np.uint32:
    return np.uint32(sum(1 << int(d) for d in np.flatnonzero(flags)))
