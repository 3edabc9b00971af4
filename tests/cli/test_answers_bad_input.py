"""What the commands that answer (explain, watch, trade, flip, value, --until-decided) say of runs that cannot answer.

One table: each command with runs of a changed scenario, of another version, with too few worlds, without any difference, and
with failures. It is refused in one line with exit code 3, or answered from what is there, with the count.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.runs import run_experiments
from simulation.runs.record import RunError
from simulation.runs.watched import LOOKS, SIGNALS, column

ANSWERS = (
    ("explain",),
    ("explain", "--who"),
    ("explain", "--rep", "1"),
    ("watch",),
    ("trade",),
    ("flip",),
    ("value",),
)
VARY = (
    "--vary",
    "overlap",
    "--vary",
    "world.reps=4,8",
    "--points",
    "32",
    "-n",
    "1",
    "-j",
    "1",
    "--no-plots",
    "-q",
)


@dataclass(frozen=True)
class Made(FakeWorlds):
    """Lockdown loses `loss` cents and 1e6 more in every other world; where overlap is above `fails`, preferred fails."""

    loss: float = 1e8
    spread: float = 1e6
    fails: float = 2.0
    version: float = 0.0

    def __call__(self, scenario, replication, policies=None, seed=None):
        names = list(policies or scenario.policies)
        if scenario.world.parameters.get("overlap", 0.5) > self.fails and "preferred" in names:
            raise RunError("", phase="work", week=7, policy="preferred") from ZeroDivisionError(
                "no reps left"
            )
        plain = {name: name.partition("~")[0] for name in names}
        records = super().__call__(scenario, replication, names, seed)
        signals = {column(week, name): 0.1 * (replication % 3) for week in LOOKS for name in SIGNALS}
        lost = {
            "lockdown": self.loss
            + self.spread * (replication % 2 + scenario.world.parameters.get("overlap", 0.5))
        }
        lost["preferred"] = lost["lockdown"] / 2
        return [
            replace(
                r,
                final={**r.final, **signals, "new_arr": 1e10 + self.version - lost.get(plain[r.policy], 0.0)},
                periods={**r.periods, "new_arr": r.periods["new_arr"] * 0 + 10**8},
            )
            for r in records
        ]


SAME = Made(loss=0.0, spread=0.0)


def directory(desk: Path, worlds: FakeWorlds, many: int) -> Path:
    """A run directory of so many worlds."""
    path = desk / "runs" / "small-run"
    run_experiments(small_scenario(), many, out=path, replicate=worlds)
    return path


def of(say, path: Path, command: tuple[str, ...], worlds: FakeWorlds):
    first, *more = command
    policy = () if first in ("trade", "value") else ("-p", "lockdown")
    return say(
        first,
        str(path),
        *more,
        *policy,
        *(("-j", "1") if first in ("explain", "watch") else ()),
        "-q",
        worlds=worlds,
    )


@pytest.mark.parametrize("command", [c for c in ANSWERS if c[0] != "trade"], ids=" ".join)
def test_a_scenario_that_was_changed_beside_its_runs_is_refused(desk, say, command) -> None:
    path = directory(desk, Made(), 3)
    text = (path / "spec.yaml").read_text(encoding="utf-8")
    (path / "spec.yaml").write_text(re.sub("start_week: 5", "start_week: 4", text), encoding="utf-8")
    said = of(say, path, command, Made())
    assert (said.code, said.out) == (3, "")
    assert (
        "spec.yaml is not as it was written, and the runs beside it are of another scenario (delete it"
        in said.err
    )
    assert len(said.err.splitlines()) == 1


def test_worlds_that_end_otherwise_when_they_are_lived_again_are_refused(desk, say) -> None:
    """As with a run directory of another version of the code."""
    path = directory(desk, Made(), 24)
    said = of(say, path, ("watch",), Made(version=1.0))
    assert (said.code, said.out) == (3, "")
    assert "in 24 of 24 worlds 'lockdown' ends otherwise when it is lived again" in said.err
    elsewhere = say(
        "watch", str(path), "-p", "lockdown", "-j", "1", "-q", "--out", str(desk / "other"), worlds=Made()
    )
    assert elsewhere.code == 0, elsewhere.err
    assert (desk / "other" / "new_arr.json").is_file()


@pytest.mark.parametrize(
    ("command", "many", "code", "message"),
    [
        (("explain",), 2, 0, "2 worlds are too few to say what 'lockdown' makes of new ARR"),
        (("explain", "--who"), 1, 0, "mean of 1 world"),
        (
            ("watch",),
            1,
            3,
            "1 world is too few to learn what to watch: 20 or more are needed (the command that made",
        ),
        (("watch", "--pilot", "6x2"), 2, 3, "2 worlds are too few to judge pilots: 3 or more are needed"),
        (("trade",), 2, 3, "trade-offs need the baseline and another policy in at least 3 worlds"),
        (("flip",), 2, 3, "nothing varies in the runs of"),
        (("value",), 2, 3, "nothing varies in the runs of"),
    ],
)
def test_too_few_worlds(desk, say, command, many, code, message) -> None:
    said = of(say, directory(desk, Made(), many), command, Made())
    assert said.code == code
    assert message in " ".join((said.err if code else said.out).split())


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            ("explain",),
            "No difference can be seen: 'lockdown' and 'open' have the same new ARR by week 20, in each of 4",
        ),
        (("watch",), "No difference can be seen: 'lockdown' and 'open' have the same new ARR in every week."),
        (("trade",), "No difference can be seen in new ARR: all policies are equal there in every world."),
    ],
)
def test_an_outcome_that_is_the_same_under_all_policies(desk, say, command, message) -> None:
    said = of(say, directory(desk, SAME, 4 if command[0] == "explain" else 20), command, SAME)
    assert said.code == 0, said.err
    assert message in " ".join(said.out.split())


def test_equal_policies_are_level_when_worlds_are_added_until_it_is_decided(desk, say) -> None:
    said = say(
        "compare", "small", "--until-decided", "-j", "1", "--no-plots", "--no-report", "-q", worlds=SAME
    )
    assert (
        "It was not told apart from 'lockdown' or 'preferred', since none of them can be better by "
        "that much: its lead over 'lockdown' is 0.0 % [0.0, 0.0]" in " ".join(said.out.split())
    )


@pytest.mark.parametrize("command", ["flip", "value", "watch"])
def test_a_sweep_without_any_difference(desk, say, command) -> None:
    assert say("sweep", "small", *VARY, worlds=SAME).code == 0
    (path,) = [one for one in (desk / "runs").iterdir() if one.is_dir()]
    said = of(say, path, (command,), SAME)
    text = " ".join((said.out + said.err).split())
    assert "o difference can be seen" in text
    assert said.code == (0 if command == "watch" else 3)
    assert "32 cases" in text or "all 32 worlds" in text


def test_a_sweep_with_failures_is_answered_from_what_is_there_with_the_count(desk, say) -> None:
    worlds = Made(fails=0.75)
    assert say("sweep", "small", *VARY, worlds=worlds).code == 4
    (path,) = [one for one in (desk / "runs").iterdir() if one.is_dir()]
    for command in ("flip", "value"):
        said = of(say, path, (command,), worlds)
        assert said.code == 0, said.err
        text = " ".join(said.out.split())
        assert "8 of 32 worlds are left out, in which a policy has no number: its run failed" in text
        assert "24 cases" in text
        assert json.loads(next((path / command).rglob("*.json")).read_text())["left_out"] == 8
    watched = of(say, path, ("watch",), worlds)  # lockdown itself failed nowhere
    assert watched.code == 0, watched.err
    assert "in 100 % [89, 100] of 32 worlds" in " ".join(watched.out.split())


def test_too_few_cases_for_conditions_have_no_map_either(desk, say) -> None:
    assert say("sweep", "small", *VARY, worlds=Made(spread=-3e8)).code == 0
    (path,) = [one for one in (desk / "runs").iterdir() if one.is_dir()]
    said = say("flip", str(path))
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "Where each of them wins cannot be told: 32 cases are too few to look for conditions" in text
    assert "No map: 32 cases are too few for one (at least 40)" in text
    assert not (path / "flip" / "new_arr").exists()
    assert "32 cases, taken as equally likely" in " ".join(say("value", str(path), "-q").out.split()).replace(
        "From 32", "32"
    )


@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_a_directory_without_its_manifest_is_none(desk, say, command) -> None:
    path = directory(desk, Made(), 3)
    (path / "manifest.json").unlink()
    said = of(say, path, command, Made())
    assert (said.code, said.out) == (3, "")
    assert "is not a run directory: it has no manifest.json" in said.err
    shutil.rmtree(path)
    gone = of(say, path, command, Made())
    assert (gone.code, "there is no such run directory" in gone.err) == (3, True)
