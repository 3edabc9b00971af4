"""show: what a run directory has to say."""

from __future__ import annotations

import typer

from app import options
from app.console import print_json, show
from app.guard import SOME_RUNS_FAILED
from app.inputs import find_run


def command(run: options.RunArgument, as_json: options.Json = False, quiet: options.Quiet = False) -> None:
    """Show the verdict and the tables of a run directory again."""
    from analysis import compare
    from app import results
    from simulation.runs import read_tables

    directory = find_run(run)
    tables = read_tables(directory)
    summary = compare(tables).summary()
    if as_json:
        print_json(summary)
    else:
        if not quiet:
            meta = tables.meta
            worlds = tables.runs["replication"].nunique()
            size = f"{worlds} worlds, {meta['weeks']} weeks"
            show(f"{directory}: {meta['scenario']}, seed {meta['seed']}, {size}", "")
        results.show_answer(summary)
        results.show_failures(tables)
    if len(tables.failures):
        raise typer.Exit(SOME_RUNS_FAILED)
