"""Draws of what is uncertain: read from a file beside the scenario, checked, and part of it from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_worlds import small_scenario

from simulation.runs.attempt import Task, world_of
from simulation.runs.drawn import draw_of, with_draws
from simulation.runs.identity import Identity
from simulation.runs.tables import describe
from simulation.spec import SpecError, checked, dump_scenario, load_scenario
from simulation.spec.draws import Draws
from simulation.spec.draws_file import replaced

NAMES = ("loss", "segments.a.cycle")
ROWS = ((0.01, 1.5), (0.02, 0.5), (0.03, 2.0))


def written(tmp_path: Path, table: str, name: str = "d.csv") -> Path:
    (tmp_path / "d.csv").write_text(table, encoding="utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(dump_scenario(small_scenario()) + f"draws: {name}\n", encoding="utf-8")
    return path


def problems(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load_scenario(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_the_file_becomes_part_of_the_scenario(tmp_path: Path) -> None:
    path = written(tmp_path, "loss,segments.a.cycle\n0.01,1.5\n0.02,.5\n0.03,2\n".replace(",.5", ",0.5"))
    scenario = load_scenario(path)
    assert scenario.draws == Draws(names=NAMES, rows=ROWS)
    (tmp_path / "again.yaml").write_text(dump_scenario(scenario), encoding="utf-8")
    (tmp_path / "d.csv").unlink()
    again = load_scenario(tmp_path / "again.yaml")
    assert again == scenario
    assert again.content_hash() == scenario.content_hash()
    assert scenario.content_hash() != small_scenario().content_hash()
    assert "draws" not in small_scenario().resolved()


def test_no_draws_by_the_word_of_the_command_line(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, "loss\n0.01\n"), ["draws=null"]).draws is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("loss,gain\n0.01,1\n", "d.csv:1:6: there is nothing to draw called 'gain'"),
        ("segments.c.cycle\n1\n", "d.csv:1:1: the draws name the segment 'c', which the scenario does not have"),
        ("loss\n0.01\n7\n", "d.csv:3:1: loss must be between 0.0005 and 0.3, not 7"),
        ("segments.a.cycle\n9\n", "d.csv:2:1: segments.a.cycle must be between 0.25 and 4, not 9"),
        ("open_deals\n7.5\n", "d.csv:2:1: open_deals must be a whole number between 5 and 60, not 7.5"),
        ("customers\n700.5\n", "d.csv:2:1: customers must be a whole number between"),
        ("customers\n1\n", "d.csv:2:1: customers must be between"),
        ("loss,no_decision\n0.01\n", "draw 1 has 1 values, not 2"),
        ("loss,loss\n0.01,0.01\n", "'loss' is drawn twice"),
        ("loss\nmany\n", "d.csv:2:1: rows must be a number, not 'many'"),
        ("loss\nnan\n", "d.csv:2:1: "),
        ("loss\n1e999\n", "d.csv:2:1: "),
        ("", "d.csv:1:1: the file is empty"),
        ("loss\n", "rows needs at least 1 item"),
    ],
)  # fmt: skip
def test_wrong_draws_are_refused_with_their_place(tmp_path: Path, table: str, message: str) -> None:
    assert message in problems(written(tmp_path, table))


def test_what_is_set_is_no_longer_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, "loss,overlap\n0.01,0.3\n0.02,0.4\n")
    assert load_scenario(path).draws.names == ("loss", "overlap")
    one = load_scenario(path, ["world.parameters.loss=0.05"])
    assert (one.draws.names, one.draws.rows) == (("overlap",), ((0.3,), (0.4,)))
    assert one.world.parameters["loss"] == 0.05
    assert load_scenario(path, ["world.parameters.loss=0.05", "world.parameters.overlap=0.1"]).draws is None
    usual = one.world.parameters["overlap"]
    path = written(tmp_path, f"loss,overlap\n0.01,{usual}\n0.02,{usual}\n")
    assert replaced(load_scenario(path)) == ["loss"]  # the file's own number lies below both draws
    (note,) = checked([path]).notes
    assert note.message.startswith("loss: its draws replace the number")


def test_a_segment_that_was_renamed_is_named(tmp_path: Path) -> None:
    said = problems(written(tmp_path, "segments.gone.cycle\n1\n2\n"))
    assert "d.csv:1:1: the draws name the segment 'gone', which the scenario does not have" in said


def test_files_elsewhere_and_missing_ones(tmp_path: Path) -> None:
    assert "'../d.csv' lies outside the folder of this file" in problems(
        written(tmp_path, "loss\n0.01\n", "../d.csv")
    )
    found = problems(written(tmp_path, "loss\n0.01\n", "e.csv"))
    assert found.startswith("s.yaml:")
    assert "there is no file 'e.csv'" in found


def test_two_worlds_share_a_draw_and_segments_change() -> None:
    scenario = small_scenario(draws=Draws(names=NAMES, rows=ROWS))
    assert [draw_of(scenario, n) for n in range(8)] == [0, 0, 1, 1, 2, 2, 0, 0]
    assert draw_of(small_scenario(), 3) is None
    task = with_draws([Task(3, ("open",))], scenario)[0]
    world = world_of(scenario, task).world
    assert world.parameters["loss"] == 0.02
    assert [segment.cycle for segment in world.segments] == [0.5, 1.0]
    assert scenario.world.parameters["loss"] != 0.02
    plain = small_scenario()
    assert with_draws([Task(3, ("open",))], plain) == [Task(3, ("open",))]


def test_the_size_of_the_market_is_drawn(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, "customers,loss\n900,0.01\n1200,0.01\n"))
    tasks = with_draws([Task(n, ("open",)) for n in range(4)], scenario)
    sizes = [world_of(scenario, task).world.customers for task in tasks]
    assert sizes == [900, 900, 1200, 1200]
    assert all(isinstance(size, int) for size in sizes)


CALIBRATION = """\
calibration:
  files: ["deals.csv"]
  rows: 700
  held_out: {weeks: 26, compared: 22, outside: 3, faults: ["loses too rarely"]}
  numbers:
    - {name: reps, value: 4, verdict: found, n: 4, why: "with a deal"}
    - {name: loss, value: 0.01, verdict: found, low: 0.005, high: 0.02, n: 90}
    - {name: segments, verdict: assumed}
"""


def test_a_calibration_is_told_and_changes_no_run(tmp_path: Path) -> None:
    path = written(tmp_path, "loss\n" + "".join(f"{k / 1000}\n" for k in range(10, 51)))
    plain = load_scenario(path)
    path.write_text(path.read_text(encoding="utf-8") + CALIBRATION, encoding="utf-8")
    scenario = load_scenario(path, ["world.reps=5"])
    facts = describe(scenario)
    numbers = {one["name"]: one for one in facts["calibration"]["numbers"]}
    assert (numbers["reps"]["value"], numbers["reps"]["now"]) == (4, 5)
    assert numbers["loss"]["now"] == scenario.world.parameters["loss"]
    assert numbers["segments"]["now"] is None
    assert facts["draws"]["ranges"]["loss"] == pytest.approx([0.011, 0.049])
    assert "calibration" not in describe(plain)
    assert "calibration" not in plain.resolved()
    same = load_scenario(path)
    assert Identity.of(same).run("open", 0) == Identity.of(plain).run("open", 0)
    (tmp_path / "again.yaml").write_text(dump_scenario(same), encoding="utf-8")
    assert load_scenario(tmp_path / "again.yaml") == same


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("verdict: maybe", "verdict must be one of found, not_found"),
        ("verdict: found, low: few", "low must be a number"),
        ("verdict: found, lower: 1", "unknown key 'lower'"),
    ],
)
def test_a_wrong_calibration_is_refused_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, "loss\n0.01\n")
    text = f"calibration:\n  files: [a.csv]\n  rows: 1\n  numbers:\n    - {{name: loss, {line}}}\n"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    found = problems(path)
    assert found.startswith("s.yaml:")
    assert message in found
