"""watch: what to look at after the decision, and when to stop."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options, piloting
from app.console import duration, print_json, show
from app.guard import SOME_RUNS_FAILED, BadInput, resumable
from app.inputs import cores, find_run, is_sweep_directory
from app.piloting import size_of
from app.progress import Bar

if TYPE_CHECKING:
    import pandas as pd

    from analysis.watching import Review
    from simulation.spec import Scenario

FOLDER = "watch"
REVIEWS = (13, 26, 52)
WORLD = ["point", "replication"]


def command(
    ctx: typer.Context,
    run: options.RunArgument,
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", help="The policy (default: the one in doubt most).")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Judge by this one (default: the scenario's).")
    ] = None,
    pilot: Annotated[
        str | None,
        typer.Option(
            "--pilot",
            metavar="WEEKSxREPS",
            help="Instead: who should pilot, and how far that flatters, as 6x12.",
        ),
    ] = None,
    workers: options.Workers = None,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """What to watch after a policy has begun: signals a CRM shows in weeks 4, 6 and 9, and when to stop.

    Lives the policy again in every world of a comparison or a sweep, with what the CRM shows; kept in RUN/watch/. Worlds in
    which parameters vary tell more: where only luck varies, what happens is mostly known beforehand.
    """
    from analysis.sweeps import SweepAnswer
    from analysis.watching import watching
    from simulation.runs.watched import LOOKS, SIGNALS, column
    from simulation.spec import load_scenario

    began = time.monotonic()
    directory = find_run(run)
    scenario = load_scenario(directory / "spec.yaml")
    tables = _tables(directory, scenario)
    answer = SweepAnswer(tables, outcome)
    if not answer.info.direction:
        raise BadInput(f"more of '{answer.outcome}' is neither better nor worse (another --outcome)")
    leads = answer.worlds.sub(answer.worlds[scenario.baseline], axis=0) * answer.info.sign
    chosen = _chosen(policy, answer.rivals, leads)
    out = directory / FOLDER / chosen
    worlds = leads[chosen].dropna()
    if pilot is not None:
        size = size_of(pilot)
        many = min(piloting.WORLDS, worlds.index.get_level_values("replication").nunique())
        piloting.tell(scenario, chosen, size, many, as_json=as_json, quiet=quiet)
        return
    if dry_run:
        _plan(chosen, len(worlds), out, as_json=as_json)
        return
    typed = shlex.join(["salespolicy", "watch", run, "--policy", chosen])
    many = int(worlds.index.get_level_values("replication").to_numpy().max()) + 1 if len(worlds) else 0
    if not many:
        raise BadInput(f"there is no world in which both '{scenario.baseline}' and '{chosen}' finished")
    seen, failed = _lived(
        ctx, scenario, tables, answer, chosen, many, out, workers or cores(), typed, quiet=quiet
    )
    both = worlds.to_frame("lead").join(seen, how="inner")
    points = both.index.get_level_values("point").to_numpy()
    groups = points if len(set(points)) > 1 else None
    signals = {(name, week): both[column(week, name)].to_numpy() for week in LOOKS for name in SIGNALS}
    found = watching(chosen, answer.outcome, both["lead"].to_numpy(), signals, groups)
    looked = _reviews(tables, answer.outcome, chosen, scenario)

    from analysis.watching_text import render_watching, watching_data
    from app.results import write_json

    data = watching_data(found, answer.info, SIGNALS, scenario.baseline, looked)
    write_json(out / f"{answer.outcome}.json", data)
    if as_json:
        print_json(data)
    else:
        show(*render_watching(found, answer.info, SIGNALS, scenario.baseline, looked))
        if not quiet:
            print(f"\n{duration(time.monotonic() - began)}. Results: {out}")
    if failed:
        raise typer.Exit(SOME_RUNS_FAILED)


def _tables(directory: Path, scenario: Scenario) -> Any:
    """The runs of a sweep or of a comparison; the latter with one point, or one for each draw."""
    if is_sweep_directory(directory):
        from simulation.runs.sweep_tables import read_sweep

        return read_sweep(directory)
    from simulation.runs import read_tables
    from simulation.runs.drawn import points_of_worlds

    tables = read_tables(directory)
    tables.runs = tables.runs.assign(point=points_of_worlds(scenario, tables.runs["replication"]))
    tables.meta = {**tables.meta, "axes": [], "design": "worlds"}
    return tables


def _chosen(policy: str | None, rivals: list[str], leads: pd.DataFrame) -> str:
    """The policy asked for, or the one that goes wrong in nearest to half of the worlds."""
    if policy is not None and policy not in rivals:
        raise BadInput(f"there is no policy '{policy}' in these runs to watch; known: {', '.join(rivals)}")
    if not rivals or leads.empty:
        raise BadInput("there is no world in which both the baseline and another policy finished")
    return policy or min(rivals, key=lambda name: abs(float((leads[name].dropna() < 0).mean()) - 0.5))


def _lived(
    ctx: typer.Context, scenario: Scenario, tables: Any, answer: Any, policy: str, many: int, out: Path, workers: int,
    typed: str, *, quiet: bool,
) -> tuple[pd.DataFrame, int]:  # fmt: skip
    """Signals of the first `many` worlds by (point, replication), and how many runs failed."""
    from app.varied import rows_of
    from simulation.runs import run_experiments
    from simulation.runs.drawn import points_of_worlds
    from simulation.runs.sweep_run import run_sweep
    from simulation.runs.watched import Watched, watch_sweep

    live = ctx.obj.replicate or Watched()
    with resumable(out), Bar(quiet=quiet) as bar:
        if tables.meta["axes"]:
            rows = rows_of(answer, answer.axes.index)
            sweep = watch_sweep(scenario, policy, tables.meta["axes"], rows, many)
            found = run_sweep(sweep, workers=workers, out=out, progress=bar, command=typed, replicate=live)
            numbers = dict(enumerate(answer.axes.index))
            runs = found.runs.assign(point=found.runs["point"].map(numbers))
            return runs.set_index(WORLD), len(found.failures)
        lived = run_experiments(
            scenario,
            many,
            [policy],
            workers=workers,
            out=out,
            progress=bar,
            command=typed,
            replicate=live,
        )
    points = points_of_worlds(scenario, lived.runs["replication"])
    return lived.runs.assign(point=points).set_index(WORLD), len(lived.failures)


def _reviews(tables: Any, outcome: str, policy: str, scenario: Scenario) -> list[Review]:
    """What reviews of a comparison would do; a sweep keeps no weeks."""
    if tables.meta["axes"]:
        return []
    from analysis.panel import read_panel
    from analysis.watching import reviews

    panel = read_panel(tables)
    if outcome not in panel.weekly:
        return []
    return reviews(panel.gap(outcome, policy) * panel.outcomes[outcome].sign, scenario.start_week, REVIEWS)


def _plan(policy: str, runs: int, out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"policy": policy, "runs": runs, "directory": str(out)})
    else:
        show(f"{policy} in {runs:,} worlds = {runs:,} runs", f"directory: {out}")
