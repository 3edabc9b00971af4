"""`report`: languages, what other commands have written, and --full, which asks them first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds, small_scenario

from simulation.spec import dump_scenario

BARE = ("-j", "1", "--no-plots", "-q")


def directory(desk: Path) -> Path:
    (found,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
    return found


def test_compare_and_report_speak_both_languages(desk: Path, say) -> None:
    said = say("compare", "small", "-j", "1", "--no-plots", "--lang", "zh")
    assert said.code == 0, said.err
    assert "新签ARR" in said.out
    run = directory(desk)
    assert '<html lang="zh">' in (run / "report.html").read_text("utf-8")
    summary = (run / "summary.json").read_bytes()
    assert "新签".encode() not in summary  # programs read it: one language
    assert say("compare", "small", "--json", *BARE, "--lang", "zh").out.encode().strip() == summary.strip()
    assert say("compare", "small", *BARE).code == 0  # nothing new was run, but another language is asked for
    page = (run / "report.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert str(desk) not in page
    assert (run / "summary.json").read_bytes() == summary


def test_other_languages_are_wrong_usage(desk: Path, say) -> None:
    said = say("compare", "small", "--lang", "fr")
    assert said.code == 2
    assert "not one of en, zh" in " ".join(said.err.split())


def test_full_asks_what_is_missing_and_names_what_cannot_be_asked(desk: Path, say) -> None:
    given = small_scenario(weeks=30, burn_in_weeks=10)
    given = given.model_copy(update={"world": given.world.model_copy(update={"reps": 8, "customers": 400})})
    (desk / "scenarios" / "small.yaml").write_text(dump_scenario(given), encoding="utf-8")
    assert say("compare", "small", "-n", "2", "-p", "lockdown", "--no-report", *BARE, real=True).code == 0
    run = directory(desk)
    said = say("report", str(run), "--full", "--lang", "zh", "--no-plots", "-j", "1", real=True)
    assert said.code == 0, said.err
    assert said.out.strip() == str(run / "report.html")
    page = (run / "report.html").read_text("utf-8")
    for anchor in ("why", "who"):
        part = page[page.index(f'<h2 id="{anchor}"') :].split("<h2", 2)[1]
        assert "尚未询问" not in part
        assert "<table" in part
    assert "分行业赢单率" in page
    for anchor in (
        "watch",
        "flip",
        "value",
    ):  # in two worlds little varies but luck: the assumptions that matter do
        part = page[page.index(f'<h2 id="{anchor}"') :].split("<h2", 2)[1]
        assert "尚未询问" not in part
    assert "最要紧的假设有变动、其余照所假设的 128 个世界" in " ".join(page.split())
    scenes = json.loads((run / "scenes" / "scenes.json").read_text())
    assert {row["world"] for row in scenes["rows"]} == {0, 1}


def test_damaged_files_are_named_and_left_out(desk: Path, say) -> None:
    assert say("compare", "small", "--no-report", *BARE).code == 0
    run = directory(desk)
    for folder, text in (
        ("watch/lockdown", "{"),
        ("varied/value", "[]"),
        ("explain/a against open", '{"policy": 1}'),
    ):
        (run / folder).mkdir(parents=True)
        (run / folder / "new_arr.json").write_text(text)
    said = say("report", str(run), *BARE)
    assert said.code == 0
    assert said.err.count("damaged, and left out of the report") == 3
    assert "Not asked yet" in (run / "report.html").read_text("utf-8")


@pytest.mark.parametrize("option", [("--full",), ("--lang", "zh")])
def test_a_sweep_has_no_report_to_fill_or_translate(swept, say, option) -> None:
    said = say("report", str(swept(FakeWorlds())), *option)
    assert said.code == 3
    assert "no report" in said.err
