"""The benchmark runs and measures what it says. No test here looks at how long anything took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import asked, commands, flagship, growth, throughput
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


def test_a_run_that_is_stopped_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> suite.Part:
        raise KeyboardInterrupt

    chosen = {"first": lambda: ({"seconds": 3}, "3 s"), "second": stopped}
    monkeypatch.setattr(suite, "parts", lambda *_: chosen)
    file = tmp_path / "figures.json"
    with pytest.raises(KeyboardInterrupt):
        suite.main(["--json", str(file)])
    assert json.loads(file.read_text(encoding="utf-8"))["first"] == {"seconds": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


def test_only_the_short_form_leaves_the_claims_out() -> None:
    short, whole = (list(suite.parts(short, None)) for short in (True, False))
    assert [*short, "hypotheses"] == whole


FIGURES = {
    "flagship": {
        "run_ms": {"open": {"median": 14.94}, "lockdown": {"median": 15.0}, "adaptive": {"median": 16.0}},
        "start_up_ms": {"help": {"median": 151.0}},
    },
    "throughput": {"ms_a_run_two_workers": 11.5, "efficiency": 0.89},
    "growth": {
        "worlds": [
            {"customers": 1_000, "reps": 120, "weeks_s": 1.0},
            {"customers": 1_000_000, "reps": 10, "weeks_s": 4.0},
            {"customers": 1_000_000, "reps": 120, "weeks_s": 5.0, "ns_per_customer_week": 5.0},
            {"customers": 1_000_000, "reps": 480, "weeks_s": 45.0},
            {"customers": 10_000_000, "reps": 10_000, "weeks_s": 14.0, "peak_mib": 1025},
        ],
    },
}  # fmt: skip


def test_what_was_asked_for_stands_beside_what_was_found() -> None:
    rows = {row["what"]: row for row in asked.compared(FIGURES)}
    missed = [what for what, row in rows.items() if not row["met"]]
    assert missed == [
        "a run, adaptive", "--help", "efficiency of two workers", "... memory", "twice the reps take, times",
    ]  # fmt: skip
    assert rows["1,000 runs on two workers"]["found"] == 11.5
    assert rows["twice the reps take, times"]["found"] == 3.0  # 4 times the reps, 9 times the time
    assert rows["twice the customers take, times"]["found"] == pytest.approx(5 ** (1 / 9.97), abs=0.01)
    parts = {aim.part for aim in asked.aims()}
    assert parts == set(suite.parts(False, None)) - {"equality"}
    said = asked.table(list(rows.values())).splitlines()
    assert "| efficiency of two workers | at least 0.9 | 0.89 | missed |" in said
    assert "| a run, open | at most 15 ms | 14.9 ms |  |" in said


def test_the_page_has_a_row_for_each_aim(root: Path) -> None:
    page = (root / "docs" / "performance.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("<!-- figures: asked and found -->")
    rows = [line.split("|")[1:3] for line in rest.split("\n\n")[1].splitlines()[2:]]
    aims = [{**vars_of(aim), "found": 0.0, "met": True} for aim in asked.aims()]
    assert rows == [line.split("|")[1:3] for line in asked.table(aims).splitlines()[2:]]


def vars_of(aim: asked.Aim) -> dict[str, object]:
    return {name: getattr(aim, name) for name in ("what", "unit", "asked", "at_least")}


def test_the_first_compare_finds_nothing_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(subprocess, "run", lambda words, **options: seen.append((words, options["env"])))
    assert commands.first_compare(["weeks=30"])["replications"] == commands.FIRST_WORLDS
    ((words, variables),) = seen
    assert words[words.index("--set") + 1] == "weeks=30"
    assert not Path(variables["SALESPOLICY_CACHE_DIR"]).exists()


@pytest.mark.slow
def test_the_first_result_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < commands.first_result(flagship.SHORT, 1)["seconds"] < 600
    monkeypatch.setattr(commands, "SCENARIO", Path("no_such_scenario"))
    with pytest.raises(RuntimeError, match="without a result"):
        commands.first_result(())
