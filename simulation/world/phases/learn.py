"""Learn: from the field, from peers and the playbook; the playbook learns from those who outperform it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.luck import Purpose
from simulation.world.kernels.knowing import know
from simulation.world.kernels.learning import discover, drift, exchange, judged, socialise
from simulation.world.missions import learn_craft
from simulation.world.organisation import organise
from simulation.world.playbook import WRITING_WEEKS, playbook_depth, write_playbook

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def learn(model: SalesModel) -> None:
    """Field, peers and playbook teach; then knowledge and skills are worked out anew."""
    setting, state, now = model.setting, model.state, model.now
    p, reps, book = setting.p, state.reps, state.playbook
    if setting.drifts:
        drift(setting.weekly_drift, setting.practices, setting.shared, *model.keys[Purpose.DRIFT], book.reality)
    if model.gate_open("field_learning"):
        discover(
            setting.table, setting.practices, setting.shared, book.reality, state.managers.coaching, reps.handle,
            *setting.keys[Purpose.DISCOVERY], *setting.keys[Purpose.FORGETTING],
        )
    meets, writes = now.meeting.hours > 0, now.writing.share > 0 and model.week % WRITING_WEEKS == 0
    if meets or writes:
        judged(p["performance_noise"], now.knowledge, reps.person, *model.keys[Purpose.JUDGEMENT], now.performance)
    if meets:
        exchange(
            p["peer_exchange"], reps.selling, reps.person, reps.manager, setting.managers, now.performance,
            *model.keys[Purpose.PEERS], reps.known, reps.sign,
        )
    reads = model.gate_open("playbook")
    if reads:
        if meets or writes or now.knowledge_stale or setting.drifts:
            model.note_passage("playbook")
        if meets:
            socialise(
                p["socialisation"], reps.selling, reps.person, book.known, book.sign, *model.keys[Purpose.READING], reps.known,
                reps.sign,
            )
        if writes:
            write_playbook(model)
        if writes or now.knowledge_stale or setting.drifts:
            now.depth, now.knowledge_stale = playbook_depth(model), False
    know(
        setting.table, setting.practices, book.reality, book.known, book.sign, reads, reps.handle, now.knowledge,
        now.helped,
    )
    if reads and now.helped.any():
        model.note_passage("playbook")
    learn_craft(model)
    organise(model)
