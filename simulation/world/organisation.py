"""The firm as an organisation: how mature its process is, and how well its teams work together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

CAPABILITY_HOURS = 2.0
"""Hours of a retrospective that count as one."""


def organise(model: SalesModel) -> None:
    """Phase `learn`: maturity grows with writing and fades with drift; capability grows with retrospectives and maturity.

    Drift turns a practice around, so a process written down is then wrong where it was right: it counts twice.
    """
    setting, state, now = model.setting, model.state, model.now
    if not (now.written or now.meeting.hours or state.maturity):
        return
    p = setting.plain
    grown = p["maturity_rate"] * now.written * (1 - state.maturity)
    state.maturity = min(1.0, max(0.0, state.maturity + grown - 2 * setting.mean_drift * state.maturity))
    met = now.meeting.hours / CAPABILITY_HOURS
    gain = p["capability_rate"] * met + p["capability_process"] * grown
    state.capability = min(1.0, state.capability + gain * (1 - state.capability))
