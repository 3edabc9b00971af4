"""Learn: from the field, from peers and the playbook; the playbook learns from those who outperform it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.luck import Purpose
from simulation.world.kernels.learning import (
    codify,
    discover,
    drift,
    exchange,
    judged,
    knowledge_of,
    skills,
    socialise,
)

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

WRITING_WEEKS = 4
"""The playbook is revised every four weeks."""


def learn(model: SalesModel) -> None:
    """Field, peers and playbook teach; then knowledge and skills are worked out anew."""
    setting, state, now = model.setting, model.state, model.now
    p, reps, book = setting.p, state.reps, state.playbook
    if setting.drifts:
        drift(setting.weekly_drift, setting.practices, setting.shared, *model.key(Purpose.DRIFT), book.reality)
    if model.gate_open("field_learning"):
        discover(
            setting.table, setting.practices, setting.shared, book.reality, state.managers.coaching, reps.manager, reps.selling,
            reps.person, reps.touches, reps.installed, reps.care, *model.key(Purpose.DISCOVERY, weekly=False),
            *model.key(Purpose.FORGETTING, weekly=False), reps.known, reps.sign, reps.left_discovery, reps.left_forgetting,
            reps.discoveries, reps.lapses,
        )
    meets, writes = now.meeting.hours > 0, now.writing.share > 0 and model.week % WRITING_WEEKS == 0
    if meets or writes:
        judged(p["performance_noise"], now.knowledge, reps.person, *model.key(Purpose.JUDGEMENT), now.performance)
    if meets:
        exchange(
            p["peer_exchange"], reps.selling, reps.person, reps.manager, setting.managers, now.performance,
            *model.key(Purpose.PEERS), reps.known, reps.sign,
        )
    if model.gate_open("playbook"):
        if meets:
            socialise(
                p["socialisation"], reps.selling, reps.person, book.known, book.sign, *model.key(Purpose.READING), reps.known,
                reps.sign,
            )
        if writes:
            _write(model)
        if writes or now.knowledge_stale or setting.drifts:
            now.depth, now.knowledge_stale = playbook_depth(model), False
    knowledge_of(setting.practices, reps.known, reps.sign, book.reality, now.knowledge)
    skills(setting.table, reps.talent, reps.tenure, now.knowledge, reps.skill)


def playbook_depth(model: SalesModel) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Right less wrong practices of the playbook, -1..1, per segment."""
    book, depth = model.state.playbook, np.empty((1, model.setting.segments), np.float32)
    knowledge_of(model.setting.practices, book.known[None, :], book.sign[None, :], book.reality, depth)
    first: np.ndarray[tuple[int], np.dtype[np.float32]] = depth[0]
    return first


def _write(model: SalesModel) -> None:
    """Writers are the best eighth of those who may work the segment, or everyone there."""
    setting, state, now = model.setting, model.state, model.now
    reps, book = state.reps, state.playbook
    eligible = reps.allowed & reps.selling[:, None]
    if now.writing.writers == "top":
        ranked = np.where(eligible, now.performance, -np.inf)
        wanted = np.maximum(1, eligible.sum(axis=0) // 8)
        order = np.lexsort((np.broadcast_to(np.arange(setting.reps)[:, None], ranked.shape), -ranked), axis=0)
        best = np.zeros_like(eligible)
        np.put_along_axis(best, order, np.arange(setting.reps)[:, None] < wanted, axis=0)
        eligible &= best
    now.may_write = eligible
    not_in_a_week = 1 - float(setting.p["codify_rate"]) * now.writing.share
    rate = 1 - math.prod([not_in_a_week] * WRITING_WEEKS)  # not **: its last bit differs between platforms
    codify(
        rate, setting.practices, reps.selling, now.may_write, now.performance, now.depth, *model.key(Purpose.WRITING),
        reps.known, reps.sign, book.known, book.sign,
    )
