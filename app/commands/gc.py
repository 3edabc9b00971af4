"""gc: remove what no result needs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from app import options
from app.console import plain, print_json
from app.inputs import find_run


def command(
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="RUN...", help="Run directories (default: all below runs/).")
    ] = None,
    old: Annotated[
        bool, typer.Option("--old", help="Also remove whole directories made by other versions of the code.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Remove files that killed commands left in run directories. Results are never touched, but for --old."""
    from simulation.runs.directory import MANIFEST
    from simulation.runs.upkeep import of_this_version, remove_strays, strays

    below = sorted(path.parent for path in Path("runs").rglob(MANIFEST))
    places = [find_run(run) for run in runs] if runs else below
    gone: list[Path] = []
    for place in places:
        if old and not of_this_version(place):
            gone.append(place)
            if not dry_run:
                shutil.rmtree(place)
        else:
            gone += strays(place) if dry_run else remove_strays(place)
    if as_json:
        print_json({"directories": len(places), "removed": [str(path) for path in gone], "dry_run": dry_run})
        return
    for path in gone:
        print(plain(path))
    if not quiet:
        what = "would be removed" if dry_run else "removed"
        print(f"{len(places)} run directories: {len(gone)} files or directories {what}" if gone else
             f"{len(places)} run directories: nothing to remove")  # fmt: skip
