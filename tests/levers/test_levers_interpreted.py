"""The kernels behind levers that the flagship does not use give the same bits compiled, on an old CPU, and interpreted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fingerprints.test_fingerprints import OTHER_WAYS

SCENARIO = """
weeks: 30
start_week: 5
burn_in_weeks: 10
world:
  reps: 8
  managers: 2
  customers: 400
  segments:
    - {name: A, share: 0.6, deal_value_median: 9000, deal_value_sigma: 1}
    - {name: B, share: 0.4, deal_value_median: 9000, deal_value_sigma: 1}
policies:
  open:
  developed:
    pool: {untouched_weeks: 3, unclosed_weeks: 8, claims: 3, cap: 12, locks: 4, cooling_off: 4}
    codification: {share: 0.05}
    development: {training_share: 0.1, coaching_hours: 2.0, rotation_weeks: 6, rotation_share: 0.5}
  locked:
    territory: {mode: lockdown, teams: 2}
    release: {accounts: outside, in_flight: split, protect_accounts: [A:3, B:5]}
    evidence: {source: conversations, design: before_after}
    decision: {rule: sequential_test, z: 0.5}
    review: {every: 5, max_share: 0.5}
"""
PRINT = """
import hashlib, sys
from simulation import load_scenario
from simulation.runs.replicate import replicate
from tests.fingerprints.update import of_record
for record in replicate(load_scenario(sys.argv[1]), 0):
    print(record.policy, hashlib.sha256(repr(of_record(record)).encode()).hexdigest())
"""


def lived(root: Path, folder: Path, **environment: str) -> list[str]:
    file = folder / "levers.yaml"
    file.write_text(SCENARIO.lstrip(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRINT, str(file)],
        cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_they_are_the_same_however_they_are_computed(root: Path, tmp_path: Path, way: str) -> None:
    usual = lived(root, tmp_path)
    assert len({line.split()[1] for line in usual}) == 3
    assert lived(root, tmp_path, **OTHER_WAYS[way]) == usual
