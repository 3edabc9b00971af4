from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import typer
from fake_worlds import FakeWorlds, small_scenario

from analysis.facts.table import MET, MISSED, OPEN, Row
from app.cli import COMMANDS, main
from app.commands.export import write_csv
from app.commands.facts import _data, _show
from app.guard import guarded
from app.services import Services
from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES

BARE = ("compare", "small", "-j", "1", "--no-plots", "--no-report", "--quiet")


def test_run_shows_the_weeks_and_the_log(say) -> None:
    said = say("run", "small", "--policy", "lockdown", "--seed", "7")
    assert (said.code, said.err) == (0, "")
    assert "seed 7" in said.out
    assert " 5     start [lockdown]  the policy says so" in said.out  # not read as markup
    assert "16-19" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    weekly = say("run", "small", "--policy", "open", "--every", "1")
    assert "The leader took no decisions." in weekly.out
    assert sum(line.strip()[:2].strip().isdigit() for line in weekly.out.splitlines()) == 20


def test_run_as_json_holds_every_week(say) -> None:
    data = json.loads(say("run", "small", "--policy", "lockdown", "--json").out)
    assert [row["week"] for row in data["periods"]] == list(range(20))
    assert len(data["decisions"]) == 2
    assert data["final"]["new_arr"] == sum(row["new_arr"] for row in data["periods"][5:])


def test_a_failed_run_says_where(say) -> None:
    said = say("run", "small", "-p", "open", worlds=FakeWorlds(raises=frozenset({("open", 0)})))
    assert (said.code, said.out) == (1, "")  # there are no others that were kept
    assert said.err == "The run failed, in phase work in week 7: ZeroDivisionError: no reps left\n"


def test_facts_mark_what_was_fitted_and_what_held_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Row("S1", "x", MET), Row("S6", "y", MET), Row("S7", "z", MISSED)]
    _show("small", found, 40)
    said = " ".join(capsys.readouterr().out.split())
    assert "S1 pass (fitted): " in said
    assert "S7 miss (held out): " in said
    assert "2 of 10 facts pass: 1 of 7 fitted (parameters were set by them), 1 of 3 held out." in said
    assert [fact["use"] for fact in _data(small_scenario(), found, [])["facts"]][5:7] == [
        "held out",
        "held out",
    ]


def test_facts_say_what_too_few_worlds_cannot_tell(
    capsys: pytest.CaptureFixture[str], say, monkeypatch
) -> None:
    _show("small", [Row("S1", "x", MET), Row("S8", "y", OPEN, words="Too few worlds.")], 8)
    said = " ".join(capsys.readouterr().out.split())
    assert "S8 cannot tell (fitted): " in said
    assert "y: cannot tell. Too few worlds." in said
    assert said.endswith("S8 cannot be told at 8 worlds: the bands are made for 40.")
    asked = []
    monkeypatch.setattr("simulation.facts.observe.observations", lambda *_: ({}, []))
    monkeypatch.setattr("analysis.facts.table.rows", lambda seen, few: asked.append(few) or [])
    for worlds in ((), ("-n", "39"), ("-n", "41")):
        assert say("facts", "small", *worlds).code == 0
    assert asked == [False, True, False]


def test_list_has_one_line_each(say) -> None:
    data = json.loads(say("list", "--json").out)
    assert [s["name"] for s in data["scenarios"]] == ["small"]
    assert [p["name"] for p in data["policies"]] == ["open", "lockdown", "preferred"]
    assert [lever["name"] for lever in data["levers"]] == list(LEVERS)
    assert [o["name"] for o in data["outcomes"]] == list(OUTCOMES)
    assert "Which [bold]policy[/bold]?" in say("list").out
    only = say("list", "levers")
    assert "territory" in only.out
    assert "new_arr" not in only.out
    wrong = say("list", "lever")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'lever' cannot be listed. Did you mean 'levers'?" in wrong.err


def test_list_shows_the_settings_of_a_lever(say) -> None:
    said = say("list", "levers", "release", "Territory")
    assert (said.code, said.err) == (0, "")
    assert max(map(len, said.out.splitlines())) <= 80
    words = " ".join(said.out.split())
    for expected in (
        "release: what happens to accounts",
        "accounts keep, stale, outside keep keep all; release stale",
        "stale_weeks 1 to 104 8 an account untouched for so long is stale [weeks]",
        "share above 0 to 1 1.0 share of the reps who start",
    ):
        assert expected in words
    assert "codification" not in words
    (lever,) = json.loads(say("list", "levers", "release", "--json").out)["levers"]
    assert (
        [one["name"] for one in lever["fields"]] == lever["settings"] == list(LEVERS["release"].model_fields)
    )
    assert lever["fields"][0]["values"] == "keep, stale, outside"
    assert "`list levers NAME` shows the settings of one." in say("list", "levers").out
    wrong = say("list", "levers", "relase")
    assert (wrong.code, wrong.out) == (2, "")
    assert "there is no 'relase' among the levers (did you mean 'release'?)" in wrong.err


def test_list_shows_the_facts_and_their_bands(say) -> None:
    listed = json.loads(say("list", "facts", "--json").out)["facts"]
    assert [fact["id"] for fact in listed] == [f"S{n}" for n in range(1, 11)]
    assert all(fact["figures"] for fact in listed)
    assert "S7 The best fifth of reps bring 42-66 % of output" in " ".join(say("list", "facts").out.split())
    said = say("list", "facts", "s7")
    assert max(map(len, said.out.splitlines())) <= 80
    assert "share of the best fifth 0.42 to 0.66 S7: held out" in " ".join(said.out.split())
    assert "S8" not in said.out


def test_names_choose_what_is_listed(say) -> None:
    policies = json.loads(say("list", "policies", "small", "--json").out)["policies"]
    assert [one["name"] for one in policies] == ["open", "lockdown", "preferred"]
    (one,) = json.loads(say("list", "outcomes", "new_arr", "--json").out)["outcomes"]
    assert one["name"] == "new_arr"


def test_list_without_a_terminal_cuts_nothing(desk: Path, say) -> None:
    said = say("list", "outcomes")
    words = " ".join(said.out.split())
    for outcome in OUTCOMES.values():
        assert " ".join(outcome.description.split()) in words
        assert f"\n {outcome.name} " in said.out
    assert "…" not in said.out


def test_list_in_a_terminal_has_one_line_each(monkeypatch: pytest.MonkeyPatch, say) -> None:
    monkeypatch.setattr("app.console.terminal", lambda: True)
    said = say("list", "outcomes")
    assert max(map(len, said.out.splitlines())) <= 80
    assert "…" in said.out


def test_a_faulty_scenario_does_not_hide_the_others(desk: Path, say) -> None:
    (desk / "scenarios" / "bad.yaml").write_text("weeks: [\n")
    said = say("list", "scenarios")
    assert said.code == 0
    assert "cannot be read: scenarios/bad.yaml:" in said.out.replace("\n", " ")
    assert "small" in said.out


def test_validate_locates_each_problem(desk: Path, say) -> None:
    assert say("validate", "scenarios/small.yaml").code == 0
    text = (desk / "scenarios" / "small.yaml").read_text(encoding="utf-8")
    (desk / "bad.yaml").write_text(
        text.replace("start_week: 5", "start_wek: 5").replace("reps: 4", "reps: -4")
    )
    said = say("validate", "bad.yaml", "scenarios/small.yaml")
    assert (said.code, said.out) == (3, "")
    assert len(said.err.splitlines()) == 2
    for line in said.err.splitlines():
        file, number, column, message = line.split(":", 3)
        assert (file, number.isdigit(), column.isdigit(), bool(message)) == ("bad.yaml", True, True, True)
    data = json.loads(say("validate", "bad.yaml", "--json").out)
    assert {frozenset(e) for e in data["errors"]} == {
        frozenset(["file", "line", "column", "message", "hint"])
    }
    assert say("validate", "nowhere.yaml").code == 3
    for words in (("compare", "bad.yaml"), ("run", "bad.yaml", "-p", "open")):
        assert say(*words).code == 3
    assert not (desk / "runs").exists()


def test_validate_notes_what_is_without_effect(desk: Path, say) -> None:
    text = (desk / "scenarios" / "small.yaml").read_text(encoding="utf-8")
    head, middle, preferred = text.partition("  preferred:\n")
    assert "accounts: keep" in preferred
    idle = preferred.replace("accounts: keep", "accounts: outside")
    (desk / "idle.yaml").write_text(head + middle + idle, encoding="utf-8")
    said = say("validate", "idle.yaml")
    assert (said.code, said.out) == (0, "1 file checked, no problems, 1 note\n")
    assert said.err.startswith("idle.yaml:")
    assert ": note: release.accounts of policy 'preferred': nothing is released" in said.err
    data = json.loads(say("validate", "idle.yaml", "--json").out)
    assert data["errors"] == []
    assert {frozenset(note) for note in data["notes"]} == {
        frozenset(["file", "line", "column", "message", "hint"])
    }
    quiet = say("validate", "idle.yaml", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_schema_is_a_json_schema(say) -> None:
    data = json.loads(say("schema").out)
    assert data["$schema"].startswith("https://json-schema.org/")
    assert "policies" in data["properties"]


def test_show_and_report_repeat_the_answer(desk: Path, say) -> None:
    say(*BARE)
    (run,) = (desk / "runs").iterdir()
    summary = (run / "summary.json").read_text(encoding="utf-8")
    assert json.loads(say("show", run.name, "--json").out) == json.loads(summary)
    shown = say("show", str(run))
    assert shown.code == 0
    assert "seed 1, 4 worlds, 20 weeks" in shown.out
    (run / "summary.json").unlink()
    said = say("report", run.name)
    assert (said.code, said.out) == (0, f"runs/{run.name}/report.html\n")
    assert (run / "summary.json").read_text(encoding="utf-8") == summary
    assert (run / "report.html").is_file()
    assert any((run / "plots").iterdir())
    for wrong in (("show", "smal"), ("report", "nothing"), ("export", "nothing", "--csv")):
        refused = say(*wrong)
        assert (refused.code, refused.out) == (3, "")
    assert f"did you mean 'runs/{run.name}'?" in say("show", "smal").err
    (
        desk / "runs" / "small_sweep-0123456789"
    ).mkdir()  # newer, but the sweep of a scenario is not the scenario's run
    assert f"did you mean 'runs/{run.name}'?" in say("show", "small").err
    assert (
        f"this is a run directory, not a scenario (`show runs/{run.name}`"
        in say("compare", f"runs/{run.name}").err
    )


def test_export_writes_csv_that_opens_anywhere(desk: Path, say) -> None:
    say(*BARE)
    (run,) = (desk / "runs").iterdir()
    assert say("export", run.name).code == 2
    said = say("export", run.name, "--csv", "--json")
    files = json.loads(said.out)["files"]
    assert [Path(f).name for f in files] == [
        f"{n}.csv" for n in ("runs", "periods", "decisions", "failures", "outcomes")
    ]
    content = (run / "export" / "periods.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 3 * 4 * 20
    assert {"scenario", "policy", "replication", "week", "new_arr"} <= rows[0].keys()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "＝1"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = write_csv(pd.DataFrame({text: [text], "n": [-1.5], "why": ["plain = text"]}), tmp_path / "t.csv")
    (head, row) = csv.reader(path.read_bytes().decode("utf-8-sig").split("\r\n")[:2])
    assert head == [f"'{text}", "n", "why"]
    assert row == [f"'{text}", "-1.5", "plain = text"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["compar", "small"], 2, "Did you mean 'compare'?"),
        (["compare"], 2, "SCENARIO"),
        (["compare", "small", "-p", "lokdown"], 2, "no policy 'lokdown' (did you mean 'lockdown'?)"),
        (["run", "small", "-p", "opn"], 2, "did you mean 'open'?"),
        (["compare", "small", "-n", "0"], 2, "-n"),
        (["compare", "small", "--nonsense"], 2, "--nonsense"),
        (["compare", "smal"], 3, "smal:1:1: there is no such file (did you mean 'scenarios/small.yaml'?)"),
        (["compare", "scenarios/smll.yaml"], 3, "did you mean 'scenarios/small.yaml'?"),
        (["compare", "small", "--set", "world.reps=-1"], 3, "--set:1:"),
        (["compare", "small", "--set", "a=1", "--weeks", "3"], 3, "--set:1:"),
        (["compare", "small", "--weeks", "3"], 3, "start_week 5 is not before the end"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_input_gets_one_message(desk: Path, say, words: list[str], code: int, message: str) -> None:
    said = say(*words)
    assert (said.code, said.out) == (code, "")
    assert message in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert not (desk / "runs").exists()


def test_a_change_that_another_policy_does_not_fit_says_so(root: Path, desk: Path, say) -> None:
    said = say("compare", str(root / "scenarios" / "industry_focus.yaml"), "--set", "weeks=20", "-p", "open")
    assert said.code == 3
    assert "asked for or not: --set policies.lockdown_reversed.decision.reverse_week=..." in said.err


def test_the_unexpected_goes_to_a_file(desk: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TMPDIR", str(desk))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert main(BARE, Broken()) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Unexpected error: RuntimeError: out of the blue. Details: ")
    details = Path(line.split("Details: ")[1].split(" (")[0])
    assert "Traceback" in details.read_text(encoding="utf-8")
    monkeypatch.setenv("SALESPOLICY_DEBUG", "1")
    assert main(BARE, Broken()) == 1
    assert "Traceback" in capsys.readouterr().err


class Broken(Services):
    """Fails where nobody expects it."""

    def __getattribute__(self, name):
        if name == "replicate":
            raise RuntimeError("out of the blue")
        return super().__getattribute__(name)


def test_every_command_has_help_and_a_module(say) -> None:
    top = say("--help")
    assert top.code == 0
    for name, line in COMMANDS.items():
        assert f"  {name} " in top.out
        assert " ".join(line.split()) in " ".join(top.out.split())
        said = say(name, "--help")
        assert said.code == 0
        assert "Usage: salespolicy " + name in said.out
    assert max(map(len, top.out.splitlines())) <= 80


def test_a_world_goes_out_as_a_crm_would_export_it(desk: Path, say) -> None:
    say(*BARE, "-o", "d")
    said = say("export", "d", "--crm", "--policy", "preferred", "--world", "1")
    assert (said.code, said.err) == (0, "")
    folder = desk / "d" / "export" / "crm" / "preferred-1"
    assert {path.name for path in folder.iterdir()} == {"opportunities.csv", "accounts.csv", "teams.csv"}
    assert said.out.split() == [
        str(Path("d/export/crm/preferred-1") / f"{name}.csv")
        for name in ("opportunities", "accounts", "teams")
    ]
    assert say("export", "d", "--crm", "--policy", "close").code == 2
    assert say("export", "d").code == 2


def test_ctrl_c_in_the_middle_of_an_import_is_an_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    """Python wraps what happens in `__set_name__`, as classes of libraries are made, in an error of its own."""

    class Slow:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def importing() -> None:
        try:
            type("Library", (), {"attribute": Slow()})
        except KeyboardInterrupt as stop:  # newer Pythons leave it as it is
            raise RuntimeError("Error calling __set_name__") from stop

    with pytest.raises(typer.Exit) as end:
        guarded(importing)()
    assert end.value.exit_code == 130
    assert capsys.readouterr().err == "Interrupted.\n"
