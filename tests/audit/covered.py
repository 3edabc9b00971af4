"""`python -m tests.audit.covered`: which branches of `simulation/` and `analysis/` the tests reach.

Coverage does not see compiled kernels. So the tests run compiled, and the kernels' own tests and small lives of every
mechanism once more as plain Python; a branch counts that either reaches. Commands and workers in processes of their own
count too. Takes an hour. Prints the files with the most left, and a line for each of the two; exit code 1 below 95 % of
either, whatever failed: that is for the tests to say.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .mutation import KERNEL_TESTS
from .threat import ROOT

LEAST = 95.0
SETTINGS = """
[run]
branch = true
source = simulation,analysis
parallel = true
sigterm = true
concurrency = multiprocessing,thread
patch = subprocess
data_file = {folder}/data

[report]
exclude_also =
    if TYPE_CHECKING:
    @overload
    \\.\\.\\.$
"""
CLUSTER = ["-m", "long or not long", "tests/runs/test_cluster.py"]
"""Too long for every commit, and the only tests of work on a cluster."""


@dataclass(frozen=True)
class Reached:
    """Branches of a file or a package: how many there are, and how many were reached."""

    name: str
    places: int
    reached: int

    @property
    def share(self) -> float:
        """In percent."""
        return 100.0 * self.reached / self.places if self.places else 100.0


def run_all(folder: Path, workers: int) -> list[str]:
    """Run everything under coverage, data into `folder`. Returns commands that failed: their tests say more.

    Tests of how long something takes may fail, since it takes longer while it is measured.
    """
    rc = folder / "coveragerc"
    rc.write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    plain = {"NUMBA_DISABLE_JIT": "1"}
    failed = []
    for words, environment in (
        ([*pytest, "-n", str(workers)], {}),
        ([*pytest, *CLUSTER], {}),
        (["-m", "tests.audit.interpreted"], plain),
        ([*pytest, "-n", str(workers), *KERNEL_TESTS.split()], plain),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "coverage", "run", f"--rcfile={rc}", *words],
            cwd=ROOT, env={**os.environ, **environment}, stdout=sys.stderr, check=False,
        )  # fmt: skip
        if done.returncode:
            failed.append(" ".join(words))
    return failed


def reached(folder: Path) -> list[Reached]:
    """What was reached of every file."""

    def coverage(*words: str) -> None:
        command = [
            sys.executable,
            "-m",
            "coverage",
            words[0],
            f"--rcfile={folder / 'coveragerc'}",
            *words[1:],
        ]
        subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)

    coverage("combine", "--keep", "--quiet")
    coverage("json", "--quiet", "--ignore-errors", "-o", str(folder / "found.json"))
    files = json.loads((folder / "found.json").read_text(encoding="utf-8"))["files"]
    return [
        Reached(
            name,
            one["summary"]["num_branches"],
            one["summary"]["covered_branches"],
        )
        for name, one in sorted(files.items())
    ]


def packages(files: Sequence[Reached]) -> list[Reached]:
    """The two packages, as sums."""
    found = []
    for package in ("simulation", "analysis"):
        own = [file for file in files if file.name.startswith(f"{package}/")]
        if not own:
            raise SystemExit(f"nothing was measured of {package}: is the data of another tree?")
        found.append(Reached(package, sum(f.places for f in own), sum(f.reached for f in own)))
    return found


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit.covered", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of the tests")
    parser.add_argument(
        "--data",
        type=Path,
        help="keep the data there (`coverage html` makes pages of it), or read what is there",
    )
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch:
        folder = (asked.data or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        failed = [] if list(folder.glob("data.*")) else run_all(folder, asked.workers)
        files = reached(folder)
    for file in sorted(files, key=lambda one: one.reached - one.places)[:15]:
        print(f"{file.name:<60}{file.share:6.1f} %{file.places - file.reached:>6} left")
    print(*(f"failed: {command}" for command in failed), sep="\n", end="\n" if failed else "")
    both = packages(files)
    print(*(f"{one.name}: {one.share:.1f} % of {one.places:,} branches" for one in both), sep="\n")
    return int(any(one.share < LEAST for one in both))


if __name__ == "__main__":
    sys.exit(main())
