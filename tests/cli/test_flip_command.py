"""The command `flip`: over sweeps and over comparisons with draws; what it refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.spec import dump_scenario


@dataclass(frozen=True)
class Turning(FakeWorlds):
    """Lockdown leads by 1e8 cents where overlap below .4, and is behind by as much elsewhere; preferred never leads."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        overlap = scenario.world.parameters.get("overlap", 0.5)
        lead = {"open": 0.0, "lockdown": 1e8 if overlap < 0.4 else -1e8, "preferred": -2e8}
        records = super().__call__(scenario, replication, policies, seed)
        return [replace(r, final={**r.final, "new_arr": 1e10 + lead[r.policy]}) for r in records]


@pytest.fixture
def sweep(swept) -> Path:
    return swept(Turning())


def test_where_it_turns_is_told_and_kept(sweep, say) -> None:
    said = say("flip", str(sweep))
    assert (said.code, said.err) == (0, "")
    text = " ".join(said.out.split())
    assert "'lockdown' wins with overlap below 0.4" in text
    assert "'open' wins with overlap above 0.4" in text
    assert "'preferred' wins in 0%: 0 of 64 cases: too few to tell" in text
    assert max(map(len, said.out.splitlines()[:-1])) <= 80
    folder = sweep / "flip"
    assert {path.name for path in (folder / "new_arr").iterdir()} == {"phase.png", "phase.svg"}
    again = json.loads(say("flip", str(sweep), "--json", "--no-plots").out)
    assert again == json.loads((folder / "new_arr.json").read_text())
    assert again["best"] == {
        "open": pytest.approx(0.6, abs=0.05),
        "lockdown": pytest.approx(0.4, abs=0.05),
        "preferred": 0,
    }
    assert again["worlds_a_case"] == 1


def test_a_margin_in_currency_units(sweep, say) -> None:
    close, far = (
        json.loads(say("flip", str(sweep), "-p", "lockdown", "--margin", m, "--json", "--no-plots").out)
        for m in ("999999", "1000001")
    )
    assert close["best"]["no policy by the margin"] == 0
    assert far["best"]["no policy by the margin"] == 1
    assert (sweep / "flip" / "new_arr-lockdown.json").exists()


def test_a_comparison_with_draws_has_cases_too(desk, say) -> None:
    rng = np.random.default_rng(1)
    rows = [[float(a), float(b)] for a, b in rng.random((60, 2))]
    text = (
        dump_scenario(small_scenario())
        + f"draws:\n  names: [overlap, playbook_weight]\n  rows: {json.dumps(rows)}\n"
    )
    (desk / "scenarios" / "drawn.yaml").write_text(text, encoding="utf-8")
    said = say("compare", "drawn", "-n", "120", "-j", "1", "--no-plots", "--no-report", worlds=Turning())
    assert said.code == 0, said.err
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    found = json.loads(say("flip", str(directory), "--json", "--no-plots").out)
    assert (found["cases"], found["worlds_a_case"]) == (60, 2)
    true = np.mean([row[0] < 0.4 for row in rows])
    assert found["best"]["lockdown"] == pytest.approx(true)
    (box,) = [row for row in found["boxes"] if row["policy"] == "lockdown"]
    assert [limit["axis"] for limit in box["limits"]] == ["overlap"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--policy", "lokdown"), 3, "there is no policy 'lokdown'"),
        (("--outcome", "new_arrr"), 3, "there is no outcome 'new_arrr'"),
        (("--outcome", "opportunities"), 3, "has no better side"),
        (("--axes", "overlap,rep"), 3, "'rep' does not vary here; what does: overlap, world.reps"),
        (("--axes", "overlap,overlap"), 2, "one or two different axes"),
        (("--margin", "-1"), 2, "margin"),
    ],
)
def test_bad_input(sweep, say, words, code, message) -> None:
    said = say("flip", str(sweep), *words, "--no-plots")
    assert (said.code, message in said.err) == (code, True), said.err
    assert "Traceback" not in said.err
    assert not (sweep / "flip").exists()


def test_runs_in_which_nothing_varies(desk, say) -> None:
    assert say("compare", "small", "-j", "1", "--no-plots", "--no-report").code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    said = say("flip", str(directory))
    assert (said.code, "nothing varies in the runs of" in said.err) == (3, True)
