"""One world of the recovery: its true parameters from a stated prior, its export, and what calibrating it finds."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

TWICE, UNIFORM = "within a factor of two", "uniform"
PRIOR: dict[str, tuple[str, float, float]] = {
    "qualified_advance": (TWICE, 0.0525, 0.21), "proposal_advance": (TWICE, 0.045, 0.18), "loss": (TWICE, 0.001, 0.004),
    "no_decision": (TWICE, 0.0008, 0.0032), "age_exponent": (UNIFORM, 0.25, 0.7), "direct_proposal": (UNIFORM, 0.2, 0.7),
    "early_loss": (UNIFORM, 0.0, 0.1), "value_slope": (UNIFORM, 0.1, 0.8), "talent_weight": (UNIFORM, 0.1, 0.7),
    "deal_value_median": ("within a factor of four", 2_600.0, 42_000.0), "deal_value_sigma": (UNIFORM, 1.0, 1.8),
}  # fmt: skip
"""Where true parameters are drawn from: around the flagship, inside the published ranges. Factors are uniform in the log."""
SIZES = (40, 80, 120)
"""Reps, each as likely; 167 customers and prospects a rep, ten reps a manager, as in the flagship."""
WEEKS = 104
LEVEL = 0.90
FIT = (
    "qualified_advance",
    "proposal_advance",
    "loss",
    "no_decision",
    "age_exponent",
    "direct_proposal",
    "early_loss",
)


def draw_truth(seed: int, number: int) -> tuple[dict[str, float], int]:
    """True parameters of a world, and its number of reps. World `number` does not depend on how many there are."""
    rng = np.random.Generator(np.random.Philox(key=[seed, number]))
    values = {}
    for name, (how, low, high) in PRIOR.items():
        lot = float(rng.uniform())
        values[name] = low + (high - low) * lot if how == UNIFORM else low * (high / low) ** lot
    return values, int(rng.choice(SIZES))


def scenario_of(truth: dict[str, float], reps: int, seed: int) -> Any:
    """The world: segments alike, all other parameters at their defaults, `score_centre` as `calibrate` sets it."""
    from app.calibration.market import USUAL, WIDER
    from app.calibration.people import PROSPECTS
    from app.calibration.settings import centre
    from simulation.spec import Scenario

    fields = ("deal_value_median", "deal_value_sigma")
    parameters = {name: value for name, value in truth.items() if name not in fields}
    parameters["score_centre"] = centre(truth["value_slope"], truth["deal_value_sigma"] / WIDER)
    of_all = {"relationship_share": 0.05, **{name: truth[name] for name in fields}}
    segments = [{"name": name, "share": share, **of_all} for name, share in USUAL.items()]
    world = {"reps": reps, "managers": reps // 10, "customers": PROSPECTS * reps, "segments": segments}
    plain = {"name": "recovery", "seed": seed, "weeks": WEEKS, "policies": {"open": {}}}
    return Scenario.model_validate_json(json.dumps({**plain, "world": {**world, "parameters": parameters}}))


def recover(task: tuple[int, int]) -> dict[str, Any]:
    """World `number` of `seed`: a row with truth, estimate, 90 % interval and verdict of each parameter.

    The export goes through files in a temporary directory, so that all of `calibrate` is asked, its reader included.
    """
    from analysis.crm.estimates.everything import of_parameters
    from analysis.crm.estimates.histories import histories
    from analysis.crm.read import read_crm
    from app.calibration.lived import lived
    from app.calibration.settings import DEFAULTS, RANGES
    from app.crm_files import write_crm
    from simulation.facts.crm_log import crm_of

    seed, number = task
    truth, reps = draw_truth(seed, number)
    history = crm_of(scenario_of(truth, reps, seed), "open", number)
    with tempfile.TemporaryDirectory() as folder:
        crm = read_crm(write_crm(history, Path(folder)))
    opportunities = histories(crm)
    findings = of_parameters(crm, opportunities, RANGES, DEFAULTS, lived)
    row: dict[str, Any] = {"number": number, "reps": reps, "deals": len(crm.deals), "parameters": {}}
    for name, found in figures(crm, opportunities, findings):
        row["parameters"][name] = {"truth": truth[name], **found}
    one = findings.named("segment_win_odds_sd")
    row["segments_told_apart"] = one is not None and one.finding == "found"
    row["gap"] = findings.process.gap if findings.process else None
    return row


def figures(crm: Any, history: Any, findings: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was found of each parameter of the prior, in its order where there is anything."""
    for name in (*FIT, "value_slope", "talent_weight"):
        one = findings.named(name)
        if one is not None and one.draws is not None and math.isfinite(one.value):
            yield name, cell(one.value, one.draws, one.finding)
    yield from values_of(crm, findings)


def values_of(crm: Any, findings: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Median and spread of values as the scenario would have them: those of its segments, weighted by their shares."""
    from app.calibration.market import market

    parts = market(crm, findings).segments
    share = np.array([part.share for part in parts])[:, None]
    one = findings.named("deal_value_median")
    verdict = one.finding if one is not None else "cannot_tell"
    for field, value in (("deal_value_median", "median"), ("deal_value_sigma", "sigma")):
        if all(field in part.draws for part in parts):
            draws = (share * np.log([part.draws[field] for part in parts])).sum(axis=0)
            middle = (share[:, 0] * np.log([getattr(part, value) for part in parts])).sum()
            yield field, cell(math.exp(middle), np.exp(draws), verdict)


def cell(value: float, draws: Any, finding: str) -> dict[str, Any]:
    """Value, ends of the 90 % interval, and standard deviation of the draws."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    error = float(np.std(draws))
    return {"value": float(value), "low": float(low), "high": float(high), "error": error, "finding": finding}
