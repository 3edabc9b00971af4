"""What the product is made of: each check of the audit holds, and sees what it is there for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from audit import advisories, supply


@pytest.mark.parametrize("check", supply.CHECKS)
def test_sound(check: str) -> None:
    assert supply.CHECKS[check]() == []


def planted(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "run.py").write_text(code, encoding="utf-8")
    for name in ("constraints.txt", "pyproject.toml"):
        (folder / name).write_bytes((supply.ROOT / name).read_bytes())
    monkeypatch.setattr(supply, "ROOT", folder)
    monkeypatch.setattr(supply, "SHIPPED", ("run.py",))


@pytest.mark.parametrize(
    "code",
    ["import yaml\nyaml.load('x', Loader=yaml.Loader)\n", "eval('1')\n", "import pickle\npickle.loads(b'')\n",
     "from pandas import read_csv\nimport numpy as np\nnp.load('x', allow_pickle=True)\n", "import os\nos.system('ls')\n",
     "from pickle import loads\nloads(b'')\n"],
)  # fmt: skip
def test_code_that_runs_code_is_seen(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, code, monkeypatch)
    assert supply.code_from_files()


def test_an_import_of_an_extra_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, "import optuna\n", monkeypatch)
    assert supply.core_is_small() == ["run.py:1: optuna is in an extra"]


def test_a_missing_pin_and_another_version_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, "", monkeypatch)
    text = (tmp_path / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("six==", "contourpy=="))]
    lines = ["numpy==2.0.0" if line.startswith("numpy==") else line for line in lines]
    (tmp_path / "constraints.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = supply.unpinned()
    assert "contourpy, of core, has no pin in constraints.txt" in found
    assert any(text.endswith("is installed, and numpy==2.0.0 is pinned") for text in found)


def test_a_licence_that_asks_for_more_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "licences.md"
    page.write_text("| a | MIT OR GPL-3.0-only | core |\n| b | MIT AND BSD | core |\n", encoding="utf-8")
    monkeypatch.setattr(supply, "PAGE", page)
    assert supply.odd_licences() == ["a: MIT OR GPL-3.0-only"]
    assert "docs/licences.md: a" in supply.outdated_page()


EVER = [{"introduced": "0"}]
ADVISORIES = {
    "fixed later": ([{"introduced": "0"}, {"fixed": "99"}], True),
    "fixed before": ([{"introduced": "0"}, {"fixed": "1.0"}], False),
    "not yet": ([{"introduced": "99"}], False),
    "up to another": ([{"introduced": "0"}, {"last_affected": "1.0"}], False),
    "again": ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "2.0"}], True),
}


@pytest.mark.parametrize("case", ADVISORIES)
def test_advisories_are_compared_with_pins(tmp_path: Path, case: str) -> None:
    events, named = ADVISORIES[case]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    advisory = {"id": "X-1", "summary": "s", "affected": [
        {"package": {"ecosystem": "PyPI", "name": "Rich"}, "ranges": ranges},
        {"package": {"ecosystem": "npm", "name": "numpy"}, "versions": [], "ranges": [{**ranges[0], "events": EVER}]},
    ]}  # fmt: skip
    (tmp_path / "x.json").write_text(json.dumps(advisory), encoding="utf-8")
    (version,) = [next(iter(pin.specifier)).version for pin in supply.pins()["rich"]]
    assert advisories.advised(tmp_path, supply.pins()) == ([f"rich {version}: X-1: s"] if named else [])
