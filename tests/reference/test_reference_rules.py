"""The reference keeps apart from what it checks: it takes nothing from the engine, and stays short enough to be read."""

from __future__ import annotations

from pathlib import Path

import house_checks as house
import pytest

TOOLS = {"side_by_side", "compare", "search", "specs", "speed", "columns"}
"""Files that compare and measure. Of these only the following know the engine."""
KNOW_THE_ENGINE = {"side_by_side", "speed"}
SHARED = (
    *("simulation.luck", "simulation.elementary", "simulation.parameters", "simulation.outcomes"),
    *("simulation.levers", "simulation.spec", "simulation.measures"),
)
LINES = 260


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.py"))


def complaints(root: Path, directory: Path) -> list[str]:
    """Imports that are not allowed, and files that are too long."""
    known, found = house.modules(root), []
    for path in files(directory):
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES:
            found.append(f"{path.name} has more than {LINES} lines")
        for entry in house.imports(f"benchmarks.reference.{path.stem}", path, known):
            where = f"{path.name}:{entry.line} imports {entry.target}"
            part, _, rest = entry.target.partition(".")
            of_the_model = path.stem not in TOOLS
            if (
                part == "simulation"
                and not entry.target.startswith(SHARED)
                and path.stem not in KNOW_THE_ENGINE
            ):
                found.append(where)
            if entry.target.startswith("simulation.world.kernels") or part in ("analysis", "app", "run"):
                found.append(where)
            if of_the_model and part in ("numba", "hypothesis"):
                found.append(where)
            if of_the_model and part == "benchmarks" and rest.removeprefix("reference.") in TOOLS:
                found.append(where)
    return found


def test_the_reference_takes_nothing_from_the_engine(root: Path) -> None:
    directory = root / "benchmarks" / "reference"
    assert complaints(root, directory) == []
    assert {path.stem for path in files(directory)} > TOOLS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rep", "from simulation.world.kernels.working import pushes\n"),
        ("rep", "from simulation.world import columns\n"),
        ("plan", "def f():\n    from simulation.world.kernels import planning\n"),
        ("search", "from simulation.world.model import SalesModel\n"),
        ("side_by_side", "import simulation.world.kernels.handing\n"),
        ("model", "import numba\n"),
        ("model", "from benchmarks.reference.side_by_side import same_history\n"),
        ("use", "import analysis\n"),
        ("use", "x = 1\n" * 300),
    ],
)
def test_a_planted_fault_is_seen(root: Path, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    assert len(complaints(root, tmp_path)) >= 1


def test_what_is_shared_is_accepted(root: Path, tmp_path: Path) -> None:
    text = "import numpy\nfrom simulation import luck\nfrom simulation.levers.points import Terms\n"
    (tmp_path / "rep.py").write_text(text + "from benchmarks.reference.names import LEAD\n", encoding="utf-8")
    assert complaints(root, tmp_path) == []
