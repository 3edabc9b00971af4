"""The scenario against the last part of the data: made from what was known before, lived, and laid beside what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.check import Check, check
from analysis.crm.estimates.everything import estimate
from analysis.crm.finding import generator
from analysis.crm.held_out import Seen, Split, as_recorded, begun_before, joined, recorded, seen_in, split_of
from analysis.crm.known_then import known_on
from app.calibration import files, market, people, settings
from app.calibration.lived import lived
from app.crm_files import FRI, MON

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from simulation.facts.crm_log import CrmHistory
    from simulation.spec import Scenario

MOST_JOINED = 4
"""Worlds that make one history at most; a team that is smaller still is compared at a smaller size, and the notes say so."""
FAILED = "the worlds could not be lived: {}"


def held_out_check(
    crm: Crm, histories: int, workers: int = 1, progress: Callable[[Any], object] | None = None
) -> Check | str:
    """The check with so many simulated histories, a draw each; or in words why there is none."""
    from simulation.facts.crm_worlds import crm_worlds

    split = split_of(crm)
    if isinstance(split, str):
        return split
    known = known_on(crm, split.day)
    findings = estimate(known, settings.RANGES, settings.DEFAULTS, lived)
    scenario = lengthened(scenario_of(known, findings), split)
    data = seen_in(crm, split)
    causes = recorded(data)
    first, failures = crm_worlds(scenario, {k: k for k in range(histories)}, workers, progress)
    if failures:
        return FAILED.format(failures[0].error)
    alone = [as_recorded(seen_of(one, split), causes) for one in first.values()]
    size = begun_before(data)
    usual = max(float(np.mean([begun_before(one) for one in alone])), 1.0)
    worlds = int(np.clip(round(size / usual), 1, MOST_JOINED))
    more = {k + histories * j: k for k in range(histories) for j in range(1, worlds)}
    later, failures = crm_worlds(scenario, more, workers, progress) if more else ({}, [])
    if failures:
        return FAILED.format(failures[0].error)
    others = {number: as_recorded(seen_of(one, split), causes) for number, one in later.items()}
    rng = generator(91)
    large = [
        joined([one, *(others[k + histories * j] for j in range(1, worlds))], size, rng)
        for k, one in enumerate(alone)
    ]
    return check(as_recorded(data, causes), large, alone, worlds, _notes(findings, size / usual, worlds))


def scenario_of(crm: Crm, findings: Findings) -> Scenario:
    """The scenario that `calibrate` would write, by way of the very files."""
    chosen, place = settings.parameters(findings), market.market(crm, findings)
    force, name = people.sales_force(findings), "held_out"
    return files.loaded(
        name, files.scenario_text(name, "", chosen, place, force), files.draws_text([*chosen, *force], place)
    )


def lengthened(scenario: Scenario, split: Split) -> Scenario:
    """As many weeks as the data remember before the day, and those held out."""
    return scenario.model_copy(update={"weeks": split.before + split.weeks, "start_week": split.before})


def seen_of(history: CrmHistory, split: Split) -> Seen:
    """A world on the days of its export (`write_crm`): week 0 begins on a Monday, the day lies on a Sunday."""
    d = {name: np.asarray(column) for name, column in history.deals.items()}
    day, end = 7.0 * split.before - 1, 7.0 * (split.before + split.weeks) - 1
    cause = d["outcome"].astype(np.int64)
    ended = np.where(cause > 0, 7.0 * d["ended"] + FRI, end)
    _, rep = np.unique(d["owner"], return_inverse=True)
    value = np.where(d["value"] > 0, d["value"], np.nan)  # nan compares as false
    return Seen(
        7.0 * d["qualified"] + MON, ended, cause, value.round(2), np.where(d["owner"] >= 0, rep, -1),
        Split(day, end, split.weeks, split.before),
    )  # fmt: skip


def _notes(findings: Findings, ratio: float, worlds: int) -> Sequence[str]:
    said = []
    reps = findings.named("reps")
    if reps is None or reps.finding != "found":
        said.append(
            "The data do not say how many sell: deals and bookings as the scenario stands rest on an assumed sales force."
        )
    if ratio > 1.5 * worlds:
        said.append(
            f"The data began {ratio:.0f} times as many deals as a world: histories of {worlds} worlds are still smaller, so "
            "that intervals are too wide."
        )
    return said
