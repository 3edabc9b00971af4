"""The house keeps its rules: floors, purity, lazy imports, sizes, words, commands, docs that run.

Every check of `house_checks` is also shown a tree with a fault in it, and must complain.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import house_checks as house
import pytest

Check = Callable[[Path], list[str]]

CHECKS: list[Check] = [
    house.check_floors,
    house.check_cycles,
    house.check_pure_world,
    house.check_scenarios_hold_no_python,
    house.check_sizes,
    house.check_words,
    house.check_decisions,
    house.check_links,
    house.check_constraints,
]
HEAVY = ["numba", "mesa", "pandas", "pyarrow", "matplotlib", "scipy", "jinja2"]
# The plan's code shows shapes and promises, the Chinese README has the other's; the rest have tests of their own.
NOT_PROGRAMS = {
    "docs/plan.md",
    "docs/add_a_lever.md",
    "docs/fit_in.md",
    "docs/research.md",
    "README.zh-CN.md",
}

PROJECT = """
[project]
dependencies = ["numpy>=2,<3"]
[project.optional-dependencies]
test = ["pytest>=8"]
"""
SOUND = {
    "pyproject.toml": PROJECT,
    "constraints.txt": "numpy==2.1.0\npytest==8.3.0\n",
    "README.md": "[decisions](docs/decisions/README.md)\n",
    "docs/decisions/README.md": "- [one](0001-one.md)\n",
    "docs/decisions/0001-one.md": "one\n",
    "scenarios/a.yaml": "name: a\n",
    "simulation/__init__.py": "from simulation.runs import replicate\n",
    "simulation/luck.py": "import numpy\n",
    "simulation/levers/__init__.py": "from simulation.levers.base import Lever\n",
    "simulation/levers/base.py": "Lever = object\n",
    "simulation/levers/pool.py": "from .base import Lever\n",
    "simulation/spec/__init__.py": "from simulation.levers import Lever\n",
    "simulation/world/__init__.py": "from simulation.world.model import SalesModel\n",
    "simulation/world/agents.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from simulation.world.model import SalesModel\n"
    ),
    "simulation/world/model.py": "from simulation.world import agents\nSalesModel = agents\n",
    "simulation/world/kernels/feel.py": "import numba\nfrom simulation import luck\n",
    "simulation/runs/__init__.py": "from simulation.world import SalesModel as replicate\n",
    "analysis/__init__.py": "import numpy\n",
    "app/show.py": "import analysis\nimport simulation\n",
    "app/more.py": "def g():\n    from app import show\n",
    "run.py": "from app import show\n",
}
LONG = "x = 1\n" * 400
FAULTS: list[tuple[Check, str, str]] = [
    (house.check_floors, "simulation/luck.py", "from simulation.spec import Scenario\n"),
    (house.check_floors, "simulation/levers/pool.py", "def f():\n    from ..world import model\n"),
    (house.check_floors, "simulation/world/model.py", "from simulation import load_scenario\n"),
    (house.check_floors, "simulation/runs/__init__.py", "import analysis.compare\n"),
    (house.check_floors, "simulation/extra.py", "x = 1\n"),
    (house.check_floors, "analysis/__init__.py", "import mesa\n"),
    (house.check_floors, "analysis/__init__.py", "from simulation.outcomes import OUTCOMES\n"),
    (house.check_floors, "app/show.py", "import run\n"),
    (
        house.check_floors,
        "analysis/lazy.py",
        "from importlib import import_module\nimport_module('simulation.spec')\n",
    ),
    (house.check_cycles, "simulation/world/agents.py", "from simulation.world.model import SalesModel\n"),
    (house.check_cycles, "app/show.py", "def f():\n    from app.more import g\n"),
    (house.check_pure_world, "simulation/world/model.py", "import yaml\n"),
    (house.check_pure_world, "simulation/world/model.py", "from pathlib import Path\n"),
    (house.check_pure_world, "simulation/world/model.py", "print(1)\n"),
    (house.check_pure_world, "simulation/world/agents.py", "x = open('f')\n"),
    (house.check_pure_world, "simulation/world/agents.py", "import numpy as np\nnp.save('f', 1)\n"),
    (house.check_pure_world, "simulation/world/kernels/feel.py", "import mesa\n"),
    (house.check_pure_world, "simulation/world/kernels/feel.py", "from simulation.levers import Lever\n"),
    (house.check_scenarios_hold_no_python, "scenarios/policies/a.py", "x = 1\n"),
    (house.check_sizes, "simulation/runs/pool.py", LONG),
    (house.check_sizes, "simulation/levers/pool.py", "x = 1\n" * 91),
    (house.check_sizes, "simulation/world/phases/feel.py", "x = 1\n" * 91),
    (house.check_words, "docs/page.md", "see " + "/" + "work/main/docs\n"),
    (house.check_words, "analysis/__init__.py", "cache = '" + "/" + "root/.cache'\n"),
    (house.check_words, "scenarios/a.yaml", "# from " + "/" + "home/someone/data\n"),
    (house.check_words, "constraints.txt", "--index-url https://py" + "pi.org/simple\n"),
    (house.check_words, "simulation/luck.py", "# TO" + "DO later\n"),
    (house.check_words, ".ci/run", "# FIX" + "ME\n"),
    (house.check_decisions, "docs/decisions/0002-two.md", "two\n"),
    (house.check_decisions, "docs/decisions/README.md", "- [one](0001-one.md)\n- [two](0002-two.md)\n"),
    (house.check_decisions, "docs/decisions/0001-one.md", ""),
    (house.check_links, "docs/page.md", "[gone](gone.md)\n"),
    (house.check_constraints, "constraints.txt", "numpy==2.1.0\n"),
    (house.check_constraints, "constraints.txt", "numpy==1.26.0\npytest==8.3.0\n"),
    (house.check_constraints, "constraints.txt", "numpy==2.1.0\nnumpy==2.2.0\npytest==8.3.0\n"),
    (house.check_constraints, "constraints.txt", "numpy @ file:///wheels/numpy.whl\npytest==8.3.0\n"),
]


def plant(directory: Path, tree: dict[str, str]) -> Path:
    for name, text in tree.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def python(root: Path, code: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, as if typed in the project's directory."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_rule_is_kept(root: Path, check: Check) -> None:
    complaints = check(root)
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_accepts_a_sound_tree(tmp_path: Path, check: Check) -> None:
    assert check(plant(tmp_path, SOUND)) == []


@pytest.mark.parametrize(
    ("check", "name", "text"),
    FAULTS,
    ids=[f"{check.__name__}-{number}" for number, (check, _, _) in enumerate(FAULTS)],
)
def test_check_sees_a_planted_fault(tmp_path: Path, check: Check, name: str, text: str) -> None:
    root = plant(tmp_path, {**SOUND, name: text})
    if (check, text) == (house.check_decisions, ""):
        (root / name).unlink()  # a page the index names is gone
    assert check(root) != []


def test_every_check_has_a_fault() -> None:
    assert {check for check, _, _ in FAULTS} == set(CHECKS)


def test_what_git_writes_into_a_worktree_is_not_of_the_project(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text(f"gitdir: {tmp_path}\n", encoding="utf-8")
    (tmp_path / "page.md").write_text("A page.\n", encoding="utf-8")
    assert list(house.files(tmp_path)) == [tmp_path / "page.md"]


def test_the_tree_is_seen(root: Path) -> None:
    # A check over no files would pass for ever.
    known = house.modules(root)
    for package in ("simulation.levers", "simulation.spec", "simulation.world.phases", "simulation.runs"):
        assert sum(name.startswith(package) for name in known) > 1, package
    assert any(name.startswith("simulation.world.kernels.") for name in known)
    assert {"run", "analysis", "simulation", *list(house.FLOORS)[:4]} <= known.keys()


IMPORTS = ["import simulation, simulation.spec, simulation.levers", "import run"]
COMMANDS = [
    ["--help"],
    ["list"],
    ["validate", "scenarios/industry_focus.yaml"],
    ["validate", "scenarios/hypotheses/c11_released_accounts.yaml"],
]
SPY = """
import sys
{code}
loaded = sorted(set({heavy}) & set(sys.modules))
print("loaded:", *loaded, file=sys.stderr)
"""
SPY_COMMAND = """
import runpy
sys.argv = {argv}
try:
    runpy.run_path("run.py", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


@pytest.mark.parametrize("code", IMPORTS)
def test_importing_loads_nothing_heavy(root: Path, code: str) -> None:
    done = python(root, SPY.format(code=code, heavy=HEAVY))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "loaded:"), done.stderr


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_light_commands_load_nothing_heavy(root: Path, argv: list[str]) -> None:
    code = SPY_COMMAND.format(argv=["run.py", *argv])
    done = python(root, SPY.format(code=code, heavy=HEAVY))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "loaded:"), done.stderr


def test_the_spy_sees_a_heavy_import(root: Path) -> None:
    done = python(root, SPY.format(code="import jinja2", heavy=HEAVY))
    assert done.stderr.splitlines()[-1] == "loaded: jinja2"


def test_ci_runs_the_readmes_test_command(root: Path) -> None:
    shown = subprocess.run([root / ".ci" / "run", "--show"], capture_output=True, text=True, check=True)
    command = house.readme_command(root, "test")
    assert shown.stdout == command + "\n"
    for step in ("ruff check .", "ruff format --check .", "mypy", "python -m pytest"):
        assert f"&& .venv/bin/{step}" in command
    assert re.search(r"pytest\b[^&]*$", command), "pytest comes last, so that its closing line is the last"


def test_ci_fails_without_a_command(root: Path, tmp_path: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    broken = readme.replace("<!-- command: test -->", "")
    assert broken != readme
    copy = plant(
        tmp_path, {"README.md": broken, ".ci/run": (root / ".ci" / "run").read_text(encoding="utf-8")}
    )
    shown = subprocess.run(
        ["bash", copy / ".ci" / "run", "--show"], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "README.md" in shown.stderr


def test_readme_commands_start_from_nothing(root: Path) -> None:
    commands = [house.readme_command(root, which) for which in ("main", "test")]
    for command in commands:
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e ")
    scenario = re.fullmatch(r".* && \.venv/bin/python run\.py compare (\S+)", commands[0])
    assert scenario is not None
    assert (root / scenario[1]).is_file()


def pages_with_programs() -> list[str]:
    root = Path(__file__).resolve().parents[1]
    pages = [
        path for path in house.files(root) if path.suffix == ".md" and "\n```python\n" in path.read_text()
    ]
    return sorted(
        name for name in (page.relative_to(root).as_posix() for page in pages) if name not in NOT_PROGRAMS
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with_programs())
def test_code_in_the_docs_runs(root: Path, page: str) -> None:
    # All blocks of a page in order, as one program: a later block may use what an earlier one made.
    blocks = re.findall(
        r"^```python\n(.*?)^```", (root / page).read_text(encoding="utf-8"), flags=re.S | re.M
    )
    done = python(root, "\n".join(blocks), timeout=300)
    assert done.returncode == 0, done.stderr
