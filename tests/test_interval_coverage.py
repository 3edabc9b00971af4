"""The table of how often intervals hold the truth: it covers all kinds, can fail, and its page is of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks import coverage, false_alarms


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """100 data sets of each kind: 85 % is four standard errors below 95."""
    rows = coverage.measure(100, seed=7)
    assert [(row["interval"], row["data"]) for row in rows] == [(k.interval, k.data) for k in coverage.KINDS]
    assert all(row["coverage"] >= 0.85 and not row["none"] for row in rows), coverage.table(rows)


def test_an_interval_that_is_too_narrow_is_told(monkeypatch) -> None:
    narrow = coverage.Kind(
        "half", "normal", lambda rng: (float(low := rng.normal(0, 1)) - 1, float(low) + 1, 0.0)
    )
    monkeypatch.setattr(coverage, "KINDS", (narrow,))
    (row,) = coverage.measure(400)
    assert not row["met"]
    assert "outside 93-97 %" in coverage.table([row])


def test_the_page_has_every_kind(root: Path, tmp_path: Path, capsys) -> None:
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    for kind in coverage.KINDS:
        assert f"| {kind.interval} | {kind.data} | " in page
    assert "outside 93" not in page
    assert (
        coverage.main(["--trials", "2", "--page", str(tmp_path / "page.md")]) == 1
    )  # 93 to 97 % of 2 cannot be
    assert capsys.readouterr().out.startswith("| interval |")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").splitlines()[0] == page.splitlines()[0]


def test_the_exit_code_says_whether_all_is_as_wanted(tmp_path: Path, monkeypatch, capsys) -> None:
    right = coverage.Kind("right", "normal", lambda rng: (-1.96, 1.96, float(rng.normal())))
    narrow = coverage.Kind("narrow", "normal", lambda rng: (-1.0, 1.0, float(rng.normal())))
    none = coverage.Kind("none", "normal", lambda rng: (None, None, 0.0))
    eager = false_alarms.Kind("clear at 80 %", "normal", 5.0, lambda rng: bool(abs(rng.normal()) > 1.28))
    for kinds, code in (((right,), 0), ((right, narrow), 1), ((right, none), 1)):
        monkeypatch.setattr(coverage, "KINDS", kinds)
        assert coverage.main(["--trials", "400"]) == code
    monkeypatch.setattr(coverage, "KINDS", (right,))
    monkeypatch.setattr(false_alarms, "KINDS", (eager,))
    assert coverage.main(["--trials", "400", "--page", str(tmp_path / "page.md")]) == 1


def test_nothing_is_found_where_there_is_nothing() -> None:
    """100 data sets of each kind: more than 13 of what may be 5 % is 4 standard errors too many; 9 of 2.5 %."""
    rows = false_alarms.measure(100, seed=3)
    assert [(row["said"], row["data"]) for row in rows] == [(k.said, k.data) for k in false_alarms.KINDS]
    assert all(100 * row["share"] <= (13 if row["most"] > 0.03 else 9) for row in rows), false_alarms.table(
        rows
    )


def test_too_many_false_alarms_are_told(monkeypatch) -> None:
    eager = false_alarms.Kind("clear at 80 %", "normal", 5.0, lambda rng: bool(abs(rng.normal()) > 1.28))
    monkeypatch.setattr(false_alarms, "KINDS", (eager,))
    (row,) = false_alarms.measure(400)
    assert not row["met"]
    assert "too often" in false_alarms.table([row])
    assert np.isclose(row["share"], 0.2, atol=0.08)


def test_the_page_tells_of_false_alarms(root: Path) -> None:
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    for kind in false_alarms.KINDS:
        assert f"| {kind.said} | {kind.data} | " in page
    assert "too often" not in page
