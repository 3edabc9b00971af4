"""The table of how often intervals hold the truth: it covers all kinds, can fail, and its page is of it."""

from __future__ import annotations

from pathlib import Path

from benchmarks import coverage


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
    assert coverage.main(["--trials", "2", "--page", str(tmp_path / "page.md")]) == 0
    assert capsys.readouterr().out.startswith("| interval |")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").splitlines()[0] == page.splitlines()[0]
