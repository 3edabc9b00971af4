"""A property tries the same examples whatever ran before it: a failure seen in CI is seen at the desk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

A_PROPERTY = """
from hypothesis import given, settings
from hypothesis import strategies as st

TRIED = []

@given(st.lists(st.one_of(st.integers(), st.floats(), st.text())))
@settings(max_examples=50)
def test_property(values):
    TRIED.append(values)

def test_say():
    print("tried:", repr(TRIED))
"""


def tried(tree: Path, *, before: str) -> str:
    """What a property tries where `before` ran in the same process: the line that says so."""
    house = Path(__file__).parent / "conftest.py"
    (tree / "conftest.py").write_text(house.read_text("utf-8"), "utf-8")
    (tree / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tree / "test_a_property.py").write_text(before + A_PROPERTY, "utf-8")
    (tree / "constants_of_ours.py").write_text(
        'NUMBERS = [4711, 31337, 2.718281, "dispatch", "bluebell"]\n', "utf-8"
    )
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "test_a_property.py"],
        cwd=tree,
        env={name: value for name, value in os.environ.items() if name != "SALESPOLICY_EXAMPLES"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return next(line for line in said.splitlines() if "tried:" in line)


def test_examples_do_not_depend_on_the_modules_loaded_before(tmp_path: Path) -> None:
    alone, beside = tmp_path / "alone", tmp_path / "beside"
    alone.mkdir()
    beside.mkdir()
    assert tried(alone, before="") == tried(beside, before="import constants_of_ours\n")
