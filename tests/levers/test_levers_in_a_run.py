"""What every lever promises of a run, whoever wrote it: neutral by default, and the same luck gives the same tables.

Every setting at its bounds is tried, and every word of a choice, each alone and beside a lockdown of half the reps.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from levers.test_levers_contract import accepted
from world.small_world import differing

from simulation.levers import LEVERS
from simulation.runs.record import RunRecord
from simulation.runs.replicate import replicate
from simulation.spec import SpecError, load_scenario

Settings = dict[str, dict[str, Any]]
SEGMENTS = [
    {"name": name, "share": share, "deal_value_median": 10_000.0, "deal_value_sigma": 1.2}
    for name, share in (("A", 0.5), ("B", 0.3), ("C", 0.2))
]
SMALL = {
    "weeks": 54, "start_week": 4, "burn_in_weeks": 16, "baseline": "open",
    "world": {
        "reps": 12, "managers": 2, "customers": 600, "segments": SEGMENTS,
        "missions": [
            {"name": "road", "week": 4, "feasible": 0.5, "hazard": 0.05, "people": 4, "weeks": 13, "prize": 1e6},
        ],
    },
}  # fmt: skip
FIRMS: dict[str, Settings] = {
    "open": {},
    "locked": {
        "territory": {"mode": "lockdown", "teams": 2, "share": 0.5},
        "release": {"accounts": "outside"},
    },
}


def lived(firm: str, settings: Settings) -> RunRecord:
    """Replication 0 under a policy that is the firm's with these settings; SpecError where they contradict it."""
    tried = {**FIRMS[firm]}
    for name, fields in settings.items():
        tried[name] = {**tried.get(name, {}), **fields}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "small.yaml"
        file.write_text(yaml.safe_dump({**SMALL, "policies": {"open": {}, "tried": tried}}), encoding="utf-8")
        return replicate(load_scenario(file), 0, ["tried"])[0]


@cache
def usual(firm: str) -> RunRecord:
    return lived(firm, {})


def fitting(name: str) -> Iterator[tuple[Settings, RunRecord, RunRecord]]:
    """Settings of a lever that the world takes, each lived through twice; those it refuses are left out."""
    for firm in FIRMS:
        for fields in accepted(LEVERS[name]):
            try:
                first, second = (lived(firm, {name: fields}) for _ in range(2))
            except SpecError:
                continue
            yield {name: fields}, first, second


def test_the_two_firms_are_lived_differently() -> None:
    assert "new_arr" in differing(usual("open").periods, usual("locked").periods)


@pytest.mark.parametrize("firm", FIRMS)
def test_every_lever_at_its_defaults_reproduces_the_baseline_bit_for_bit(firm: str) -> None:
    neutral = {name: lever().model_dump() for name, lever in LEVERS.items() if name not in FIRMS[firm]}
    assert differing(usual(firm).periods, lived(firm, neutral).periods) == []
    for name, fields in neutral.items():
        assert differing(usual(firm).periods, lived(firm, {name: fields}).periods) == [], name


@pytest.mark.parametrize("name", LEVERS)
def test_settings_at_their_bounds_are_lived_through_alike_twice(name: str) -> None:
    """And before the start week none of them shows."""
    found = list(fitting(name))
    before = slice(0, SMALL["start_week"])
    for settings, first, second in found:
        assert differing(first.periods, second.periods) == [], settings
        assert first.decisions == second.decisions
        assert differing(first.periods, usual("open").periods, before) == [], settings
        for outcome in ("new_arr", "recurring_revenue", "selling_hours", "gross_margin"):
            assert np.isfinite(first.periods[outcome]).all(), settings
        assert (first.periods["recurring_revenue"] >= 0).all(), settings
        assert (first.periods["selling_hours"] >= 0).all(), settings
    assert len(found) >= len(LEVERS[name].model_fields)


REVIEWED: Settings = {
    "review": {"every": 4, "max_share": 0.5},
    "decision": {"rule": "sequential_test", "z": 0.01},
    "evidence": {"before_weeks": 4},
}
MANNED: Settings = {"staffing": {"who": "veterans", "share": 1.0}}
COMPANY = {**dict.fromkeys(REVIEWED, REVIEWED), "staffing": MANNED}
"""Levers whose settings show only in company of others, with settings under which they do."""


@pytest.mark.parametrize("name", LEVERS)
def test_some_setting_shows_in_a_run(name: str) -> None:
    """A lever that changes nothing whatever its setting is none."""
    company = COMPANY.get(name, {})
    for firm in FIRMS:
        for fields in accepted(LEVERS[name]):
            try:
                usually = lived(firm, company)
                record = lived(firm, {**company, name: {**company.get(name, {}), **fields}})
            except SpecError:
                continue
            if differing(record.periods, usually.periods):
                return
    pytest.fail(f"no setting of {name} changes anything")
