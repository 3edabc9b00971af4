"""report: the files of the answer, written again."""

from __future__ import annotations

from typing import Annotated

import typer

from app import options
from app.console import print_json
from app.inputs import cores, find_run


def command(
    run: options.RunArgument,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write summary.json, the plots and report.html of a run directory again, from all its runs."""
    from analysis import compare
    from app import results
    from simulation.runs import read_tables

    directory = find_run(run)
    answer = compare(read_tables(directory))
    results.write_summary(directory, answer.summary())
    results.write_pictures(directory, answer, plots=plots, workers=cores())
    if as_json:
        print_json({"report": str(directory / results.REPORT)})
    elif not quiet:
        print(directory / results.REPORT)
