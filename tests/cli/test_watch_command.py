"""The command `watch`: which worlds are lived again, what is kept, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.runs import read_tables
from simulation.runs.watched import LOOKS, SIGNALS, column


@dataclass(frozen=True)
class Telling(FakeWorlds):
    """Lockdown goes wrong in every other world; its deals won of week 6 tell where, all other signals nothing."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        signals = {column(week, name): 0.1 for week in LOOKS for name in SIGNALS}
        signals[column(6, "won")] = 0.2 if replication % 2 else -0.2
        own = {"new_arr": 1e10 + 1e6 * replication}
        return [
            replace(r, final={**r.final, **own, **signals} | self.turned(r.policy, replication, own))
            for r in records
        ]

    def turned(self, policy: str, replication: int, own: dict[str, float]) -> dict[str, float]:
        gain = (1e8 if replication % 2 else -3e8) if policy == "lockdown" else 0.0
        return {"new_arr": own["new_arr"] + gain}


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> Path:
    """The run directory of 40 worlds, made once."""
    from simulation.runs import run_experiments

    directory = tmp_path_factory.mktemp("lived") / "small-run"
    run_experiments(small_scenario(), 40, out=directory, replicate=Telling())
    return directory


@pytest.fixture
def run(desk, lived) -> Path:
    """A copy of it, for one test."""
    return Path(shutil.copytree(lived, desk / "runs" / lived.name))


def test_the_signal_that_tells_is_found_with_its_threshold(run, say) -> None:
    said = say("watch", str(run), "-p", "lockdown", "-j", "1", worlds=Telling())
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "'lockdown' ends behind 'open' on new ARR in 50 % [35, 65] of 40 worlds." in text
    assert "Watch deals won: in week 6 after the start, stop if they lie below what was usual." in text
    assert "stops 0 % [0, 16] of the worlds that would have gone well and misses 0 % [0, 16]" in text
    assert (
        "On average 'lockdown' is behind 'open' on new ARR throughout: a review 13 weeks after the start (week 18) would"
        in text
    )
    assert (
        "Of 1 signals of week 6 after the start deals won tell best whether 'lockdown' is ahead in week 20"
        in text
    )
    kept = json.loads((run / "watch" / "lockdown" / "new_arr.json").read_text())
    (rule,) = kept["signals"]
    weeks = {one["week"]: one["signals"] for one in kept["leading"]["weeks"]}
    assert weeks[4] == weeks[9] == []
    assert (weeks[6][0]["signal"], weeks[6][0]["sign"]["mean"], weeks[6][0]["more_than_chance"]) == (
        "won",
        1.0,
        True,
    )
    assert {one["outcome"] for one in kept["until_when"]["crossovers"]} > {"new_arr", "exits", "morale_mean"}
    assert [(one["week"], one["rejects"]["mean"]) for one in kept["reviews"]] == [(18, 1.0)]
    assert (rule["signal"], rule["week"], rule["stop_if"]) == ("won", 6, "below")
    assert rule["threshold"] == pytest.approx(0)
    assert rule["saves"]["mean"] == pytest.approx(0.5e8)  # always stopping loses 1e8 in half of the worlds
    again = say("watch", str(run), "-p", "lockdown", "-j", "1", "--json", worlds=Telling())
    assert json.loads(again.out) == kept
    assert max(map(len, said.out.splitlines()[:-1])) <= 80


def test_worlds_of_policies_that_were_out_early_are_no_reason_to_leave_out_others(desk, say) -> None:
    """As after --until-decided: lockdown lived 24 worlds, preferred 3."""
    bare = ("-j", "1", "--no-plots", "--no-report", "-q")
    assert say("compare", "small", "-n", "24", "-p", "lockdown", *bare, worlds=Telling()).code == 0
    assert say("compare", "small", "-n", "3", "-p", "preferred", *bare, worlds=Telling()).code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    found = json.loads(
        say("watch", str(directory), "-p", "lockdown", "-j", "1", "--json", worlds=Telling()).out
    )
    assert found["worlds"] == 24
    few = say("watch", str(directory), "-p", "preferred", "-j", "1", worlds=Telling())
    assert (few.code, "3 worlds are too few" in few.err, (directory / "watch" / "preferred").exists()) == (
        3,
        True,
        False,
    )


def test_the_default_is_the_policy_most_in_doubt(run, say) -> None:
    plan = json.loads(say("watch", str(run), "--dry-run", "--json").out)
    assert (plan["policy"], plan["runs"]) == ("lockdown", 40)
    assert not (run / "watch").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-p", "nobody"), "there is no policy 'nobody' in these runs to watch; known: lockdown, preferred"),
        (("-p", "open"), "there is no policy 'open'"),
        (("--outcome", "opportunities"), "neither better nor worse"),
        (("--outcome", "nothing"), "there is no outcome 'nothing'"),
    ],
)
def test_what_cannot_be_watched(run, say, words, message) -> None:
    said = say("watch", str(run), *words)
    assert (said.code, said.out) == (3, "")
    assert message in said.err


def test_few_worlds_are_refused(desk, say) -> None:
    assert say("compare", "small", "-j", "1", "--no-plots", "--no-report", "-q", worlds=Telling()).code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    said = say("watch", str(directory), "-p", "lockdown", "-j", "1", worlds=Telling())
    assert (said.code, said.out) == (3, "")
    assert "4 worlds are too few" in said.err


def test_worlds_of_a_sweep_are_lived_again_at_their_points(desk, say) -> None:
    vary = ("--vary", "overlap", "--vary", "world.reps=4,8")
    swept = say(
        "sweep", "small", *vary, "--points", "20", "-n", "2", "-j", "1", "--no-plots", "-q", worlds=Telling()
    )
    assert swept.code == 0, swept.err
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    found = json.loads(
        say("watch", str(directory), "-p", "lockdown", "-j", "1", "--json", "-q", worlds=Telling()).out
    )
    assert found["worlds"] == 40
    assert found["signals"][0]["signal"] == "won"
    assert found["reviews"] == []


def test_a_watched_run_is_the_run_that_it_watches() -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))
    from small_world import records, scenario

    from simulation.runs.watched import Watched

    for record in Watched()(scenario(), 0, ["open", "lockdown"]):
        usual = records()[record.policy].final
        assert all(np.array_equal(record.final[name], usual[name], equal_nan=True) for name in usual)
        signals = {name: record.final[name] for name in record.final.keys() - usual.keys()}
        assert len(signals) == len(LOOKS) * len(SIGNALS)
        assert all(np.isfinite(value) for value in signals.values())
        assert signals[column(4, "slipped")] > -1


def test_who_should_pilot(run, say) -> None:
    said = say("watch", str(run), "-p", "lockdown", "--pilot", "6x2", "-q")
    assert said.code == 0, said.err
    assert said.out.startswith("A pilot of 'lockdown' for 6 weeks with 2 reps")
    assert max(map(len, said.out.splitlines())) <= 80
    data = json.loads(say("watch", str(run), "-p", "lockdown", "--pilot", "6x2", "--json", "-q").out)
    assert [one["who"] for one in data["pilots"]] == ["random", "volunteers", "veterans"]


def test_pilots_of_a_sweep_live_at_its_points(desk, say) -> None:
    vary = ("--vary", "overlap", "--vary", "world.reps=4,8")
    swept = say(
        "sweep", "small", *vary, "--points", "6", "-n", "1", "-j", "1", "--no-plots", "-q", worlds=Telling()
    )
    assert swept.code == 0, swept.err
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    said = say("watch", str(directory), "-p", "lockdown", "--pilot", "6x2", "--json", "-q")
    assert said.code == 0, said.err
    swept_pilots = json.loads(said.out)
    assert swept_pilots["worlds"] == 6
    few = say("watch", str(directory), "-p", "lockdown", "--pilot", "6x5", "-q")
    assert (few.code, "a pilot with 5 of 4 reps leaves nobody to compare with" in few.err) == (3, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("-p", "preferred", "--pilot", "6x2"), 3, "cannot be tried by some of the reps"),
        (("-p", "lockdown", "--pilot", "15x2"), 3, "does not end before the run does"),
        (("-p", "lockdown", "--pilot", "6x4"), 3, "leaves nobody to compare with"),
        (("-p", "lockdown", "--pilot", "6"), 2, "is not weeks x reps"),
        (
            ("-p", "lockdown", "--pilot", "6x2", "--outcome", "exits"),
            3,
            "judges by money won, not by 'exits'",
        ),
    ],
)
def test_pilots_that_cannot_be(run, say, words, code, message) -> None:
    said = say("watch", str(run), *words)
    assert said.code == code
    assert message in said.err


def test_only_worlds_that_the_policy_lived_are_lived_again(run, say) -> None:
    bare = ("-j", "1", "--no-plots", "--no-report", "-q")
    assert say("compare", "small", "-n", "60", "-p", "open,preferred", *bare, worlds=Telling()).code == 0
    said = say("watch", str(run), "-p", "lockdown", "-j", "1", "-q", worlds=Telling())
    assert said.code == 0, said.err
    assert len(read_tables(run / "watch" / "lockdown").runs) == 40


def test_worlds_of_a_sweep_keep_their_draws(desk) -> None:
    from simulation.runs.watched import watch_sweep
    from simulation.spec.draws import Draws

    drawn = small_scenario().model_copy(update={"draws": Draws(names=("loss",), rows=((0.01,), (0.02,)))})
    sweep = watch_sweep(drawn, "lockdown", [], [()], 4)
    assert sweep.scenario.draws == drawn.draws
