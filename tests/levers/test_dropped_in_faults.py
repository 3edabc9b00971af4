"""A faulty file in simulation/levers/: one line with its place, exit 3, whatever the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pytest
from levers.test_add_a_lever import LEVER_FILE, blocks
from levers.test_levers_contract import faults
from pydantic import Field

from simulation.levers import LEVERS, contract
from simulation.levers.base import Lever, setting

GOOD = blocks("file")[LEVER_FILE]
HINT = 'as hours: float = setting(0.0, "hours", "what it is", ge=0, le=8)'
FAULTS = {
    "module": (
        "levers.points", "levers.pointz",
        "8: cannot be imported: ModuleNotFoundError: No module named 'simulation.levers.pointz' "
        "(did you mean 'simulation.levers.points'?)",
    ),
    "syntax": (
        "class StandUp", "clas StandUp",
        "11: cannot be imported: SyntaxError: invalid syntax (docs/add_a_lever.md shows how to write one)",
    ),
    "name": (
        "ge=0", "ge=nought",
        "16: cannot be imported: NameError: name 'nought' is not defined (docs/add_a_lever.md shows how to write one)",
    ),
    "point": (
        "def meetings", "def meetingz",
        "18: StandUp answers meetingz, which is no decision point (did you mean 'meetings'?)",
    ),
    "hook": (
        "    def meetings", "    def chek(self, world):\n        return ()\n\n    def meetings",
        "18: StandUp answers chek, which is no decision point (did you mean 'check'?)",
    ),
    "helper": (
        "    def meetings", "    @staticmethod\n    def zz():\n        return ()\n\n    def meetings",
        "19: StandUp answers zz, which is no decision point (the name of a helper begins with an underscore)",
    ),
    "bounds": (", ge=0, le=8", ", ge=0", f"16: StandUp has no bounds at both ends for hours ({HINT})"),
    "elements": (
        'hours: float = setting(0.0, "hours", "selling hours each rep spends in one a week", ge=0, le=8)',
        'hours: tuple[float, ...] = setting((), "hours", "of each day", max_length=5)',
        f"16: StandUp has no bounds at both ends for hours ({HINT})",
    ),
    "point as a setting": (
        "    def meetings", '    pooling: bool = setting(False, "yes or no", "x")\n\n    def meetings',
        "18: StandUp has a setting called pooling, which is a decision point (give the setting another name)",
    ),
    "bare": ('setting(0.0, "hours", "selling hours each rep spends in one a week", ge=0, le=8)', "0.0",
             f"16: StandUp has no unit for hours ({HINT})"),
    "taken": ('"stand_up"', '"territory"',
              "14: the name 'territory' is taken by the lever in territory.py (choose another name)"),
    "nameless": ('    name: ClassVar[str] = "stand_up"\n', "",
                 '11: StandUp has no name that a policy can call it by (name: ClassVar[str] = "stand_up")'),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("simulation", "app", "scenarios"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "run.py", copy)
    return copy


@pytest.fixture
def dropped(project: Path) -> Iterator[Path]:
    file = project / LEVER_FILE
    yield file
    file.unlink()


def run(project: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-B", "run.py", *words], cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(project), **environment},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_refused_at_its_line(project: Path, dropped: Path, fault: str) -> None:
    good, bad, line = FAULTS[fault]
    assert GOOD.count(good) == 1
    dropped.write_text(GOOD.replace(good, bad), encoding="utf-8")
    assert run(project, "list", "levers") == (3, "", f"{LEVER_FILE}:{line}\n")


@pytest.mark.parametrize(
    "words",
    [
        ("list", "scenarios"),
        ("validate", "scenarios/spiral.yaml"),
        ("compare", "spiral", "--dry-run"),
        ("hypotheses", "C11", "--dry-run"),
        ("schema",),
    ],
)
def test_every_command_that_needs_levers_says_so(
    project: Path, dropped: Path, words: tuple[str, ...]
) -> None:
    dropped.write_text(GOOD.replace("class StandUp", "clas StandUp"), encoding="utf-8")
    for environment in ({}, {"SALESPOLICY_ALLOW_LEVERS": "other"}):
        code, out, err = run(project, *words, **environment)
        assert (code, out, len(err.splitlines())) == (3, "", 1)
        assert err.startswith(f"{LEVER_FILE}:11: ")


def test_an_error_of_a_lever_in_a_run_names_lever_and_line(project: Path, dropped: Path) -> None:
    dropped.write_text(GOOD.replace("return Meeting(", "return Meetin("), encoding="utf-8")
    (project / "meetings.yaml").write_text(blocks("file")["scenarios/meetings.yaml"], encoding="utf-8")
    code, out, err = run(project, "run", "meetings.yaml", "--policy", "weekly")
    assert (code, out) == (1, "")
    # A slow machine says first that the model is being compiled.
    assert err.splitlines()[-1].startswith("The run failed, in phase ")
    assert err.endswith(": NameError: name 'Meetin' is not defined (lever 'stand_up', stand_up.py:19)\n")


def test_a_lever_that_extends_another_is_found(project: Path, dropped: Path) -> None:
    text = (
        '"""Longer."""\nfrom simulation.levers.retrospective import Retrospective\n\n\n'
        'class _Base(Retrospective):\n    pass\n\n\nclass StandUp(_Base):\n    name = "stand_up"\n'
    )
    dropped.write_text(text, encoding="utf-8")
    code, out, err = run(project, "list", "levers")
    assert (code, err) == (0, "")
    assert "stand_up" in out


def test_bounds_are_those_that_the_contract_asks_for() -> None:
    inner = Annotated[float, Field(ge=0, le=1)]

    class Many(Lever):
        name: ClassVar[str] = "many"
        bare: int = setting(1, "weeks", "bare")
        half: int | None = setting(None, "weeks", "half", ge=0)
        words: str = setting("", "words", "words")
        row: tuple[str, ...] = setting((), "names", "row")
        free: dict[str, float] = setting({}, "share", "free")
        a: float | None = setting(None, "share", "a", gt=0, lt=1)
        b: dict[str, inner] = setting({}, "share", "b")  # type: ignore[valid-type]
        c: tuple[str, ...] = setting((), "names", "c", max_length=3)
        d: Literal["x", "y"] = setting("x", "choice", "d")
        e: bool = setting(False, "yes or no", "e")

    without = [
        n for n, info in Many.model_fields.items() if not contract.bounded(info.annotation, info.metadata)
    ]
    assert [f"{name}: no bounds" for name in without] == faults(Many)
    assert without == ["bare", "half", "words", "row", "free"]
    assert [contract.fault(lever) for lever in LEVERS.values()] == [None] * len(LEVERS)
