"""sweep: a design over levers and parameters, resumable."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import options, pace
from app.console import complain, duration, print_json, show
from app.guard import SOME_RUNS_FAILED, Interrupted
from app.inputs import cluster_of, cores, outcome_names
from app.progress import Bar

if TYPE_CHECKING:
    import pandas as pd

    from simulation.spec.axes import Axis
    from simulation.spec.sweeps import Sweep

WHAT = "sweep"


def command(
    ctx: typer.Context,
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="File of a sweep, or its name; or a scenario, with --vary.")
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            "-v",
            metavar="NAME[=...]",
            help="What varies: NAME, NAME=LOW:HIGH[:STEPS] or NAME=A,B,C; a parameter or a path. Can be repeated.",
        ),
    ] = None,
    design: Annotated[
        str | None,
        typer.Option("--design", help="sobol (default), latin_hypercube, grid, morris, saltelli or table."),
    ] = None,
    points: Annotated[int | None, typer.Option("--points", min=1, help="How many points.")] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", "-n", min=1, max=100_000, help="Worlds at each point.")
    ] = None,
    policies: options.Policies = None,
    changes: options.Set = None,
    allow_lever: options.AllowLever = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Judge by this one (default: the scenario's).")
    ] = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    keep_going: options.KeepGoing = True,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run policies over a design: which is best where, and what moves its lead.

    The same worlds are lived at every point. Results are kept block by block: the same command goes on where it was
    stopped, and with more replications or Sobol points only those are computed.
    """
    from app.sweep_files import load
    from simulation.runs.sweep_run import default_directory, run_sweep

    began = time.monotonic()
    named = None if policies is None else [name.strip() for name in policies.split(",") if name.strip()]
    given = {"design": design, "points": points, "replications": replications, "policies": named}
    sweep = load(spec, vary or (), changes or (), given)
    if outcome is not None:
        (outcome,) = outcome_names(outcome)[:1]
    directory = out or default_directory(sweep)
    crew = workers or cores()
    if dry_run:
        plan(sweep, directory, crew, as_json=as_json)
        return

    typed = typed_words(spec, vary, given, changes, out)
    far = cluster_of(cluster, cluster_tls)
    with Bar(quiet=quiet) as bar:
        try:
            tables = run_sweep(
                sweep, workers=crew, out=directory, progress=bar, fail_fast=not keep_going, command=typed,
                replicate=ctx.obj.replicate, cluster=far,
            )  # fmt: skip
            if not len(tables.runs):
                all_failed(tables.failures)
            bar.say("reading")
            from analysis.sweeps import SweepAnswer, summary_of
            from app.results import write_summary

            answer = SweepAnswer(tables, outcome)
            summary = summary_of(answer)
            write_summary(directory, summary)
            if plots and answer.rivals:
                from analysis.plots.sweep import write_plot

                bar.say("drawing")
                write_plot(answer, directory / "plots")
        except KeyboardInterrupt:
            raise Interrupted(kept_words(directory, sweep)) from None
    if ctx.obj.replicate is None and (each := bar.each()) is not None:
        each_work = work(sweep) / (sweep.points * sweep.replications * len(sweep.policies))
        rest = time.monotonic() - began - bar.done * each
        pace.remember(pace.Pace(WHAT, each * crew / each_work * pace.MILLION, rest))
    if as_json:
        print_json(summary)
    else:
        from analysis.sweep_text import render_sweep

        show(*render_sweep(summary, answer.info))
        if not quiet:
            complete = "All runs were there already. " if bar.last is not None and not bar.last.total else ""
            print(f"\n{complete}{duration(time.monotonic() - began)}. Results: {directory}")
    if len(tables.failures):
        say_failed(tables.failures.head(5), sweep)
        raise typer.Exit(SOME_RUNS_FAILED)


def typed_words(
    spec: str,
    vary: list[str] | None,
    given: Mapping[str, object],
    changes: list[str] | None,
    out: Path | None,
    command: str = WHAT,
) -> str:
    """The command that makes these results, without options that cannot change them."""
    words = ["salespolicy", command, spec]
    for name, value in {**given, "out": out}.items():
        shown = ",".join(value) if isinstance(value, list) else value
        words += [] if value is None else [f"--{name}", str(shown)]
    for option, texts in (("--vary", vary), ("--set", changes)):
        for text in texts or ():
            words += [option, text]
    return shlex.join(words)


def plan(sweep: Sweep, directory: Path, workers: int, *, as_json: bool) -> None:
    """Say what would be run."""
    runs = sweep.points * sweep.replications * len(sweep.policies)
    kept, lives = _present(directory, sweep)
    what = pace.estimate(WHAT, work(sweep) * lives / runs, workers, 4)
    if as_json:
        print_json({
            "sweep": sweep.name, "design": sweep.design, "points": sweep.points, "replications": sweep.replications,
            "policies": sweep.policies, "axes": [axis.facts() for axis in sweep.axes], "runs": runs, "kept": kept,
            "to_live": lives, "workers": workers, "directory": str(directory), "exists": directory.exists(), **what.data(),
        })  # fmt: skip
        return
    from app.left import there

    show(
        f"{sweep.name}: {sweep.points} points ({sweep.design}) x {sweep.replications} "
        f"world{'s' * (sweep.replications != 1)} x {len(sweep.policies)} "
        f"policies = {runs:,} runs of {sweep.scenario.weeks} weeks",
        *(f"varies:    {axis.name}: {_range(axis)}" for axis in sweep.axes),
        f"policies:  {', '.join(sweep.policies)}; baseline {sweep.scenario.baseline}",
        *(
            [f"lived:     {lives:,}; points with the same values are lived once"]
            if lives < runs - kept
            else []
        ),
        f"directory: {directory}{there(directory, kept, runs)}",
        f"time:      {what.words(workers)}",
    )


def _range(axis: Axis) -> str:
    facts = axis.facts()
    if "values" in facts:
        return ", ".join(map(str, facts["values"][:8])) + (" ..." if len(facts["values"]) > 8 else "")
    unit = f" {facts['unit']}" if facts["unit"] else ""
    return f"{facts['low']:g} to {facts['high']:g}{unit}, {facts['distribution'].replace('_', ' ')}"


def work(sweep: Sweep) -> float:
    """Customer-weeks in all; where their number varies, as if it were the scenario's."""
    scenario = sweep.scenario
    weeks = scenario.burn_in_weeks + scenario.weeks * len(sweep.policies)
    return float(scenario.world.customers) * weeks * sweep.points * sweep.replications


def _present(directory: Path, sweep: Sweep) -> tuple[int, int]:
    """How many runs are there already, and how many are still to be lived. Raises as `held`."""
    from app.left import held
    from simulation.runs.identity import Identity
    from simulation.runs.sweep_store import SweepStore, design_of

    identity = Identity.of(sweep.scenario, design_of(sweep))
    with held(directory, identity) as kept:
        store = SweepStore(sweep, identity, kept)
        return sweep.points * sweep.replications * len(sweep.policies) - store.left(), store.to_live()


def kept_words(directory: Path, sweep: Sweep) -> str:
    """What an interrupted command leaves, by the ledger."""
    from simulation.runs import RunsError
    from simulation.runs.directory import reading

    have = 0
    with suppress(RunsError), reading(directory) as kept:
        have = len(kept.ledger.done())
    if not have:
        return "Interrupted before the first block of runs was finished."
    total = sweep.points * sweep.replications * len(sweep.policies)
    return f"Interrupted: {have} of {total} runs are kept in {directory}. The same command resumes."


def say_failed(failures: pd.DataFrame, sweep: Sweep) -> None:
    """A line for each failed run, with the options of `run` that live its world again."""
    for row in failures.to_dict("records"):
        complain(
            f"failed: {row['policy']}, point {row['point']}, world {row['replication']}: {row['error']}; "
            f"its world: run {shlex.join(sweep.origin)} --policy {row['policy']} {row['settings']}"
        )


def all_failed(failures: pd.DataFrame) -> None:
    """End where no run has finished, with what stopped the first."""
    first = failures.iloc[0] if len(failures) else None
    text = "" if first is None else f": {first['policy']}, point {first['point']}: {first['error']}"
    complain(f"No run finished; {len(failures)} failed{text}")
    raise typer.Exit(SOME_RUNS_FAILED)
