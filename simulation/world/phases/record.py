"""Record: the outcomes of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.luck import Purpose
from simulation.measures import measured as own_measures
from simulation.world.columns import USAGE
from simulation.world.gaps import gaps
from simulation.world.kernels.developing import show
from simulation.world.kernels.reporting import people, rep_usage, spread_of_beliefs
from simulation.world.kernels.responding import (
    CHURN,
    LOST_DEALS,
    NEW_ARR,
    UNDECIDED_DEALS,
    WON,
)
from simulation.world.missions import mission_figures
from simulation.world.segment_choice import brier

if TYPE_CHECKING:
    from simulation.world.model import SalesModel

SLOW_WEEKS = 4
"""Figures that move slowly are measured every four weeks and stand in between."""


def record(model: SalesModel) -> None:
    """Write the outcomes of the week into the history; nothing in the burn-in."""
    setting, state, now, week = model.setting, model.state, model.now, model.week
    p, reps, c = setting.plain, state.reps, state.customers
    row = week + setting.burn_in
    measured = week % SLOW_WEEKS == 0 or row == 0
    if measured:
        rep_usage(c.stage, c.owner, c.usage, state.records[USAGE, row])
        now.belief_spread = spread_of_beliefs(setting.practices, reps.selling, reps.known, reps.sign)
    show(
        setting.table, row, now.candour, now.meeting.hours > 0, reps.handle, now.faked, now.interviews * setting.segments / setting.reps,
        measured, *model.keys[Purpose.HEARING], state.records,
    )
    if week < 0:
        return
    if measured:
        now.gaps = gaps(model)
    people(setting.table, reps.handle, now.knowledge, now.depth, state.renewals, now.figures)
    flows = now.flows.tolist()
    new_arr, (renewed, expansion, contraction, churn) = flows[NEW_ARR], now.contracts.tolist()[: CHURN + 1]
    h = now.figures.tolist()
    cost = (
        state.arr / 52 * p["service_cost"] + h[6] * p["rep_cost"] * 100
        + p["commission"] * (new_arr + expansion)
    )
    variable = now.terms.pay_mix / setting.terms.pay_mix  # what more variable pay costs is taken from the fixed part
    at_quota = h[6] * state.quota * now.goals.quota * 100 * setting.price
    cost += now.mission_cost * 100 * setting.price + (1 - variable) * p["commission"] * (at_quota - new_arr - expansion)
    transition = round(now.transition_cost * 100) * setting.price
    programme = round(now.programme_cost * 100) * setting.price
    model.history.write(week, {
        "new_arr": new_arr, "recurring_revenue": state.arr, "expansion": expansion, "contraction": contraction,
        "churn": churn, "renewed": renewed, "gross_margin": round(state.arr / 52 - cost) - transition - programme,
        "net_retention": h[10] / h[9] if h[9] else np.nan,
        "morale_mean": h[0], "morale_p10": h[1], "exits": now.exits, "exits_voluntary": now.resignations,
        "knowledge_mean": h[2], "knowledge_applied": h[3], "knowledge_top": h[4], "knowledge_gap": now.gaps[0], "output_gap": now.gaps[1],
        "playbook_depth": h[8], "bench_strength": h[5], "belief_spread": now.belief_spread,
        "opportunities": now.started, "deals_won": flows[WON], "deals_lost": flows[LOST_DEALS],
        "deals_undecided": flows[UNDECIDED_DEALS], "customers": state.contracts,
        "open_pipeline_value": round(now.truth), "stated_pipeline_value": round(now.stated),
        "truth_gap": now.stated / now.truth - 1 if now.truth > 0 else np.nan,
        "pooled": now.pooled, "fake_touches": now.fake_touches,
        "handovers_policy": now.moved["policy"], "handovers_exit": now.moved["exit"], "handovers_hire": now.moved["hire"],
        "belief_brier": brier(model), "transition_cost": transition, "programme_cost": programme, "selling_hours": now.hours,
        "rollout": h[7], "maturity": state.maturity, **mission_figures(model), **own_measures(model),
    })
