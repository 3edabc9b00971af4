"""Mutants are judged by the tests that reach them: which lines belong together, and which tests those are."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit.reaching import Reaching, statement
from coverage import CoverageData

SOURCE = """LIMIT = 3

def long(
    a=LIMIT,
):
    if (a
            > 2):
        return [
            a,
        ]
    return None
"""


@pytest.mark.parametrize(
    ("line", "whole"), [(1, (1, 1)), (4, (3, 5)), (6, (6, 7)), (7, (6, 7)), (9, (8, 10)), (11, (11, 11))]
)
def test_a_line_stands_for_its_statement(line: int, whole: tuple[int, int]) -> None:
    assert statement(SOURCE, line) == whole


def test_files_that_ran_a_statement_and_else_the_file(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(SOURCE, encoding="utf-8")
    data = CoverageData(str(tmp_path / "data"))
    for context, lines in (
        ("", [1, 3]),
        ("tests/b.py::test_b|run", [6, 8]),
        ("tests/a.py::test_a[1-2]|setup", [6, 11]),
    ):
        data.set_context(context)
        data.add_lines({str(tmp_path / "long.py"): lines})
    reaching = Reaching(tmp_path, data)
    assert reaching.files(Path("long.py"), 7) == ["tests/a.py", "tests/b.py"]
    assert reaching.files(Path("long.py"), 9) == ["tests/b.py"]
    assert reaching.files(Path("long.py"), 1) == ["tests/a.py", "tests/b.py"]  # only imported
