"""Cells that hold an error of Excel, in a workbook or in a text saved from one: no name, no deal, no outcome."""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, rows, workbook

from analysis.crm.estimates.everything import estimate
from app.calibration.cautions import cautions
from app.calibration.settings import DEFAULTS, RANGES

NAMES = [*HEAD.split(","), "owner"]
LINES: list[list[object]] = [
    [n, "2026-01-01", f"2026-02-{n:02}", "won" if n % 2 else "lost", 10 * n, f"Rep {n % 3}"]
    for n in range(1, 27)
]


def file(path: Path, kind: str, column: str, error: str, count: int = 1) -> Path:
    """A table with errors in the first rows of a column."""
    place = NAMES.index(column)
    lines = [
        [error if k == place and n < count else cell for k, cell in enumerate(line)]
        for n, line in enumerate(LINES)
    ]
    if kind == "xlsx":
        return workbook(path / "f.xlsx", {"Deals": [NAMES, *lines]})
    return csv(path, *(",".join(map(str, line)) for line in lines), head=",".join(NAMES), name="f.csv")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_is_neither_deal_nor_outcome_nor_rep(tmp_path: Path, kind: str, error: str) -> None:
    for column in ("id", "outcome"):
        assert refusal(file(tmp_path, kind, column, error)) == (
            f"f.{kind}:2:{column}: an error of Excel: {error} (mend its formula, or empty the cell)"
        )
    crm = read(file(tmp_path, kind, "owner", error, 3))
    assert sorted(set(crm.deals["rep"])) == ["", "Rep 0", "Rep 1", "Rep 2"]
    said = f"3 cells hold an error of Excel ({error} in line 2 first): read as missing"
    assert [line.why for line in crm.understood if line.role == "rep"] == [f"by its name; {said}"]
    assert f"'owner', taken for rep: {said}." in cautions(crm, estimate(crm, RANGES, DEFAULTS))
    # More than a few, so that a column of amounts would be no longer one.
    crm = read(file(tmp_path, kind, "amount", error, 9))
    assert crm.deals["value"].notna().sum() == 17


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_not_available_is_missing(tmp_path: Path, kind: str) -> None:
    assert read(file(tmp_path, kind, "id", "#N/A", 2)).deals["deal"].tolist()[:2] == [
        f"f.{kind}:2",
        f"f.{kind}:3",
    ]
    crm = read(file(tmp_path, kind, "owner", "#N/A"))
    assert rows(crm, "rep")[0] == ("",)
    assert [line.why for line in crm.understood if line.role == "rep"] == [
        "by its name; 1 cell holds an error of Excel (#N/A in line 2): read as missing"
    ]


def test_a_deal_whose_day_of_winning_is_an_error_is_not_open(tmp_path: Path) -> None:
    lines = [f"{n},2026-01-01,2026-02-01" for n in range(30)]
    crm = read(csv(tmp_path, *lines, "30,2026-01-01,#REF!", "31,2026-01-01,", head="id,created,won date"))
    assert crm.rows.set_aside == {"a date cannot be read": 1}
    assert crm.rows.first["a date cannot be read"] == "deals.csv:32"


def test_rows_of_nothing_but_errors_below_the_table_are_none_of_it(tmp_path: Path) -> None:
    crm = read(csv(tmp_path, *GOOD, *[",,,,#N/A"] * 50))
    assert crm.rows.read == 2
    assert "error" not in " ".join(line.why for line in crm.understood)
