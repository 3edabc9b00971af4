"""Engine and reference live the same history, to the last bit of every attribute of every agent in every week.

At small size. `python -m benchmarks.reference.compare SCENARIO` says the same of one scenario, at any size.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reference.cases import COMPILED_ONLY, LARGE, SCENARIOS, SMALL, assert_same, firm, small

from benchmarks.reference import segment_choice
from benchmarks.reference.margins import latent_margin
from benchmarks.reference.model import PHASES as REFERENCE_PHASES
from simulation.spec import load_scenario
from simulation.world import segment_choice as engine_choice
from simulation.world.gates import GATES
from simulation.world.model import SalesModel
from simulation.world.phases import PHASES

pytestmark = COMPILED_ONLY
PAIRS = [(path, policy) for path in SCENARIOS for policy in load_scenario(path).policies]
LOCKDOWN = {
    "territory": {"mode": "lockdown", "teams": 2, "share": 0.5},
    "release": {"accounts": "outside", "phased_weeks": 6},
    "retrospective": {"every": 4},
    "codification": {"share": 0.1},
    "development": {"training_share": 0.1, "coaching_hours": 1.0},
    "staffing": {"share": 1.0},
    "review": {"every": 6, "max_share": 0.5},
    "decision": {"rule": "sequential_test", "z": 0.1},
    "evidence": {"before_weeks": 6},
}
"""A policy that sets every mechanism to work."""


def test_the_weeks_have_the_same_phases() -> None:
    names = [phase.__name__ for phase in REFERENCE_PHASES]
    assert names == [phase.__name__ for phase in PHASES]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "policy"), PAIRS, ids=[f"{path.stem}-{policy}" for path, policy in PAIRS])
def test_every_policy_of_every_scenario(path: Path, policy: str) -> None:
    assert_same(small(path), policy)


@pytest.mark.parametrize("gates", [*((gate,) for gate in GATES), GATES], ids="+".join)
def test_with_closed_gates(gates: tuple[str, ...]) -> None:
    assert_same(firm({"tried": LOCKDOWN}), "tried", gates)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameters",
    [
        {"hot_stove": 0.5, "overlap": 0.0},
        {"rnd_gain": 1.0, "segment_fit_drift": 0.5, "segment_fit_spread": 0.5},
        {"coordination": 0.3, "coordination_size": 10.0, "core_team": 5.0, "practices": 32},
        {"voluntary_exit": 0.0043, "exit_morale": 10.0, "morale_rest": 0.4, "grace_weeks": 0},
        {"optimism": 0.0, "optimism_spread": 0.0, "attenuation": 0.0, "manager_optimism": 0.3},
    ],
    ids=lambda parameters: next(iter(parameters)),
)
def test_mechanisms_that_are_off_or_weak_by_default(parameters: dict[str, float]) -> None:
    assert_same(firm({"tried": LOCKDOWN}, **parameters), "tried")


@pytest.mark.slow
def test_what_a_segment_is_really_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only which segment is the best enters the state; here the margins themselves are compared."""
    theirs: list[float] = []
    ours: list[float] = []

    def engine(*arguments: Any) -> None:
        whole(*arguments)
        theirs.extend(arguments[-1].tolist())

    def reference(*arguments: Any) -> float:
        ours.append(latent_margin(*arguments))
        return ours[-1]

    whole = engine_choice.latent_margins
    monkeypatch.setattr(engine_choice, "latent_margins", engine)
    monkeypatch.setattr(segment_choice, "latent_margin", reference)
    for name, policy in (("spiral", "firm_4"), ("segment_choice", "probe_usage")):
        assert_same(small(SCENARIOS[0].with_name(f"{name}.yaml")), policy)
    assert len(ours) > 20
    assert ours == theirs


@pytest.mark.slow
def test_a_firm_of_many() -> None:
    locked = {name: LOCKDOWN[name] for name in ("territory", "release", "retrospective", "codification")}
    scenario = firm({"tried": {**locked, "territory": {"mode": "lockdown", "teams": 2}}}, LARGE)
    lived = SalesModel(scenario, "tried").run_until(scenario.weeks)
    assert max(lived.history["exits"]) > 8
    assert min(lived.history["handovers_policy"][2], lived.history["opportunities"][0]) > 64
    assert_same(scenario, "tried")


def test_prices_of_another_level() -> None:
    words = [*SMALL, "world.price_level=7", "weeks=30"]
    assert_same(load_scenario(SCENARIOS[0].with_name("industry_focus.yaml"), words), "lockdown")


def test_a_world_without_burn_in() -> None:
    path = SCENARIOS[0].with_name("segment_choice.yaml")
    words = ["world.reps=6", "world.managers=1", "world.customers=120", "weeks=20", "burn_in_weeks=0"]
    for start in (0, 1):
        assert_same(load_scenario(path, [*words, f"start_week={start}"]), "probe_usage_6")
