"""`compare --until-decided`, as it is typed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
from fake_worlds import FakeWorlds


@dataclass(frozen=True)
class Equal(FakeWorlds):
    """Policies that differ by luck alone, and by nothing on average."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        turned = 1 if replication // 2 % 2 else -1
        size = {"open": 0.0, "lockdown": 1e8 * turned, "preferred": 2e8 * turned}
        return [replace(r, final={**r.final, "new_arr": 1e10 + size[r.policy]}) for r in records]


@dataclass(frozen=True)
class Level(Equal):
    """The same, and the policies move accounts."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        moved = {"open": 0.0, "lockdown": 90.0 + replication % 3, "preferred": 40.0 + replication % 2}
        records = super().__call__(scenario, replication, policies, seed)
        return [replace(r, final={**r.final, "handovers_policy": moved[r.policy]}) for r in records]


UNTIL = ("compare", "small", "-j", "1", "--no-plots", "--until-decided")
BARE = (*UNTIL, "--no-report")


def summary(said) -> dict:
    return json.loads(said.out)


def test_it_stops_when_the_best_policy_is_known_and_says_what_that_took(desk, say) -> None:
    found = summary(say(*BARE, "--json"))["verdict"]
    assert (found["state"], found["decided"], found["best"]) == ("Decided", True, "preferred")
    until = found["until"]
    assert until["worlds"] == {"open": 10, "lockdown": 10, "preferred": 10}
    assert (until["runs"], until["level_with"], until["percent"]) == (30, [], 2.0)
    assert "It took 30 runs, 10 worlds a policy" in " ".join(found["notes"])
    assert "with 95% confidence" in found["why"]


def test_the_report_written_again_says_the_same(desk, say) -> None:
    first = summary(say(*UNTIL, "--json"))
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    page = (directory / "report.html").read_text(encoding="utf-8")
    assert say("report", str(directory), "--no-plots", "-q").code == 0
    assert json.loads((directory / "summary.json").read_text()) == first
    assert (directory / "report.html").read_text(encoding="utf-8") == page
    again = say(*UNTIL)
    assert "All runs were there already" in again.out
    assert max(map(len, again.out.splitlines())) <= 80


def test_too_few_worlds_for_what_matters_is_not_decided(desk, say) -> None:
    said = say(*BARE, "-n", "3", "--matters", "0.000001", "-p", "lockdown,preferred")
    assert "It took 9 runs" in " ".join(said.out.split())
    few = summary(say(*BARE, "-n", "2", "--json"))["verdict"]
    assert few["until"]["worlds"] == {"open": 3, "lockdown": 3, "preferred": 3}  # no interval with fewer


def test_with_more_in_the_directory_its_answer_stands_in_a_part(desk, say) -> None:
    assert say("compare", "small", "-j", "1", "-n", "12", "--no-plots", "--no-report", "-q").code == 0
    said = say(*BARE)
    assert "holds 6 more runs" in said.out
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    assert (directory / "part-all-10-worlds" / "summary.json").is_file()


def test_between_equals_the_cheaper_to_reverse_is_named_by_the_accounts_it_moves(desk, say) -> None:
    said = say(*BARE, "--matters", "30%", worlds=Level())
    text = " ".join(said.out.split())
    assert "'open' is best on new ARR over 15 weeks from week 5, or within 30 %" in text
    assert (
        "It was not told apart from 'lockdown' or 'preferred', since none of them can be better by that much: its lead over"
        in text
    )
    assert (
        ", below your 30 %. Take 'open', the cheapest of these to reverse: it moves no accounts, the next, 'preferred'"
        in text
    )
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    told = say("trade", str(directory), "--no-plots", "-q")
    assert told.code == 0, told.err


def test_one_policy_alone_has_nothing_to_decide(desk, say) -> None:
    found = summary(say(*BARE, "-p", "open", "--json"))["verdict"]
    assert (found["decided"], found["until"]["runs"]) == (False, 10)


def test_failures_are_kept_apart_from_worlds_that_were_not_wanted(desk, say) -> None:
    said = say(*BARE, worlds=FakeWorlds(raises=frozenset({("open", 2)})))
    assert said.code == 4
    assert "1 of 30 runs did not finish" in " ".join(said.out.split())


@pytest.mark.parametrize("size", ["", "x", "-1%", "0", "0%", "2 percent", "1e3", "nan", "9" * 40])
def test_a_size_that_is_none_is_refused(desk, say, size: str) -> None:
    said = say(*BARE, f"--matters={size}")
    assert (said.code, said.out) == (3, "")
    assert "--matters" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(("size", "cents"), [("500k", 5e7), ("2M", 2e8), ("12.5", 1250.0)])
def test_an_amount_is_in_units_of_the_currency(desk, say, size: str, cents: float) -> None:
    found = summary(say(*BARE, "--matters", size, "--json"))["verdict"]["until"]
    assert (found["matters"], found["percent"]) == (cents, None)


def test_a_plan_says_that_it_is_the_most(desk, say) -> None:
    said = say(*BARE, "--dry-run")
    assert "at most 3 policies x 1000 worlds" in said.out
    assert json.loads(say(*BARE, "--dry-run", "--json").out)["at_most"]


def test_draws_that_are_used_up_end_it(desk, say) -> None:
    """Further worlds would begin the draws again, and the number of draws would never grow."""
    (desk / "scenarios" / "d.csv").write_text(
        "loss\n" + "".join(f"0.0{k}\n" for k in range(10, 28)), encoding="utf-8"
    )
    with (desk / "scenarios" / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("draws: d.csv\n")
    found = summary(say(*BARE, "--matters", "0.000001", "--json", worlds=Equal()))["verdict"]
    assert (found["decided"], found["until"]["most"]) == (False, 36)
    assert found["until"]["worlds"] == {"open": 36, "lockdown": 36, "preferred": 36}
