"""Worlds that several tests of patterns look at, lived once per session."""

from __future__ import annotations

import pytest

from analysis.facts.estimates import Figure
from analysis.facts.figures import all_figures
from simulation.facts.open_worlds import OpenWorld
from tests.patterns.status_quo import open_worlds, two_years

WORLDS = 40


@pytest.fixture(scope="session")
def under_open() -> list[OpenWorld]:
    """40 worlds of the flagship under `open`, replications 0-39, weeks 0-207."""
    return open_worlds(worlds=WORLDS)


@pytest.fixture(scope="session")
def figures(under_open: list[OpenWorld]) -> dict[str, Figure]:
    """S1-S5 and S8 with standard errors over these worlds; turnover and trends over 400 others."""
    return all_figures(under_open) | two_years()
