"""--cluster and its certificates: what cannot be used is one line and exit code 3, before anything is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.guard import BAD_INPUT, explain
from simulation.runs import WriteFailedError

FLAGSHIP = str(Path("scenarios/industry_focus.yaml").resolve())


@pytest.mark.parametrize(
    "command",
    [["compare", FLAGSHIP], ["sweep", FLAGSHIP, "--vary", "overlap", "--points", "2"], ["hypotheses"]],
)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cluster", "nowhere"], "'nowhere' is no address"),
        (["--cluster-tls", "tls.yaml"], "belongs to --cluster"),
        (["--cluster", "tcp://127.0.0.1:1", "--cluster-tls", "tls.yaml"], "begins with tls://"),
    ],
)  # fmt: skip
def test_one_line_and_nothing_written(
    root: Path, tmp_path: Path, command: list[str], options: list[str], said: str
) -> None:
    out = tmp_path / "d"
    words = [sys.executable, "run.py", *command, *options, "--out", str(out), "--quiet"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (BAD_INPUT, 1), done.stderr
    assert said in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["sensitivity", FLAGSHIP, "-v", "overlap"],
        ["optimize", FLAGSHIP, "-v", "policies.preferred.territory.focus_share=0:1"],
        ["facts", FLAGSHIP],
    ],
)
def test_other_commands_know_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--cluster", "nowhere", "--quiet"]) == BAD_INPUT
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert "'nowhere' is no address" in told.err
    assert not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(WriteFailedError("d: No space left on device", "free some space")) == BAD_INPUT
    assert capsys.readouterr().err == "d: No space left on device (free some space)\n"
