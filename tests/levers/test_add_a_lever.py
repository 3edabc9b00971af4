"""docs/add_a_lever.md and docs/research.md do what they say: their files and commands, in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from levers.packages import distribution

from tests.guides.pages import lived

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add_a_lever.md"
LEVER_FILE, SCENARIO = "simulation/levers/stand_up.py", "scenarios/meetings.yaml"


def blocks(kind: str) -> dict[str, str]:
    """Code blocks of the page after `<!-- kind: name -->`, by name ("" for `<!-- kind -->`)."""
    found = re.findall(
        rf"<!-- {kind}(?:: (\S+))? -->\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S
    )
    return dict(found)


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as somebody else would have it, with the two files of the page dropped in; compiles anew."""
    project = tmp_path_factory.mktemp("copy") / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("simulation", "analysis", "app", "scenarios", "tests"):
        shutil.copytree(root / folder, project / folder, ignore=ignored)
    for file in ("run.py", "pyproject.toml"):
        shutil.copy(root / file, project)
    for name in (LEVER_FILE, SCENARIO):
        (project / name).write_text(blocks("file")[name], encoding="utf-8")
    return project


def shell(folder: Path, commands: str, *paths: Path) -> str:
    """Run the lines of a block in a folder, with this interpreter as `python`; gives what they print."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SALESPOLICY_ALLOW")}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    commands = re.sub(
        r"(?m)^((?:\w+=\w+ )?)python ", lambda m: f'{m[1]}"{sys.executable}" -W ignore ', commands
    )
    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_dropping_the_file_in(copy: Path) -> None:
    shown = shell(copy, blocks("run")[""], copy)
    assert " stand_up " in shown
    assert "1 file checked, no problems" in shown
    (summary,) = copy.glob("runs/meetings-*/summary.json")
    outcomes = json.loads(summary.read_text())["outcomes"]
    assert outcomes["weekly"]["selling_hours"]["mean"] < outcomes["open"]["selling_hours"]["mean"]


@pytest.mark.slow
def test_the_contract_covers_a_lever_that_was_dropped_in(copy: Path) -> None:
    contract = "tests/levers/test_levers_contract.py tests/levers/test_levers_in_a_run.py"
    shown = shell(copy, f"python -m pytest -q -p no:cacheprovider {contract} -k stand_up\n", copy)
    passed = re.search(r"(\d+) passed", shown)
    assert passed is not None
    assert int(passed[1]) >= 7


@pytest.mark.slow
def test_the_guide_for_researchers(root: Path, copy: Path) -> None:
    """docs/research.md, in the same copy: kernels need not be compiled once more."""
    page = (root / "docs" / "research.md").read_text(encoding="utf-8")
    assert lived(page, copy, copy) == page, "python -m tests.guides.update writes it anew"


def test_from_a_package(root: Path, tmp_path: Path) -> None:
    files = blocks("file")
    point = re.search(r'^stand_up = "(.*)"$', files["acme_levers/pyproject.toml"], re.M)
    assert point is not None
    module = point[1].partition(":")[0]
    assert f"`acme_levers/{module}.py`" in PAGE.read_text(encoding="utf-8")
    assert "pip install ./acme_levers" in PAGE.read_text(encoding="utf-8")
    packages = distribution(tmp_path / "site", files[LEVER_FILE], f"stand_up = {point[1]}")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / SCENARIO).write_text(files[SCENARIO], encoding="utf-8")
    (tmp_path / "run.py").symlink_to(root / "run.py")
    shown = shell(tmp_path, blocks("run")["outside"], root, packages)
    assert "(from acme-levers 1.4)" in " ".join(shown.split())
    assert "1 file checked, no problems" in shown
    (manifest,) = tmp_path.glob("runs/meetings-*/manifest.json")
    assert json.loads(manifest.read_text())["outside_levers"]["stand_up"]["version"] == "1.4"
