"""The tabulator key: names of commands, scenarios, runs, policies and outcomes, in this process and in a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import COMMANDS, main
from app.completing import _offer, attach

Offered = Callable[[str], list[str]]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Offered:
    """What bash would offer for a line that ends where the key is pressed."""

    def offered(line: str) -> list[str]:
        words = line.split(" ")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        monkeypatch.setenv("_SALESPOLICY_COMPLETE", "complete_bash")
        assert main([]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out.split()

    return offered


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("salespolicy fl", ["flip"]),
        ("salespolicy compare ris", ["risky_mission"]),
        ("salespolicy compare nope", []),
        ("salespolicy nope ris", []),
        ("salespolicy sweep industry_", ["industry_phase", "industry_focus"]),
        ("salespolicy compare industry_focus -p lockdown_p", ["lockdown_phased"]),
        ("salespolicy compare industry_focus --policies open,pre", ["open,preferred"]),
        ("salespolicy compare industry_focus -n 3 --policies open,op", []),
        ("salespolicy run spiral --policy firm_1", ["firm_13"]),
        ("salespolicy sensitivity industry_phase -p pref", ["preferred"]),
        ("salespolicy sweep industry_focus --vary overl", ["overlap"]),
        ("salespolicy hypotheses C10", ["C10", "C10b"]),
        ("salespolicy list lev", ["levers"]),
        ("salespolicy list levers terr", ["territory"]),
        ("salespolicy schema sw", ["sweep"]),
        ("salespolicy trade some_run --outcomes exits,morale_m", ["exits,morale_mean"]),
    ],
)
def test_what_is_offered(
    root: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered, line: str, expected: list[str]
) -> None:
    monkeypatch.chdir(root)
    assert offered(line) == expected


def test_every_command_is_offered(offered: Offered) -> None:
    assert offered("salespolicy ") == list(COMMANDS)


def test_runs_and_their_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered) -> None:
    monkeypatch.chdir(tmp_path)
    assert offered("salespolicy explain ") == []
    run = tmp_path / "runs" / "team-0123456789"
    run.mkdir(parents=True)
    (tmp_path / "runs" / "other").mkdir()
    (run / "manifest.json").write_text("{}")
    (run / "spec.yaml").write_text("policies: {open: , hard edge: , '$(touch x)': , lockdown: }\n")
    assert offered("salespolicy explain te") == ["team-0123456789"]
    for name in ("team-0123456789", "runs/team-0123456789"):
        # Names that a shell might evaluate or split are left out.
        assert offered(f"salespolicy explain {name} --policy ") == ["open", "lockdown"]
    (run / "spec.yaml").write_text("policies: [")
    assert offered("salespolicy explain team-0123456789 --policy ") == []


def test_a_parameter_has_its_names() -> None:
    assert _offer("compare", "scenario") is not None
    assert _offer("compare", "seed") is None

    class Nothing:
        name, params = "compare", ()

    assert attach(Nothing) is Nothing


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_in_a_real_bash(root: Path, tmp_path: Path) -> None:
    shim = tmp_path / "salespolicy"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W ignore "{root}/run.py" "$@"\n')
    shim.chmod(0o755)
    typed = """
        PATH="$1:$PATH"
        eval "$(_SALESPOLICY_COMPLETE=source_bash salespolicy)"
        COMP_WORDS=(salespolicy compare ris) COMP_CWORD=2
        _salespolicy_completion salespolicy
        echo "${COMPREPLY[*]}"
        complete -p salespolicy
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", typed, "bash", tmp_path],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[0] == "risky_mission", done.stderr
    assert "-o default" in done.stdout  # where nothing is offered bash completes files
