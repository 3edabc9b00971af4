"""sensitivity: which inputs move an outcome, or the difference between two policies."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app import options
from app.commands.sweep import all_failed, kept_words, plan, say_failed, typed_words
from app.console import complain, duration, print_json, show
from app.guard import SOME_RUNS_FAILED, Interrupted
from app.inputs import cluster_of, cores
from app.json_files import write_json
from app.progress import Bar

if TYPE_CHECKING:
    from analysis.sensitivity import Answer, Sensitivity
    from simulation.runs.sweep_tables import SweepTables
    from simulation.spec.sweeps import Sweep

DESIGNS = {"morris": "morris", "sobol": "saltelli"}
POINTS = {"morris": 10, "sobol": 256}
WORLDS = 3  # the fewest with which intervals hold luck
RESULT = "sensitivity.json"
BESIDE = ("recurring_revenue", "morale_mean", "exits", "knowledge_applied")
"""In the heat map beside the outcome asked for, where nobody asks for others."""


def command(
    ctx: typer.Context,
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="Scenario or file of a sweep, or the name of one.")
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary", "-v", metavar="NAME[=...]",
            help="What varies, as in `sweep` (default: the file's, else all assumptions and all of low confidence).",
        ),
    ] = None,
    method: Annotated[
        Literal["morris", "sobol"],
        typer.Option("--method", "-m", help="morris finds the few that matter; sobol says how much each does."),
    ] = "morris",
    points: Annotated[
        int | None,
        typer.Option("--points", min=2, help="Trajectories (morris, default 10) or base points (sobol, 256)."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", "-n", min=1, max=100_000, help="Worlds at each point (default: the file's, or 3)."),
    ] = None,
    policies: options.Policies = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="A,B", help="What is to be explained (default: the scenario's outcome)."),
    ] = None,
    of: Annotated[
        Literal["difference", "outcome"],
        typer.Option("--of", help="Explain each policy's difference to the baseline, or the outcome itself."),
    ] = "difference",
    changes: options.Set = None,
    allow_lever: options.AllowLever = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    keep_going: options.KeepGoing = True,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:  # fmt: skip
    """Which inputs matter for an outcome, or for what a policy gains: a screening, or shares of the variance.

    Runs are kept as those of a sweep: the same command goes on where it was stopped, and more --points or worlds add to
    what is there. Other outcomes of the same runs cost nothing.
    """
    from simulation.runs.designs import steps_of
    from simulation.runs.sweep_run import default_directory, run_sweep

    began = time.monotonic()
    sweep = _sweep(spec, vary, changes, method, points, replications, policies)
    directory, crew = out or default_directory(sweep), workers or cores()
    names = _names(sweep, outcome)
    if dry_run:
        plan(sweep, directory, crew, as_json=as_json)
        return
    given = {"method": method, "points": points, "replications": replications, "policies": policies, "of": of,
             "outcome": outcome}  # fmt: skip
    far = cluster_of(cluster, cluster_tls)
    with Bar(quiet=quiet) as bar:
        try:
            tables = run_sweep(
                sweep, workers=crew, out=directory, progress=bar, fail_fast=not keep_going,
                command=typed_words(spec, vary, given, changes, out, "sensitivity"), replicate=ctx.obj.replicate,
                cluster=far,
            )  # fmt: skip
            if not len(tables.runs):
                all_failed(tables.failures)
            if len(tables.failures):
                _failed(tables, sweep)
            bar.say("estimating")
            from analysis.sensitivity import Sensitivity, summary_of

            reader = Sensitivity(tables, steps_of(sweep) if sweep.design == "morris" else None)
            answers, notes = reader.answers(names, of)
            summary = summary_of(reader, answers, notes)
            write_json(directory / RESULT, summary)
            if plots:
                bar.say("drawing")
                _draw(directory, reader, answers, of, beside=outcome is None)
        except KeyboardInterrupt:
            raise Interrupted(kept_words(directory, sweep)) from None
    if as_json:
        print_json(summary)
        return
    from analysis.sensitivity_text import render_sensitivity

    show(*render_sensitivity(summary, {answer.info.name: answer.info for answer in answers}))
    if not quiet:
        print(f"\n{duration(time.monotonic() - began)}. Results: {directory}")


def _sweep(
    spec: str, vary: list[str] | None, changes: list[str] | None, method: str, points: int | None,
    replications: int | None, policies: str | None,
) -> Sweep:  # fmt: skip
    """The design that is asked for; where a scenario is given and nothing varies, all that is doubtful does."""
    from app.sweep_files import find_sweep, load
    from simulation.spec import load_scenario
    from simulation.spec.claims import doubtful
    from simulation.spec.sweeps import is_sweep
    from simulation.spec.yaml_reader import read_file

    path, names = find_sweep(spec), list(vary or ())
    root = read_file(path)
    if not is_sweep(root):
        replications = replications or WORLDS
        if not names:
            pinned = {
                word.partition("=")[0].strip().removeprefix("world.parameters.") for word in changes or ()
            }
            names = [
                name for name in doubtful(load_scenario(path, list(changes or ()))) if name not in pinned
            ]
    own = (
        isinstance(root.value, dict)
        and "design" in root.value
        and root.value["design"].value == DESIGNS[method]
    )
    chosen = None if policies is None else [name.strip() for name in policies.split(",") if name.strip()]
    return load(spec, names, changes or (), {
        "design": DESIGNS[method], "points": points or (None if own else POINTS[method]),
        "replications": replications, "policies": chosen,
    })  # fmt: skip


def _names(sweep: Sweep, outcome: str | None) -> list[str]:
    """The outcomes to explain. BadInput for one that there is not, before anything is run."""
    from app.inputs import outcome_names

    return outcome_names(outcome) if outcome else [sweep.scenario.outcome]


def _failed(tables: SweepTables, sweep: Sweep) -> None:
    """Some runs failed: no estimate without them."""
    say_failed(tables.failures.head(3), sweep)
    asked = len(tables.runs) + len(tables.failures)
    complain(f"{len(tables.failures):,} of {asked:,} runs failed, and estimates need every one: give ranges in which "
             "the world can be (the others are kept)")  # fmt: skip
    raise typer.Exit(SOME_RUNS_FAILED)


def _draw(directory: Path, reader: Sensitivity, answers: list[Answer], of: str, *, beside: bool) -> None:
    from analysis.plots.sensitivity import write_plots

    known = {answer.target.outcome for answer in answers}
    more = [name for name in BESIDE if name not in known] if beside else []
    write_plots(answers, [*answers, *reader.more(more, of)[0]], directory / "plots")
