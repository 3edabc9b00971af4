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


CODE = {
    "import yaml\nyaml.load('x', Loader=yaml.Loader)": ["2: yaml.Loader", "2: yaml.load"],
    "import yaml as y\ny.unsafe_load_all('x')": ["2: yaml.unsafe_load_all"],
    "import yaml\nyaml.parse('x', Loader=yaml.CLoader)": ["2: yaml.CLoader"],
    "import yaml.loader\nyaml.loader.UnsafeLoader": ["2: yaml.UnsafeLoader"],
    "import yaml\ngetattr(yaml, 'CUnsafeLoader', None)": ["2: yaml.CUnsafeLoader"],
    "eval('1')": ["1: eval"],
    "import builtins\nbuiltins.eval('1')": ["2: eval"],
    "from builtins import exec as do\ndo('1')": ["1: exec", "2: exec"],
    "import pickle as p\np.loads(b'')": ["1: import pickle"],
    "from pickle import loads\nloads(b'')": ["1: import pickle"],
    "def f():\n    import cloudpickle": ["2: import cloudpickle"],
    "import dill, joblib.memory": ["1: import dill", "1: import joblib"],
    "import marshal, shelve": ["1: import marshal", "1: import shelve"],
    "import runpy\nrunpy.run_path('x')": ["1: import runpy"],
    "import ctypes\nctypes.CDLL('x')": ["1: import ctypes"],
    "import numpy as np\nnp.load('x', allow_pickle=True)": ["2: allow_pickle=", "2: numpy.load"],
    "import os\nos.system('ls')": ["2: os.system"],
    "import os as o\no.execvp('ls', [])": ["2: os.execvp"],
    "import os\nos.execv('ls', [])": ["2: os.execv"],
    "from os import *": ["1: os.*"],
    "from os import posix_spawn": ["1: os.posix_spawn"],
    "import subprocess\nsubprocess.run('ls', shell=True)": ["2: shell=", "2: subprocess.run"],
    "from importlib.util import spec_from_file_location": ["1: importlib.spec_from_file_location"],
    "import pandas as pd\npd.read_pickle('x')": ["2: pandas.read_pickle"],
}


@pytest.mark.parametrize("code", CODE)
def test_code_that_runs_code_is_seen(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, f"{code}\n", monkeypatch)
    assert sorted(supply.code_from_files()) == [f"run.py:{line}" for line in CODE[code]]


def test_code_that_only_reads_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        "import os, re, yaml", "import numpy as np", "from pandas import read_csv", "from . import pickle",
        "re.compile('x'), os.getpid(), yaml.SafeLoader('x'), np.zeros(3).ctypes.data, table.eval('x'), read_csv('x')",
    )  # fmt: skip
    planted(tmp_path, "\n".join(lines) + "\n", monkeypatch)
    assert supply.code_from_files() == []


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


@pytest.mark.parametrize("line", ["rich>=13", "rich", "rich==13.*", "rich<14,>=13"])
def test_a_pin_of_more_than_one_version_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (tmp_path / "constraints.txt").write_text(f"six==1.17.0\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(supply, "ROOT", tmp_path)
    assert supply.loose() == [f"{line} is no pin (==)"]


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
    found = [f"rich {version}: X-1: s"] if named else []
    assert advisories.advised(tmp_path, supply.pins()) == advisories.Compared(1, found)


def kept_advisory(folder: Path, **entries: object) -> None:
    affected = [
        {"package": {"ecosystem": "PyPI", "name": "rich"}, "ranges": [{"type": "ECOSYSTEM", "events": EVER}]}
    ]
    (folder / "x.json").write_text(
        json.dumps({"id": "X-1", "affected": affected, **entries}), encoding="utf-8"
    )


def supplied(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command, without its checks."""
    monkeypatch.setattr(supply, "CHECKS", {})
    return supply.main(words)


@pytest.mark.parametrize("there", ["missing", "empty", "of npm", "withdrawn", "a list"])
def test_advisories_that_say_nothing_of_pypi_are_refused(
    tmp_path: Path, monkeypatch, capsys, there: str
) -> None:
    folder = tmp_path / "advisories"
    if there != "missing":
        folder.mkdir()
    if there == "of npm":
        kept_advisory(folder, affected=[{"package": {"ecosystem": "npm", "name": "rich"}, "ranges": []}])
    if there == "withdrawn":
        kept_advisory(folder, withdrawn="2026-01-01T00:00:00Z")
    if there == "a list":
        (folder / "x.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        supplied(monkeypatch, "--advisories", str(folder))
    assert (
        f"{folder}: no advisory in the OSV format (*.json) on a package of PyPI is there"
        in capsys.readouterr().err
    )


def test_it_is_said_how_many_advisories_were_read(tmp_path: Path, monkeypatch, capsys) -> None:
    kept_advisory(tmp_path)
    assert supplied(monkeypatch, "--advisories", str(tmp_path)) == 1
    assert capsys.readouterr().out.startswith("WRONG  no advisory of 1 names a pin\n       rich ")
    kept_advisory(tmp_path, affected=[{"package": {"ecosystem": "PyPI", "name": "other"}}])
    assert supplied(monkeypatch, "--advisories", str(tmp_path)) == 0
    assert capsys.readouterr().out == "sound  no advisory of 1 names a pin\n"
    assert supplied(monkeypatch) == 0
    assert capsys.readouterr().out == "not asked  no advisory names a pin (--advisories FOLDER)\n"
