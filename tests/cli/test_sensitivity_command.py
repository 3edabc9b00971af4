"""The command `sensitivity`: known answers in made-up worlds, refusals with a count, growing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds
from sweep_helpers import Sloped

from simulation.parameters import PARAMETERS
from simulation.spec import load_scenario
from simulation.spec.claims import doubtful

VARY = ("-v", "overlap=0.2:0.6", "-v", "world.reps=2:8", "-v", "morale_book_loss", "-j", "1")


@dataclass(frozen=True)
class Holed:
    """Worlds in which an outcome has no number where few overlap; `low` says below what."""

    worlds: Sloped = field(default_factory=Sloped)
    low: float = 0.3

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = self.worlds(scenario, replication, policies, seed)
        if scenario.world.parameters["overlap"] >= self.low:
            return records
        return [replace(r, final={**r.final, "new_arr": float("nan")}) for r in records]


def test_morris_knows_the_slopes(say, desk: Path) -> None:
    said = say(
        "sensitivity", "small", *VARY, "--points", "20", "--json", "--policies", "lockdown", worlds=Sloped()
    )
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert (found["method"], found["points"], found["worlds"]) == ("morris", 80, 3)
    (target,) = found["targets"]
    assert (target["policy"], target["against"], target["outcome"]) == ("lockdown", "open", "new_arr")
    rows = {row["name"]: row for row in target["inputs"]}
    # The gain is 1e6 (overlap - .4) reps: along overlap a range of .4 gives 4e5 reps, 2 to 8 of them; along reps
    # 6 give 6e6 (overlap - .4), which is .2 in size at the ends of the grid and .0667 between them.
    assert rows["overlap"]["mu_star"] == pytest.approx(4e5 * 5, rel=0.15)
    assert rows["overlap"]["mu"] == pytest.approx(rows["overlap"]["mu_star"])
    assert rows["world.reps"]["mu_star"] == pytest.approx(6e6 * (0.2 + 0.2 / 3) / 2, rel=0.25)
    assert abs(rows["world.reps"]["mu"]) < rows["world.reps"]["mu_star"] / 2
    assert rows["morale_book_loss"]["mu_star"] == 0
    assert not rows["morale_book_loss"]["beyond_luck"]
    assert target["luck"] == pytest.approx(0, abs=1e-9)
    directory = next(desk.glob("runs/small_sweep-*"))
    assert json.loads((directory / "sensitivity.json").read_text())["targets"] == found["targets"]
    assert {p.name for p in (directory / "plots").iterdir()} == {
        f"{name}.{suffix}" for name in ("tornado", "heat_map") for suffix in ("png", "svg")
    }


def test_sobol_knows_the_shares(say, desk: Path) -> None:
    options = (
        "--method",
        "sobol",
        "-j",
        "1",
        "--points",
        "256",
        "-n",
        "1",
        "--no-plots",
        "--json",
        "--policies",
        "lockdown",
    )
    said = say(
        "sensitivity", "small", "-v", "overlap=0.2:0.6", "-v", "world.reps=2,8", *options, worlds=Sloped()
    )
    assert said.code == 0, said.err
    rows = {row["name"]: row for row in json.loads(said.out)["targets"][0]["inputs"]}
    # x = overlap - .4 uniform over +-.2, r = 2 or 8: E[xr | r] = 0, Var(E[xr | x]) = 25 Var x of 34 Var x in all.
    assert rows["overlap"]["first"] == pytest.approx(25 / 34, abs=0.08)
    assert rows["overlap"]["total"] == pytest.approx(1, abs=0.08)
    assert rows["world.reps"]["first"] == pytest.approx(0, abs=0.08)
    assert rows["world.reps"]["total"] == pytest.approx(9 / 34, abs=0.08)


def test_the_outcome_itself_and_the_table_for_people(say) -> None:
    said = say("sensitivity", "small", *VARY, "--of", "outcome", "--points", "4", "-n", "1", worlds=Sloped())
    assert said.code == 0, said.err
    assert "3 inputs moved one at a time (Morris): 16 points, one world each." in said.out
    # open and preferred are the same at all points, so nothing is to be explained there
    assert "New ARR of lockdown is" in said.out
    assert "--replications 3 or more" in said.out
    assert max(map(len, said.out.splitlines()[:-1])) <= 80


def test_what_varies_when_nobody_says(say, desk: Path) -> None:
    said = say("sensitivity", "small", "--dry-run", "--json", "--set", "world.parameters.overlap=0.3")
    found = json.loads(said.out)
    names = [axis["name"] for axis in found["axes"]]
    assert names == [n for n in doubtful(load_scenario(desk / "scenarios" / "small.yaml")) if n != "overlap"]
    assert {PARAMETERS[name].confidence for name in names} == {"L", "assumption"}
    assert found["points"] == 10 * (len(names) + 1)


def test_nan_is_refused_with_a_count(say) -> None:
    options = (
        "-v",
        "overlap=0.2:0.6",
        "-v",
        "world.reps=2,4",
        "-j",
        "1",
        "--points",
        "5",
        "-n",
        "2",
        "-p",
        "lockdown",
    )
    said = say("sensitivity", "small", *options, worlds=Holed())
    assert said.code == 3
    low = 0
    for line in said.err.splitlines():
        if "of 60 runs have no number" in line:
            low = int(line.split(":")[1].split()[0])
    assert line.startswith("new_arr: ")
    # A trajectory of overlap ends or begins at .2 or passes it: of its three points one or two lie there, or none.
    assert 0 < low < 60
    assert low % 4 == 0  # two policies in two worlds
    assert say("sensitivity", "small", *options, "--outcome", "morale_mean", worlds=Holed()).code == 0


def test_failed_runs_are_no_estimate(say) -> None:
    worlds = Sloped(FakeWorlds(raises=frozenset({("lockdown", 1)})))
    said = say("sensitivity", "small", *VARY, "--points", "3", "-n", "2", "-p", "lockdown", worlds=worlds)
    assert said.code == 4
    assert "12 of 48 runs failed" in said.err
    assert "its world: run scenarios/small.yaml --policy lockdown --set" in said.err
    again = say("sensitivity", "small", *VARY, "--points", "3", "-n", "2", "-p", "lockdown", worlds=Sloped())
    assert again.code == 0


@pytest.mark.parametrize("design", ["morris", "saltelli"])
def test_its_designs_are_sweeps_too(say, design: str) -> None:
    said = say(
        "sweep", "small", *VARY, "--design", design, "--points", "4", "--no-plots", "--json", worlds=Sloped()
    )
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["points"] == 4 * (4 if design == "morris" else 5)
    assert all(row["ci_low"] is None for row in found["differences"])  # the points are no sample


def test_more_points_add_to_what_is_there(say, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = Sloped(FakeWorlds(marks=marks))
    for points in (3, 3, 5):
        said = say(
            "sensitivity", "small", *VARY, "--points", str(points), "-n", "1", "--no-plots", worlds=worlds
        )
        assert said.code == 0, said.err
    assert len(worlds.worlds.calls()) == 5 * 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("small", "--outcome", "new_arrr"), "there is no outcome 'new_arrr' (did you mean 'new_arr'?)"),
        (("smal",), "there is no such"),
        (("small", "-v", "overlapp"), "overlap"),
        (("small", "-v", "overlap", "-p", "lockdwn"), "lockdown"),
        (("small", "-v", "overlap=0.9:2"), "parameter overlap must be between"),
    ],
)
def test_bad_input_is_one_message(say, desk: Path, words, message: str) -> None:
    said = say("sensitivity", *words)
    assert (said.code, said.out) == (3, "")
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert not (desk / "runs").exists()


def test_the_answer_does_not_depend_on_what_was_there(say, desk: Path) -> None:
    def found(out: str, points: int) -> dict:
        options = ("--points", str(points), "-n", "2", "--no-plots", "--json", "-o", out)
        return json.loads(say("sensitivity", "small", *VARY, *options, worlds=Sloped()).out)

    found("one", 8)
    assert found("one", 4)["targets"] == found("two", 4)["targets"]
    assert np.isfinite(found("two", 4)["targets"][0]["mean"])
