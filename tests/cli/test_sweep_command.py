"""The command `sweep`, and those that look after what it leaves."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.stopped import interrupted
from fake_worlds import FakeWorlds
from sweep_helpers import Sloped

from simulation.runs.lock import writer_lock
from simulation.runs.manifest import check_of
from simulation.runs.sweep_store import BLOCK

ONE = (
    "sweep",
    "small",
    "--vary",
    "overlap",
    "--vary",
    "world.reps=2,4,8",
    "--points",
    "16",
    "-n",
    "2",
    "-j",
    "1",
)
BARE = (*ONE, "--no-plots")


def the_run(desk: Path) -> Path:
    (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    return directory


def test_sweep_answers_and_keeps_everything(desk, say) -> None:
    said = say(*ONE, worlds=Sloped())
    assert (said.code, said.err) == (0, "")
    directory = the_run(desk)
    assert directory.name.startswith("small_sweep-")
    assert {path.name for path in directory.iterdir()} >= {
        "spec.yaml",
        "manifest.json",
        "ledger.sqlite",
        "parts",
        "summary.json",
    }
    assert {path.name for path in (directory / "plots").iterdir()} == {"sweep.png", "sweep.svg"}
    assert "'lockdown' beats 'open' at" in " ".join(said.out.split())
    assert max(map(len, said.out.splitlines())) <= 80
    again = say(*ONE, worlds=FakeWorlds(raises=frozenset({("open", 0), ("open", 1)})))
    assert (again.code, "All runs were there already." in again.out) == (0, True)


def test_json_is_all_there_is_on_stdout_and_what_the_file_holds(desk, say) -> None:
    said = say(*BARE, "--json", worlds=Sloped())
    shown = json.loads(said.out)
    assert shown == json.loads((the_run(desk) / "summary.json").read_text())
    assert (shown["points"], shown["replications"], shown["runs"]) == (16, 2, 96)
    (lockdown,) = [row for row in shown["differences"] if row["policy"] == "lockdown"]
    assert {one["axis"] for one in lockdown["along"]} == {"overlap", "world.reps"}
    shown_again = json.loads(say("show", str(the_run(desk)), "--json").out)
    assert shown_again == shown


def test_dry_run_says_how_much_is_left_and_writes_nothing(desk, say) -> None:
    first = say(*BARE, "--dry-run")
    assert "16 points (sobol) x 2 worlds x 3 policies = 96 runs" in " ".join(first.out.split())
    assert not (desk / "runs").exists()
    say(*BARE, worlds=Sloped())
    more = say(*BARE, "--dry-run", "--points", "20", "--json")
    plan = json.loads(more.out)
    assert (plan["runs"], plan["kept"]) == (120, 96)


def test_a_file_and_options_over_it(desk, say) -> None:
    folder = desk / "scenarios" / "sweeps"
    folder.mkdir()
    text = "scenario: small\ndesign: grid\npolicies: [lockdown]\nvary:\n  overlap: [0.2, 0.8]\n"
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    plan = json.loads(say("sweep", "mine", "--vary", "world.reps=2,4", "-n", "3", "--dry-run", "--json").out)
    assert (plan["sweep"], plan["points"], plan["replications"]) == ("mine", 4, 3)
    assert plan["policies"] == ["open", "lockdown"]
    assert [axis["name"] for axis in plan["axes"]] == ["overlap", "world.reps"]
    assert say("validate", str(folder / "mine.yaml")).code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sweep", "small"), "scenarios/small.yaml:1:1: this is a scenario: say what varies"),
        (("sweep", "smal", "--vary", "overlap"), "did you mean"),
        (("sweep", "small", "--vary", "overlapp", "--points", "4"), "--vary:1:1: there is no parameter 'overlapp'"),
        (("sweep", "small", "--vary", "overlap=0:2", "--points", "4"), "--vary:1:1: parameter overlap must be between"),
        (("sweep", "small", "--vary", "overlap=0:1:2:3", "--points", "4"), "expected NAME=LOW:HIGH"),
        (("sweep", "small", "--vary", "overlap", "--points", "4", "--set", "weeks"), "--set:1:1: expected path.to.key"),
        (("sweep", "small", "--vary", "overlap", "--design", "sobl", "--points", "4"), "design must be one of"),
        (("sweep", "small", "--vary", "overlap"), "needs points"),
        (("verify", "runs/none"), "there is no such run directory"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_leaves_nothing(desk, say, words, message) -> None:
    said = say(*words)
    assert said.code == 3, said
    assert message in said.err
    assert "Traceback" not in said.err
    assert not (desk / "runs").exists()


def test_failures_are_told_with_how_to_see_them_again(desk, say) -> None:
    said = say(*BARE, worlds=Sloped(FakeWorlds(raises=frozenset({("lockdown", 0)}))))
    assert said.code == 4
    first = said.err.splitlines()[0]
    assert first.startswith("failed: lockdown, point 0, world 0: ZeroDivisionError: no reps left")
    typed = first.partition("its world: ")[2]
    assert typed.startswith("run scenarios/small.yaml --policy lockdown --set world.parameters.overlap=")
    assert say(*typed.split()).code == 0
    assert "16 runs failed; the others are kept." in said.out


def test_csv_is_for_spreadsheets(desk, say) -> None:
    say(*BARE, worlds=Sloped())
    said = say("export", str(the_run(desk)), "--csv")
    assert said.code == 0
    path = the_run(desk) / "export" / "runs.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 96
    assert {"point", "policy", "x.overlap", "x.world.reps", "new_arr"} <= lines[0].keys()
    assert say("report", str(the_run(desk)), "-q").code == 0
    bare = say("report", str(the_run(desk)), "--no-plots")
    assert bare.out == f"{the_run(desk) / 'summary.json'}\n"
    refused = say("export", str(the_run(desk)), "--crm")
    assert (refused.code, "of a sweep" in refused.err) == (3, True)


def test_verify_names_what_is_damaged_and_the_same_command_mends_it(desk, say) -> None:
    say(*BARE, worlds=Sloped())
    directory = the_run(desk)
    assert "96 runs in 2 files, all as written" in say("verify", str(directory)).out
    before = (directory / "summary.json").read_bytes()
    part = sorted((directory / "parts").iterdir())[0]
    content = part.read_bytes()
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    damaged = say("verify", str(directory))
    assert (damaged.code, part.name in damaged.err) == (3, True)
    refused = say(*BARE, worlds=Sloped())
    assert (refused.code, part.name in refused.err) == (3, True)
    part.unlink()
    assert "missing" in say("verify", str(directory)).err
    assert say(*BARE, worlds=Sloped()).code == 0
    assert say("verify", str(directory)).code == 0
    assert part.read_bytes() == content
    assert (directory / "summary.json").read_bytes() == before


def test_gc_removes_what_killed_commands_left_and_nothing_else(desk, say) -> None:
    say(*BARE, worlds=Sloped())
    directory = the_run(desk)
    held = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    stray = [directory / "parts" / f"{'0' * 16}.runs.parquet", directory / "parts" / "a.parquet.123.tmp"]
    for path in stray:
        path.write_bytes(b"half")
    assert "2 files of a killed command left over" in say("verify", str(directory)).out
    assert all(str(path.name) in say("gc", "--dry-run").out for path in stray)
    assert all(path.exists() for path in stray)
    assert say("gc").code == 0
    assert not any(path.exists() for path in stray)
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == held
    say("gc", "--old")
    assert directory.exists()  # of this version


def of_another_version(directory: Path) -> None:
    """As if other code had made it."""
    path = directory / "manifest.json"
    manifest = {**json.loads(path.read_text()), "code": "0" * 64}
    path.write_text(json.dumps({**manifest, "check": check_of(manifest)}))


def test_gc_of_other_versions_says_what_goes_and_leaves_what_it_cannot_look_at(desk, say) -> None:
    for place, seed in (
        ("runs/a", 1),
        ("runs/a/explain/x", 1),
        ("runs/b", 2),
        ("runs/c", 3),
        ("runs/mine", 4),
    ):
        words = (
            "sweep",
            "small",
            "--vary",
            "overlap",
            "--points",
            "2",
            "-j",
            "1",
            "--no-plots",
            "--set",
            f"seed={seed}",
        )
        say(*words, "--out", place, worlds=Sloped())
        if place != "runs/mine":
            of_another_version(desk / place)
    (desk / "runs" / "b" / "ledger.sqlite").write_bytes(b"torn")
    (desk / "runs" / "link").symlink_to(desk / "runs" / "c")
    dry = say("gc", "--old", "--dry-run")
    assert (dry.out.splitlines()[:2], dry.code) == (["runs/a", "runs/c"], 3)
    with writer_lock(desk / "runs" / "c"):
        busy = say("gc", "--old")
    assert (busy.out.splitlines()[0], busy.code) == ("runs/a", 3)
    assert "runs/c is being written by process" in busy.err
    assert "runs/b" in busy.err
    assert [path.name for path in sorted((desk / "runs").iterdir())] == ["b", "c", "link", "mine"]
    refused = say("gc", "--old", "runs/link")
    assert (refused.code, "is a link" in refused.err) == (3, True)
    assert say("gc", "--old", "runs/c", "runs/c").code == 0
    assert not (desk / "runs" / "c").exists()


def test_ctrl_c_keeps_blocks_and_the_same_command_goes_on(desk, say) -> None:
    words = ["sweep", "small", "--vary", "overlap", "--points", "1024", "-j", "1", "--no-plots"]
    code, out, err = interrupted(desk, words, "runs/*/parts/*", enough=2, delay=0.003)
    assert (code, out) == (130, "")
    assert "of 3072 runs are kept in" in err
    assert "Traceback" not in err
    kept = json.loads(say(*words, "--dry-run", "--json").out)["kept"]
    block = BLOCK // 3 * 3
    assert block <= kept < 3072  # the second file may not have reached the ledger
    assert kept % 3 == 0  # a world with its three policies, also where its block was not full
    assert say(*words).code == 0
    assert say("verify", str(the_run(desk))).code == 0
