"""calibrate as a command, through run.py: what people really send. One exact message, exit code 3, nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from bad_input import FILES, ODD, TEXT, WORDS

import run


@dataclass
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def calibrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """The command in an empty directory, as run.py starts it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SALESPOLICY_DEBUG", raising=False)

    def calibrate(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["run.py", "calibrate", *words])
        return Said(run.main(), *capsys.readouterr())

    return calibrate


def there(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_used(tmp_path: Path, calibrate: Callable[..., Said], case: str) -> None:
    entry = FILES[case]
    name, content, told = ("deals.csv", *entry) if len(entry) == 2 else entry
    if callable(content):
        content(tmp_path / name)
    else:
        (tmp_path / name).write_bytes(content)
    before = there(tmp_path)
    assert calibrate(name) == Said(3, "", f"{told}\n")
    assert there(tmp_path) == before


@pytest.mark.parametrize("case", WORDS)
def test_words_that_cannot_be_used(tmp_path: Path, calibrate: Callable[..., Said], case: str) -> None:
    words, files, told = WORDS[case]
    for name, content in {"deals.csv": TEXT.encode(), **files}.items():
        (tmp_path / name).write_bytes(content)
    before = there(tmp_path)
    assert calibrate("deals.csv", *words) == Said(3, "", f"{told}\n")
    assert there(tmp_path) == before


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read and write everything: as somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="files have no owners here")
def test_what_may_not_be_read_or_written(tmp_path: Path, calibrate: Callable[..., Said]) -> None:
    (tmp_path / "deals.csv").write_bytes(TEXT.encode())
    assert (
        calibrate("deals.csv", "--dry-run", "--quiet").code == 0
    )  # all libraries are loaded, whoever may read them
    (tmp_path / "deals.csv").chmod(0)
    (tmp_path / "shut").mkdir(mode=0o500)
    tmp_path.chmod(0o755)
    with as_nobody():
        said = calibrate("deals.csv", "--dry-run")
        shut = calibrate("deals.csv", "--out", "shut/scenarios")
    assert said == Said(3, "", "deals.csv: the file cannot be read: Permission denied\n")
    assert shut == Said(3, "", "--out: nothing can be written into shut\n")
    assert not list((tmp_path / "shut").iterdir())


LEAST = 64 << 20  # what a command may need beyond reading a small file


def peak(root: Path, folder: Path, file: str) -> tuple[int, str]:
    """Exit code, message and memory (bytes) of a command in a process of its own."""
    code = (
        "import resource, sys, run\n"
        "sys.argv[1:] = ['calibrate', sys.argv[1]]\n"
        "code = run.main()\n"
        "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, file], cwd=folder, env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    exit_code, size = map(int, done.stdout.split())
    assert exit_code == 3
    return size * (1 if sys.platform == "darwin" else 1024), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no measure of memory")
def test_a_line_of_two_gigabytes_takes_no_memory(root: Path, tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_bytes(TEXT.encode() + b"3\n")
    least, _ = peak(root, tmp_path, "small.csv")
    with (tmp_path / "long.csv").open(
        "wb"
    ) as file:  # a line of the letter x up to 1 GiB, then a hole to 2 GiB
        file.write(TEXT.encode())
        file.write(b"x" * (8 << 20))
        file.truncate(2 << 30)
    size, told = peak(root, tmp_path, "long.csv")
    assert told == (
        "long.csv:4: a line of more than 1 MiB (check that the file is a table, and that rows end in line breaks)\n"
    )
    assert size < least + LEAST
    with (tmp_path / "holes.csv").open("wb") as file:
        file.write(TEXT.encode())
        file.truncate(2 << 30)
    size, told = peak(root, tmp_path, "holes.csv")
    assert told.startswith("holes.csv:4: this is not a table in text: it holds binary data")
    assert size < least + LEAST


@pytest.mark.parametrize("case", ODD)
def test_odd_data_that_can_be_used(tmp_path: Path, calibrate: Callable[..., Said], case: str) -> None:
    content, told = ODD[case]
    (tmp_path / "deals.csv").write_bytes(content)
    said = calibrate("deals.csv", *(["deals.csv"] if case == "the same file twice" else []))
    assert (said.code, said.err) == (0, "")
    assert max(map(len, said.out.splitlines())) <= 80
    assert sorted(path.name for path in (tmp_path / "scenarios").iterdir()) == [
        "deals.calibration.md", "deals.draws.csv", "deals.yaml",
    ]  # fmt: skip
    assert told in (tmp_path / "scenarios" / "deals.calibration.md").read_text(encoding="utf-8")
    assert calibrate("deals.csv", "--json", "--out", "again").err == ""
