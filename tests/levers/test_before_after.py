"""Before against after: where the line would have led, with an error that says how little a line knows."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.before_after import trend_contrast
from simulation.levers.points import EvidenceState

REPS, START = 40, 26


def state(weeks_since: int, weekly: np.ndarray) -> EvidenceState:
    tables = [weekly.astype(np.float32)] * 9
    everybody = np.ones(REPS, bool)
    row = START + weeks_since
    return EvidenceState(row, everybody, np.full(REPS, START), np.full(REPS, 200, np.int32), *tables)


def evidence(weeks_since: int, weekly: np.ndarray, before: int = 26):
    question = state(weeks_since, weekly)
    return trend_contrast(question, (question.deals,), before, "activity")


def world(seed: int, weeks: int, slope: float = 0.0, jump: float = 0.0) -> np.ndarray:
    """Records of reps of unequal level (sd 1 before) with a common wind from week to week, (rows, reps)."""
    rng = np.random.default_rng(seed)
    t = np.arange(START + weeks)
    common = slope * t + np.where(t >= START, jump, 0) + rng.normal(0, 0.3, len(t))
    return rng.normal(10, 1, REPS)[None, :] + common[:, None] + rng.normal(0, 0.5, (len(t), REPS))


def test_a_straight_line_that_goes_on_is_no_effect_and_a_jump_is_one():
    for jump in (0.0, -2.0):
        found = [evidence(12, world(seed, 12, slope=0.05, jump=jump)) for seed in range(200)]
        mean = np.mean([e.contrast for e in found])
        assert mean == pytest.approx(jump, abs=0.1 + 0.05 * abs(jump))
        assert {(e.pairs, e.source, e.design) for e in found} == {(REPS, "activity", "observed")}


def test_the_error_is_as_large_as_it_says():
    """Two in three estimates within one error, 95 in a hundred within two: over 400 worlds, without an effect."""
    found = [evidence(12, world(seed, 12, slope=0.03)) for seed in range(400)]
    z = np.array([e.contrast / e.error for e in found])
    assert 0.58 < (np.abs(z) < 1).mean() < 0.80
    assert (np.abs(z) < 2).mean() > 0.90


def test_the_error_grows_with_the_distance_and_with_fewer_weeks_before():
    weekly = world(1, 60)
    errors = [evidence(weeks, weekly).error for weeks in (8, 20, 40, 60)]
    assert errors == sorted(errors)
    assert evidence(12, weekly, before=8).error > evidence(12, weekly, before=26).error


def test_what_else_changed_is_taken_for_the_policy():
    """The weakness, shown: a bad season for everybody looks like the policy's work."""
    weekly = world(3, 12, jump=-2.0)
    assert evidence(12, weekly).contrast < -1


def test_nothing_to_see():
    weekly = world(1, 12)
    nobody = state(12, weekly)._replace(members=np.zeros(REPS, bool))
    newcomers = state(12, weekly)._replace(tenure=np.full(REPS, 5, np.int32))
    for question in (nobody, newcomers):
        assert trend_contrast(question, (question.deals,), 26, "x").error == float("inf")
    assert evidence(12, weekly, before=3).error == float("inf")
    assert evidence(12, np.ones_like(weekly)).error == float("inf")
