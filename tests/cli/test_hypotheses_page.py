"""docs/hypotheses.md: its example is a claim that runs, and its table names every key there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.cli import main
from simulation.spec.hypotheses import Hypothesis

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hypotheses.md"


def test_every_key_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, field in Hypothesis.model_fields.items():
        key = field.alias or name
        assert re.search(rf"(^{key}:|`{key}`)", text, flags=re.M), key


@pytest.mark.slow
def test_the_example_runs(root: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    assert len(example.splitlines()) == 10
    file = tmp_path / "c99.yaml"
    file.write_text(example, encoding="utf-8")
    monkeypatch.chdir(root)
    assert main(["validate", str(file)]) == 0
    capsys.readouterr()
    words = [
        "hypotheses",
        str(file),
        "--worlds",
        "0",
        "-n",
        "12",
        "-j",
        "1",
        "--json",
        "--out",
        str(tmp_path / "runs"),
    ]
    assert main(words) == 0
    (row,) = json.loads(capsys.readouterr().out)["hypotheses"]
    assert (row["id"], row["outcome"], row["unit"]) == ("C99", "new_arr", "percent")
    assert row["effect"] < 0
