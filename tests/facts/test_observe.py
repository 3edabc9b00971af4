"""Observations behind the facts, in a small firm: the same for any number of workers, and none lost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from simulation.facts.observe import KINDS, observations
from simulation.facts.twins import SPECIALISTS
from simulation.spec import Scenario, load_scenario
from simulation.spec.draws import Draws

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("world.reps=24", "world.managers=3", "world.customers=3000", "burn_in_weeks=26", "weeks=60")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "industry_focus.yaml", SMALL)


@pytest.fixture(scope="module")
def seen(scenario):
    found, failures = observations(scenario, 2)
    assert not failures
    return found


def test_every_kind_is_seen_in_its_worlds(seen):
    assert {name: len(worlds) for name, worlds in seen.items()} == {n: 2 * k.worlds for n, k in KINDS.items()}
    for world in seen["open"]:
        assert world.seats == 24
        assert len(world.headcount) == 208
        assert all(0.2 <= share <= 1 for share in world.top_shares)
        assert set(np.unique(world.deals["outcome"])) <= {0, 1, 2, 3}
    assert all(without > 0 for without, _ in seen["exchange"])
    assert all(-1 <= depth <= 1 for pair in seen["socialisation"] for depth in pair)


def test_workers_do_not_matter(scenario, seen):
    again, failures = observations(scenario, 2, workers=2)
    assert not failures
    for kind in ("years", "peers", "exchange", "socialisation"):
        assert again[kind] == seen[kind]
    for one, other in zip(again["twins"], seen["twins"], strict=True):
        assert one.sales.tobytes() == other.sales.tobytes()
    for one, other in zip(again["open"], seen["open"], strict=True):
        assert all(one.deals[name].tobytes() == other.deals[name].tobytes() for name in one.deals)


def test_without_specialists_hand_overs_are_not_measured(scenario):
    policies = {name: policy for name, policy in scenario.policies.items() if name != SPECIALISTS}
    found, failures = observations(scenario.model_copy(update={"policies": policies}), 1)
    assert not failures
    assert found["twins"] == []
    assert len(found["open"]) == 1


def test_a_world_that_fails_is_reported(scenario):
    broken = scenario.model_copy(update={"baseline": "nobody"})
    found, failures = observations(broken, 1)
    assert {failed.policy for failed in failures} == set(KINDS) - {"twins"}
    assert len(found["twins"]) == KINDS["twins"].worlds


def test_the_command_prints_every_fact(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = ["facts", "-n", "2", "-j", "1", *(word for change in SMALL for word in ("--set", change))]
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["draws"] is None
    assert [fact["id"] for fact in data["facts"]] == [f"S{n}" for n in range(1, 11)]
    assert {fact["status"] for fact in data["facts"]} <= {"pass", "miss", "cannot tell"}  # two worlds
    figures = [figure for fact in data["facts"] for figure in fact["figures"]]
    assert all(figure["words"] for figure in figures if figure["status"] != "pass")
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "S10 miss" in shown


def test_each_world_takes_its_own_draw(scenario, monkeypatch):
    """A scenario with two draws of the hazard to leave: worlds in turn are those of either value."""
    monkeypatch.setattr("simulation.facts.observe.KINDS", {"years": KINDS["years"]})
    values = (0.0019, 0.0043)

    def years(given):
        return observations(given, 1)[0]["years"]

    draws = Draws(names=("voluntary_exit",), rows=tuple((value,) for value in values))
    mixed = years(scenario.model_copy(update={"draws": draws}))
    alone = []
    for value in values:
        parameters = {**scenario.world.parameters, "voluntary_exit": value}
        world = scenario.world.model_copy(update={"parameters": parameters})
        alone.append(years(scenario.model_copy(update={"world": world})))
    assert mixed == [alone[n % 2][n] for n in range(len(mixed))]
    assert alone[0] != alone[1]
