"""optimize: the best settings of a policy's levers, robustly, with trade-offs."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app import options, pace
from app.commands.sweep import typed_words
from app.console import complain, duration, print_json, show
from app.guard import SOME_RUNS_FAILED, Interrupted
from app.inputs import cluster_of, cores, fits_memory
from app.json_files import write_json
from app.progress import Bar

if TYPE_CHECKING:
    from analysis.optimum import Judge, Optimum
    from simulation.runs.trials import Search

RESULT = "optimize.json"
CELLS = 14
"""Numbers whose room the outcomes of a run take: an array of their own (112 bytes) in a dictionary."""


def command(
    ctx: typer.Context,
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="Scenario or file of a sweep, or the name of one.")],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary", "-v", metavar="NAME[=...]",
            help="What varies, as in `sweep`: levers of one policy are looked for, all else makes worlds differ.",
        ),
    ] = None,
    outcomes: Annotated[
        str | None,
        typer.Option("--outcomes", metavar="A,B", help="One, or several for a Pareto front (default: the scenario's)."),
    ] = None,
    robust: Annotated[
        Literal["mean", "worst_tenth", "regret"],
        typer.Option("--robust", help="Judge by the mean over worlds, their worst tenth, or regret."),
    ] = "mean",
    trials: Annotated[int, typer.Option("--trials", "-t", min=1, max=100_000, help="Settings tried by a search.")] = 64,
    searches: Annotated[int, typer.Option("--searches", min=1, max=50, help="Searches with other starts.")] = 2,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=100_000, help="Worlds of each trial, the same for all.")
    ] = 16,
    fresh: Annotated[
        int, typer.Option("--fresh", min=3, max=100_000, help="Worlds nobody has seen, for the few best.")
    ] = 64,
    changes: options.Set = None,
    allow_lever: options.AllowLever = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plot.")] = True,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:  # fmt: skip
    """The best settings of a policy's levers: tried in the same worlds, judged again in fresh ones.

    Trials are kept: the same command goes on where it was stopped, and more --trials, --searches or --fresh worlds add to
    what is there. Needs the extra `search`; its dashboard opens the study: optuna-dashboard sqlite:///DIR/study.sqlite
    """
    from simulation.runs.cluster import connected
    from simulation.runs.study import STUDY, needed, run_search
    from simulation.runs.trials import Trials, opened

    began = time.monotonic()
    search, judge = _search(spec, vary, changes, outcomes, robust, replications, fresh)
    fits_memory(
        _runs(search, trials, searches), 1, CELLS, "--trials", "fewer trials, searches or replications"
    )
    directory, crew = out or search.place(), workers or cores()
    if dry_run:
        _plan(search, trials, searches, directory, crew, as_json=as_json)
        return
    needed()
    given = {"outcomes": outcomes, "robust": robust, "trials": trials, "searches": searches,
             "replications": replications, "fresh": fresh}  # fmt: skip
    typed = typed_words(spec, vary, given, changes, out, "optimize")
    far = cluster_of(cluster, cluster_tls)
    with Bar(quiet=quiet) as bar:
        try:
            with connected(far, crew) as others, opened(search, directory, typed) as kept:
                store = Trials(search, kept, ctx.obj.replicate, crew, tell=bar, crew=others)
                found = run_search(search, store, judge, trials, searches, directory / STUDY)
            bar.say("judging")
            from analysis.optimum import Optimum, summary_of

            optimum = Optimum(found, judge, [axis.name for axis in search.levers], search.meta())
            summary = summary_of(optimum)
            write_json(directory / RESULT, summary)
            if plots:
                bar.say("drawing")
                _draw(optimum, directory)
        except KeyboardInterrupt:
            raise Interrupted(_kept(directory)) from None
    if as_json:
        print_json(summary)
    else:
        from analysis.optimum_text import render_optimum

        show(*render_optimum(summary, {info.name: info for info in judge.infos}))
        if not quiet:
            print(f"\n{duration(time.monotonic() - began)}. Results: {directory}")
    if found.failures:
        one = found.failures[0]
        complain(
            f"{len(found.failures)} runs failed, first {one.policy}, world {one.replication}: {one.error}"
        )
        raise typer.Exit(SOME_RUNS_FAILED)


def _search(
    spec: str, vary: list[str] | None, changes: list[str] | None, outcomes: str | None, robust: str, worlds: int,
    fresh: int,
) -> tuple[Search, Judge]:  # fmt: skip
    from analysis.optimum import Judge
    from app.claims import outcome_info
    from app.inputs import outcome_names
    from app.searching import search_of
    from app.sweep_files import load

    sweep = load(spec, vary or (), changes or (), {"design": "sobol", "points": worlds + fresh})
    names = outcome_names(outcomes) if outcomes else [sweep.scenario.outcome]
    search = search_of(sweep, names, robust, worlds, fresh)
    return search, Judge(tuple(outcome_info(name) for name in names), robust)


def _draw(optimum: Optimum, directory: Path) -> None:
    from analysis.plots.optimum import write_plots

    write_plots(optimum, directory / "plots")


def _runs(search: Search, trials: int, searches: int) -> int:
    """At most: the trials, the baseline and the policy as it is, and the finalists in fresh worlds."""
    return (trials * searches + 2) * search.worlds + 7 * search.fresh


def _plan(
    search: Search, trials: int, searches: int, directory: Path, workers: int, *, as_json: bool
) -> None:
    """Say what would be tried; trials that happen on the same settings twice are lived once."""
    scenario = search.sweep.scenario
    runs = _runs(search, trials, searches)
    work = float(scenario.world.customers) * (scenario.burn_in_weeks + scenario.weeks) * runs
    what = pace.estimate("optimize", work, workers, 6)
    facts: dict[str, Any] = {
        "policy": search.policy, "baseline": scenario.baseline, "outcomes": search.outcomes, "robust": search.robust,
        "levers": [axis.facts() for axis in search.levers], "uncertain": [axis.facts() for axis in search.uncertain],
        "trials": trials, "searches": searches, "worlds": search.worlds, "fresh_worlds": search.fresh, "runs": runs,
        "workers": workers, "directory": str(directory), "exists": directory.exists(),
    }  # fmt: skip
    if as_json:
        print_json({**facts, **what.data()})
        return
    show(
        f"{search.policy}: {searches} searches x {trials} trials x {search.worlds} worlds, then the few best in "
        f"{search.fresh} fresh worlds: up to {runs:,} runs of {scenario.weeks} weeks",
        *(f"lever:     {axis.name}" for axis in search.levers),
        *(f"worlds:    {axis.name} differs" for axis in search.uncertain),
        f"judged by: {', '.join(search.outcomes)} ({search.robust}), as difference to {scenario.baseline}",
        f"directory: {directory}"
        + (" (exists: what is there is not tried again)" if directory.exists() else ""),
        f"time:      {what.words(workers)}",
    )


def _kept(directory: Path) -> str:
    """What an interrupted command leaves, by the ledger."""
    from simulation.runs import RunsError
    from simulation.runs.directory import reading

    have = 0
    with suppress(RunsError), reading(directory) as kept:
        have = len(kept.ledger.done())
    if not have:
        return "Interrupted before the first settings were tried."
    return f"Interrupted: {have} runs are kept in {directory}. The same command resumes."
