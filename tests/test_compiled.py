"""The cache of compiled kernels: fresh after any edit, harmless when broken, safe for several writers."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numba
import pytest

from simulation import compiled

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs compiled code")

HELPER = """
from simulation.compiled import inlined
@inlined
def helper(x):
    return x + {step}
"""
CALLER = """
from simulation.compiled import kernel
from simulation.world.kernels.helper import helper
@kernel
def caller(x):
    return helper(x)
"""
CALL = """
import sys
from simulation.world.kernels.caller import caller
print(caller({value}), sum(caller.stats.cache_hits.values()))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the compiling module with a kernel in one file and its helper in another."""
    folder = tmp_path / "code" / "simulation"
    kernels = folder / "world" / "kernels"
    kernels.mkdir(parents=True)
    for place in (folder, folder / "world", kernels):
        (place / "__init__.py").touch()  # without, an installed `simulation` would come first
    (folder / "compiled.py").write_text(Path(compiled.__file__).read_text("utf-8"), "utf-8")
    (kernels / "caller.py").write_text(CALLER)
    (kernels / "helper.py").write_text(HELPER.format(step=1))
    return folder


def start(package: Path, cache: Path, value: str = "1") -> subprocess.Popen[str]:
    environment = {**os.environ, "SALESPOLICY_CACHE_DIR": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-c", CALL.format(value=value)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=package.parent, env=environment, stdout=pipe, stderr=pipe, text=True)


def call(package: Path, cache: Path, value: str = "1") -> list[str]:
    process = start(package, cache, value)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split()


def test_kept_on_disk_and_rebuilt_when_a_helper_elsewhere_changes(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert call(package, cache) == ["2", "0"]
    assert call(package, cache) == ["2", "1"], "the second process loads it"
    (package / "notes.py").write_text("remark = 1\n")
    assert call(package, cache) == ["2", "1"], "a file that no kernel takes in does not matter"
    (package / "world" / "kernels" / "helper.py").write_text(HELPER.format(step=10))
    assert call(package, cache) == ["11", "0"], "the caller's own file is unchanged"
    for file in cache.rglob("*.nb[ic]"):
        file.write_bytes(b"")
    assert call(package, cache) == ["11", "0"], "damaged files count as absent"
    assert call(package, cache) == ["11", "1"], "and are replaced"
    assert not list(package.rglob("__pycache__")), "nothing beside the source"


def test_a_copy_elsewhere_finds_what_the_first_compiled(package: Path, tmp_path: Path) -> None:
    cache, copy = tmp_path / "cache", tmp_path / "copied" / "simulation"
    assert call(package, cache) == ["2", "0"]
    shutil.copytree(package, copy, copy_function=shutil.copy)  # with times of its own
    assert call(copy, cache) == ["2", "1"]
    caller = copy / "world" / "kernels" / "caller.py"
    caller.write_text(CALLER.replace("helper(x)\n", "helper(x) * 5\n"))
    assert call(copy, cache) == ["10", "0"]
    assert call(package, cache) == ["2", "1"], "neither takes the other's"


def test_copies_share_nothing_that_the_hash_does_not_cover(package: Path, tmp_path: Path) -> None:
    """A kernel elsewhere in the package, with a helper beside it: each copy has its own, as numba keeps it by path."""
    cache, found = tmp_path / "cache", []
    for number, step in enumerate((1, 100)):
        mine = tmp_path / str(number) / "simulation"
        shutil.copytree(package, mine)
        for name in ("caller", "helper"):
            text = (package / "world" / "kernels" / f"{name}.py").read_text()
            text = text.replace("simulation.world.kernels", "simulation.world").replace("+ 1", f"+ {step}")
            (mine / "world" / f"{name}.py").write_text(text)
            (mine / "world" / "kernels" / f"{name}.py").unlink()
        (mine / "world" / "kernels" / "caller.py").write_text("from simulation.world.caller import caller\n")
        found.append(call(mine, cache))
    assert found == [["2", "0"], ["101", "0"]]


def test_machine_code_is_kept_by_cpu(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    assert call(package, cache) == ["2", "0"]
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    monkeypatch.setenv("NUMBA_CPU_FEATURES", "")
    assert call(package, cache) == ["2", "0"], "another CPU has code of its own"
    assert call(package, cache) == ["2", "1"]
    monkeypatch.delenv("NUMBA_CPU_NAME")
    monkeypatch.delenv("NUMBA_CPU_FEATURES")
    assert call(package, cache) == ["2", "1"], "beside that of the first"


def test_runs_without_a_writable_cache(package: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert call(package, blocked) == ["2", "0"]
    assert not list(package.rglob("*.nbi"))


def test_processes_that_compile_at_once_never_mix_up_signatures(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    values = {"1": "2", "1.5": "2.5", "True": "2", "2": "3"}
    running = [(start(package, cache, value), expected) for value, expected in values.items()]
    for process, expected in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert out.split()[0] == expected
    for value, expected in values.items():
        assert call(package, cache, value)[0] == expected


def test_every_write_gets_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dispatchers of one function stand for two processes that both saw an empty index."""
    monkeypatch.setattr(compiled, "CACHE_DIRECTORY", tmp_path)  # nothing of an earlier run is loaded

    def twice(x: int) -> int:
        return x + x

    one, two = (compiled.kernel(twice) for _ in range(2))
    names = set()
    for dispatcher, value in ((one, 1), (two, 1.5)):
        dispatcher(value)
        names.add(dispatcher._cache._cache_file._data_name(1))  # type: ignore[attr-defined]
    assert len(names) == 2


def test_hash_sees_names_and_contents(tmp_path: Path) -> None:
    kernels = tmp_path / "world" / "kernels"
    kernels.mkdir(parents=True)
    (kernels / "a.py").write_text("x = 1")
    first = compiled.source_hash(tmp_path)
    assert compiled.source_hash(tmp_path) == first
    (kernels / "notes.txt").write_text("not code")
    (tmp_path / "model.py").write_text("not compiled")
    assert compiled.source_hash(tmp_path) == first
    (kernels / "a.py").rename(kernels / "b.py")
    renamed = compiled.source_hash(tmp_path)
    (kernels / "b.py").write_text("x = 2")
    assert len({first, renamed, compiled.source_hash(tmp_path)}) == 3


@pytest.mark.parametrize("name", ["compiled.py", "elementary.py", "luck.py", "world/columns.py"])
def test_hash_sees_each_file_by_name(tmp_path: Path, name: str) -> None:
    before = compiled.source_hash(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("x = 1")
    assert compiled.source_hash(tmp_path) != before


def imported(path: Path) -> set[Path]:
    """The project's files that a file imports, wherever in it; only absolute imports are understood."""
    found: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
        else:
            continue
        for name in names:
            place = ROOT.joinpath(*name.split("."))
            found.update(file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
    return found


def taken_in(start: set[Path]) -> set[Path]:
    """These files and all they import, transitively."""
    seen: set[Path] = set()
    while fresh := start - seen:
        seen |= fresh
        start = set().union(*(imported(path) for path in fresh))
    return seen


def has_kernels(path: Path) -> bool:
    """Whether a file takes one of the two decorators, or the whole module they come from."""
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == "simulation.compiled"
         and {alias.name for alias in node.names} & {"kernel", "inlined"})
        or (isinstance(node, ast.ImportFrom) and node.module == "simulation"
            and "compiled" in {alias.name for alias in node.names})
        or (isinstance(node, ast.Import) and "simulation.compiled" in {alias.name for alias in node.names})
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )  # fmt: skip


def test_the_hash_covers_every_file_that_kernels_take_in() -> None:
    package = ROOT / "simulation"
    hashed = {path for pattern in compiled.COMPILED_FROM for path in package.glob(pattern)}
    assert all(any(package.glob(pattern)) for pattern in compiled.COMPILED_FROM), "no pattern is out of date"
    decorated = {path for path in package.rglob("*.py") if has_kernels(path)}
    assert {package / "luck.py", package / "world" / "kernels" / "planning.py"} <= decorated
    missing = taken_in(decorated) - hashed
    # A package's own file may say what it is, but a kernel must find nothing in it.
    bare = {path for path in missing if path.name == "__init__.py" and not imported(path)}
    assert sorted(path.relative_to(package).as_posix() for path in missing - bare) == []


def test_old_directories_are_pruned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESPOLICY_CACHE_DIR", str(tmp_path))
    base = tmp_path / "kernels"
    for age in range(8):
        folder = base / f"old{age}"
        folder.mkdir(parents=True)
        seconds = 1_000_000_000 + age
        os.utime(folder, (seconds, seconds))
    (base / "recent").mkdir()
    directory = compiled.cache_directory()
    assert directory is not None
    assert directory.parent == base
    assert {entry.name for entry in base.iterdir()} == {directory.name, "recent", "old7", "old6"}


def test_what_is_in_use_is_not_pruned_however_much_there_is(tmp_path: Path) -> None:
    now = time.time()
    ages = {f"d{day}": day for day in (0, 0.1, 0.2, 0.3, 1.9, 2.1)}  # days since somebody opened it
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (now - 86400 * age,) * 2)
    compiled._prune(tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} == ages.keys() - {"d2.1"}


def test_machine_code_is_kept_where_there_is_a_place_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place() -> str | None:
        dispatcher: Any = compiled.kernel(has_kernels)  # any function of a file: it is not compiled here
        return dispatcher._cache.cache_path

    monkeypatch.setattr(compiled, "CACHE_DIRECTORY", tmp_path)
    assert str(place()).startswith(str(tmp_path))
    monkeypatch.setattr(compiled, "CACHE_DIRECTORY", None)
    assert place() is None


def test_cache_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESPOLICY_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    directory = compiled.cache_directory()
    assert directory is not None
    assert directory.parent == tmp_path / "sales-policy-lab" / "kernels"


def test_other_libraries_keep_their_cache_settings() -> None:
    before = numba.config.CACHE_DIR
    compiled.kernel(lambda x: x)
    assert before == numba.config.CACHE_DIR
