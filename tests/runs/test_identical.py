"""The same rows, to the last byte, whoever runs them, in which order, and however strings are hashed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import parts
from sweep_helpers import small_sweep, sweep

from simulation.runs import sweep_store as stores
from simulation.runs.sweep_run import run_sweep
from simulation.spec import load_scenario

SMALL = ["world.customers=400", "world.reps=12", "world.managers=2", "weeks=40", "burn_in_weeks=4"]
ELSEWHERE = """
import sys
from pathlib import Path
from test_identical import shuffled, sweep, stores
stores.BLOCK = 15
if __name__ == "__main__":
    sweep(Path(sys.argv[1]), arrange=shuffled)
"""


def shuffled(tasks: list) -> list:
    order = np.random.default_rng(3).permutation(len(tasks))
    return [tasks[place] for place in order]


@pytest.fixture(autouse=True)
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "BLOCK", 15)  # five points of three policies


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, str]:
    sweep(tmp_path / "one")
    return parts(tmp_path / "one")


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("workers", "method"),
    [(2, "spawn"), (2, "forkserver"), (4, "fork"), (4, "forkserver")],
)
def test_workers_and_how_they_start(
    tmp_path: Path, expected: dict[str, str], workers: int, method: str
) -> None:
    sweep(tmp_path / "d", workers=workers, start_method=method, arrange=shuffled)
    assert parts(tmp_path / "d") == expected


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_hashing_of_strings(tmp_path: Path, expected: dict[str, str], seed: str) -> None:
    paths = os.pathsep.join([str(Path(__file__).parent), os.getcwd(), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path / "d")], env=environment, check=True, timeout=120
    )
    assert parts(tmp_path / "d") == expected


@pytest.mark.slow
def test_the_model_itself(tmp_path: Path) -> None:
    """Made-up worlds could hide what depends on the process that lives them."""
    scenario = load_scenario("scenarios/industry_focus.yaml", SMALL)
    policies = tuple(list(scenario.policies)[:2])
    scenario = scenario.model_copy(update={"policies": {name: scenario.policies[name] for name in policies}})
    given = small_sweep(12, scenario=scenario, policies=policies, axes=small_sweep().axes[:1])
    run_sweep(given, 1, tmp_path / "one")
    run_sweep(given, 2, tmp_path / "two", start_method="forkserver", arrange=shuffled)
    assert parts(tmp_path / "one") == parts(tmp_path / "two")
