"""Made-up result tables with known effects: a J-curve for lockdown, a gain for adaptive, shared luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

POLICIES = (
    "open",
    "lockdown",
    "lockdown_all",
    "lockdown_reversed",
    "lockdown_phased",
    "preferred",
    "adaptive",
)

# name, unit, direction, reduce, label
OUTCOMES = [
    ("new_arr", "cents", 1, "sum_from_start", "New ARR"),
    ("recurring_revenue", "cents", 1, "last", "Recurring revenue"),
    ("gross_margin", "cents", 1, "sum_from_start", "Gross margin"),
    ("net_retention", "ratio", 1, "last", "Net retention"),
    ("morale_mean", "0-1", 1, "mean_from_start", "Morale"),
    ("morale_p10", "0-1", 1, "mean_from_start", "Morale, lowest tenth"),
    ("exits", "reps", -1, "sum_from_start", "Exits"),
    ("knowledge_mean", "-1..1", 1, "last", "Knowledge"),
    ("knowledge_applied", "-1..1", 1, "last", "Knowledge applied"),
    ("opportunities", "deals", 0, "sum_from_start", "Opportunities"),
    ("open_pipeline_value", "cents", 1, "last", "True pipeline"),
    ("stated_pipeline_value", "cents", 0, "last", "Stated pipeline"),
    ("truth_gap", "ratio", -1, "mean_from_start", "Truth gap"),
    ("handovers_policy", "accounts", -1, "sum_from_start", "Hand-overs, policy"),
]
# early loss, late gain (shares of new ARR), loss of morale, gain of knowledge, boast
EFFECTS = {
    "open": (0.0, 0.0, 0.0, 0.0, 0.0),
    "lockdown": (0.38, 0.10, 0.16, 0.05, 0.45),
    "lockdown_all": (0.50, 0.02, 0.22, 0.03, 0.60),
    "lockdown_reversed": (0.38, -0.04, 0.15, -0.03, 0.30),
    "lockdown_phased": (0.20, 0.07, 0.08, 0.05, 0.30),
    "preferred": (0.04, 0.05, 0.01, 0.06, 0.10),
    "adaptive": (0.03, 0.13, -0.01, 0.10, 0.05),
}


@dataclass
class Tables:
    """The attributes that `compare` reads."""

    runs: pd.DataFrame
    periods: pd.DataFrame
    failures: pd.DataFrame
    decisions: pd.DataFrame
    outcomes: pd.DataFrame
    meta: dict[str, Any]


def outcome_table(rows: list[tuple[str, str, int, str, str]]) -> pd.DataFrame:
    names = ("name", "unit", "direction", "reduce", "label")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return frame.assign(weekly=frame["reduce"] != "", description="made up")


def make_tables(
    replications: int = 20,
    policies: tuple[str, ...] = POLICIES,
    weeks: int = 104,
    start: int = 13,
    seed: int = 1,
    noise: float = 0.25,
    names: dict[str, str] | None = None,
) -> Tables:
    """Tables of the named policies (effects above); `names` renames policies.

    Weeks before the start are equal.
    """
    rng = np.random.default_rng(seed)
    shape = (replications, weeks)
    week = np.arange(weeks)
    since = np.maximum(week - start + 1, 0)
    world = rng.lognormal(0, 0.15, (replications, 1))
    luck = world * rng.lognormal(-0.1, noise * 1.8, shape)
    runs, periods, decisions = [], [], []
    for policy in policies:
        early, late, morale_loss, learning, boast = EFFECTS[policy]
        on = (since > 0).astype(float)
        ours = rng.normal(0, 1, (5, *shape))
        own = rng.normal(0, 0.03, (replications, 1)) * on * (policy != policies[0])
        path = on * (-early * np.exp(-since / 16) + late * (1 - np.exp(-since / 30)))
        arr = 4e7 * luck * (1 + path + own) * (1 + 0.1 * noise * ours[0] * on * (policy != policies[0]))
        new_arr = np.round(np.maximum(arr, 0)).astype(np.int64)
        recurring = np.int64(4_000_000_000) + np.cumsum(new_arr - np.int64(36_000_000), axis=1)
        dip = morale_loss * on * (np.exp(-((since - 14) ** 2) / 600) + 0.2)
        morale = 0.62 - dip + 0.02 * (luck - 1) + 0.004 * ours[1] * on
        exits = (
            rng.poisson(0.6 * (1 + 4 * np.clip(dip, 0, 1)) * np.ones(shape))
            if policy != policies[0]
            else (rng.poisson(0.6, shape))
        )
        knowledge = (
            0.3 + 0.0008 * week + learning * (1 - np.exp(-since / 25)) + 0.01 * ours[2].mean(1, keepdims=True)
        )
        pipeline = np.round(1.9e8 * world * (1 + path / 2) * np.exp(0.05 * ours[3] * on)).astype(np.int64)
        gap = 0.15 + boast * on * np.exp(-since / 60) + 0.02 * ours[4] * on
        stated = np.round(pipeline * (1 + gap)).astype(np.int64)
        columns: dict[str, np.ndarray] = {
            "new_arr": new_arr,
            "recurring_revenue": recurring,
            "gross_margin": recurring // 70 - 20_000_000,
            "net_retention": 1.03 - dip / 3 + 0 * luck,
            "morale_mean": morale,
            "morale_p10": morale - 0.2,
            "exits": exits.astype(np.int64),
            "knowledge_mean": knowledge - 0.5 * learning * on,
            "knowledge_applied": knowledge,
            "opportunities": rng.poisson(60, shape),
            "open_pipeline_value": pipeline,
            "stated_pipeline_value": stated,
            "truth_gap": stated / pipeline - 1,
            "handovers_policy": np.where(week == start, 4000.0 * early, 0.0) * np.ones(shape),
        }
        shown = (names or {}).get(policy, policy)
        rep = np.repeat(np.arange(replications), weeks)
        periods.append(
            pd.DataFrame(
                {
                    "scenario": "made_up",
                    "policy": shown,
                    "replication": rep,
                    "week": np.tile(week, replications),
                    **{k: v.ravel() for k, v in columns.items()},
                }
            )
        )
        finals = {name: _final(columns[name], reduce, start) for name, _, _, reduce, _ in OUTCOMES}
        runs.append(
            pd.DataFrame(
                {
                    "scenario": "made_up",
                    "policy": shown,
                    "replication": np.arange(replications),
                    "seed": seed,
                    **finals,
                }
            )
        )
        if policy != "open":
            decisions.append(
                pd.DataFrame(
                    {
                        "policy": shown,
                        "replication": np.arange(replications),
                        "week": start,
                        "action": "start",
                        "why": f"the scenario orders {shown}",
                    }
                )
            )
    shown_all = [(names or {}).get(p, p) for p in policies]
    empty = pd.DataFrame({"policy": [], "replication": [], "phase": [], "week": [], "error": []})
    return Tables(
        runs=pd.concat(runs, ignore_index=True),
        periods=pd.concat(periods, ignore_index=True),
        failures=empty,
        decisions=pd.concat(decisions, ignore_index=True)
        if decisions
        else pd.DataFrame({"policy": [], "replication": [], "week": [], "action": [], "why": []}),
        outcomes=outcome_table(OUTCOMES),
        meta={
            "scenario": "made_up",
            "question": "Should the team be locked into industries?",
            "outcome": "new_arr",
            "seed": seed,
            "weeks": weeks,
            "start_week": start,
            "baseline": shown_all[0],
            "policies": shown_all,
            "description": "120 reps, 20,000 customers, 8 industries.",
        },
    )


def _final(values: np.ndarray, reduce: str, start: int) -> np.ndarray:
    if reduce == "last":
        return values[:, -1]
    return values[:, start:].sum(1) if reduce == "sum_from_start" else values[:, start:].mean(1)


def drop_run(tables: Tables, policy: str, replication: int) -> Tables:
    """The same tables with one failed run."""
    runs, periods = tables.runs, tables.periods
    gone = (runs["policy"] == policy) & (runs["replication"] == replication)
    week_gone = (periods["policy"] == policy) & (periods["replication"] == replication)
    failure = pd.DataFrame(
        [{"policy": policy, "replication": replication, "phase": "work", "week": 20, "error": "boom"}]
    )
    failures = (
        failure if not len(tables.failures) else pd.concat([tables.failures, failure], ignore_index=True)
    )
    return Tables(runs[~gone], periods[~week_gone], failures, tables.decisions, tables.outcomes, tables.meta)
