"""show: what a run directory has to say."""

from __future__ import annotations

from pathlib import Path

import typer

from app import options
from app.console import print_json, show
from app.guard import SOME_RUNS_FAILED, BadInput
from app.inputs import find_run, kind_of


def command(run: options.RunArgument, as_json: options.Json = False, quiet: options.Quiet = False) -> None:
    """Show the verdict and the tables of a run directory again."""
    directory = find_run(run)
    if (kind := kind_of(directory)) in SHOWN:
        SHOWN[kind](directory, as_json=as_json, quiet=quiet)
        return
    from analysis import compare
    from app import results
    from app.elsewhere import recalled
    from simulation.runs import read_tables

    tables = read_tables(directory)
    summary = recalled(compare(tables), directory).summary()
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


def _sweep(directory: Path, *, as_json: bool, quiet: bool) -> None:
    from analysis.sweep_text import render_sweep
    from analysis.sweeps import SweepAnswer, summary_of
    from simulation.runs.sweep_tables import read_sweep

    tables = read_sweep(directory)
    answer = SweepAnswer(tables)
    summary = summary_of(answer)
    if as_json:
        print_json(summary)
    else:
        if not quiet:
            show(f"{directory}: {summary['sweep']} over {summary['scenario']}, seed {summary['seed']}", "")
        show(*render_sweep(summary, answer.info))
    if len(tables.failures):
        raise typer.Exit(SOME_RUNS_FAILED)


def _search(directory: Path, *, as_json: bool, quiet: bool) -> None:
    import json

    from analysis.optimum_text import render_optimum
    from app.claims import outcome_info
    from app.commands.optimize import RESULT

    try:
        summary = json.loads((directory / RESULT).read_text(encoding="utf-8"))
        title = f"{directory}: {summary['sweep']} over {summary['scenario']}, seed {summary['seed']}"
        shown = render_optimum(summary, {name: outcome_info(name) for name in summary["outcomes"]})
    except FileNotFoundError:
        raise BadInput(f"{directory}: the search has not ended (the command that made it goes on)") from None
    except (
        ValueError,
        RecursionError,
        LookupError,
        TypeError,
        AttributeError,
    ):  # no JSON, or that of somebody else
        raise BadInput(f"{directory / RESULT}: damaged (the command that made it writes it again)") from None
    if as_json:
        print_json(summary)
        return
    if not quiet:
        show(title, "")
    show(*shown)


SHOWN = {"sweep": _sweep, "optimize": _search}
