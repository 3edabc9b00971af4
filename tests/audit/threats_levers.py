"""Levers of other packages: installed beside the project and, but where a row says so, not allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .threat import ROOT, Threat

ELSEWHERE = "tests/levers/test_outside_levers.py"


def levers() -> list[Threat]:
    """The table."""
    from levers.packages import LEVER, SCENARIO

    names = "stand_up = acme_levers:StandUp"
    allowed = "list levers --allow-lever stand_up"
    cannot = "the lever 'stand_up' cannot be allowed: acme-levers"
    line = SCENARIO.lstrip().splitlines().index("    stand_up: {hours: 4.0}") + 1
    return [
        row(
            "a lever that was not allowed", "validate meetings.yaml",
            f"meetings.yaml:{line}:5: the lever 'stand_up' comes from the package 'acme-levers' and has not been allowed (if "
            "you trust that package: --allow-lever stand_up, or SALESPOLICY_ALLOW_LEVERS=stand_up in the environment)",
            LEVER, names,
        ),
        row("code that fails", allowed, f"{cannot} cannot be imported: ZeroDivisionError: division by zero", "1 / 0\n", names),
        row(
            "code that ends the program", allowed, f"{cannot} cannot be imported: SystemExit: 0", "raise SystemExit(0)\n", names,
        ),
        row(
            "a name of ours", "list levers --allow-lever release",
            "the lever 'release' cannot be allowed: acme-levers offers it under the name of a built-in lever", LEVER,
            "release = acme_levers:StandUp",
        ),
        row(
            "a lever nobody offers", "list levers --allow-lever telepathy",
            "the lever 'telepathy' cannot be allowed: no installed package offers it (offered: stand_up)", LEVER, names,
        ),
        row("no lever", allowed, f"{cannot}: acme_levers:int is not a subclass of Lever", "int = int\n", "stand_up = acme_levers:int"),
    ]  # fmt: skip


def row(name: str, words: str, told: str, code: str, point: str) -> Threat:
    """A package with this code and entry point, and a scenario that uses the lever."""
    return Threat(name, words, told, {"site": package(code, point)}, elsewhere=ELSEWHERE, how=with_packages)


def package(code: str, point: str) -> Callable[[Path], object]:
    """Install it, with a scenario that uses its lever beside it."""

    def make(site: Path) -> None:
        from levers.packages import distribution, scenario

        distribution(site, code, point)
        scenario(site).rename(site.parent / "meetings.yaml")

    return make


def with_packages(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command line in a process of its own, with the packages in `site` installed."""
    environment = {key: value for key, value in os.environ.items() if key != "SALESPOLICY_ALLOW_LEVERS"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(folder / "site")])
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr
