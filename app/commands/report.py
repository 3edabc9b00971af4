"""report: the files of the answer, written again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import options
from app.console import print_json
from app.guard import BadInput
from app.inputs import cores, find_run, is_sweep_directory


def command(
    ctx: typer.Context,
    run: options.RunArgument,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Ask first what is missing: why, who, what to watch, where it flips, what is worth knowing.",
        ),
    ] = False,
    lang: options.Lang = "en",
    workers: options.Workers = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write summary.json, the plots and report.html of a run directory again, from all its runs.

    The report shows what `explain`, `watch`, `flip` and `value` have written into the directory; with --full they are asked.
    """
    directory = find_run(run)
    if is_sweep_directory(directory):
        if full or lang != "en":
            raise BadInput(
                f"{directory} is the directory of a sweep: it has no report to be made full or translated"
            )
        _sweep(directory, plots=plots, as_json=as_json, quiet=quiet)
        return
    from analysis import compare
    from analysis.language import speaking
    from app import results
    from app.elsewhere import recalled
    from simulation.runs import read_tables

    answer = recalled(compare(read_tables(directory)), directory)
    if full:
        from app.full import fill

        answer = fill(ctx, directory, answer, workers or cores(), quiet=quiet)
    results.write_summary(directory, answer.summary())
    results.write_words(directory, answer)
    with speaking(lang):
        results.write_pictures(directory, answer, plots=plots, workers=workers or cores())
    if as_json:
        print_json({"report": str(directory / results.REPORT)})
    elif not quiet:
        print(directory / results.REPORT)


def _sweep(directory: Path, *, plots: bool, as_json: bool, quiet: bool) -> None:
    from analysis.plots.sweep import write_plot
    from analysis.sweeps import SweepAnswer, summary_of
    from app import results
    from simulation.runs.sweep_tables import read_sweep

    answer = SweepAnswer(read_sweep(directory))
    results.write_summary(directory, summary_of(answer))
    drawn = list(map(str, write_plot(answer, directory / results.PLOTS))) if plots else []
    if as_json:
        print_json({"plots": drawn})
    elif not quiet:
        print(*(drawn or [str(directory / results.SUMMARY)]), sep="\n")
