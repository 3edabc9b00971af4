"""The command `trade`."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def run(desk, say):
    assert say("compare", "small", "-j", "1", "--no-plots", "--no-report", "-q").code == 0
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    return directory


def test_it_tells_draws_and_keeps(run, say) -> None:
    said = say("trade", str(run), "--floor", "morale_mean=0.3", "--worth", "exits=50k")
    assert said.code == 0, said.err
    assert " ".join(said.out.split()).startswith(
        "'preferred' has the best mean in each of new ARR, morale and knowledge: no other policy gives more of any."
    )
    assert "By your prices 'preferred' is best" in " ".join(said.out.split())
    assert max(map(len, said.out.splitlines()[:-1])) <= 80
    folder = run / "trade"
    assert {path.name for path in folder.iterdir()} == {"tradeoffs.json", "tradeoffs.png", "tradeoffs.svg"}
    again = say(
        "trade", str(run), "--floor", "morale_mean=0.3", "--worth", "exits=50k", "--json", "--no-plots"
    )
    kept = json.loads(again.out)
    assert json.loads((folder / "tradeoffs.json").read_text()) == kept
    assert kept["prices"] == {"new_arr": 1.0, "exits": 5e6}
    assert kept["limits"] == [{"outcome": "morale_mean", "floor": True, "value": 0.3}]
    chinese = say("trade", str(run), "--lang", "zh", "--no-plots", "-q")
    assert chinese.out.startswith("“preferred”在新签ARR、士气和行业知识的每一项上均值都最好")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--floor", "morale_mean"), "--floor: 'morale_mean' is not NAME=VALUE, as morale_mean=0.5"),
        (("--ceiling", "exits=1e400"), "is not NAME=VALUE"),
        (("--worth", "exits=many"), "--worth: 'exits=many' is not NAME=VALUE, as exits=50k"),
        (("--floor", "moral_mean=0.5"), "did you mean 'morale_mean'?"),
        (("--outcomes", "new_arr"), "one alone cannot be traded"),
        (("--outcomes", "new_arr,opportunities"), "neither better nor worse"),
    ],
)
def test_bad_words_are_refused_in_one_line(run, say, words, message) -> None:
    said = say("trade", str(run), *words)
    assert (said.code, said.out) == (3, "")
    assert message in said.err
    assert len(said.err.splitlines()) == 1


def test_policies_that_lived_different_numbers_of_worlds_are_told_as_that(run, say) -> None:
    bare = ("-j", "1", "--no-plots", "--no-report", "-q")
    assert say("compare", "small", "-n", "7", "-p", "lockdown", *bare).code == 0
    said = say("trade", str(run), "--no-plots", "-q")
    assert "means of 4 to 7 worlds" in " ".join(said.out.split())
    kept = json.loads((run / "trade" / "tradeoffs.json").read_text())
    assert {one["policy"]: one["pairs"] for one in kept["policies"]} == {
        "open": 7,
        "lockdown": 7,
        "preferred": 4,
    }


def test_a_price_of_money_is_by_the_unit_of_it(run, say) -> None:
    """One unit of recurring revenue is worth half a unit: its cents count half, not fifty times."""
    said = say(
        "trade", str(run), "--worth", "recurring_revenue=0.5", "--worth", "exits=2", "--json", "--no-plots"
    )
    assert json.loads(said.out)["prices"] == {"new_arr": 1.0, "recurring_revenue": 0.5, "exits": 200.0}
