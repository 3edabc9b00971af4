"""The command line with made-up worlds, in this process or in one of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "runs"))
from fake_worlds import FakeWorlds, small_scenario

from app.cli import main
from app.services import Services
from simulation.spec import dump_scenario


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to work in, with one small scenario."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("SALESPOLICY_DEBUG", raising=False)
    monkeypatch.setattr(
        "app.progress.PATIENCE", 1000.0
    )  # the line about a busy machine is none of the command's words
    (tmp_path / "scenarios").mkdir()
    text = dump_scenario(small_scenario(question="Which [bold]policy[/bold]?"))
    (tmp_path / "scenarios" / "small.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def swept(desk: Path, say: Callable[..., Said]) -> Callable[[FakeWorlds], Path]:
    """The directory of a sweep over overlap and reps, 64 points of one world, lived by these worlds."""

    def swept(worlds: FakeWorlds) -> Path:
        vary = ("--vary", "overlap", "--vary", "world.reps=4,8")
        said = say(
            "sweep", "small", *vary, "--points", "64", "-n", "1", "-j", "1", "--no-plots", worlds=worlds
        )
        assert said.code == 0
        (directory,) = [path for path in (desk / "runs").iterdir() if path.is_dir()]
        return directory

    return swept


@pytest.fixture
def say(desk: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Give a command, as `say("compare", "small", worlds=FakeWorlds(...))`; with `real` the model lives the worlds."""

    def say(*words: str, worlds: FakeWorlds | None = None, real: bool = False) -> Said:
        code = main(words, Services(None if real else worlds or FakeWorlds()))
        return Said(code, *capsys.readouterr())

    return say
