"""The command `value`: perfect information from what is there, pilots from runs of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds

from simulation.runs.piloted import read_label


@dataclass(frozen=True)
class Uncertain(FakeWorlds):
    """Lockdown leads open by 4e8 (.6 - overlap) cents; a pilot sees overlap with little error and costs 1e6 cents."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        overlap = scenario.world.parameters.get("overlap", 0.5)
        records = super().__call__(scenario, replication, policies, seed)
        luck = np.random.default_rng(int(overlap * 1e9))
        found = []
        for r in records:
            pilot = read_label(r.policy)
            lead = (
                -1e6
                if pilot
                else 4e8 * (0.6 - overlap) * (r.policy == "lockdown") - 5e8 * (r.policy == "preferred")
            )
            figures = {"seen.activity": overlap + luck.normal(0, 0.05), "seen.payments": luck.normal()}
            found.append(
                replace(
                    r,
                    final={
                        **r.final,
                        "new_arr": 1e10 + lead,
                        **(figures if pilot else dict.fromkeys(figures, 0.0)),
                    },
                )
            )
        return found


@pytest.fixture
def sweep(swept) -> Path:
    return swept(Uncertain())


def test_perfect_information_needs_no_runs(sweep, say) -> None:
    said = say("value", str(sweep), worlds=FakeWorlds(raises=frozenset({("open", 0)})))
    assert (said.code, said.err) == (0, "")
    assert (
        "Today 'lockdown' is best in new ARR. To know all two things that vary before choosing"
        in " ".join(said.out.split())
    )
    found = json.loads(say("value", str(sweep), "--json").out)
    assert found == json.loads((sweep / "value" / "new_arr.json").read_text())
    # E max(0, 4e6 (.6 - u)) - 4e6 / 10 = 4e6 (.18 - .1) over 15 weeks, a year has 52
    assert found["perfect"] == pytest.approx(4e6 * 0.08 * 52 / 15, rel=0.05)
    assert [one["name"] for one in found["parameters"]] == ["overlap", "world.reps"]
    assert found["parameters"][0]["perfect"] == pytest.approx(found["perfect"], rel=0.05)
    assert found["pilots"] == []


def test_pilots_are_lived_once_and_kept(sweep, say) -> None:
    plan = json.loads(say("value", str(sweep), "--pilot", "6x2", "--dry-run", "--json").out)
    assert plan["runs"] == 2 * 64
    assert not (sweep / "value").exists()
    said = say("value", str(sweep), "--pilot", "6x2", "-j", "1", worlds=Uncertain())
    assert said.code == 0, said.err
    assert "A six-week pilot of 'lockdown' with 2 reps is worth" in " ".join(said.out.split())
    again = say(
        "value",
        str(sweep),
        "--pilot",
        "6x2",
        "-j",
        "1",
        "--json",
        worlds=FakeWorlds(raises=frozenset({("open", 0)})),
    )
    (pilot,) = json.loads(again.out)["pilots"]
    assert (pilot["weeks"], pilot["reps"], pilot["policy"]) == (6, 2, "lockdown")
    assert pilot["cost"] == pytest.approx(1e4)
    perfect = json.loads(again.out)["perfect"]
    assert 0.7 * perfect < pilot["value"] < 1.05 * perfect


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--pilot", "6"), 2, "is not weeks x reps"),
        (("--pilot", "0x2"), 2, "is not weeks x reps"),
        (("--pilot", "6x4"), 3, "leaves nobody to compare with"),
        (("--pilot", "15x2"), 3, "does not end before the run does"),
        (("--pilot", "6x2", "--policy", "lokdown"), 3, "there is no policy 'lokdown'"),
        (
            ("--pilot", "6x2", "--policy", "preferred"),
            3,
            "its territories are those of the baseline (--policy lockdown)",
        ),
        (("--outcome", "opportunities"), 3, "has no better side"),
    ],
)
def test_bad_input(sweep, say, words, code, message) -> None:
    said = say("value", str(sweep), *words, "-j", "1")
    assert (said.code, message in said.err) == (code, True), said.err
    assert "Traceback" not in said.err


def test_runs_in_which_nothing_varies(desk, say) -> None:
    assert say("compare", "small", "-j", "1", "--no-plots", "--no-report").code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    said = say("value", str(directory))
    assert (said.code, "nothing varies in the runs of" in said.err) == (3, True)
