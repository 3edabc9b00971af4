"""gc: remove what no result needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import options
from app.console import complain, plain, print_json
from app.guard import BAD_INPUT
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
    """Remove files that killed commands left in run directories. Results are never touched, but for --old.

    What cannot be looked at, because it is damaged or being written, is said and left alone.
    """
    from simulation.runs import RunsError
    from simulation.runs.manifest import MANIFEST

    below = sorted(path.parent for path in Path("runs").rglob(MANIFEST))
    places = [find_run(run) for run in runs] if runs else below
    gone: list[Path] = []
    whole: list[Path] = []  # directories of which nothing is left
    left = 0
    for place in {place.resolve(): place for place in places}.values():
        if any(place.resolve().is_relative_to(above) for above in whole):
            continue
        try:
            found = _clear(place, old=old, dry_run=dry_run)
        except RunsError as error:
            complain(f"{error} (left as it is)")
            left += 1
            continue
        if found == [place]:
            whole.append(place.resolve())
        gone += found
        if not as_json:
            for path in found:
                print(plain(path))
    if as_json:
        print_json(
            {"directories": len(places), "removed": list(map(str, gone)), "left": left, "dry_run": dry_run}
        )
    elif not quiet:
        what = "would be removed" if dry_run else "removed"
        told = f"{len(gone)} files or directories {what}" if gone else "nothing to remove"
        print(f"{len(places)} run directories: {told}")
    if left:
        raise typer.Exit(BAD_INPUT)


def _clear(place: Path, *, old: bool, dry_run: bool) -> list[Path]:
    """What goes of one directory: files, or itself. Raises RunsError."""
    from simulation.runs.upkeep import of_this_version, remove_directory, remove_strays, strays

    if old and not of_this_version(place):
        if not dry_run:
            remove_directory(place)
        return [place]
    return strays(place) if dry_run else remove_strays(place)
