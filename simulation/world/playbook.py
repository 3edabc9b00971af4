"""The playbook: how good it is, and who writes it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.luck import Purpose
from simulation.world.kernels.knowing import knowledge_of
from simulation.world.kernels.learning import choose_writers, codify

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

WRITING_WEEKS = 4
"""The playbook is revised every four weeks."""


def playbook_depth(model: SalesModel) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Right less wrong practices of the playbook, -1..1, per segment."""
    book, depth = model.state.playbook, np.empty((1, model.setting.segments), np.float32)
    knowledge_of(model.setting.practices, book.known[None, :], book.sign[None, :], book.reality, depth)
    first: np.ndarray[tuple[int], np.dtype[np.float32]] = depth[0]
    return first


def write_playbook(model: SalesModel) -> None:
    """Writers are the best eighth of those who may work the segment, or everyone there."""
    setting, state, now = model.setting, model.state, model.now
    reps, book = state.reps, state.playbook
    choose_writers(now.writing.writers == "top", reps.selling, reps.allowed, now.performance, now.may_write)
    if not now.written:  # nobody has given time yet: those just chosen will
        return
    not_in_a_week = 1 - float(setting.p["codify_rate"]) * now.writing.share
    rate = 1 - math.prod([not_in_a_week] * WRITING_WEEKS)  # not **: its last bit differs between platforms
    codify(
        rate,
        setting.practices,
        reps.selling,
        now.may_write,
        now.performance,
        now.depth,
        *model.keys[Purpose.WRITING],
        reps.known,
        reps.sign,
        book.known,
        book.sign,
    )
