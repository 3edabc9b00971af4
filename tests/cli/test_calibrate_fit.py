"""calibrate --fit: with and without Optuna, with data that say something and with data that do not."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from app.calibration import fit as fitting
from app.crm_files import write_crm
from simulation.facts.crm_log import crm_of
from simulation.spec import load_scenario

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("world.reps=24", "world.managers=3", "world.customers=4000", "burn_in_weeks=52", "weeks=60")
needs_optuna = pytest.mark.skipif(
    find_spec("optuna") is None, reason="Optuna, of the extra `search`, is not installed"
)


def silent(desk: Path) -> Path:
    """Deals of which nothing is known but days and outcomes."""
    rng = np.random.default_rng(1)
    begun = np.datetime64("2024-01-01") + np.sort(rng.integers(0, 600, 400))
    ended = begun + rng.integers(1, 100, 400)
    won = np.where(rng.uniform(size=400) < 0.4, "won", "lost")
    lines = [f"{k},{b},{e},{w}" for k, (b, e, w) in enumerate(zip(begun, ended, won, strict=True))]
    path = desk / "silent.csv"
    path.write_text("\n".join(["id,created,closed,outcome", *lines]) + "\n", encoding="utf-8")
    return path


def test_without_optuna_the_line_that_installs_it(desk: Path, say, monkeypatch) -> None:
    monkeypatch.setattr(fitting, "find_spec", lambda name: None)
    silent(desk)
    said = say("calibrate", "silent.csv", "--fit", "100", "-o", "out")
    assert (said.code, said.out) == (3, "")
    assert "pip install" in said.err
    assert "[search]" in said.err
    assert not (desk / "out").exists()
    assert say("calibrate", "silent.csv", "-o", "out", "--quiet").code == 0  # all else works without it


def test_too_few_trials_are_wrong_usage(desk: Path, say) -> None:
    silent(desk)
    assert say("calibrate", "silent.csv", "--fit", "20").code == 2


def test_data_that_say_nothing_cannot_tell_and_the_ranges_stay(desk: Path, say, monkeypatch) -> None:
    monkeypatch.setattr(fitting, "find_spec", lambda name: object())
    silent(desk)
    said = say("calibrate", "silent.csv", "--fit", "100", "--json", "-o", "out")
    assert (said.code, said.err) == (0, "")
    data = json.loads(said.out)
    told = [row for row in data["estimates"] if row["name"].startswith("fit_")]
    assert len(told) == 7
    assert {row["finding"] for row in told} == {"cannot_tell"}
    assert data["fit"]["fitted"] is False
    scenario = load_scenario(desk / "out" / "silent.yaml")
    assert scenario.draws is not None
    column = [row[scenario.draws.names.index("surfacing")] for row in scenario.draws.rows]
    assert min(column) < 0.006
    assert max(column) > 0.17
    assert "customers" not in scenario.draws.names
    assert "Nothing was fitted" in (desk / "out" / "silent.calibration.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.long
@needs_optuna
def test_a_world_of_our_own_is_fitted_the_same_with_any_number_of_workers(
    desk: Path, say, monkeypatch
) -> None:
    monkeypatch.setattr(fitting, "WORLDS", 2)
    monkeypatch.setattr(fitting, "FRESH", 32)
    files = write_crm(
        crm_of(load_scenario(ROOT / "scenarios" / "industry_focus.yaml", SMALL), "open", 3), desk
    )
    words = ("calibrate", *map(str, files), "--name", "mine", "--fit", "100")
    said = say(*words, "-j", "1", "-o", "a", "--json")
    assert (said.code, said.err) == (0, "")
    data = json.loads(said.out)
    assert data["fit"]["fitted"] is True
    assert data["fit"]["worlds"] == 100 * 2 + 32
    assert len(data["fit"]["moments"]) >= 6
    rows = {row["name"]: row for row in data["estimates"]}
    for name, truth in (("fit_customers", 4000), ("fit_open_deals", 10), ("fit_lead_loss", 0.2)):
        assert rows[name]["ci_low"] < truth < rows[name]["ci_high"], rows[name]
    assert rows["open_deals"]["parameter"] is None  # the fit is about it now
    assert say(*words, "-j", "2", "-o", "b", "--quiet").code == 0
    for path in (desk / "a").iterdir():
        assert path.read_bytes() == (desk / "b" / path.name).read_bytes()
    scenario = load_scenario(desk / "a" / "mine.yaml")
    assert scenario.draws is not None
    assert {"customers", "surfacing", "open_deals"} <= set(scenario.draws.names)
    report = (desk / "a" / "mine.calibration.md").read_text(encoding="utf-8")
    assert "## Through the whole model: how it was done" in report
    assert "log new deals a rep and week" in report
