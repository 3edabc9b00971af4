"""Which names of columns hold a certainty: never one that is not the file's, never a number of anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, workbook

from analysis.crm.raw import unique_names
from analysis.crm.table import Crm
from analysis.crm.vocabulary import roles_of

LINES: list[list[object]] = [line.split(",") for line in (HEAD, *GOOD)]


def said(crm: Crm) -> dict[str, tuple[str, str]]:
    return {line.column: (line.role, line.why) for line in crm.understood}


def beside(path: Path, names: list[object], values: list[object]) -> Path:
    """A workbook of two deals with more columns at its right."""
    return workbook(
        path / "deals.xlsx", {"Deals": [[*LINES[0], *names], *([*line, *values] for line in LINES[1:])]}
    )


@pytest.mark.parametrize(
    ("name", "certain"),
    [
        ("Commit-80", True), ("WeekBestCase-40", True), ("WeekUnlikely-0", True), ("Pipeline-20", True),
        ("Probability 50", True), ("Low 20%", True), ("Forecast (60)", True), ("预测 80", True), ("赢单概率-40", True),
        ("Follow-up 2", False), ("Payment 1", False), ("Review (2)", False), ("column 4", False), ("Employees 50", False),
        ("Week 3", False), ("WeekLow-20", True), ("Commit", False), ("Commit-180", False), ("Bestand 5", False),
    ],
)  # fmt: skip
def test_a_number_at_the_end_of_a_name_is_a_certainty_where_the_name_says_so(
    name: str, certain: bool
) -> None:
    assert ("stated" in dict(roles_of(name))) == certain


def test_names_that_the_import_made_hold_no_certainty(tmp_path: Path) -> None:
    path = beside(tmp_path, ["Forecast", "Forecast", "%", "Review", "Review"], ["2026-01-20"] * 5)
    crm = read(path)
    assert crm.stated.empty
    assert said(crm)["Forecast (2)"] == said(crm)["Review (2)"] == ("", "its name is not known: not used")
    assert refusal(path, mapping={"stated": "Forecast (2)"}) == (
        "the name 'Forecast (2)' is not the file's: it says no percentage (give the column a name like Commit-80)"
    )
    for values in ([2.5, 13.4], [2, 13], ["2026-01-20"] * 2):
        table = [[*line[:3], place, *line[3:]] for line, place in zip(LINES, [None, *values], strict=False)]
        crm = read(workbook(tmp_path / "f.xlsx", {"Deals": table}))
        assert (len(crm.stated), said(crm)["column 4"]) == (0, ("", "its name is not known: not used"))


def test_numbers_beside_dates_are_no_days_of_a_certainty(tmp_path: Path) -> None:
    names: list[object] = ["Payment 1", "Commit-80", "Week 3", "Week of review 3"]
    crm = read(beside(tmp_path, names, [43_500, 43_500, 12, "2026-01-20"]))
    assert crm.stated.empty
    assert said(crm) | {"Payment 1": ("", "its name is not known: not used")} == said(crm)
    assert said(crm)["Commit-80"] == (
        "",
        "its name says stated, but its values are plain numbers, and those of the other dates are not",
    )
    assert {said(crm)[name][0] for name in ("Week 3", "Week of review 3")} == {""}
    crm = read(beside(tmp_path, ["Commit-80"], ["yes"]))
    assert said(crm)["Commit-80"] == ("", "its name says stated, but its values are no dates")


def test_a_column_that_is_refused_for_its_name_says_how_to_do_without_it(tmp_path: Path) -> None:
    head, lines = f"{HEAD},Commit-80,Last Activity", [f"{line},2026-01-20,2026-01-21" for line in GOOD]
    for name, taken, bad in (
        ("Commit-80", "a certainty of 80%", "3,2026-01-01,,open,5,9999-01-01,"),
        ("Last Activity", "touched", "3,2026-01-01,,open,5,,9999-01-01"),
    ):
        path = csv(tmp_path, *lines, bad, head=head)
        assert refusal(path) == (
            f"deals.csv:4:{name}: '9999-01-01' is not a date (write dates as 2026-03-01, weeks as 2026-W12, from 1900 to "
            f'2199; its name is read as {taken}: --map "ignore={name}" leaves it out)'
        )
        assert read(path, mapping={"ignore": name}).rows.used == 3


def test_made_names_are_no_names_of_the_file() -> None:
    names, made = unique_names(["a", "", "a", "a (2)", "a", "column 2", " "])
    assert names == ["a", "column 2 (2)", "a (3)", "a (2)", "a (4)", "column 2", "column 7"]
    assert made == {"column 2 (2)", "a (3)", "a (4)", "column 7"}
