"""The benchmark runs and measures what it says. No test here looks at how long anything took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import flagship, growth, throughput
from benchmarks import run as suite
from simulation.world.columns import CustomerColumns
from simulation.world.phases import PHASES

POLICIES = [
    "open", "lockdown", "lockdown_all", "lockdown_reversed", "lockdown_phased", "preferred", "adaptive",
    "lockdown_open", "lockdown_reviewed",
]  # fmt: skip


@pytest.mark.slow
def test_the_short_form_measures_everything(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = ["--short", "--compare", "--replications", "2", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.flagship", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert list(figures["run_ms"]) == figures["world"]["policies"] == POLICIES
    assert list(figures["phase_ms"]) == [phase.__name__ for phase in PHASES]
    assert set(figures["start_up_ms"]) == {"python", "help", "validate"}
    cells = [
        *figures["run_ms"].values(),
        *figures["start_up_ms"].values(),
        figures["burn_in_ms"],
        figures["fork_ms"],
    ]
    assert all(0 < cell["min"] <= cell["median"] for cell in cells)
    assert all(ms > 0 for ms in figures["phase_ms"].values())
    assert figures["bytes_per_customer"] == CustomerColumns.row_bytes() <= 64
    assert figures["compare_s"]["replications"] == 2
    assert figures["compare_s"]["seconds"] > 0
    for name in (*POLICIES, *figures["phase_ms"], "burn-in", "fork", "start, validate", "bytes", "compare:"):
        assert name in done.stdout


def test_timing_the_phases_leaves_the_model_as_it_was() -> None:
    from simulation.spec import load_scenario
    from simulation.world import model as home

    scenario = load_scenario(flagship.SCENARIO, flagship.SHORT)
    base = home.SalesModel(scenario, scenario.baseline)
    flagship.by_phase(base, 1)
    assert home.PHASES is PHASES
    assert base.week == 0


@pytest.mark.parametrize("words", [["--repeats", "0"], ["--replications", "0"], ["--policies", "open"]])
def test_wrong_options_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        flagship.main(words)
    assert end.value.code == 2
    assert "error" in capsys.readouterr().err


@pytest.mark.slow
def test_the_short_form_of_growth_measures_every_world(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = ["-m", "benchmarks.growth", "--short", "--json", str(file)]
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert [(world["customers"], world["reps"]) for world in figures["worlds"]] == list(growth.SMALL_WORLDS)
    for world in figures["worlds"]:
        assert world["weeks"] == figures["weeks"] == growth.SHORT_WEEKS
        assert world["weeks_s"] > 0
        assert world["ns_per_customer_week"] > 0
        assert world["peak_mib"] >= world["mib_before"] > 10
        assert f"{world['customers']:,}" in done.stdout


def test_growth_looks_at_customers_then_at_reps_then_at_both() -> None:
    whole = growth.worlds(short=False)
    assert whole[: len(growth.CUSTOMERS)] == [(n, growth.USUAL_REPS) for n in growth.CUSTOMERS]
    assert [reps for customers, reps in whole if customers == growth.USUAL_CUSTOMERS][1:] == list(growth.REPS)
    assert whole[-1] == growth.LARGEST
    with pytest.raises(SystemExit):
        growth.main(["--weeks", "0"])


@pytest.mark.slow
def test_the_suite_measures_every_part_and_fails_where_the_models_part(tmp_path, capsys, monkeypatch) -> None:
    file = tmp_path / "figures.json"
    assert suite.main(["--short", "--only", "equality", "throughput", "--json", str(file)]) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert figures["equality"] == dict.fromkeys(POLICIES, "")
    assert set(figures["throughput"]) >= {"runs", "seconds_two_workers", "efficiency"}
    said = capsys.readouterr().out
    assert "== throughput" in said
    assert "efficiency" not in said  # of a few small runs it means nothing
    assert "ms on two: efficiency 0.9" in throughput.table({**figures["throughput"], "efficiency": 0.9})
    monkeypatch.setattr("benchmarks.reference.side_by_side.same_history", lambda *_: "week 3: arr")
    assert suite.main(["--short", "--only", "equality"]) == 1
    assert "open: week 3: arr" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        suite.main(["--only", "nothing"])
