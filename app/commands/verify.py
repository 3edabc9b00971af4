"""verify: is every result of a run directory as it was written?"""

from __future__ import annotations

from typing import Annotated

import typer

from app import options
from app.console import complain, plain, print_json
from app.guard import BAD_INPUT
from app.inputs import find_run


def command(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="Run directories, or names below runs/.")
    ],
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare files of results with the hashes in the ledger, their columns with ours, and the rows of the ledger with both.

    What is damaged or missing is named. The command that made the directory computes it again, once a damaged
    file has been deleted.
    """
    from simulation.runs.upkeep import check

    found = [check(find_run(run)) for run in runs]
    if as_json:
        print_json([
            {
                "directory": str(one.path), "runs": one.runs, "failed": one.failed, "parts": one.parts,
                "damaged": [str(path) for path in one.damaged], "missing": [str(path) for path in one.missing],
                "stray": [str(path) for path in one.stray],
            } for one in found
        ])  # fmt: skip
    for one in found:
        for path in one.damaged:
            complain(
                f"{path}: changed or damaged since it was written (delete it; the same command computes it again)"
            )
        for path in one.missing:
            complain(f"{path}: missing (the same command computes it again)")
        if not as_json and not quiet:
            state = "all as written" if one.parts else "no run has been kept yet"
            state = state if one.sound else f"{len(one.damaged) + len(one.missing)} not as written"
            left = (
                f"; {len(one.stray)} file{'s' * (len(one.stray) > 1)} of a killed command left over (`gc` removes them)"
                if one.stray
                else ""
            )
            print(plain(f"{one.path}: {one.runs:,} runs in {one.parts:,} files, {state}{left}"))
    if not all(one.sound for one in found):
        raise typer.Exit(BAD_INPUT)
