"""The notebooks run from top to bottom, show what they say they show, and are kept without outputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "notebooks").glob("*.ipynb"))
SHOWS = {  # kinds of outputs in the order of code cells; None: nothing
    "compare_policies": [
        "text/plain", "text/plain", "text/html", "image/svg+xml", "image/svg+xml", "text/html", "text/html", "text/html",
    ],
    "inside_a_world": ["text/plain", "text/plain", "text/plain", "text/html", "text/html", "image/png"],
}  # fmt: skip


def test_each_is_known() -> None:
    assert [path.stem for path in NOTEBOOKS] == sorted(SHOWS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_not_kept(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of Jupyter are not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PYTHONPATH": str(root),
        "IPYTHONDIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute(env=dict(os.environ))
    shown = [outputs_of(cell) for cell in notebook.cells if cell.cell_type == "code"]
    for kinds, wanted in zip(shown, SHOWS[path.stem], strict=True):
        assert wanted in kinds


def outputs_of(cell: Any) -> list[str]:
    """MIME types of what a cell shows; fails where it prints, warns or complains."""
    assert all(output.output_type in ("execute_result", "display_data") for output in cell.outputs), (
        cell.outputs
    )
    return [kind for output in cell.outputs for kind in output.data]
