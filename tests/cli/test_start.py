"""The program as it is started: what it loads. How quickly is for benchmarks/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def start(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=root, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_imports_only_what_it_needs(root: Path) -> None:
    done = start(root, "-X", "importtime", "run.py", "--help")
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    heavy = (
        "simulation",
        "analysis",
        "numpy",
        "yaml",
        "pydantic",
        "rich",
        "pandas",
        "mesa",
        "app.commands.compare",
    )
    assert not [name for name in heavy if name in loaded]
    assert "app.cli" in loaded


CHECK = ["run.py", "validate", "scenarios/industry_focus.yaml"]


def test_validate_loads_only_yaml_and_pydantic(root: Path) -> None:
    # Asked of sys.modules: importtime does not see what import_module loads, such as the levers.
    spy = f"import sys, run; sys.argv = {CHECK}; print(run.main(), *sys.modules)"
    code, *loaded = start(root, "-c", spy).stdout.splitlines()[-1].split()
    heavy = {
        "numpy",
        "numba",
        "mesa",
        "pandas",
        "pyarrow",
        "matplotlib",
        "scipy",
        "jinja2",
        "rich",
        "analysis",
    }
    assert code == "0"
    assert heavy & set(loaded) == set()
    assert {"yaml", "pydantic", "simulation.levers.territory", "simulation.levers.evidence"} <= set(loaded)


def test_list_stays_quick(root: Path) -> None:
    for more in ([], ["levers", "release"], ["facts", "S8"]):
        spy = f"import sys, run; sys.argv = ['run.py', 'list', *{more}]; print(run.main(), *sys.modules)"
        code, *loaded = start(root, "-c", spy).stdout.splitlines()[-1].split()
        heavy = {"numpy", "numba", "mesa", "pandas", "pyarrow", "matplotlib", "scipy", "jinja2"}
        assert (code, heavy & set(loaded)) == ("0", set())


# Plugins of pydantic change nothing that a scenario means; with more threads the last digits of a regression would
# depend on the number of cores.
@pytest.mark.parametrize(
    ("variable", "usual", "other"),
    [("PYDANTIC_DISABLE_PLUGINS", "__all__", "some_plugin"), ("OPENBLAS_NUM_THREADS", "1", "3")],
)
def test_libraries_are_set_unless_the_user_says_otherwise(
    root: Path, variable: str, usual: str, other: str
) -> None:
    ask = f"import os, run, sys; sys.argv[1:] = ['--version']; run.main(); print(os.environ['{variable}'])"
    environment = {name: value for name, value in os.environ.items() if name != variable}
    for extra, seen in (({}, usual), ({variable: other}, other)):
        done = subprocess.run(
            [sys.executable, "-c", ask], cwd=root, capture_output=True, text=True, check=True, timeout=60,
            env={**environment, **extra},
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == seen


def test_version_and_plain_output(root: Path) -> None:
    assert start(root, "run.py", "--version").stdout.startswith("sales-policy-lab")
    listed = start(root, "run.py", "list", "levers", NO_COLOR="1", COLUMNS="80", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0
    assert "\x1b" not in listed.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "outcomes", "--json"),
        ("schema",),
        ("--help",),
        ("validate", "scenarios/spiral.yaml"),
    ],
    ids=" ".join,
)
def test_nobody_reads_the_output(root: Path, words: tuple[str, ...]) -> None:
    """As with `| head`: no message, and the exit code of a program that the closed pipe has ended."""
    here, there = os.pipe()
    os.close(here)
    with open(there, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "run.py", *words], cwd=root, stdout=pipe, stderr=subprocess.PIPE, check=False,
            timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, b"")


def test_nobody_reads_the_messages(root: Path) -> None:
    here, there = os.pipe()
    os.close(here)
    with open(there, "wb") as pipe:
        words = [sys.executable, "run.py", "validate", "nowhere.yaml"]
        done = subprocess.run(words, cwd=root, stdout=subprocess.PIPE, stderr=pipe, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (141, b"")


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
@pytest.mark.parametrize(
    ("line", "code", "out", "err"),
    [
        ("list facts >&-", 0, "", ""), ("schema scenario >&-", 0, "", ""), ("list levers >&- 2>&- <&-", 0, "", ""),
        ("show nowhere 2>&-", 3, "", ""),
        ("show nowhere >&-", 3, "", "nowhere: there is no such run directory (`compare` makes one)\n"),
    ],
)  # fmt: skip
def test_output_that_is_closed_goes_nowhere(root: Path, line: str, code: int, out: str, err: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" run.py {line}', sys.executable], cwd=root, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a thing of Linux")
@pytest.mark.parametrize("words", [("schema",), ("validate", "scenarios/spiral.yaml")], ids=" ".join)
def test_a_full_disk_is_named(root: Path, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "run.py", *words], cwd=root, stdout=full, stderr=subprocess.PIPE, text=True,
            check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "the output cannot be written: No space left on device\n")
