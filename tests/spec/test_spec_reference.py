"""The generated reference pages are current, complete and well formed; importing the spec stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.spec import Scenario, Segment, World
from simulation.spec.reference import main, pages

ROOT = Path(__file__).parents[2]


def test_pages_in_docs_are_current() -> None:
    for name, text in pages().items():
        path = ROOT / "docs" / "reference" / name
        assert path.read_text(encoding="utf-8") == text, (
            f"run: python -m simulation.spec.reference docs/reference ({name})"
        )


def test_every_entry_is_on_its_page() -> None:
    text = pages()
    for table, page in ((PARAMETERS, "parameters.md"), (LEVERS, "levers.md"), (OUTCOMES, "outcomes.md")):
        for name in table:
            assert f"`{name}`" in text[page]
    for model in (*LEVERS.values(), Scenario, World, Segment):
        for field in model.model_fields:
            assert f"| `{field}` |" in text["levers.md"] + text["scenario.md"]


def test_tables_have_as_many_cells_as_heads() -> None:
    for name, text in pages().items():
        width = 0
        for line in text.splitlines():
            cells = line.replace("\\|", "").count("|") if line.startswith("|") else 0
            assert cells in (0, width) or width == 0, f"{name}: {line}"
            width = cells
        assert "PydanticUndefined" not in text


def test_write_and_check(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "reference"
    assert main([str(folder), "--check"]) == 1
    assert not folder.exists()
    assert main([str(folder)]) == 0
    assert main([str(folder), "--check"]) == 0
    (folder / "levers.md").write_text("old")
    capsys.readouterr()
    assert main([str(folder), "--check"]) == 1
    assert "levers.md: out of date" in capsys.readouterr().err
    assert (folder / "levers.md").read_text() == "old"


def test_importing_the_spec_loads_nothing_heavy() -> None:
    code = "import sys, simulation.spec; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(run.stdout.split())
    heavy = {
        "numba",
        "mesa",
        "pandas",
        "pyarrow",
        "matplotlib",
        "scipy",
        "jinja2",
        "typer",
        "rich",
        "hypothesis",
    }
    assert not heavy & loaded
    assert not {
        name for name in loaded if name.startswith(("simulation.world", "simulation.runs", "analysis", "app"))
    }


def test_checking_a_scenario_is_quick() -> None:
    """None of the libraries that take long to load is loaded; how long it takes, `benchmarks.flagship` says."""
    heavy = "{'numpy', 'numba', 'mesa', 'pandas', 'scipy', 'matplotlib', 'pyarrow'}"
    code = (
        "import sys; from simulation.spec import check_files; "
        "assert not check_files(['tests/spec/data/minimal.yaml']); "
        f"loaded = {heavy} & set(sys.modules); assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
