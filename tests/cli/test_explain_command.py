"""The command `explain`: which policies, which worlds, what is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
from fake_worlds import FakeWorlds

from simulation.runs.explained import MARK, read_label


@dataclass(frozen=True)
class Parted(FakeWorlds):
    """Lockdown loses 3e8 cents by hand-overs and 1e8 besides, whatever else is at work; everything else is luck shared."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        return [
            replace(r, final={**r.final, "new_arr": 1e10 + 1e8 * replication + self.effect(r.policy)})
            for r in records
        ]

    def effect(self, name: str) -> float:
        policy, working = read_label(name) if MARK in name else (name, 63)
        return (-1e8 - 3e8 * (working & 1)) * (policy == "lockdown")


@pytest.fixture
def run(desk, say):
    assert say("compare", "small", "-j", "1", "--no-plots", "--no-report", worlds=Parted()).code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    return directory


def test_the_parts_are_told_and_kept(run, say) -> None:
    said = say("explain", str(run), "--policy", "lockdown", "-j", "1", worlds=Parted())
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "'lockdown' books 3.94 % [3.86, 4.02] (4.0 M [4.0, 4.0]) less new ARR than 'open'" in text
    assert "relationships lost when accounts change hands (-3.00 M [-3.00, -3.00], 75 % of the gap)" in text
    folder = run / "explain" / "lockdown against open"
    assert {path.name for path in (folder / "plots").iterdir()} == {"waterfall.png", "waterfall.svg"}
    kept = json.loads((folder / "new_arr.json").read_text())
    again = say("explain", str(run), "--policy", "lockdown", "-j", "1", "--json", worlds=Parted())
    assert json.loads(again.out) == kept
    chinese = say("explain", str(run), "--policy", "lockdown", "-j", "1", "--lang", "zh", worlds=Parted())
    assert "“lockdown”签下的新签ARR比“open”少3.94%" in "".join(
        chinese.out.split()
    )  # however lines are broken
    assert json.loads((folder / "new_arr.json").read_text()) == kept  # data stay English
    assert sum(part["mean"] for part in kept["parts"]) == pytest.approx(kept["gap"]["mean"])
    assert kept["worlds"] == 4
    other = say(
        "explain",
        str(run),
        "--policy",
        "lockdown",
        "-j",
        "1",
        "--outcome",
        "recurring_revenue",
        worlds=Parted(),
    )
    assert other.code == 0, other.err
    drawn = {path.name for path in (folder / "plots").glob("*.png")}
    assert drawn == {"waterfall.png", "waterfall-recurring_revenue.png"}  # the headline's is not overwritten


def test_another_version_of_the_code_says_so_and_goes_elsewhere(run, say, monkeypatch) -> None:
    words = ("explain", str(run), "--policy", "lockdown", "-j", "1", "--no-plots")
    first = say(*words, worlds=Parted())
    assert (first.code, "another version" in first.err) == (0, False)
    monkeypatch.setattr("simulation.runs.identity.code_version", lambda *_: "f" * 64)
    told, refused = say(*words, worlds=Parted()).err.splitlines()
    assert told == (
        f"{run} was made by another version of the code: its worlds are lived again by this one, and the gap may be another"
    )
    assert refused.startswith(f"{run}/explain/lockdown against open was made by another version of the code")
    assert "choose another directory with --out" in refused
    assert say(*words, "--dry-run", worlds=Parted()).code == 3
    elsewhere = say(*words, "--out", "other", worlds=Parted())
    assert (elsewhere.code, elsewhere.err.splitlines()) == (0, [told])
    assert (run.parent.parent / "other" / "new_arr.json").read_bytes() == (
        run / "explain" / "lockdown against open" / "new_arr.json"
    ).read_bytes()


def test_the_default_is_the_best_or_its_nearest_rival(run, say) -> None:
    plan = json.loads(say("explain", str(run), "--dry-run", "--json").out)
    assert (plan["policy"], plan["runs"]) == ("preferred", 2 * 64 * 4)
    assert not (run / "explain").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--policy", "lokdown"), 2, "did you mean 'lockdown'?"),
        (("--policy", "open"), 3, "against itself"),
        (("--policy", "lockdown", "--outcome", "new_arrr"), 3, "there is no outcome 'new_arrr'"),
        (("--policy", "lockdown", "--at", "2"), 3, "--at 2 is not between the start"),
    ],
)
def test_bad_input(run, say, words, code, message) -> None:
    said = say("explain", str(run), *words, "-j", "1", "-n", "1", worlds=Parted())
    assert (said.code, message in said.err) == (code, True), said.err
    assert "Traceback" not in said.err


def test_failed_runs_are_told(run, say) -> None:
    worlds = Parted(raises=frozenset({("lockdown~05", 2)}))
    said = say("explain", str(run), "--policy", "lockdown", "-j", "1", worlds=worlds)
    assert said.code == 4
    assert "1 world is left out: some of its runs failed or have no number" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--rep", "4"), "--rep 4: there are 4, numbered from 0 to 3"),
        (("--account", "40"), "--account 40: there are 40, numbered from 0 to 39"),
    ],
)
def test_people_and_accounts_that_are_not_there(run, say, words, message) -> None:
    said = say("explain", str(run), "--policy", "lockdown", *words)
    assert (said.code, said.out) == (3, "")
    assert message in said.err


def test_people_and_accounts_are_followed_through_both_worlds(run, say) -> None:
    base = ("explain", str(run), "--policy", "lockdown")
    rep = say(*base, "--rep", "2")
    assert rep.code == 0, rep.err
    assert rep.out.startswith("Rep 2, ")
    assert max(map(len, rep.out.splitlines())) <= 80 + len(str(run))  # the last line names a file
    assert (run / "who" / "lockdown against open, world 0" / "rep-2.svg").is_file()
    assert json.loads(say(*base, "--rep", "2", "--world", "1", "--json").out)["policy"] == "lockdown"
    account = say(*base, "--account", "7")
    assert account.out.startswith("Account 7 in the end: under 'open'")
    who = say(*base, "--who", "-n", "3", "-q")
    assert who.out.startswith("Under 'lockdown' a person wins")
    assert max(map(len, who.out.splitlines())) <= 80
    assert json.loads(say(*base, "--who", "-n", "3", "--json", "-q").out)["worlds"] == 3
