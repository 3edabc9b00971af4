from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli.stopped import interrupted
from fake_worlds import FakeWorlds

from analysis import reach
from app.cli import main
from app.commands.hypotheses import MIN_WORLDS
from app.services import Services
from simulation.runs.sampled import FIRST_SAMPLED

CLAIM = """\
id: {id}
claim: A [bold]lockdown[/bold] lowers new ARR.
scenario: small
policy: {policy}
outcome: new_arr
direction: less
smallest: 5
unit: percent
holds_over: [overlap, compliance, usage_base]
"""
KEYS = {"id", "verdict", "outcome", "effect", "ci_low", "ci_high", "holds_in", "turned_by"}
QUICK = ("hypotheses", "-n", "5", "--worlds", "64", "-j", "1")


@dataclass(frozen=True)
class ByOverlap(FakeWorlds):
    """Lockdown takes 30 percent, and up to 60 percent more or less of new ARR as the overlap is low or high."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        for r in records:
            if r.policy == "lockdown":
                change = 1 + 1.2 * (scenario.world.parameters["overlap"] - 0.5)
                r.periods["new_arr"] = (r.periods["new_arr"] * change).astype("int64")
        return records


@pytest.fixture
def claim(desk: Path):
    """Write a claim about the small scenario."""
    (desk / "scenarios" / "hypotheses").mkdir()

    def claim(name: str = "C1", policy: str = "lockdown", more: str = "") -> Path:
        path = desk / "scenarios" / "hypotheses" / f"{name.casefold()}_claim.yaml"
        path.write_text(CLAIM.format(id=name, policy=policy) + more, encoding="utf-8")
        return path

    return claim


def test_json_has_the_promised_shape_and_the_planted_answer(desk, claim, say) -> None:
    claim("C1")
    claim("C2", "preferred")
    said = say(*QUICK, "--json", worlds=ByOverlap())
    assert (said.code, said.err) == (0, "")
    data = json.loads(said.out)
    one, two = data["hypotheses"]
    assert one.keys() >= KEYS
    assert (one["id"], one["verdict"], one["outcome"]) == ("C1", "supported", "new_arr")
    assert one["effect"] == pytest.approx(-30, abs=1)
    assert one["ci_low"] <= one["effect"] <= one["ci_high"]
    assert one["turned_by"] == "overlap"
    assert one["holds_in"] == pytest.approx(
        0.5 + (0.95 / 0.7 - 1) / 1.2, abs=0.05
    )  # 5 % less at overlap .797
    assert one["turned"]["effect_at_low"] < -5 < one["turned"]["effect_at_high"]
    assert (two["verdict"], two["holds_in"], two["turned_by"]) == ("refuted", 0.0, None)
    assert data["familywise"]["supported"] == ["C1"]
    assert data["familywise"]["refuted"] == ["C2"]
    assert data["familywise"]["expected_false_supported"] == 0.05
    (root,) = (desk / "runs").iterdir()
    assert root.name.startswith("hypotheses-")
    assert json.loads((root / "hypotheses.json").read_text(encoding="utf-8")) == data


def test_the_bytes_do_not_depend_on_workers_or_on_interruptions(claim, say) -> None:
    claim()
    outputs = {
        say(*QUICK[:-1], workers, "--json", "--out", name, worlds=ByOverlap()).out
        for workers, name in (("1", "a"), ("2", "b"), ("2", "a"))
    }
    say("hypotheses", "-n", "2", "--worlds", "32", "-j", "1", "--out", "c", worlds=ByOverlap())
    outputs.add(say(*QUICK, "--json", "--out", "c", worlds=ByOverlap()).out)
    assert len(outputs) == 1


def test_the_terminal_shows_it_in_80_columns(claim, say) -> None:
    claim("C1", more="also: [{outcome: morale_mean}, {outcome: exits, smallest: 0.1, unit: absolute}]\n")
    said = say(*QUICK, worlds=ByOverlap())
    assert max(map(len, said.out.splitlines())) <= 80
    text = " ".join(said.out.split())
    assert "C1 supported" in text
    assert "A [bold]lockdown[/bold] lowers new ARR." in text
    assert "overlap" in text
    assert "all of these stand" in text
    assert 'false "supported" would be expected' in text
    assert "lockdown against open, New ARR, weeks 5-19:" in text


def test_files_and_ids_choose_claims(claim, say) -> None:
    claim("C1")
    path = claim("C2", "preferred")
    for word in ("c2", "C2", str(path)):
        data = json.loads(say(*QUICK, "--json", "--worlds", "0", word).out)
        assert [row["id"] for row in data["hypotheses"]] == ["C2"]
        assert data["hypotheses"][0]["holds_in"] is None
    listed = json.loads(say("list", "hypotheses", "--json").out)["hypotheses"]
    assert [row["id"] for row in listed] == ["C1", "C2"]
    claim("C03")
    for word in ("C03", "c3"):
        assert "1 claim: " in say(*QUICK, "--dry-run", word).out


def test_a_listed_claim_needs_no_nought_before_its_number_either(desk, claim, say) -> None:
    """As `hypotheses c1` finds C01; C10 keeps its own."""
    for name in ("C01", "C10"):
        claim(name)
    for asked, found in (("c1", "C01"), ("C01", "C01"), ("C10", "C10")):
        (row,) = json.loads(say("list", "hypotheses", asked, "--json").out)["hypotheses"]
        assert row["id"] == found


def test_a_difference_of_differences_says_what_differs(claim, say) -> None:
    claim(more="set: {world.customers: 80}\nminus: {set: {world.reps: 8, world.segments.a.share: 0.5}}\n")
    words = (*QUICK, "--worlds", "0")
    (row,) = json.loads(say(*words, "--json").out)["hypotheses"]
    assert row["parts"][0]["minus"] == {
        "policy": "lockdown", "against": "open", "set": {"world.reps": 8, "world.segments.a.share": 0.5},
        "set_here": {"world.reps": 4, "world.segments.a.share": 0.5},
    }  # fmt: skip
    said = " ".join(say(*words).out.split())
    assert (
        "lockdown against open at world.reps 4, world.segments.a.share 0.5, less the same at world.reps 8, "
        "world.segments.a.share 0.5, New ARR, weeks 5-19: "
    ) in said
    claim(more="minus: {policy: preferred}\n")
    assert "lockdown against open, less that of preferred against open, New ARR" in " ".join(
        say(*words).out.split()
    )
    claim(more="minus: {policy: preferred, set: {world.reps: 8}}\n")
    said = " ".join(say(*words).out.split())
    assert (
        "lockdown against open at world.reps 4, less that of preferred against open at world.reps 8" in said
    )


def test_the_result_of_some_claims_overwrites_no_other(desk, claim, say) -> None:
    claim("C1")
    claim("C2", "preferred")
    quick = ("hypotheses", "-n", "3", "--worlds", "0", "-j", "1", "--out", "d")
    ends = [say(*quick, *more).out.splitlines()[-1] for more in ((), ("C1",), ("C2",), ("C2", "-n", "4"))]
    named = [desk / line.split("Results: ")[1] for line in ends]
    assert len(set(named)) == 4
    assert named[0].name == "hypotheses.json"
    assert named[1].name.startswith("hypotheses-c1-")
    ids = [
        [row["id"] for row in json.loads(path.read_text(encoding="utf-8"))["hypotheses"]] for path in named
    ]
    assert ids == [["C1", "C2"], ["C1"], ["C2"], ["C2"]]
    both = [str(path) for path in sorted((desk / "scenarios" / "hypotheses").iterdir())]
    assert say(*quick, *both).out.endswith("d/hypotheses.json\n")


def test_a_smaller_run_does_not_replace_the_result_of_a_larger_one(desk, claim, say) -> None:
    claim()
    words = ("hypotheses", "-j", "1", "--out", "d", "-n")

    def held() -> dict[str, tuple[int, int]]:
        found = {
            path.name: json.loads(path.read_text(encoding="utf-8")) for path in (desk / "d").glob("*.json")
        }
        return {name: (one["replications"], one["worlds"]) for name, one in found.items()}

    say(*words, "6", "--worlds", "32")
    assert held() == {"hypotheses.json": (6, 32)}
    said = say(*words, "4", "--worlds", "40")
    smaller = "hypotheses-4-worlds-40-sampled-seed-1.json"
    assert held() == {"hypotheses.json": (6, 32), smaller: (4, 40)}
    assert f"Results: d/{smaller}\n" in said.out
    assert "d/hypotheses.json is kept: it rests on more worlds, or on other seeds" in said.err
    say(*words, "6", "--worlds", "32", "--seed", "9")
    say(*words, "7", "--worlds", "32")
    assert held() == {
        "hypotheses.json": (7, 32), smaller: (4, 40), "hypotheses-6-worlds-32-sampled-seed-9.json": (6, 32),
    }  # fmt: skip
    (desk / "d" / "hypotheses.json").write_text("{", encoding="utf-8")
    say(*words, "4", "--worlds", "32")
    assert held()["hypotheses.json"] == (4, 32)


def test_a_changed_claim_needs_no_new_runs(claim, say, tmp_path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = ByOverlap(marks=marks)
    claim()
    say(*QUICK, worlds=worlds)
    ran = len(worlds.calls())
    assert ran == 5 + 64
    claim(more="also: [{smallest: 99}]\n")
    assert json.loads(say(*QUICK, "--json", worlds=worlds).out)["hypotheses"][0]["verdict"] == "refuted"
    assert len(worlds.calls()) == ran


def test_wrong_input_is_located_and_nothing_is_run(desk, claim, say) -> None:
    path = claim(policy="lokdown")
    said = say(*QUICK)
    assert (said.code, said.out) == (3, "")
    path = path.relative_to(desk)
    place = "scenarios/hypotheses/c1_claim.yaml:4:9: the scenario 'small' has no policy 'lokdown' (did you mean 'lockdown'?)"
    assert said.err == place + "\n"
    assert say("validate", str(path)).err == said.err
    assert say(*QUICK, "C7").err == "C7:1:1: there is no such file (`list hypotheses` shows them)\n"
    assert say(*QUICK, "C7").code == 3
    assert "a scenario is called that: `compare small` runs it" in say(*QUICK, "small").err
    assert "(give them apart: c1 c2)" in say(*QUICK, "c1,c2").err
    assert "a claim is called that: `hypotheses C1` tests it" in say("compare", "C1").err
    assert not (desk / "runs").exists()


@pytest.mark.parametrize("worlds", ["1", "31"])
def test_too_few_other_worlds_are_wrong_usage(desk, claim, say, worlds: str) -> None:
    claim()
    said = say(*QUICK, "--worlds", worlds)
    assert (said.code, said.out) == (2, "")
    assert f"{worlds} are too few" in " ".join(said.err.split())
    assert not (desk / "runs").exists()
    assert MIN_WORLDS == reach.MIN_WORLDS == 32
    assert json.loads(say(*QUICK, "--worlds", "32", "--json").out)["hypotheses"][0]["holds_in"] is not None


def test_failed_runs_give_code_4_and_an_answer(claim, say) -> None:
    claim()
    raises = frozenset({("lockdown", 1), ("open", FIRST_SAMPLED + 2)})
    said = say(*QUICK, "--json", worlds=FakeWorlds(raises=raises))
    data = json.loads(said.out)
    assert said.code == 4
    assert [(f["kind"], f["policy"], f["replication"]) for f in data["failures"]] == [
        ("default", "lockdown", 1), ("sampled", "open", FIRST_SAMPLED + 2),
    ]  # fmt: skip
    assert (data["hypotheses"][0]["worlds"], data["hypotheses"][0]["parts"][0]["undefined"]) == (63, 1)


def test_dry_run_writes_nothing(desk, claim, say) -> None:
    claim()
    plan = json.loads(say(*QUICK, "--dry-run", "--json").out)
    assert (plan["runs"], plan["groups"], plan["claims"], plan["exists"]) == (2 * 5 + 2 * 64, 2, 1, False)
    assert "1 claim: 1 scenario in 5 worlds each" in say(*QUICK, "--dry-run").out
    assert not (desk / "runs").exists()
    assert (plan["kept"], plan["measured"]) == (0, False)


def test_dry_run_knows_what_is_left(desk, claim, say) -> None:
    claim()
    say(*QUICK, "--worlds", "32")
    plan = json.loads(say(*QUICK, "--dry-run", "--json").out)
    assert (plan["kept"], plan["runs"]) == (2 * 5 + 2 * 32, 2 * 5 + 2 * 64)
    assert "74 runs are there already, 64 are left" in " ".join(say(*QUICK, "--dry-run").out.split())
    say(*QUICK)
    assert "time:      nothing is left to run\n" in say(*QUICK, "--dry-run").out
    (desk / "a.txt").write_text("x")
    assert say(*QUICK, "--dry-run", "--out", "a.txt").code == 3


def test_the_end_of_a_system_keeps_what_is_done(desk, claim, say) -> None:
    """As Ctrl-C does in `compare` and `sweep`: a message, no traceback, nothing of it left at work."""
    claim()
    words = ["hypotheses", "-n", "40", "--worlds", "32", "-j", "2", "--out", "d"]
    code, out, err = interrupted(desk, words, "d/*/parts/*.parquet", signalled=signal.SIGTERM)
    assert (code, out) == (130, "")
    assert err.startswith("Interrupted: ")
    assert err.endswith("of 144 runs are kept in d. The same command resumes.\n")
    said = say(*words)
    assert said.code == 0
    assert "runs are there already" in said.err


@pytest.mark.slow
def test_real_worlds_end_to_end(root: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    """A small firm, lived by the real model: a lockdown of everybody moves accounts, and hurts morale at once."""
    monkeypatch.chdir(root)
    text = (
        CLAIM.format(id="C1", policy="lockdown")
        .replace("small\n", "industry_focus\n")
        .replace("smallest: 5", "smallest: 20")
    )
    small = "world.reps: 24, world.managers: 3, world.customers: 3000, weeks: 40, burn_in_weeks: 26"
    text = text.replace("new_arr", "morale_mean") + f"set: {{{small}}}\n"
    text = text.replace("[overlap, compliance, usage_base]", "[morale_book_loss, overlap, compliance]")
    (tmp_path / "c1_real.yaml").write_text(text, encoding="utf-8")
    outputs = []
    for workers in ("1", "2"):
        words = ["hypotheses", str(tmp_path / "c1_real.yaml"), "-n", "4", "--worlds", "48", "-j", workers]
        words += ["--json"]
        assert main([*words, "--out", str(tmp_path / workers)], Services()) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    (row,) = json.loads(outputs[0])["hypotheses"]
    assert (row["verdict"], row["parts"][0]["pairs"]) == ("supported", 4)
    assert row["r2"] > 0.5
    assert row["turned_by"] == "morale_book_loss"


def test_claims_say_that_they_take_the_middle_of_draws(desk, claim, say) -> None:
    claim()
    small = desk / "scenarios" / "small.yaml"
    assert "draws" not in say(*QUICK, "--worlds", "0").err
    (desk / "scenarios" / "small.draws.csv").write_text("loss\n0.01\n0.02\n", encoding="utf-8")
    small.write_text(small.read_text(encoding="utf-8") + "draws: small.draws.csv\n", encoding="utf-8")
    said = say(*QUICK, "--worlds", "0")
    assert said.code == 0
    assert "claims take the middle of what is uncertain" in " ".join(said.err.split())
