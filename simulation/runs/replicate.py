"""One replication: a burn-in and the weeks before the start once, then every policy from the same state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from simulation.outcomes import OUTCOMES
from simulation.runs.record import RunError, RunRecord

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

BREAK_DROP = 0.05
"""Morale counts as broken when it is this far below its mean of the 13 weeks before the start."""


def replicate(
    scenario: Scenario, replication: int, policies: Sequence[str] | None = None, seed: int | None = None
) -> list[RunRecord]:
    """Every policy in world (seed, replication); the records do not depend on which policies are asked for
    together.
    """
    with at_the_start(scenario, replication, seed) as base:
        records = []
        for policy in scenario.policies if policies is None else policies:
            with released(base.fork(policy)) as model:
                live(model, scenario.weeks, policy)
                records.append(record_of(model))
    return records


@contextmanager
def at_the_start(scenario: Scenario, replication: int, seed: int | None) -> Iterator[SalesModel]:
    """The baseline's model, lived to the week in which policies part, for the block."""
    from simulation.world.model import SalesModel

    with released(SalesModel(scenario, scenario.baseline, seed, replication)) as base:
        live(base, scenario.start_week, scenario.baseline)
        yield base


@contextmanager
def released(model: SalesModel) -> Iterator[SalesModel]:
    """Free the model after the block: it and its agents hold each other, and Python seldom looks for such circles."""
    try:
        yield model
    finally:
        model.__dict__.clear()


def live(model: SalesModel, week: int, policy: str) -> None:
    """Step to a week; an error says in which phase and week of which policy it came."""
    try:
        model.run_until(week)
    except Exception as error:
        raise RunError(f"{type(error).__name__}: {error}", model.phase, model.week, policy) from error


def record_of(model: SalesModel) -> RunRecord:
    """What a finished model hands back."""
    from simulation.world.segment_choice import final_figures

    setting, periods = model.setting, model.history.columns()
    return RunRecord(
        scenario=model.scenario.name,
        policy=model.policy,
        replication=setting.replication,
        seed=setting.seed,
        periods=periods,
        final={**final_outcomes(periods, setting.start_week), **final_figures(model)},
        decisions=model.log,
    )


def final_outcomes(
    history: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]], start: int
) -> dict[str, float]:
    """One number per outcome, reduced as the list of outcomes says."""
    final = {o.name: _reduced(history[o.name], o.reduce, start) for o in OUTCOMES.values() if o.weekly}
    morale = history["morale_mean"]
    usual = morale[max(0, start - 13) : start].mean() if start else np.nan
    low = np.flatnonzero(morale[start:] < usual - BREAK_DROP)
    final["morale_break_week"] = float(start + low[0]) if len(low) else float("nan")
    return final


def _reduced(column: np.ndarray[tuple[int], np.dtype[np.float64]], how: str, start: int) -> float:
    if how == "last":
        return float(column[-1])
    if how == "mean_from_start":
        later = column[start:]
        return float(np.nanmean(later)) if np.isfinite(later).any() else float("nan")
    return float((column if how == "sum" else column[start:]).sum())
